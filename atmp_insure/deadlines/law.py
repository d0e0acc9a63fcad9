"""The dated table of clocks, as the engine asks for it: rules by version, unsettled points, suspensions, distances.

`loader.py` builds one; nothing here reads a file.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.deadlines.vocabulary import (
    ActingParty,
    Bound,
    Distance,
    Start,
    StepDating,
    SuspendedAs,
    SuspensionEffect,
)
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import repeated, search_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from atmp_insure.deadlines.territory import TerritoryCalendar
    from atmp_insure.kernel.labelled import Label
    from atmp_insure.regulation.values import Citation, DatedEntry, DatedValues

_Value = TypeVar("_Value")
MOST_LISTED = 24  # names that still fit a line of error
LIST_COMMAND = "atmp deadlines rules"


@dataclass(frozen=True, slots=True)
class Count:
    """One count: a length under a convention."""

    convention: str
    length: int


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A rule as the law has it between two dates.

    Attributes:
        rule: stable name.
        label_fr: what the rule is.
        trigger_fr: the fact that starts the clock.
        actor: who must act.
        act_fr: what must be done.
        count: convention and length; a length of 0 only where no limit runs.
        then: a second count that starts where the first one ends.
        article: the text, as it is cited to a user.
        missed_fr: what happens when the date passes.
        bound: what the date means.
        start: from which day of the event's year the clock counts.
        clock_time: the hour at which the effect comes, "24:00" or "12:00"; "" when the text has none.
        distance: whether the distance period applies.
        suspended_as: how legal suspensions see the limit.
        contract: whether a contract may set the length: `free`, `minimum` (not below the law), "" when it may not.
        options: facts that the rule may be told.
        choices: unsettled points that bear on it, besides those of its convention.
        before_fr: what to say to who asks for a day before the first version.
    """

    rule: str
    label_fr: Label
    trigger_fr: str
    actor: ActingParty
    act_fr: Label
    count: Count
    article: str
    missed_fr: str
    then: Count | None = None
    bound: Bound = Bound.LATEST
    start: Start = Start.EVENT
    clock_time: str = ""
    distance: Distance = Distance.NONE
    suspended_as: SuspendedAs = SuspendedAs.NONE
    contract: str = ""
    options: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    before_fr: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """How the office settles a point that no text settles.

    Attributes:
        name: stable name, also that of the option.
        label_fr: the point.
        value: how it is settled.
        allowed: the ways to settle it, each with its French words.
    """

    name: str
    label_fr: str
    value: str
    allowed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suspension:
    """A period during which a text stopped or moved limits, and what it did to each kind of limit."""

    label_fr: str
    first_day: date
    last_day: date
    effects: Mapping[SuspendedAs, tuple[SuspensionEffect, int]]  # with the most months of a new period
    citation: Citation


@dataclass(frozen=True, slots=True)
class SequenceStep:
    """A step of a sequence.

    Attributes:
        name: stable name.
        rule: the rule that dates it; "" for a fact without a limit of its own.
        after: the steps that trigger it, any of them; `event` is the first fact.
        not_before: the step that must be over first, "" when none.
        given: facts passed to the rule: option and step, when the real day of that step is known.
        fact: for a step without rule, how it is dated; None for a step that a rule dates.
        label_fr: the fact, or the case in which the step comes.
    """

    name: str
    rule: str
    after: tuple[str, ...]
    not_before: str
    given: tuple[tuple[str, str], ...]
    fact: StepDating | None
    label_fr: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """The road of a file from one fact."""

    name: str
    label_fr: str
    event_fr: str
    steps: tuple[SequenceStep, ...]


