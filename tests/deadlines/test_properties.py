"""What holds whatever is asked: order is kept, the safe date comes first, no act is due on a day that is excluded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.deadlines.bare_count import bare_count
from atmp_insure.deadlines.clock import Event, LengthUnit
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.question import Question
from atmp_insure.kernel.errors import InvalidInput
from tests.deadlines.asking import at_hour, product_law

if TYPE_CHECKING:
    from atmp_insure.deadlines.clock import Counted
    from atmp_insure.deadlines.territory import TerritoryCalendar

LAW = product_law()
MANY = settings(deadline=None, max_examples=400)
CALM_FIRST, CALM_LAST = date(2021, 1, 1), date(2060, 12, 31)  # no rule changes, no suspension, inside the calendar
rules = st.sampled_from(sorted(LAW.rules))
regions = st.sampled_from(sorted(LAW.territories))
days = st.dates(CALM_FIRST, CALM_LAST)
minutes = st.integers(0, 24 * 60 - 1)
moving = st.sampled_from(sorted(name for name, one in CONVENTIONS.items() if one.moves))


def answer(name: str, event: Event, territory: TerritoryCalendar) -> Counted | None:
    """What the rule gives; None where it is not in force or the hour does not exist."""
    try:
        return due(LAW, name, Question(event, territory)).counted
    except InvalidInput:
        return None


@MANY
@given(rules, regions, days, minutes, st.integers(0, 60 * 24 * 40))
def test_a_later_event_never_gives_an_earlier_date(name: str, region: str, day: date, minute: int, later: int) -> None:
    territory = LAW.territory(region)
    first = at_hour(day, minute // 60, minute % 60, territory)
    assert first.at is not None
    moment = datetime.fromtimestamp(first.at.timestamp() + later * 60, territory.zone)
    former, latter = answer(name, first, territory), answer(name, Event(moment.date(), moment), territory)
    if former is None or latter is None or former.due is None or latter.due is None:
        return
    assert former.safe_due is not None
    assert latter.safe_due is not None
    assert former.due <= latter.due
    assert former.safe_due <= latter.safe_due


@MANY
@given(rules, regions, st.dates(date(1986, 1, 1), date(2090, 12, 31)), minutes)
def test_the_safe_date_is_never_after_the_legal_one(name: str, region: str, day: date, minute: int) -> None:
    territory = LAW.territory(region)
    counted = answer(name, at_hour(day, minute // 60, minute % 60, territory), territory)
    if counted is not None and counted.due is not None and counted.safe_due is not None:
        assert counted.safe_due <= counted.due


@MANY
@given(moving, regions, days, st.integers(1, 24))
def test_no_act_is_due_on_a_day_that_its_convention_excludes(name: str, region: str, day: date, length: int) -> None:
    territory = LAW.territory(region)
    counted = bare_count(LAW, CONVENTIONS[name], length, Question(Event(day), territory)).counted
    for found in (counted.due, counted.safe_due):
        assert found is not None
        if name == "BUSINESS_DAYS":  # Saturday is a business day
            assert territory.is_counted_in_hours(found)
        else:
            assert territory.is_open(found)


@MANY
@given(regions, days, minutes, st.integers(1, 200))
def test_the_hours_of_a_declaration_run_out_on_a_day_that_counts(
    region: str, day: date, minute: int, length: int
) -> None:
    territory = LAW.territory(region)
    event = at_hour(day, minute // 60, minute % 60, territory)
    found = bare_count(LAW, CONVENTIONS["HOURS_EXCL_SUN_HOL"], length, Question(event, territory)).counted.due
    assert isinstance(found, datetime)
    # used up at midnight, it is written as 00:00 of the next day: the last minute is what must count
    assert territory.is_counted_in_hours((found - timedelta(minutes=1)).date())


@MANY
@given(moving, regions, days, st.integers(1, 24))
def test_a_moved_day_says_from_where_and_why(name: str, region: str, day: date, length: int) -> None:
    territory = LAW.territory(region)
    counted = bare_count(LAW, CONVENTIONS[name], length, Question(Event(day), territory)).counted
    if counted.extended is not None:
        assert counted.extended.first_day < counted.extended.last_day == counted.due
        assert not territory.is_open(counted.extended.first_day)
        assert counted.extended.reason_fr


@MANY
@given(st.sampled_from(sorted(CONVENTIONS)), regions, days, st.integers(1, 30))
def test_one_unit_more_never_gives_an_earlier_date(name: str, region: str, day: date, length: int) -> None:
    convention, territory = CONVENTIONS[name], LAW.territory(region)
    if convention.unit is LengthUnit.NONE:
        return
    question = Question(at_hour(day, 12, 0, territory), territory)
    shorter = bare_count(LAW, convention, length, question).counted.due
    longer = bare_count(LAW, convention, length + 1, question).counted.due
    assert shorter is not None
    assert longer is not None
    if name.endswith("_BACKWARD"):
        assert longer <= shorter
    else:
        assert shorter <= longer
