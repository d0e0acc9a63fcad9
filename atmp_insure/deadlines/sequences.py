"""The road of a file: from one fact, every step with its first and its last day, as rules and known facts give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.law import SequenceStep
from atmp_insure.deadlines.question import Facts, Question
from atmp_insure.deadlines.vocabulary import Bound, StepDating
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.deadlines.day_names import When
    from atmp_insure.deadlines.due import Deadline
    from atmp_insure.deadlines.law import DeadlineLaw, Sequence

FIRST_FACT = "event"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step on the road.

    Attributes:
        step: as the sequence writes it.
        deadline: counted from the first day on which its trigger can happen; None for a fact without limit.
        earliest: first day on which the step can happen.
        latest: last day; None while a fact on the way has no known date.
        actual: the real day, when it is known.
        has_certain_limit: whether the day of the trigger is certain, so that one single date is the limit.
    """

    step: SequenceStep
    deadline: Deadline | None
    earliest: Event
    latest: Event | None
    actual: Event | None
    has_certain_limit: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole road."""

    sequence: Sequence
    question: Question
    steps: tuple[PlannedStep, ...]


def plan(law: DeadlineLaw, name: str, question: Question, known: Mapping[str, Event] | None = None) -> Plan:
    """The calendar of a sequence.

    Args:
        law: the dated table.
        name: the sequence.
        question: its first fact, where limits are counted, unsettled points settled for this question.
        known: the real day of steps that have happened.

    Raises:
        InvalidInput: no such sequence on that day, or a known day that precedes what triggers it.

    Source: the table of sequences; each step names its rule.
    """
    event = question.event
    sequence = law.sequence(name, event.day).sourced.value
    first_fact = SequenceStep(FIRST_FACT, "", (), "", (), StepDating.SAME_DAY, sequence.event_fr)
    planned = {FIRST_FACT: PlannedStep(first_fact, None, event, event, event)}
    for step in sequence.steps:
        road = _Road(law, question, planned)
        actual = (known or {}).get(step.name)
        planned[step.name] = _ruled(road, step, actual) if step.rule else _fact(road, step, actual)
    del planned[FIRST_FACT]
    return Plan(sequence, question, tuple(planned.values()))


def step_names(law: DeadlineLaw, name: str, on: date) -> tuple[str, ...]:
    """The steps of a sequence, whose real days may be told.

    Source: the table of sequences.
    """
    return tuple(step.name for step in law.sequence(name, on).sourced.value.steps)


@dataclass(frozen=True, slots=True)
class _Road:
    """What stands before a step."""

    law: DeadlineLaw
    question: Question
    planned: Mapping[str, PlannedStep]

    def window(self, step: SequenceStep) -> tuple[Event, Event | None]:
        """First and last day on which one of the triggers of a step can happen."""
        triggers = [self.planned[name] for name in step.after]
        first = min((trigger.earliest for trigger in triggers), key=_moment)
        lasts = [trigger.latest for trigger in triggers if trigger.latest is not None]
        return first, max(lasts, key=_moment) if len(lasts) == len(triggers) else None

    def due(self, step: SequenceStep, event: Event) -> Deadline:
        """The limit of a step from one day of its trigger."""
        told = {option: self.planned[name].actual for option, name in step.given}
        facts = Facts(
            days={option: actual.day for option, actual in told.items() if actual is not None},
            party_region=self.question.facts.party_region,
            choices=self.question.facts.choices,
        )
        return due(self.law, step.rule, Question(event, self.question.territory, facts))


def _fact(road: _Road, step: SequenceStep, actual: Event | None) -> PlannedStep:
    first, last = road.window(step)
    if actual is not None:
        _check_order(step, actual, first)
        return PlannedStep(step, None, actual, actual, actual)
    earliest = _end(road.planned[step.after[0]]) if step.fact is StepDating.END else first
    return PlannedStep(step, None, earliest, None if step.fact is StepDating.OPEN else last, None)


def _ruled(road: _Road, step: SequenceStep, actual: Event | None) -> PlannedStep:
    first, last = road.window(step)
    deadline = road.due(step, first)
    is_backward = deadline.counted.due is not None and day_of(deadline.counted.due) < first.day
    if actual is not None:
        if not is_backward:
            _check_order(step, actual, first)
        return PlannedStep(step, deadline, actual, actual, actual, has_certain_limit=last == first)
    farthest = None if last is None else deadline if last == first else road.due(step, last)
    start = road.planned[FIRST_FACT].earliest if is_backward else first
    earliest, latest = _window(deadline, farthest, start)
    earliest = _not_before(road, step, earliest, latest)
    return PlannedStep(step, deadline, earliest, latest, None, has_certain_limit=last == first)


def _end(trigger: PlannedStep) -> Event:
    """The first day on which the limit of a step can be reached."""
    if trigger.actual is not None or trigger.deadline is None or trigger.deadline.counted.due is None:
        return trigger.earliest
    return _event(trigger.deadline.counted.due)


def _window(deadline: Deadline, farthest: Deadline | None, start: Event) -> tuple[Event, Event | None]:
    """First and last day of a step: from its trigger to its limit, or the day of the effect itself."""
    counted_first = deadline.counted.due
    counted_last = None if farthest is None else farthest.counted.due
    if counted_first is None:
        return start, None
    latest = None if counted_last is None else _event(counted_last)
    match deadline.rule.bound:
        case Bound.EARLIEST:
            return _event(counted_first), None
        case Bound.LAPSE:
            return _event(counted_first), latest
        case Bound.LATEST:
            return start, latest


def _not_before(road: _Road, step: SequenceStep, earliest: Event, latest: Event | None) -> Event:
    """The earliest day, put off to the day after the step that must be over first, but never past the latest one."""
    if not step.not_before:
        return earliest
    over = _end(road.planned[step.not_before])
    free = Event(road.question.territory.plus_days(over.day, 1))
    pushed = max(earliest, free, key=_moment)
    return pushed if latest is None else min(pushed, latest, key=_moment)


def _check_order(step: SequenceStep, actual: Event, first: Event) -> None:
    if actual.day < first.day:
        raise InvalidInput.one(
            f"{step.name} le {actual.day} précède son déclencheur, possible à partir du {first.day}",
            "Corriger cette date, ou donner celle du déclencheur",
            place=f"--option {step.name}",
        )


def _event(when: When) -> Event:
    return Event(when.date(), when) if isinstance(when, datetime) else Event(when)


def _moment(event: Event) -> tuple[date, float]:
    """Order of events; a day without hour comes before its hours."""
    return event.day, -1 if event.at is None else event.at.timestamp()
