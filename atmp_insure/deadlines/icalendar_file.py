"""A sequence as an iCalendar file: an all-day event a step, or a moment where hours matter; identifiers are stable."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from atmp_insure.deadlines.day_names import iso_text
from atmp_insure.deadlines.vocabulary import Bound
from atmp_insure.deadlines.wording import window_text
from atmp_insure.kernel.french import begun

if TYPE_CHECKING:
    from atmp_insure.deadlines.day_names import When
    from atmp_insure.deadlines.sequences import Plan, PlannedStep

PRODUCT = "-//atmp-insure//deadlines//FR"
HOST = "deadlines.atmp-insure"


def icalendar_file(plan: Plan) -> bytes:
    """The steps that have a date: the safe one for who must act, the last legal one for authorities."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{plan.sequence.label_fr}, {iso_text(plan.question.event.when)}")
    for planned in plan.steps:
        when = _shown_on(planned)
        if when is not None:
            calendar.add_component(_event(plan, planned, when))
    return bytes(calendar.to_ical())


def _event(plan: Plan, planned: PlannedStep, when: When) -> Event:
    deadline = planned.deadline
    if deadline is None:
        raise ValueError(planned.step.name)  # facts without a rule are not shown
    event = Event()
    event.add("uid", identifier(plan, planned))
    # the day the law was last checked, so that the same question gives the same file
    event.add("dtstamp", datetime.combine(deadline.entry.sourced.citation.checked_on, time(), UTC))
    if isinstance(when, datetime):
        event.add("dtstart", when.astimezone(UTC))
    else:
        event.add("dtstart", when)
        event.add("dtend", when + timedelta(days=1))
    event.add("summary", f"{deadline.rule.label_fr} ({planned.step.label_fr})")
    event.add("description", _description(planned))
    event.add("categories", [deadline.rule.actor.value])
    event.add("status", "CONFIRMED" if planned.has_certain_limit else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    return event


def identifier(plan: Plan, planned: PlannedStep) -> str:
    """The identifier of a step: the same for the same sequence, first fact, territory and step, whatever its date.

    Source: RFC 7986, section 5.3 (uniqueness); ours is readable on purpose.
    """
    event = "".join(sign for sign in iso_text(plan.question.event.when) if sign.isalnum())
    return f"{plan.sequence.name}-{event}-{plan.question.territory.code}-{planned.step.name}@{HOST}"


def _shown_on(planned: PlannedStep) -> When | None:
    deadline = planned.deadline
    if deadline is None or planned.actual is not None:
        return None
    if deadline.rule.bound is Bound.EARLIEST:
        return deadline.counted.due
    if deadline.rule.actor.is_ours and deadline.rule.bound is Bound.LATEST:
        return deadline.counted.safe_due
    return deadline.counted.due if planned.latest is None else planned.latest.when


def _description(planned: PlannedStep) -> str:
    deadline = planned.deadline
    if deadline is None:
        return ""
    lines = [
        begun(window_text(planned)),
        f"{deadline.rule.actor.label} : {deadline.rule.act_fr}",
        f"Texte : {deadline.rule.article}",
        f"Passé la date : {deadline.rule.missed_fr}",
        *deadline.warnings,
    ]
    return "\n".join(lines)
