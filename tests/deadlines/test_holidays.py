"""Days off by territory, checked against a computus of our own; the library knows days that do not count."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import holidays as library
import pytest

from tests.deadlines import oracle
from tests.deadlines.asking import days

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw

REGIONS = ("FR", "AM", "971", "972", "973", "974", "976", "977", "978")
NATIONAL = 11
YEARS = range(1986, 2101)


@pytest.mark.parametrize("region", REGIONS)
def test_a_territory_has_the_days_that_the_law_names_and_no_other(law: DeadlineLaw, region: str) -> None:
    wanted = {day for year in YEARS for day in oracle.holidays(year, region)}
    assert set(law.territory(region).holidays) == wanted


@pytest.mark.parametrize("region", REGIONS)
def test_every_year_has_its_full_number_of_holidays(law: DeadlineLaw, region: str) -> None:
    own = {"FR": 0, "AM": 2}.get(region, 1)
    found = law.territory(region).holidays
    for year in YEARS:
        in_year = [day for day in found if day.year == year]
        # Ascension falls on 1 or 8 May in a few years, abolition day on Whit Monday or Ascension in others
        assert len(in_year) == len(oracle.holidays(year, region)), year
        assert NATIONAL + own - 2 <= len(in_year) <= NATIONAL + own


def test_customary_days_that_the_library_lists_do_not_count(law: DeadlineLaw) -> None:
    listed = library.country_holidays("FR", subdiv="971", years=2024, language="fr")
    guadeloupe = law.territory("971")
    for day in (date(2024, 3, 7), date(2024, 3, 29), date(2024, 7, 21)):  # Mi-Carême, Good Friday, Schœlcher
        assert day in listed
        assert day not in guadeloupe.holidays


def test_whit_monday_stays_a_holiday_in_the_years_when_it_was_worked(law: DeadlineLaw) -> None:
    whit_monday = date(2006, 6, 5)
    assert whit_monday not in library.country_holidays("FR", years=2006, language="fr")
    assert whit_monday in law.territory("FR").holidays


def test_good_friday_and_26_december_are_days_off_in_alsace_moselle_only(law: DeadlineLaw) -> None:
    for day in (date(2025, 4, 18), date(2025, 12, 26)):
        assert [region for region in REGIONS if not law.territory(region).is_open(day)] == ["AM"]


@pytest.mark.parametrize(
    ("region", "month", "number"),
    [
        ("976", 4, 27), ("972", 5, 22), ("971", 5, 27), ("978", 5, 28), ("973", 6, 10), ("977", 10, 9),
        ("974", 12, 20),
    ],
)  # fmt: skip
def test_the_abolition_day_is_a_day_off_in_its_own_territory_only(
    law: DeadlineLaw, region: str, month: int, number: int
) -> None:
    day = date(2021, month, number) if (month, number) != (10, 9) else date(2020, month, number)
    assert day in law.territory(region).holidays
    others = [one for one in REGIONS if one != region and day in law.territory(one).holidays]
    assert not others


def test_two_holidays_on_one_day_are_one_day_off(law: DeadlineLaw) -> None:
    both = date(2008, 5, 1)  # 1 May and Ascension
    assert both in law.territory("FR").holidays
    assert len([day for day in law.territory("FR").holidays if day.year == 2008]) == NATIONAL - 1


def test_an_open_day_is_found_forward_and_backward(law: DeadlineLaw) -> None:
    mainland = law.territory("FR")
    for day in days(step=3):
        forward, backward = mainland.next_open_day(day), mainland.previous_open_day(day)
        assert backward <= day <= forward
        assert mainland.is_open(forward)
        assert mainland.is_open(backward)
        assert all(not mainland.is_open(one) for one in days(day, forward) if one < forward)
