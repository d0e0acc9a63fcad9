"""The five-year freeze of upward crossings: five years running up, at once down, from the mode of headcount 2017."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rating.impact import impact
from atmp_insure.rating.mode import tariff_mode
from atmp_insure.rating.rate import rate
from atmp_insure.regulation.law import HeadcountFreeze
from tests.builders import SURCHARGES, a_question, an_impact, golden, with_rule

if TYPE_CHECKING:
    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import Law

ROWS = golden("threshold_freeze")
FIVE_ABOVE = {2017: 140, 2018: 160, 2019: 160, 2020: 160, 2021: 160, 2022: 160}


def _frozen(rate_year: int, history: dict[int, str | int], headcount: str | int | None = None) -> RateQuestion:
    return a_question(
        rate_year=rate_year,
        headcount=headcount if headcount is not None else history[rate_year - 2],
        headcount_history=history,
        surcharges=SURCHARGES,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_an_upward_crossing_waits_five_years_and_a_downward_one_does_not(row: dict[str, str], law: Law) -> None:
    pairs = (pair.split(":") for pair in row["history"].split())
    history: dict[int, str | int] = {int(year): count for year, count in pairs}
    decision = tariff_mode(_frozen(int(row["rate_year"]), history, row["headcount"] or None), law)
    assert (decision.mode.value, decision.frozen) == (row["mode"], row["frozen"] == "true")


@pytest.mark.parametrize(
    ("construction", "threshold", "mode"), [(False, 150, "individual"), (True, 300, "individual"), (False, 50, "mixed")]
)
def test_the_freeze_holds_the_thresholds_of_alsace_moselle_too(
    construction: bool, threshold: int, mode: str, law: Law
) -> None:
    def reached_in(rate_year: int) -> str:
        history = {2017: threshold - 1} | dict.fromkeys(range(2018, rate_year - 1), threshold)
        question = a_question(
            rate_year=rate_year,
            scope="alsace_moselle",
            construction=construction,
            headcount=threshold,
            headcount_history=history,
            surcharges=SURCHARGES,
        )
        return tariff_mode(question, law).mode.value

    assert reached_in(2023) != mode
    assert reached_in(2024) == mode


def test_every_result_under_the_freeze_carries_its_warning(law: Law) -> None:
    [warning] = {entry.sourced.citation.warning for entry in law.headcount_freeze.entries}
    assert warning
    assert warning in rate(_frozen(2024, dict(FIVE_ABOVE)), law).assumptions
    assert warning not in rate(_frozen(2019, dict(FIVE_ABOVE), 140), law).assumptions


def test_the_freeze_may_start_from_headcount_2018_by_an_option_of_the_law(law: Law) -> None:
    history: dict[int, str | int] = {2017: 140, 2018: 160}
    option = with_rule(law, headcount_freeze=HeadcountFreeze(years=5, start_headcount_year=2018))
    assert tariff_mode(_frozen(2020, history), law).mode.value == "mixed"
    assert tariff_mode(_frozen(2020, history), option).mode.value == "individual"


def test_a_mixed_mode_frozen_above_the_individual_threshold_is_clamped_just_below_one_with_its_warning(
    law: Law,
) -> None:
    found = rate(_frozen(2023, {year: FIVE_ABOVE[year] for year in range(2017, 2022)}), law)
    assert found.mode.value == "mixed"
    assert Fraction(1, 10) <= found.individual_share < 1
    assert found.individual_share == Fraction(129_991, 130_000)  # that of 149.99, the largest mixed headcount
    [warning] = {entry.sourced.citation.warning for entry in law.frozen_mixed_headcount.entries}
    assert warning
    assert warning in found.assumptions


def test_the_clamp_says_nothing_when_the_headcount_is_below_the_threshold(law: Law) -> None:
    [warning] = {entry.sourced.citation.warning for entry in law.frozen_mixed_headcount.entries}
    history: dict[int, str | int] = dict.fromkeys(range(2017, 2023), "149.99")
    assert warning not in rate(_frozen(2024, history), law).assumptions


def test_a_history_that_reaches_back_before_2010_is_not_refused(law: Law) -> None:
    history: dict[int, str | int] = {2005: 12, 2009: 14, **FIVE_ABOVE}
    assert tariff_mode(_frozen(2024, history), law).mode.value == "individual"


def test_headcounts_of_the_history_lose_their_third_decimal_too(law: Law) -> None:
    history: dict[int, str | int] = {**FIVE_ABOVE, 2020: "149.999"}
    assert tariff_mode(_frozen(2024, history), law).mode.value == "mixed"


def test_a_new_establishment_takes_the_mode_of_its_real_headcount_when_it_leaves_its_first_years(law: Law) -> None:
    question = a_question(
        rate_year=2025,
        headcount=160,
        headcount_history={2022: 30, 2023: 160},
        wages_eur={2022: 1_000_000, 2023: 1_000_000},
        created_on=date(2022, 6, 1),
        surcharges=SURCHARGES,
    )
    assert tariff_mode(question, law).mode.value == "individual"


def test_a_new_establishment_is_frozen_like_the_others_once_out_of_its_first_years(law: Law) -> None:
    question = a_question(
        rate_year=2026,
        headcount=160,
        headcount_history={2022: 30, 2023: 30, 2024: 160},
        wages_eur={2022: 1_000_000, 2023: 1_000_000, 2024: 1_000_000},
        created_on=date(2022, 6, 1),
        surcharges=SURCHARGES,
    )
    assert tariff_mode(question, law).mode.value == "mixed"


def test_a_simulation_knows_the_headcounts_of_its_own_earlier_years(law: Law) -> None:
    # headcount is that of N-2: rate years 2020 to 2025 give the headcounts 2018 to 2023, all above the threshold
    found = impact(
        an_impact(
            first_rate_year=2020,
            last_rate_year=2025,
            headcount=170,
            headcount_history={2017: 170},
            surcharges=SURCHARGES,
        ),
        law,
    )
    assert [year.with_claims.mode.value for year in found.years] == ["individual"] * 6
