"""Legal suspensions (2020): limits that would have ended inside start anew, time that was running stands still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Event, Extension, Step
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.day_names import day_of, day_text
from atmp_insure.deadlines.vocabulary import SuspendedAs, SuspensionEffect

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.deadlines.clock import Clock, Counted
    from atmp_insure.deadlines.conventions import Convention
    from atmp_insure.deadlines.law import Suspension


@dataclass(frozen=True, slots=True)
class Touched:
    """A count under a legal suspension that bears on it."""

    counted: Counted
    suspension: Suspension
    effect: SuspensionEffect


def under_suspension(
    counted: Counted, clock: Clock, convention: Convention, kind: SuspendedAs, suspensions: tuple[Suspension, ...]
) -> Touched | None:
    """The count with the effect of the suspension that bears on it; None when none does.

    The safe date stays where it was without the suspension: nobody should plan on it.

    Source: ordonnances 2020-306 du 25 mars 2020 and 2020-460 du 22 avril 2020.
    """
    if counted.due is None:
        return None
    ordinary = day_of(counted.due)
    for suspension in suspensions:
        if kind not in suspension.effects or clock.event.day > suspension.last_day:
            continue
        effect, most_months = suspension.effects[kind]
        if ordinary < suspension.first_day or (
            effect is SuspensionEffect.NEW_PERIOD and ordinary > suspension.last_day
        ):
            continue
        if effect is SuspensionEffect.NEW_PERIOD:
            new_due = _new_period(clock, convention, suspension.last_day, most_months)
        elif effect is SuspensionEffect.FROZEN:
            new_due = _frozen(clock, convention, ordinary, suspension)
        else:
            new_due = ordinary
        return Touched(_postponed(counted, ordinary, new_due, suspension), suspension, effect)
    return None


def _new_period(clock: Clock, convention: Convention, from_day: date, most_months: int) -> date:
    """The legal length counted again from the end of the suspension, within a maximum of months."""
    anew = replace(clock, event=Event(from_day), consulted_on=None)
    in_months = CONVENTIONS["MONTHS_EXT" if convention.moves else "MONTHS_NOEXT"]
    candidates = (convention.count(anew), in_months.count(replace(anew, length=most_months)))
    return min(day_of(candidate.due) for candidate in candidates if candidate.due is not None)


def _frozen(clock: Clock, convention: Convention, ordinary: date, suspension: Suspension) -> date:
    """The due date when the days of the suspension do not run."""
    if clock.event.day >= suspension.first_day:
        anew = convention.count(replace(clock, event=Event(suspension.last_day))).due
        return ordinary if anew is None else day_of(anew)
    days = (suspension.last_day - suspension.first_day).days + 1
    return clock.territory.plus_days(ordinary, days)


def _postponed(counted: Counted, ordinary: date, new_due: date, suspension: Suspension) -> Counted:
    if new_due <= ordinary:
        return counted
    source = suspension.citation.source
    reason = f"{suspension.label_fr} : {day_text(ordinary)} reporté au {day_text(new_due)}"
    step = Step("suspension", suspension.label_fr, new_due, source)
    return replace(
        counted,
        due=new_due,
        extended=Extension(ordinary, new_due, reason),
        overrun_after=new_due if counted.overrun_after else None,
        steps=(*counted.steps, step),
    )
