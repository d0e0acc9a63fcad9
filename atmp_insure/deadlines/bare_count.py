"""A count by a convention alone, without a rule: what a lawyer checks by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.deadlines.choices import applied_choices, convention_choices, values, working_territory
from atmp_insure.deadlines.clock import Clock, Event
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.deadlines.choices import AppliedChoice
    from atmp_insure.deadlines.clock import Counted
    from atmp_insure.deadlines.conventions import Convention
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.deadlines.question import Question


@dataclass(frozen=True, slots=True)
class BareCount:
    """What a convention gives for an event and a length."""

    convention: Convention
    length: int
    question: Question
    counted: Counted
    choices: tuple[AppliedChoice, ...]


def bare_count(law: DeadlineLaw, convention: Convention, length: int, question: Question) -> BareCount:
    """Count a length from an event by a convention.

    Source: the table of conventions.
    """
    applied = applied_choices(law, convention_choices(convention, question.territory), question)
    counted = convention.count(clock(law, question, question.event, length, applied))
    return BareCount(convention, length, question, counted, applied)


def clock(law: DeadlineLaw, question: Question, start: Event, length: int, applied: Iterable[AppliedChoice]) -> Clock:
    """The clock of a question.

    Source: the table of conventions; electronic notices: art. L.242-5 CSS.
    """
    applied = tuple(applied)
    # the reading days have one first day; a count from before it, which no rule makes, takes them too
    on = max(question.event.day, law.reading_days.entries[0].first_day)
    return Clock(
        event=start,
        length=length,
        territory=working_territory(question.territory, applied),
        choices=values(applied),
        consulted_on=question.facts.days.get("consulted"),
        reading_days=law.reading_days.at(on).value,
    )


def days_between(event: Event, until: date) -> int:
    """Days from the day after the event to the eve of another day (IJ: to the eve of resumption).

    Source: art. L.433-1 CSS.
    """
    days = (until - event.day).days - 1
    if days < 1:
        raise InvalidInput.one(
            f"aucun jour entre le {event.day} et le {until}", "Corriger l'une des deux dates", place="--option until"
        )
    return days
