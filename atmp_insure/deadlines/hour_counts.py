"""Limits in hours, in the local time of the territory: plain hours, and hours of the days that count."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Counted, Step
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.deadlines.clock import Clock
    from atmp_insure.deadlines.territory import TerritoryCalendar

HOURS_SOURCE = "heures de date à heure, sans prorogation"
DECLARATION_SOURCE = "art. R.441-3 CSS (dimanches et jours fériés non compris)"


def plain_hours(clock: Clock) -> Counted:
    """Hours that really elapse, the change of summer time included; no day is left out and the end is never moved.

    Source: art. R.441-2 CSS; art. R.4121-5 C. trav.
    """
    start = _hour_of(clock)
    try:
        end = (start.astimezone(UTC) + timedelta(hours=clock.length)).astimezone(clock.territory.zone)
    except OverflowError as error:
        raise clock.territory.out_of_calendar() from error
    clock.territory.checked(end.date())
    steps = [Step("start", "heure du fait, heure locale", start, HOURS_SOURCE)]
    if start.utcoffset() != end.utcoffset():
        steps.append(Step("summer_time", "changement d'heure pendant le délai", end, "heures réellement écoulées"))
    steps.append(Step("due", f"{clock.length} heures plus tard", end, HOURS_SOURCE))
    return Counted(end, end, tuple(steps))


def hours_without_sundays_and_holidays(clock: Clock) -> Counted:
    """Only the hours of days that are neither Sunday nor public holiday run; Saturday's do; no final extension.

    A limit used up at midnight is written as 00:00 of the next day, whatever that day is.

    Source: art. R.441-3 CSS.
    """
    territory, moment = clock.territory, _hour_of(clock)
    steps = [Step("start", "heure de la connaissance, heure locale", moment, DECLARATION_SOURCE)]
    try:
        left = timedelta(hours=clock.length)
    except OverflowError as error:
        raise territory.out_of_calendar() from error
    while True:
        day = moment.date()
        midnight = _midnight(territory, territory.plus_days(day, 1))
        if territory.is_counted_in_hours(day):
            available = midnight.astimezone(UTC) - moment.astimezone(UTC)
            if left <= available:
                end = (moment.astimezone(UTC) + left).astimezone(territory.zone)
                break
            left -= available
        else:
            steps.append(_skipped(territory, day))
        moment = midnight
    steps.append(Step("due", f"{clock.length} heures comptées", end, DECLARATION_SOURCE))
    return Counted(end, end, tuple(steps))


def _skipped(territory: TerritoryCalendar, day: date) -> Step:
    holiday = territory.holidays.get(day)
    why = "dimanche" if holiday is None else holiday.label_fr
    return Step("skipped", f"jour non compté ({why})", day, DECLARATION_SOURCE)


def _midnight(territory: TerritoryCalendar, day: date) -> datetime:
    return datetime.combine(day, time(), territory.zone)


def _hour_of(clock: Clock) -> datetime:
    if clock.event.at is None:
        raise InvalidInput.one(
            f"« {clock.event.day} » sans heure alors que le délai court d'heure à heure",
            f"Donner la date et l'heure locale, par exemple {clock.event.day}T14:30",
            place="--event",
        )
    return clock.event.at.astimezone(clock.territory.zone)
