"""The same clocks written a second time, by another road: lists of days, a computus, hours one by one."""

from __future__ import annotations

import calendar
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = timedelta(days=1)
FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
FROM_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
LOCAL_FIXED = {
    "FR": set(), "AM": {(12, 26)}, "971": {(5, 27)}, "972": {(5, 22)}, "973": {(6, 10)}, "974": {(12, 20)},
    "976": {(4, 27)}, "977": {(10, 9)}, "978": {(5, 28)},
}  # fmt: skip


@cache
def easter(year: int) -> date:
    """Easter Sunday (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int, region: str) -> frozenset[date]:
    """Public holidays of a year."""
    fixed: set[tuple[int, int]] = FIXED | LOCAL_FIXED[region]
    shifts = (*FROM_EASTER, *((-2,) if region == "AM" else ()))
    return frozenset({date(year, *month_day) for month_day in fixed} | {easter(year) + shift * DAY for shift in shifts})


def is_holiday(day: date, region: str) -> bool:
    """Whether a day is a public holiday."""
    return day in holidays(day.year, region)


def is_off(day: date, region: str) -> bool:
    """Whether a day is a Saturday, a Sunday or a public holiday."""
    return day.isoweekday() in {6, 7} or is_holiday(day, region)


def pushed(day: date, region: str) -> date:
    """The first day on or after this one that is not off."""
    return next(one for one in (day + n * DAY for n in range(20)) if not is_off(one, region))


def months_later(day: date, months: int) -> date:
    """Month by month, with the day number clipped once at the end."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month in {0, 13}:
            year, month = (year + 1, 1) if month == 13 else (year - 1, 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@cache
def days_that_count(last_weekday: int, region: str) -> list[date]:
    """Every day of forty years, from Monday to a weekday, that is no holiday."""
    every = (date(2000, 1, 1) + n * DAY for n in range(40 * 365))
    return [day for day in every if day.isoweekday() <= last_weekday and not is_holiday(day, region)]


def nth(day: date, number: int, last_weekday: int, region: str) -> date:
    """The nth later day, from Monday to a weekday, that is no holiday."""
    counting = days_that_count(last_weekday, region)
    return counting[bisect_right(counting, day) + number - 1] if number else day


def expected(convention: str, day: date, length: int, region: str) -> tuple[date, date]:
    """Legal and safe date of a convention in days, months or years."""
    if convention in {"MONTHS_EXT", "MONTHS_NOEXT", "MONTHS_BACKWARD", "YEARS", "YEARS_EXT", "ENOTICE_SAFE"} or (
        convention == "ENOTICE15+MONTHS_EXT"
    ):
        return _in_months(convention, day, length * (12 if convention.startswith("YEARS") else 1), region)
    plain, after = day + length * DAY, day + (length + 1) * DAY
    found: dict[str, Callable[[], tuple[date, date]]] = {
        "DAYS": lambda: (plain, plain),
        "DAYS_FROM_SEIZING": lambda: (plain, plain),
        "CALENDAR_DAYS": lambda: (plain, plain),
        "DAYS_EXT": lambda: (pushed(plain, region),) * 2,
        "FRANC": lambda: (pushed(after, region), pushed(plain, region)),
        "FRANC_NO_EXT": lambda: (after, after),
        "FRANC_AUTHORITY": lambda: (after, plain),
        "FRANC_BACKWARD": lambda: (day - (length + 1) * DAY,) * 2,
        "WORKING_DAYS": lambda: (nth(day, length, 5, region),) * 2,
        "BUSINESS_DAYS": lambda: (nth(day, length, 6, region),) * 2,
    }
    return found[convention]()


def _in_months(convention: str, day: date, months: int, region: str) -> tuple[date, date]:
    if convention == "MONTHS_BACKWARD":
        back = months_later(day, -months)
        return back, next(one for one in (back - n * DAY for n in range(20)) if not is_off(one, region))
    last = months_later(day, months)
    if convention in {"MONTHS_NOEXT", "YEARS"}:
        return last, last
    legal = months_later(day + 15 * DAY, months) if convention == "ENOTICE15+MONTHS_EXT" else last
    return pushed(legal, region), pushed(last, region)


def counted_hours(start: datetime, hours: int, region: str) -> datetime:
    """Hours that count, minute by minute of the clock on the wall: no change of hour falls on a counted day."""
    moment, left = start.replace(tzinfo=None), hours * 60
    while left:
        day = moment.date()
        if day.isoweekday() == 7 or is_holiday(day, region):
            moment = datetime.combine(day + DAY, datetime.min.time())
            continue
        midnight = datetime.combine(day + DAY, datetime.min.time())
        step = min(left, int((midnight - moment).total_seconds()) // 60)
        moment, left = moment + timedelta(minutes=step), left - step
    return moment


def elapsed_hours(start: datetime, hours: int) -> datetime:
    """Hours on a stopwatch, read in local time."""
    return datetime.fromtimestamp(start.timestamp() + hours * 3600, UTC).astimezone(start.tzinfo)
