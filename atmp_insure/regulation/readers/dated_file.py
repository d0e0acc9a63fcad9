"""One file of dated values: label, unit, and entries that each say from when, from which source, checked when.

The reader refuses unknown keys, unknown units, numbers that are not quoted, and entries without source, and names the
file and the line. What an entry holds besides is the business of `rules.py` and `schedules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.numbers import NotANumber, exact_number
from atmp_insure.regulation.values import Citation, Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction

UNITS = frozenset(
    {
        "EUR",
        "percent",
        "fraction",
        "employees",
        "employees below threshold",
        "days",
        "years",
        "year",
        "month-day",
        "decimals",
        "risk code",
        "headcount method",
        "by convention",
        "choice",
        "months",
        "region",
        "steps",
    }
)
_FILE_KEYS = frozenset({"label", "unit", "note", "values"})
_ENTRY_KEYS = frozenset({"from", "until", "source", "confidence", "checked_on", "warning"})
_BLANK = ("", "-")


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of the file with its place; typed readings refuse what does not fit, naming that place."""

    text: str
    place: str

    def refuse(self, message: str, remedy: str) -> InvalidInput:
        """The error for this cell."""
        return InvalidInput.one(message, remedy, source=self.place)

    @property
    def is_blank(self) -> bool:
        """Whether the cell says that nothing is known or bounded."""
        return self.text in _BLANK

    def number(self) -> Fraction:
        """An exact decimal number."""
        try:
            return exact_number(self.text)
        except NotANumber as error:
            raise self.refuse(str(error), error.remedy) from error

    def ratio(self) -> Fraction:
        """A decimal number or a ratio such as `2/3`."""
        above, slash, below = self.text.partition("/")
        if not slash:
            return self.number()
        divisor = Cell(below, self.place).number()
        if not divisor:
            raise self.refuse(f"« {self.text} » divise par zéro", "Corriger le diviseur")
        return Cell(above, self.place).number() / divisor

    def integer(self) -> int:
        """A whole number."""
        value = self.number()
        if value.denominator != 1:
            raise self.refuse(f"« {self.text} » n'est pas un entier", "Écrire un nombre entier")
        return value.numerator

    def word(self, allowed: Iterable[str]) -> str:
        """One of the allowed words."""
        words = tuple(allowed)
        if self.text not in words:
            raise self.refuse(f"« {self.text} » n'est pas admis", f"Écrire {', '.join(words)}")
        return self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, by column; blank cells are kept."""

    cells: Mapping[str, Cell]
    place: str

    def __getitem__(self, column: str) -> Cell:
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is in force from a first day: its citation, and its payload by key."""

    first_day: date
    last_day: date | None
    citation: Citation
    payload: Mapping[str, Cell]
    table_lines: Mapping[str, int]

    def expect(self, *keys: str, optional: tuple[str, ...] = ()) -> None:
        """Refuse a payload that lacks a key or has one too many."""
        unknown = set(self.payload) - set(keys) - set(optional)
        missing = set(keys) - set(self.payload)
        if unknown or missing:
            wrong = f"clé inconnue {min(unknown)}" if unknown else f"clé absente {min(missing)}"
            raise InvalidInput.one(wrong, f"Attendu : {', '.join((*keys, *optional))}", source=self.citation.place)

    def table(self, *columns: str, optional: tuple[str, ...] = ()) -> Iterator[Row]:
        """The lines of the entry's table, whose header must name the columns (all of them, optional ones apart)."""
        self.expect("table")
        cell = self.payload["table"]
        file_name = cell.place.rpartition(":")[0]
        first_line = self.table_lines["table"]
        lines = [(first_line + at, line) for at, line in enumerate(cell.text.split("\n")) if line.strip()]
        if not lines:
            raise cell.refuse("tableau vide", "Écrire une ligne d'en-tête et des lignes, ou retirer l'entrée")
        header = [text.strip() for text in lines[0][1].split("|")]
        if set(columns) - set(header) or set(header) - set(columns) - set(optional) or len(set(header)) < len(header):
            raise cell.refuse(f"en-tête « {' | '.join(header)} » inattendu", f"Colonnes : {' | '.join(columns)}")
        for line_number, line in lines[1:]:
            place = f"{file_name}:{line_number}"
            texts = [text.strip() for text in line.split("|", len(header) - 1)]
            texts += [""] * (len(header) - len(texts))
            yield Row({name: Cell(text, place) for name, text in zip(header, texts, strict=True)}, place)


@dataclass(frozen=True, slots=True)
class DatedFile:
    """A regulation file, read: entries oldest first."""

    place: str
    label: str
    unit: str
    entries: tuple[Entry, ...]


