"""The smaller files: unsettled points, legal suspensions, distance periods, electronic notices, sequences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.deadlines.law import Choice, Sequence, SequenceStep, Suspension
from atmp_insure.deadlines.question import DAY_OPTIONS
from atmp_insure.deadlines.vocabulary import StepDating, SuspendedAs, SuspensionEffect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.regulation.readers.dated_file import Cell, Entry, Row

EVENT = "event"  # the first fact of a sequence, as its steps name it


def choice(entry: Entry) -> Choice:
    """An unsettled point and how it is settled."""
    entry.expect("choice", "label", "value", "allowed")
    cells = entry.payload
    allowed: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in cells["allowed"].text.split("\n"))):
        value, equals, words = line.partition(" = ")
        if not equals or value in allowed:
            raise cells["allowed"].refuse(f"« {line} » n'est pas admis", "Écrire une ligne « valeur = mots » par parti")
        allowed[value] = words
    return Choice(cells["choice"].text, cells["label"].text, cells["value"].word(allowed), allowed)


def suspension(entry: Entry) -> Suspension:
    """A legal suspension: it lasts from the entry's first day to its last, both included."""
    label, rows = _with_table(entry, ("label",), "limit", "effect", "most_months")
    if entry.last_day is None:
        raise entry.payload["label"].refuse("suspension sans fin", "Écrire until")
    effects = {}
    for row in rows:
        effect = SuspensionEffect(row["effect"].word(SuspensionEffect))
        months = 0 if row["most_months"].is_blank else row["most_months"].integer()
        if effect is SuspensionEffect.NEW_PERIOD and not months:
            raise row["most_months"].refuse("délai nouveau sans maximum", "Écrire le nombre de mois")
        effects[SuspendedAs(row["limit"].word(SuspendedAs))] = (effect, months)
    return Suspension(label["label"].text, entry.first_day, entry.last_day, effects, entry.citation)


def distances(entry: Entry) -> Mapping[str, int]:
    """Months added by place of the party."""
    return {row["party"].text: row["months"].integer() for row in entry.table("party", "months")}


def sequence(entry: Entry) -> Sequence:
    """The steps of a sequence, each after the steps that trigger it."""
    cells, rows = _with_table(
        entry, ("sequence", "label", "event"), "step", "rule", "after", "not_before", "given", "label"
    )
    steps: list[SequenceStep] = []
    for row in rows:
        known = {EVENT, *(step.name for step in steps)}
        if row["step"].text in known:
            raise row["step"].refuse(f"étape « {row['step'].text} » écrite deux fois", "La renommer")
        steps.append(_sequence_step(row, known))
    return Sequence(cells["sequence"].text, cells["label"].text, cells["event"].text, tuple(steps))


def _sequence_step(row: Row, known: set[str]) -> SequenceStep:
    after = tuple(row["after"].text.split())
    before = "" if row["not_before"].is_blank else row["not_before"].word(known)
    for name in after or ("",):
        if name not in known:
            raise row["after"].refuse(
                f"étape « {name} » inconnue ici", f"Étapes déjà écrites : {', '.join(sorted(known))}"
            )
    given = (
        () if row["given"].is_blank else tuple(_given(row["given"], text, known) for text in row["given"].text.split())
    )
    rule = row["rule"].text
    fact = StepDating(rule) if rule in set(StepDating) else None
    return SequenceStep(row["step"].text, "" if fact else rule, after, before, given, fact, row["label"].text)


def _given(cell: Cell, text: str, known: set[str]) -> tuple[str, str]:
    option, _, step = text.partition("=")
    if option not in DAY_OPTIONS or step not in known:
        raise cell.refuse(f"« {text} » n'est pas admis", "Écrire option=étape, l'étape plus haut dans la table")
    return option, step


def _with_table(entry: Entry, keys: tuple[str, ...], *columns: str) -> tuple[Mapping[str, Cell], Iterator[Row]]:
    """The entry's own keys, and the rows of its table."""
    entry.expect(*keys, "table")
    alone = replace(entry, payload={"table": entry.payload["table"]})
    return entry.payload, alone.table(*columns)