@dataclass(frozen=True, slots=True)
class DeadlineLaw:
    """Every clock of the law, dated.

    Attributes:
        territories: by code.
        rules: the versions of each rule.
        choices: the unsettled points.
        suspensions: legal suspensions, oldest first.
        distances: months added by place of the party.
        reading_days: days after which an unread electronic notice counts as notified.
        sequences: the roads of a file.
        replaced: what the office's overlay replaced, for whoever checks it.
    """

    territories: Mapping[str, TerritoryCalendar]
    rules: Mapping[str, DatedValues[RuleVersion]]
    choices: Mapping[str, DatedValues[Choice]]
    suspensions: tuple[Suspension, ...]
    distances: DatedValues[Mapping[str, int]]
    reading_days: DatedValues[int]
    sequences: Mapping[str, DatedValues[Sequence]]
    replaced: tuple[str, ...] = field(default=())

    def territory(self, code: str) -> TerritoryCalendar:
        """The territory of a code.

        Raises:
            InvalidInput: nobody knows this code.

        Source: C. trav. L.3133-1 and L.3422-2; local law of Alsace-Moselle.
        """
        if code not in self.territories:
            known = ", ".join(f"{one.code} ({one.label_fr})" for one in self.territories.values())
            raise InvalidInput.one(
                f"région inconnue « {repeated(code)} »", f"Écrire l'un de : {known}", place="--region"
            )
        return self.territories[code]

    def territory_of_fund(self, name: str | None) -> TerritoryCalendar:
        """The territory of the regional fund that a paper names; the mainland where it names none that is known.

        Source: the table of regions.
        """
        words = search_text(name or "").split()
        served = (one for one in self.territories.values() if one.fund_word in words)
        return next(served, self.territory(MAINLAND))

    def rule_version(self, name: str, on: date) -> DatedEntry[RuleVersion]:
        """The version of a rule in force on a day.

        Raises:
            InvalidInput: no rule has this name, or none of its versions is in force on that day.

        Source: the table of rules; the version of the trigger day applies.
        """
        if name not in self.rules:
            raise unknown("règle", name, self.rules, place="RULE")
        return entry_on(self.rules[name], on, f"la règle « {name} »", self._before(name))

    def sequence(self, name: str, on: date) -> DatedEntry[Sequence]:
        """The sequence in force on the day of its first fact.

        Raises:
            InvalidInput: no sequence has this name, or none is in force on that day.

        Source: the table of sequences.
        """
        if name not in self.sequences:
            raise unknown("séquence", name, self.sequences, place="SEQUENCE")
        return entry_on(self.sequences[name], on, f"la séquence « {name} »", "")

    def _before(self, name: str) -> str:
        return self.rules[name].entries[0].sourced.value.before_fr


def entry_on(series: DatedValues[_Value], on: date, what: str, before_fr: str) -> DatedEntry[_Value]:
    """The entry of a series in force on a day.

    Raises:
        InvalidInput: the day lies before the first one, or after the end of the last one.

    Source: the dated file.
    """
    first = series.entries[0]
    if on < first.first_day:
        remedy = f"Elle s'applique aux faits à partir du {first.first_day}"
        raise InvalidInput.one(
            f"{what} n'existe pas au {on}", f"{remedy}. {before_fr}" if before_fr else remedy, place="--event"
        )
    for entry in reversed(series.entries):
        if entry.first_day <= on:
            if entry.last_day is None or on <= entry.last_day:
                return entry
            raise InvalidInput.one(
                f"{what} n'est plus en vigueur au {on}", f"Elle a cessé le {entry.last_day}", place="--event"
            )
    raise AssertionError(what)  # the first entry is not after `on`


def unknown(kind_fr: str, name: str, known: Iterable[str], *, place: str) -> InvalidInput:
    """The refusal of a name that nobody knows, with the nearest one.

    Source: none.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), [one.lower() for one in names], n=1, cutoff=0.5)
    nearest = next((one for one in names if close and one.lower() == close[0]), "")
    shown = repeated(name)
    listed = f"Noms admis : {', '.join(names)}" if len(names) <= MOST_LISTED else f"Voir « {LIST_COMMAND} »"
    return InvalidInput.one(
        f"{kind_fr} inconnue « {shown} »", f"Écrire {nearest} ? {listed}" if nearest else listed, place=place
    )
