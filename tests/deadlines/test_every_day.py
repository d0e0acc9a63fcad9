"""Every rule on every day of 2018 to 2027 against clocks written a second time; every convention in every region."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from atmp_insure.deadlines.bare_count import bare_count
from atmp_insure.deadlines.clock import Event, LengthUnit
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.question import Facts, Question
from tests.deadlines import oracle
from tests.deadlines.asking import FIRST_DAY, at_hour, days, product_law

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw

RULES = sorted(product_law().rules)
SUSPENSION = (date(2020, 3, 12), date(2020, 6, 23))
LENGTHS = {LengthUnit.DAYS: (1, 5, 10, 30, 120), LengthUnit.MONTHS: (1, 2, 4), LengthUnit.YEARS: (1, 2, 5)}
REGIONS = ("AM", "971", "972", "973", "974", "976")
AS_IF_2020_HAD_NOT_BEEN = Facts(choices={"legal_suspensions": "ignored"})


@pytest.mark.parametrize("name", RULES)
def test_a_rule_on_every_day_of_ten_years(law: DeadlineLaw, name: str) -> None:
    mainland = law.territory("FR")
    first = max(FIRST_DAY, law.rules[name].entries[0].first_day)
    former: tuple[datetime | date, datetime | date] | None = None
    for day in days(first):
        if name == "mp_decision_with_inquiry" and day > date(2019, 11, 30):
            break
        event = at_hour(day, 10, 30, mainland)
        answer = due(law, name, Question(event, mainland, AS_IF_2020_HAD_NOT_BEEN))
        rule, counted = answer.rule, answer.counted
        if counted.due is None or counted.safe_due is None:
            assert name == "account_charge_contest"
            return
        start = date(day.year, 12, 31) if rule.start == "end_of_year" else day
        if CONVENTIONS[rule.count.convention].unit is LengthUnit.HOURS:
            _check_hours(rule.count.convention, event, rule.count.length, counted.due)
        else:
            legal, safe = oracle.expected(rule.count.convention, start, rule.count.length, "FR")
            if rule.then is not None:
                legal, safe = oracle.expected(rule.then.convention, legal, rule.then.length, "FR")
            assert (counted.due, counted.safe_due) == (legal, safe), day
        assert counted.safe_due <= counted.due
        now = (counted.due, counted.safe_due)
        assert former is None or (former[0] <= now[0] and former[1] <= now[1]), f"{day}: earlier than the day before"
        former = now


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", [name for name, one in CONVENTIONS.items() if one.unit in LENGTHS])
def test_a_convention_in_each_region(law: DeadlineLaw, name: str, region: str) -> None:
    convention, territory = CONVENTIONS[name], law.territory(region)
    for at, day in enumerate(days(date(2023, 1, 1), date(2025, 12, 31))):
        length = LENGTHS[convention.unit][at % len(LENGTHS[convention.unit])]
        counted = bare_count(law, convention, length, Question(Event(day), territory)).counted
        assert (counted.due, counted.safe_due) == oracle.expected(name, day, length, region), (day, length)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", ["HOURS", "HOURS_EXCL_SUN_HOL"])
def test_hours_in_each_region(law: DeadlineLaw, name: str, region: str) -> None:
    territory = law.territory(region)
    for at, day in enumerate(days(date(2023, 1, 1), date(2025, 12, 31))):
        event = at_hour(day, at % 24, 0, territory)
        assert event.at is not None
        if oracle.elapsed_hours(event.at, 0).hour != at % 24:
            continue  # an hour that clocks skip
        counted = bare_count(law, CONVENTIONS[name], 48, Question(event, territory)).counted
        assert isinstance(counted.due, datetime)
        if name == "HOURS":
            assert counted.due == oracle.elapsed_hours(event.at, 48)
        else:
            assert counted.due.replace(tzinfo=None) == oracle.counted_hours(event.at, 48, region)


@pytest.mark.parametrize("name", RULES)
def test_the_suspension_of_2020_only_ever_gives_more_time_and_never_a_later_safe_date(
    law: DeadlineLaw, name: str
) -> None:
    mainland = law.territory("FR")
    first = max(date(2018, 1, 1), law.rules[name].entries[0].first_day)
    for day in days(first, date(2020, 12, 31), step=2):
        if name == "mp_decision_with_inquiry" and day > date(2019, 11, 30):
            break
        event = at_hour(day, 9, 0, mainland)
        with_it = due(law, name, Question(event, mainland)).counted
        without = due(law, name, Question(event, mainland, AS_IF_2020_HAD_NOT_BEEN)).counted
        if with_it.due is None or without.due is None:
            return
        assert with_it.due >= without.due
        assert with_it.safe_due == without.safe_due
        if day > SUSPENSION[1] or day_of(without.due) < SUSPENSION[0]:
            assert with_it == without


def _check_hours(convention: str, event: Event, length: int, found: datetime | date) -> None:
    assert event.at is not None
    assert isinstance(found, datetime)
    if convention == "HOURS":
        assert found == oracle.elapsed_hours(event.at, length)
    else:
        assert found.replace(tzinfo=None) == oracle.counted_hours(event.at, length, "FR")
