"""The invariants of the chain: convergence, order, shift in time, weight of a claim, third party, two-cost claims."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.rounding import Rounding, RoundingMode
from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from tests.builders import (
    COSTS,
    HALF_UP_2,
    HALF_UP_4,
    SURCHARGES,
    UNROUNDED,
    a_claim,
    a_question,
    an_impact,
    half_up,
    with_rounding,
    without_cap,
)

if TYPE_CHECKING:
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law

POLICIES: list[dict[str, Rounding]] = [
    {},
    {"gross": HALF_UP_4},
    {"notified": UNROUNDED},
    {"net": HALF_UP_2, "mixed": HALF_UP_4},
    {"limit": Rounding(RoundingMode.DOWN, 2)},
    {"notified": Rounding(RoundingMode.DOWN, 2)},
]
FLOOR = Fraction("0.4586")  # 0.17 × 1.58 + 0.19
CLAIMS = st.builds(
    lambda year, category, third: a_claim(
        ref=f"{category}-{year}", account_year=year, category=category, third_party_share=third
    ),
    st.integers(2015, 2022),
    st.sampled_from(sorted(COSTS)),
    st.sampled_from(["0", "0.35", "1"]),
)
HEADCOUNTS = st.one_of(
    st.sampled_from([10, 20, 60, 149, 150, 400]),
    st.fixed_dictionaries({year: st.sampled_from([10, 20, 60, 149, 150, 400]) for year in range(2019, 2027)}),
)
PREVIOUS = st.one_of(st.none(), st.sampled_from(["2.20", "3.99", "4.00", "4.01", "4.02", "9.87"]))


@pytest.mark.parametrize("previous", ["40", "4.01", "4.00", "0.46", "0.10", "0"])
@pytest.mark.parametrize(("headcount", "share"), [(200, Fraction(1)), (120, Fraction(103, 130)), (20, Fraction(1, 10))])
def test_without_claims_the_chain_converges_to_its_floor_and_stays_there(
    previous: str, headcount: int, share: Fraction, law: Law
) -> None:
    found = impact(
        an_impact(first_rate_year=2024, last_rate_year=2060, headcount=headcount, previous_rate_percent=previous), law
    )
    floor = half_up(share * FLOOR + (1 - share) * Fraction("2.80"), 2)
    rates = [year.with_claims.rate_percent for year in found.years]
    assert rates[-5:] == [floor] * 5
    reached = rates.index(floor)
    assert set(rates[reached:]) == {floor}
    start = Fraction(previous)
    assert rates == sorted(rates, reverse=start > floor)


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@given(
    removed=CLAIMS,
    others=st.lists(CLAIMS, max_size=3),
    headcount=HEADCOUNTS,
    previous=PREVIOUS,
    scope=st.sampled_from(["general", "alsace_moselle"]),
    construction=st.booleans(),
    wages=st.integers(200_000, 20_000_000),
)
@settings(deadline=None, max_examples=20)
def test_removing_a_claim_never_raises_a_rate_and_adding_one_never_lowers_it(
    *,
    policy: dict[str, Rounding],
    removed: ClaimLine,
    others: list[ClaimLine],
    headcount: int | dict[int, int],
    previous: str | None,
    scope: str,
    construction: bool,
    wages: int,
    law: Law,
) -> None:
    found = impact(
        an_impact(
            studied_claims=[removed],
            base_claims=others,
            headcount=headcount,
            previous_rate_percent=previous,
            scope=scope,
            construction=construction,
            wages_eur=wages,
        ),
        with_rounding(law, **policy),
    )
    assert all(year.with_claims.rate_percent >= year.without_claims.rate_percent for year in found.years)
    assert all(year.excess_points >= 0 for year in found.years)


@given(
    claim=CLAIMS,
    headcount=st.sampled_from([10, 20, 60, 149, 150, 400]),
    wages=st.integers(200_000, 20_000_000),
    collective=st.sampled_from(["0.90", "2.80", "6.40"]),
)
@settings(deadline=None, max_examples=40)
def test_a_claim_one_account_year_later_shifts_the_chain_by_one_year(
    claim: ClaimLine, headcount: int, wages: int, collective: str, law: Law
) -> None:
    quiet = rate(a_question(headcount=headcount, surcharges=SURCHARGES, collective_rate_percent=collective), law)

    def rates(account_year: int) -> list[Fraction]:
        found = impact(
            an_impact(
                first_rate_year=2021,
                last_rate_year=2035,
                headcount=headcount,
                wages_eur=wages,
                previous_rate_percent=quiet.rate_percent,
                collective_rate_percent=collective,
                studied_claims=[a_claim(account_year=account_year, category=claim.category.value)],
            ),
            law,
        )
        return [year.with_claims.rate_percent for year in found.years]

    assert rates(2020)[1:] == rates(2019)[:-1]
    assert rates(2020)[0] == quiet.rate_percent


@given(
    thirds=st.integers(1, 300_000),
    m2=st.integers(0, 90),
    wages=st.integers(100_000, 9_000_000),
    account_year=st.integers(2018, 2022),
)
@settings(deadline=None, max_examples=40)
def test_uncapped_a_claim_of_cost_k_costs_exactly_k_times_one_plus_m2(
    thirds: int, m2: int, wages: int, account_year: int, law: Law
) -> None:
    # a cost that is a multiple of 3 euros makes each of the three years a whole number of cents
    found = impact(
        an_impact(
            first_rate_year=2019,
            last_rate_year=2028,
            headcount=150,
            wages_eur=wages,
            surcharges={"m1": "0.19", "m2": m2, "m3": "0.44", "m4": "0.04"},
            studied_claims=[a_claim(ref="K", account_year=account_year, cost_eur=3 * thirds)],
        ),
        with_rounding(without_cap(law), notified=UNROUNDED),
    )
    assert found.total_excess_eur == 3 * thirds * (1 + Fraction(m2, 100))
    assert sum(year.excess_eur > 0 for year in found.years) == 3


def test_the_cap_may_make_the_total_lower_or_higher(law: Law) -> None:
    def total_points(cost_eur: int) -> Fraction:
        found = impact(
            an_impact(
                last_rate_year=2030,
                headcount=150,
                wages_eur=1_000_000,
                previous_rate_percent="0.46",
                studied_claims=[a_claim(account_year=2017, cost_eur=cost_eur)],
            ),
            law,
        )
        return found.total_excess_points

    # 3.3 points a year for three years, uncapped 9.9; capped: 1, 2, 3, then 2.2, 1.4, 0.6 on the way down = 10.2
    higher = Fraction(62_658)
    uncapped = higher * Fraction("1.58") / 10_000
    assert half_up(uncapped, 1) == Fraction("9.9")
    assert total_points(62_658) == Fraction("10.2") > uncapped
    assert total_points(600_000) < Fraction(600_000) * Fraction("1.58") / 10_000


@given(
    full=CLAIMS,
    others=st.lists(CLAIMS, max_size=3),
    headcount=HEADCOUNTS,
    previous=PREVIOUS,
)
@settings(deadline=None, max_examples=40)
def test_a_third_party_bearing_everything_equals_removal(
    full: ClaimLine, others: list[ClaimLine], headcount: int | dict[int, int], previous: str | None, law: Law
) -> None:
    borne = a_claim(ref="borne", account_year=full.account_year, category=full.category.value, third_party_share=1)

    def rates(base: list[ClaimLine]) -> list[tuple[Fraction, Fraction]]:
        found = impact(an_impact(base_claims=base, headcount=headcount, previous_rate_percent=previous), law)
        return [(year.with_claims.calculated_percent, year.with_claims.rate_percent) for year in found.years]

    assert rates([*others, borne]) == rates(others)


@given(
    temporary=st.sampled_from(["IT2", "IT5", "IT6"]),
    permanent=st.sampled_from(["IP1", "IP2", "IP4"]),
    later=st.integers(0, 4),
    headcount=st.sampled_from([20, 85, 150]),
)
@settings(deadline=None, max_examples=30)
def test_a_claim_with_two_costs_is_the_sum_of_two_one_cost_simulations_when_no_cap_is_active(
    temporary: str, permanent: str, later: int, headcount: int, law: Law
) -> None:
    uncapped = with_rounding(without_cap(law), notified=UNROUNDED)
    lines = [
        a_claim(ref="X", account_year=2017, category=temporary),
        a_claim(ref="X", account_year=2017 + later, category=permanent),
    ]

    def points(studied: list[ClaimLine]) -> list[Fraction]:
        return [
            year.excess_points
            for year in impact(an_impact(studied_claims=studied, headcount=headcount), uncapped).years
        ]

    both = points(lines)
    assert both == [first + second for first, second in zip(points(lines[:1]), points(lines[1:]), strict=True)]
    assert any(both)


def test_a_rectified_year_changes_the_cap_of_the_next(law: Law) -> None:
    rates = {
        previous: impact(
            an_impact(
                first_rate_year=2020,
                last_rate_year=2021,
                previous_rate_percent=previous,
                base_claims=[a_claim(account_year=2018, category="IP4")],
            ),
            law,
        )
        for previous in ("3.20", "2.20")
    }
    found = {previous: [year.with_claims.rate_percent for year in one.years] for previous, one in rates.items()}
    assert found == {"3.20": [Fraction("4.20"), Fraction("5.25")], "2.20": [Fraction("3.20"), Fraction("4.20")]}
