"""Kinds of papers: name, default confidentiality, and how long they are kept, with the source of the duration.

Read from `config/documents/kinds.yaml`, then from the office's overlay, which adds or replaces by code. An unsettled
duration carries a warning that pages show; a kind without duration has its retention set paper by paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.labelled import Label, Labelled
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.readers.dated_file import Cell
from atmp_insure.regulation.values import Citation, Confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from atmp_insure.layered_config import Layer

T = TypeVar("T")

_FILE_KEYS = ("label", "note", "retentions", "kinds")
_KIND_KEYS = ("code", "label", "confidentiality", "retention")
_KIND_OPTIONS = ("where",)
_RETENTION_KEYS = ("code", "label", "from", "source", "confidence", "checked_on")
_RETENTION_OPTIONS = ("years", "warning")
_FILE = "documents/kinds.yaml"


class RetentionEvent(Labelled):
    """What makes a retention begin; the stored code, and its name in French."""

    LAST_AFFECTED_YEAR = "last_affected_year", "fin de la dernière année de tarification touchée, recours compris"
    CONSOLIDATION = "consolidation", "consolidation, ou guérison"
    CONTRACT_END = "contract_end", "fin du contrat"
    ACCOUNTING_YEAR_END = "accounting_year_end", "clôture de l'exercice comptable"
    CASE_END = "case_end", "fin définitive de l'affaire"
    LAST_CONTACT = "last_contact", "dernier contact"
    WRITTEN = "written", "établissement de la pièce"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long papers are kept, from which event; `years` is None where it is set paper by paper."""

    code: str
    label: str
    years: int | None
    event: RetentionEvent
    citation: Citation

    def last_day(self, event_on: date) -> date | None:
        """The last day on which a paper must be kept, from the day of the event; 29 February becomes the 28th."""
        if self.years is None:
            return None
        year = event_on.year + self.years
        try:
            return event_on.replace(year=year)
        except ValueError:
            return date(year, event_on.month, event_on.day - 1)


