"""Days as the papers of a policy write them: on one line, with the hour at which cover begins and ends."""

from __future__ import annotations

from datetime import date, timedelta

from atmp_insure.formatting import day
from atmp_insure.kernel.french import BEFORE_UNIT
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.transactions import InsuranceYear

_DAY = timedelta(days=1)
FIRST_HOUR, LAST_HOUR = f"à 0{BEFORE_UNIT}h", f"à minuit (24{BEFORE_UNIT}h)"


def day_fr(on: date) -> str:
    """A day that no line end cuts: `1er janvier 2027`.

    Source: none; how a date is written.
    """
    return day(on).replace(" ", BEFORE_UNIT)


def period_fr(first_day: date, last_day: date) -> str:
    """Days, both ends included: `du 1er janvier 2027 au 31 décembre 2027`.

    Source: none; how a period is written.
    """
    return f"du {day_fr(first_day)} au {day_fr(last_day)}"


def due_day(year: InsuranceYear) -> date:
    """The main due date (échéance principale) that ends a policy year.

    Source: special conditions.
    """
    return year.last_day + _DAY


def due_day_fr(year: InsuranceYear) -> str:
    """The main due date of every year: `1er janvier`.

    Source: special conditions.
    """
    return day_fr(due_day(year)).rpartition(BEFORE_UNIT)[0]


def first_ending_due(began_on: date, year: InsuranceYear) -> date:
    """The first main due date on which either side may end the policy: the next one, once a year of cover has gone by.

    Source: art. L.113-12 Code des assurances.
    """
    anniversary = next_year(InsuranceYear(began_on, began_on - _DAY)).last_day + _DAY
    while due_day(year) < anniversary:
        year = next_year(year)
    return due_day(year)


def eve(on: date) -> date:
    """The day before: the last one that is covered when cover ends on a day.

    Source: none; the calendar.
    """
    return on - _DAY