def read_dated_file(text: str, place: str) -> DatedFile:
    """Read one file.

    Args:
        text: YAML, UTF-8.
        place: name under which faults and citations quote the file.

    Raises:
        InvalidInput: every fault found in the file, each with its line.
    """
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{place}:{mark.line + 1}" if mark else place
        raise InvalidInput.one("YAML illisible", "Corriger la ponctuation ou l'alignement", source=where) from error
    top = _mapping(root, place)
    _check_keys(top, _FILE_KEYS, ("label", "unit", "values"), place, place)
    unit_node = top["unit"]
    if unit_node.value not in UNITS:
        raise InvalidInput.one(
            f"unité inconnue « {unit_node.value} »",
            f"Écrire l'une de : {', '.join(sorted(UNITS))}",
            source=_place(unit_node, place),
        )
    if not isinstance(top["values"], yaml.SequenceNode):
        raise InvalidInput.one("values n'est pas une liste", "Écrire une liste d'entrées", source=place)
    entries: list[Entry] = []
    faults: list[Fault] = []
    for node in top["values"].value:
        try:
            entries.append(_entry(node, place))
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)
    ordered = tuple(sorted(entries, key=lambda entry: entry.first_day))
    return DatedFile(place, top["label"].value, unit_node.value, ordered)


def _entry(node: Any, place: str) -> Entry:
    here = _place(node, place)
    mapping = _mapping(node, place)
    for key in ("from", "source", "confidence", "checked_on"):
        if key not in mapping or not str(mapping[key].value).strip():
            raise InvalidInput.one(
                f"entrée sans {key}",
                "Dire depuis quand, de quelle source, de quelle confiance et lue quel jour",
                source=here,
            )
    first_day = _day(mapping["from"], place)
    last_day = _day(mapping["until"], place) if "until" in mapping else None
    if last_day is not None and last_day < first_day:
        raise InvalidInput.one("until précède from", "Corriger l'une des deux dates", source=here)
    confidence = Cell(mapping["confidence"].value, _place(mapping["confidence"], place)).word(
        member.value for member in Confidence
    )
    warning = str(mapping["warning"].value).strip() if "warning" in mapping else ""
    if confidence == Confidence.UNSETTLED and not warning:
        raise InvalidInput.one("valeur unsettled sans warning", "Écrire l'avertissement à montrer", source=here)
    citation = Citation(
        source=" ".join(str(mapping["source"].value).split()),
        confidence=Confidence(confidence),
        checked_on=_day(mapping["checked_on"], place),
        place=here,
        warning=warning,
    )
    payload, lines = {}, {}
    for key, value in mapping.items():
        if key not in _ENTRY_KEYS:
            payload[key] = _cell(value, place)
            lines[key] = value.start_mark.line + 2  # the text of a block starts on the line after its key
    return Entry(first_day, last_day, citation, payload, lines)


def _cell(node: Any, place: str) -> Cell:
    here = _place(node, place)
    if not isinstance(node, yaml.ScalarNode):
        raise InvalidInput.one(
            "valeur composée inattendue", "Écrire un texte, un nombre entre guillemets ou un tableau", source=here
        )
    if not node.style and node.tag.endswith((":float", ":int", ":bool", ":null")):
        raise InvalidInput.one(
            f"« {node.value} » sans guillemets",
            f'Écrire "{node.value}" : un nombre est lu comme décimal exact',
            source=here,
        )
    return Cell(node.value.strip("\n"), here)


def _mapping(node: Any, place: str) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise InvalidInput.one(
            "fichier sans clés" if node is None else "clés attendues",
            "Écrire label, unit et values, puis les clés de chaque entrée",
            source=place if node is None else _place(node, place),
        )
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if key_node.value in found:
            raise InvalidInput.one(
                f"clé « {key_node.value} » écrite deux fois", "N'en garder qu'une", source=_place(key_node, place)
            )
        found[key_node.value] = value_node
    return found


def _check_keys(found: Mapping[str, Any], known: frozenset[str], needed: Iterable[str], place: str, here: str) -> None:
    faults = [
        Fault(f"clé inconnue « {key} »", f"Clés admises : {', '.join(sorted(known))}", source=_place(found[key], place))
        for key in found
        if key not in known
    ]
    faults += [
        Fault(f"{key} absent", f"Écrire {key} en tête de fichier", source=here) for key in needed if key not in found
    ]
    if faults:
        raise InvalidInput(faults)


def _day(node: Any, place: str) -> date:
    try:
        return date.fromisoformat(node.value)
    except (ValueError, TypeError) as error:
        raise InvalidInput.one(
            f"« {node.value} » n'est pas une date", "Écrire AAAA-MM-JJ", source=_place(node, place)
        ) from error


def _place(node: Any, place: str) -> str:
    return f"{place}:{node.start_mark.line + 1}"
