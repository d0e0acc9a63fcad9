"""Newly created establishments: three civil years at the collective rate, then the normal mode on what they have."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.rate import rate
from tests.builders import COSTS, SURCHARGES, a_claim, a_question

if TYPE_CHECKING:
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law


def _rate(law: Law, rate_year: int, created: int, **changes: object) -> YearRate:
    asked: dict[str, object] = {
        "rate_year": rate_year,
        "headcount": 100,
        "created_on": date(created, 3, 1),
        "wages_eur": {year: 1_000_000 for year in range(rate_year - 4, rate_year - 1) if year >= created},
        "surcharges": SURCHARGES,
        "average_costs_eur": COSTS,
    }
    return rate(a_question(**(asked | changes)), law)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rate_year", "mode"),
    [(2018, "collective"), (2019, "collective"), (2020, "collective"), (2021, "mixed"), (2022, "mixed")],
)
def test_cass_2025_a_new_establishment_leaves_the_collective_rate_without_waiting_for_the_freeze(
    rate_year: int, mode: str, law: Law
) -> None:
    # Cass. 2e civ., 16 October 2025: created in 2018, 20 to 149 employees from the start
    assert _rate(law, rate_year, 2018).mode.value == mode
    history = dict.fromkeys(range(2018, rate_year - 1), 100)
    assert _rate(law, rate_year, 2018, headcount_history=history).mode.value == mode


@pytest.mark.parametrize("headcount", [100, 5000])
@pytest.mark.parametrize("since", [0, 1, 2])
def test_the_year_of_creation_and_the_next_two_are_collective_whatever_the_headcount(
    since: int, headcount: int, law: Law
) -> None:
    found = _rate(law, 2021 + since, 2021, headcount=headcount)
    assert (found.mode.value, found.rate_percent) == ("collective", Fraction("2.80"))


def test_the_day_of_creation_in_the_year_plays_no_part(law: Law) -> None:
    for day in (date(2021, 1, 1), date(2021, 12, 31)):
        assert _rate(law, 2023, 2021, created_on=day).mode.value == "collective"
        assert _rate(law, 2024, 2021, created_on=day).mode.value == "mixed"


def test_the_fourth_year_uses_the_civil_years_since_creation_only(law: Law) -> None:
    # rate Y+3 uses Y and Y+1: 100 000 € of risk over 2 million
    found = _rate(
        law,
        2024,
        2021,
        headcount=200,
        claims=[a_claim(account_year=2021, cost_eur=40_000), a_claim(account_year=2022, cost_eur=60_000)],
    )
    assert found.gross_percent == 5


def test_wages_before_the_creation_are_refused(law: Law) -> None:
    wages = {2020: 1, 2021: 1_000_000, 2022: 1_000_000}
    with pytest.raises(InvalidInput, match="2020"):
        _rate(law, 2024, 2021, wages_eur=wages)


def test_zero_wages_before_the_creation_are_admitted(law: Law) -> None:
    wages = {2020: 0, 2021: 1_000_000, 2022: 1_000_000}
    assert _rate(law, 2024, 2021, wages_eur=wages).mode.value == "mixed"


def test_wages_since_the_creation_are_needed(law: Law) -> None:
    with pytest.raises(InvalidInput, match="2022"):
        _rate(law, 2024, 2021, wages_eur={2021: 1_000_000})


def test_a_rate_year_before_the_creation_is_refused(law: Law) -> None:
    with pytest.raises(InvalidInput, match="2021"):
        _rate(law, 2020, 2021)


def test_the_rate_that_follows_the_collective_years_is_capped_against_the_collective_rate(law: Law) -> None:
    # literal reading: the reference is the rate notified for the year before, collective or not
    claims = [a_claim(account_year=2021, category="IP4")]
    found = _rate(law, 2024, 2021, headcount=200, claims=claims, previous_rate_percent="2.80")
    assert found.rate_percent == Fraction("3.80")


def test_no_previous_rate_means_no_cap(law: Law) -> None:
    claims = [a_claim(account_year=2021, category="IP4")]
    found = _rate(law, 2024, 2021, headcount=200, claims=claims)
    assert found.limits is None
    assert found.rate_percent > 10