# From each level, the levels that hide at least as much: a paper may be put away under one of these.
_AT_LEAST_AS_STRICT: Mapping[Confidentiality, tuple[Confidentiality, ...]] = {
    Confidentiality.PLAIN: tuple(Confidentiality),
    Confidentiality.NAMED: (Confidentiality.NAMED, Confidentiality.PRIVILEGED, Confidentiality.MEDICAL),
    Confidentiality.NOTICE: (Confidentiality.NOTICE, Confidentiality.PRIVILEGED, Confidentiality.MEDICAL),
    Confidentiality.PRIVILEGED: (Confidentiality.PRIVILEGED,),
    Confidentiality.MEDICAL: (Confidentiality.MEDICAL,),
}


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of paper.

    Attributes:
        where: the screen of the official account where a client finds it, in French; empty when none is known.
    """

    code: str
    label: str
    confidentiality: Confidentiality
    retention: Retention
    where: str = ""

    def may_be(self, confidentiality: Confidentiality) -> bool:
        """Whether a paper of this kind may be put away under a level: its own, or one that hides as much."""
        return confidentiality in _AT_LEAST_AS_STRICT[self.confidentiality]


def document_kinds(overlay: Path | None = None) -> Mapping[str, DocumentKind]:
    """Every kind by its code, in the order of the file, the office's own after the product's.

    Raises:
        InvalidInput: every fault of the files, each with its file and line.
    """
    return _read(layers(_FILE, overlay))


def _load(places: Iterable[Layer]) -> Mapping[str, DocumentKind]:
    faults: list[Fault] = []
    retention_rows: dict[str, Mapping[str, Cell]] = {}
    kind_rows: dict[str, Mapping[str, Cell]] = {}
    for path, _ in places:
        top = _top(path, faults)
        retention_rows |= _rows(top.get("retentions"), _RETENTION_KEYS, _RETENTION_OPTIONS, path.name, faults)
        kind_rows |= _rows(top.get("kinds"), _KIND_KEYS, _KIND_OPTIONS, path.name, faults)
    retentions = _taken(_retention, retention_rows.values(), faults)
    kinds = _taken(partial(_kind, retentions), kind_rows.values(), faults)
    if faults:
        raise InvalidInput(faults)
    return kinds


_read = kept_until_changed(_load)


def _taken(
    read: Callable[[Mapping[str, Cell]], T], rows: Iterable[Mapping[str, Cell]], faults: list[Fault]
) -> dict[str, T]:
    """What each row says, by its code; the rows that say something wrong are told and left out."""
    found: dict[str, T] = {}
    for row in rows:
        try:
            found[row["code"].text] = read(row)
        except InvalidInput as error:
            faults += error.faults
    return found


def _retention(row: Mapping[str, Cell]) -> Retention:
    confidence = Confidence(row["confidence"].word(member.value for member in Confidence))
    warning = row["warning"].text if "warning" in row else ""
    years = row["years"].integer() if "years" in row else None
    if confidence is Confidence.UNSETTLED and not warning:
        raise row["confidence"].refuse("durée unsettled sans warning", "Écrire l'avertissement à montrer")
    if years is None and confidence is not Confidence.UNSETTLED:
        raise row["code"].refuse("règle sans years", "Écrire la durée, ou confidence: unsettled avec un warning")
    if years is not None and years < 1:
        raise row["years"].refuse(f"« {years} » n'est pas une durée", "Écrire un nombre d'années")
    checked_on = _day(row["checked_on"])
    row["from"].word(member.value for member in RetentionEvent)
    event = next(member for member in RetentionEvent if member.value == row["from"].text)
    citation = Citation(row["source"].text, confidence, checked_on, row["code"].place, warning)
    return Retention(row["code"].text, row["label"].text, years, event, citation)


def _day(cell: Cell) -> date:
    try:
        return date.fromisoformat(cell.text)
    except ValueError as error:
        raise cell.refuse(f"« {cell.text} » n'est pas une date", "Écrire AAAA-MM-JJ") from error


def _kind(retentions: Mapping[str, Retention], row: Mapping[str, Cell]) -> DocumentKind:
    label = row["label"].text
    return DocumentKind(
        row["code"].text,
        Label(label),
        Confidentiality(row["confidentiality"].word(member.value for member in Confidentiality)),
        retentions[row["retention"].word(retentions)],
        row["where"].text if "where" in row else "",
    )


def _top(path: Path, faults: list[Fault]) -> dict[str, Any]:
    """The parts of a file as YAML nodes, by key; empty when the file cannot be read."""
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        faults.append(Fault("YAML illisible", "Corriger la ponctuation ou l'alignement", source=where))
        return {}
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault("clés attendues", f"Écrire {', '.join(_FILE_KEYS)}", source=path.name))
        return {}
    found = {key.value: value for key, value in root.value}
    faults += [
        Fault(f"clé inconnue « {key} »", f"Clés admises : {', '.join(_FILE_KEYS)}", source=_place(path.name, node))
        for key, node in found.items()
        if key not in _FILE_KEYS
    ]
    return found


def _rows(
    node: Any, keys: tuple[str, ...], options: tuple[str, ...], name: str, faults: list[Fault]
) -> dict[str, Mapping[str, Cell]]:
    """The entries of a list by their code, each with all its keys and no other; faulty ones are told and left out."""
    if node is None:
        return {}
    if not isinstance(node, yaml.SequenceNode):
        faults.append(Fault("liste attendue", "Écrire une entrée par ligne", source=_place(name, node)))
        return {}
    rows: dict[str, Mapping[str, Cell]] = {}
    for entry in node.value:
        pairs = entry.value if isinstance(entry, yaml.MappingNode) else []
        row = {key.value: Cell(" ".join(str(value.value).split()), _place(name, value)) for key, value in pairs}
        found = _row_faults(row, keys, options, _place(name, entry))
        if not found and row["code"].text in rows:
            found = [
                Fault(f"code « {row['code'].text} » écrit deux fois", "N'en garder qu'un", source=row["code"].place)
            ]
        if not found:
            rows[row["code"].text] = row
        faults += found
    return rows


def _row_faults(row: Mapping[str, Cell], keys: tuple[str, ...], options: tuple[str, ...], place: str) -> list[Fault]:
    absent = [key for key in keys if key not in row or row[key].is_blank]
    unknown = sorted(set(row) - set(keys) - set(options))
    return [
        *(Fault(f"{key} absent", f"Attendu : {', '.join((*keys, *options))}", source=place) for key in absent),
        *(Fault(f"clé inconnue « {key} »", "La retirer", source=row[key].place) for key in unknown),
    ]


def _place(name: str, node: Any) -> str:
    return f"{name}:{node.start_mark.line + 1}"
