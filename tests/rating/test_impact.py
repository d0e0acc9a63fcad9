"""The comparison with and without claims: it is two chains of single rates, each capped against its own past."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.rounding import Rounding, RoundingMode
from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from tests.builders import (
    COSTS,
    HALF_UP_4,
    SURCHARGES,
    UNROUNDED,
    a_claim,
    a_question,
    an_impact,
    half_up,
    with_rounding,
)

if TYPE_CHECKING:
    from atmp_insure.rating.impact import ImpactQuestion
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law

LINES = st.builds(
    lambda ref, year, category: a_claim(ref=ref, account_year=year, category=category),
    st.sampled_from(["A", "B", "C"]),
    st.integers(2014, 2023),
    st.sampled_from(sorted(COSTS)),
)


def _chained_by_hand(question: ImpactQuestion, lines: tuple[ClaimLine, ...], law: Law) -> list[Fraction]:
    """Notified rates of single calculations, each with the one before as previous rate."""
    previous, rates = question.previous_rate_percent, []
    last = question.last_rate_year
    assert last is not None
    for rate_year in range(question.first_rate_year, last + 1):
        headcount = question.headcount.at(rate_year)
        assert headcount is not None
        wages = {year: question.wages_eur.at(year) for year in range(rate_year - 4, rate_year - 1)}
        single = replace(
            a_question(
                rate_year=rate_year,
                headcount=headcount,
                wages_eur={year: amount for year, amount in wages.items() if amount is not None},
                claims=lines,
                previous_rate_percent=previous,
            ),
            unit=question.unit,
            given=question.given.at(rate_year),  # type: ignore[arg-type]
        )
        previous = rate(single, law).rate_percent
        rates.append(previous)
    return rates


@pytest.mark.parametrize(
    "policy",
    [{}, {"gross": HALF_UP_4}, {"notified": UNROUNDED}, {"limit": Rounding(RoundingMode.DOWN, 2)}],
    ids=str,
)
@given(
    studied=st.lists(LINES, min_size=1, max_size=4),
    base=st.lists(LINES, max_size=4),
    headcounts=st.lists(st.sampled_from([10, 20, 60, 149, 150, 400]), min_size=8, max_size=8),
    wages=st.lists(st.integers(100_000, 9_000_000), min_size=12, max_size=12),
    previous=st.one_of(st.none(), st.sampled_from(["2.20", "4.00", "4.01", "7.77"])),
    scope=st.sampled_from(["general", "alsace_moselle"]),
)
@settings(deadline=None, max_examples=25)
def test_both_chains_equal_single_rates_chained_by_hand(
    *,
    policy: dict[str, Rounding],
    studied: list[ClaimLine],
    base: list[ClaimLine],
    headcounts: list[int],
    wages: list[int],
    previous: str | None,
    scope: str,
    law: Law,
) -> None:
    policed = with_rounding(law, **policy)
    question = an_impact(
        studied_claims=studied,
        base_claims=base,
        headcount=dict(zip(range(2019, 2027), headcounts, strict=True)),
        wages_eur=dict(zip(range(2015, 2027), wages, strict=True)),
        previous_rate_percent=previous,
        scope=scope,
    )
    found = impact(question, policed)
    assert [year.with_claims.rate_percent for year in found.years] == _chained_by_hand(
        question, (*base, *studied), policed
    )
    assert [year.without_claims.rate_percent for year in found.years] == _chained_by_hand(
        question, tuple(base), policed
    )


@given(
    deductible=st.sampled_from(["0", "0.30", "0.60", "1.234"]),
    limit=st.one_of(st.none(), st.integers(0, 200_000)),
    wages=st.integers(1_000, 9_000_000),
    claim=LINES,
)
@settings(deadline=None, max_examples=40)
def test_money_follows_the_notified_rates_year_by_year(
    deductible: str, limit: int | None, wages: int, claim: ClaimLine, law: Law
) -> None:
    found = impact(
        an_impact(
            studied_claims=[claim],
            wages_eur=wages,
            deductible_percent_of_wages=deductible,
            annual_limit_eur=limit,
        ),
        law,
    )
    for year in found.years:
        points = year.with_claims.rate_percent - year.without_claims.rate_percent
        assert year.excess_points == points
        assert year.excess_eur == half_up(points * wages / 100, 2)
        assert year.deductible_eur == half_up(Fraction(deductible) * wages / 100, 2)
        indemnity = max(Fraction(0), year.excess_eur - year.deductible_eur)
        assert year.indemnity_eur == (indemnity if limit is None else min(Fraction(limit), indemnity))
    assert found.total_excess_eur == sum(year.excess_eur for year in found.years)
    assert found.total_indemnity_eur == sum(year.indemnity_eur for year in found.years)


def test_money_is_rounded_half_up_to_the_cent_each_year(law: Law) -> None:
    # 1.00, 2.00 and 3.05 points of 1 000.50 €: 10.005 → 10.01, 20.01, 30.51525 → 30.52
    found = impact(
        an_impact(
            last_rate_year=2021,
            wages_eur="1000.50",
            calculated_without_percent="2.20",
            studied_claims=[a_claim(account_year=2017, category="IP4")],
        ),
        law,
    )
    assert [year.excess_eur for year in found.years] == [Fraction("10.01"), Fraction("20.01"), Fraction("30.52")]


def test_the_claim_free_rate_is_loaded_by_share_and_m2(law: Law) -> None:
    # 85 employees: f = 0.55; 30 000 / 3 000 000 = 1 %; 2.00 + 0.55 × 1 × 1.58 = 2.869
    found = impact(
        an_impact(
            first_rate_year=2021,
            last_rate_year=2021,
            headcount=85,
            wages_eur=1_000_000,
            previous_rate_percent="2.00",
            calculated_without_percent="2.00",
            studied_claims=[a_claim(account_year=2018, cost_eur=30_000)],
        ),
        law,
    )
    [year] = found.years
    assert year.with_claims.calculated_percent == Fraction("2.869")
    assert year.without_claims.calculated_percent == 2
    assert year.excess_points == Fraction("0.87")


def test_the_claim_free_rate_needs_neither_collective_rate_nor_m1_m3_m4(law: Law) -> None:
    found = impact(
        an_impact(
            headcount=85,
            calculated_without_percent="2.00",
            collective_rate_percent=None,
            surcharges={"m2": "58"},
            studied_claims=[a_claim(account_year=2017)],
        ),
        law,
    )
    assert found.total_excess_points > 0


def test_the_claim_free_rate_itself_is_capped_against_its_own_past(law: Law) -> None:
    found = impact(an_impact(previous_rate_percent="6.00", calculated_without_percent="2.00", last_rate_year=2023), law)
    rates = [year.without_claims.rate_percent for year in found.years]
    assert rates == [Fraction(text) for text in ("4.80", "3.84", "3.04", "2.24", "2.00")]


def test_base_claims_are_inside_the_claim_free_rate_and_this_is_said(law: Law) -> None:
    question = an_impact(
        calculated_without_percent="2.20",
        base_claims=[a_claim(ref="B", account_year=2017, category="IP4")],
        studied_claims=[a_claim(ref="X", account_year=2017, category="IT6")],
    )
    found = impact(question, law)
    alone = impact(replace(question, base_claims=()), law)
    assert [year.with_claims.rate_percent for year in found.years] == [
        year.with_claims.rate_percent for year in alone.years
    ]
    assert any("base_claims" in said for said in found.assumptions)


def test_contribution_wages_alone_multiply_the_rate(law: Law) -> None:
    question = an_impact(
        first_rate_year=2019,
        last_rate_year=2020,
        calculated_without_percent="2.20",
        contribution_wages_eur={2019: 4_000_000, 2020: 6_000_000},
        studied_claims=[a_claim(account_year=2017, category="IP4")],
    )
    found = impact(question, law)
    assert [year.excess_eur for year in found.years] == [40_000, 120_000]
    assert not any("douze mois" in said for said in found.assumptions)
    without = impact(replace(question, contribution_wages_eur=an_impact().contribution_wages_eur), law)
    assert [year.excess_eur for year in without.years] == [45_000, 90_000]
    assert any("douze mois" in said and "30 avril 2025" in said for said in without.assumptions)


def test_without_last_year_the_chain_goes_on_until_both_meet(law: Law) -> None:
    found = impact(
        an_impact(
            last_rate_year=None,
            calculated_without_percent="2.20",
            studied_claims=[a_claim(account_year=2017, category="IP4")],
        ),
        law,
    )
    assert (found.years[-1].rate_year, found.met_in) == (2025, 2025)


def test_a_simulation_takes_the_nearest_earlier_year_and_names_it(law: Law) -> None:
    found = impact(
        an_impact(
            first_rate_year=2021,
            last_rate_year=2022,
            average_costs_eur=None,
            surcharges=None,
            studied_claims=[a_claim(account_year=2018, category="IP4")],
        ),
        law,
    )
    # the schedules of 2021 and 2022 are not known, that of 2020 is
    assert [year.with_claims.risk_value_eur for year in found.years] == [645_626, 645_626]
    for rate_year in (2021, 2022):
        assert any("2020" in said and str(rate_year) in said and "IP4" in said for said in found.assumptions)


def test_a_single_rate_never_takes_an_earlier_year(law: Law) -> None:
    with pytest.raises(MissingParameter, match=r"IP4.*2021"):
        rate(a_question(rate_year=2021, claims=[a_claim(account_year=2018, category="IP4")]), law)


def test_a_later_year_never_stands_in(law: Law) -> None:
    with pytest.raises(MissingParameter, match="IT6"):
        impact(
            an_impact(
                first_rate_year=2013,
                last_rate_year=2013,
                average_costs_eur=None,
                surcharges=SURCHARGES,
                studied_claims=[a_claim(account_year=2010, category="IT6")],
            ),
            law,
        )


def test_years_reversed_are_refused(law: Law) -> None:
    with pytest.raises(InvalidInput, match=r"2018.*2019"):
        impact(an_impact(first_rate_year=2019, last_rate_year=2018), law)


def test_a_study_without_claims_costs_nothing(law: Law) -> None:
    found = impact(an_impact(), law)
    assert found.total_excess_eur == found.total_indemnity_eur == 0
    assert not found.by_claim
