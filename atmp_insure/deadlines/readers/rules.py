"""One entry of `rules/*.yaml`: a version of a rule, every word of it checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from atmp_insure.deadlines.clock import LengthUnit
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.law import Count, RuleVersion
from atmp_insure.deadlines.question import DAY_OPTIONS, OTHER_OPTIONS
from atmp_insure.deadlines.vocabulary import ActingParty, Bound, Distance, Start, SuspendedAs
from atmp_insure.kernel.labelled import Label

if TYPE_CHECKING:
    from enum import StrEnum

    from atmp_insure.regulation.readers.dated_file import Cell, Entry

NEEDED = ("rule", "label", "trigger", "actor", "act", "convention", "article", "missed")
OPTIONAL = (
    "length", "then_convention", "then_length", "bound", "start", "clock_time", "distance", "suspended_as",
    "contract", "options", "choices", "before",
)  # fmt: skip
_CLOCK_TIMES = ("12:00", "24:00")
_CONTRACTS = ("free", "minimum")
_Word = TypeVar("_Word", bound="StrEnum")


def rule_version(entry: Entry) -> RuleVersion:
    """A version of a rule."""
    entry.expect(*NEEDED, optional=OPTIONAL)
    cells = entry.payload
    label, act = _text(cells["label"]), _text(cells["act"])
    return RuleVersion(
        rule=_text(cells["rule"]),
        label_fr=Label(label),
        trigger_fr=_text(cells["trigger"]),
        actor=ActingParty(cells["actor"].word(ActingParty)),
        act_fr=Label(act),
        count=_count(cells["convention"], cells.get("length")),
        article=_text(cells["article"]),
        missed_fr=_text(cells["missed"]),
        then=_count(cells["then_convention"], cells.get("then_length")) if "then_convention" in cells else None,
        bound=_word(cells.get("bound"), Bound.LATEST),
        start=_word(cells.get("start"), Start.EVENT),
        clock_time=cells["clock_time"].word(_CLOCK_TIMES) if "clock_time" in cells else "",
        distance=_word(cells.get("distance"), Distance.NONE),
        suspended_as=_word(cells.get("suspended_as"), SuspendedAs.NONE),
        contract=cells["contract"].word(_CONTRACTS) if "contract" in cells else "",
        options=_options(cells.get("options")),
        choices=tuple(cells["choices"].text.split()) if "choices" in cells else (),
        before_fr=_text(cells["before"]) if "before" in cells else "",
    )


def _text(cell: Cell) -> str:
    text = " ".join(cell.text.split())
    if not text:
        raise cell.refuse("texte vide", "Écrire ce texte")
    return text


def _word(cell: Cell | None, default: _Word) -> _Word:
    kind = type(default)
    return default if cell is None else kind(cell.word(member.value for member in kind))


def _count(convention: Cell, length: Cell | None) -> Count:
    name = convention.word(CONVENTIONS)
    if CONVENTIONS[name].unit is LengthUnit.NONE:
        if length is not None:
            raise length.refuse("durée d'un délai qui n'existe pas", "Retirer length")
        return Count(name, 0)
    if length is None:
        raise convention.refuse("durée absente", "Écrire length, entre guillemets")
    if length.integer() < 1:
        raise length.refuse(f"durée « {length.text} »", "Écrire un entier d'au moins 1")
    return Count(name, length.integer())


def _options(cell: Cell | None) -> tuple[str, ...]:
    if cell is None:
        return ()
    names = tuple(cell.text.split())
    for name in names:
        if name not in DAY_OPTIONS and name not in OTHER_OPTIONS:
            raise cell.refuse(f"option inconnue « {name} »", f"Options : {', '.join((*DAY_OPTIONS, *OTHER_OPTIONS))}")
    return names
