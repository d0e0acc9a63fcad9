"""Who caused what: the Shapley value of the exact yearly losses, to the cent, whatever the order of the claims."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.money import share_by_largest_remainder
from atmp_insure.kernel.rounding import Rounding, RoundingMode
from atmp_insure.rating.impact import impact
from tests.builders import COSTS, HALF_UP_2, HALF_UP_4, UNROUNDED, a_claim, an_impact, half_up, with_rounding

if TYPE_CHECKING:
    from atmp_insure.rating.impact import Impact, ImpactQuestion
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law

POLICIES: list[dict[str, Rounding]] = [
    {},
    {"gross": HALF_UP_4},
    {"notified": UNROUNDED},
    {"net": HALF_UP_2, "mixed": HALF_UP_2},
    {"limit": Rounding(RoundingMode.DOWN, 2)},
    {"notified": Rounding(RoundingMode.HALF_UP, 1)},
    {"notified": Rounding(RoundingMode.DOWN, 2)},
    {"notified": Rounding(RoundingMode.HALF_EVEN, 2)},
]
LINES = st.builds(
    lambda ref, year, category, third: a_claim(ref=ref, account_year=year, category=category, third_party_share=third),
    st.sampled_from(["A", "B", "C", "D"]),
    st.integers(2015, 2021),
    st.sampled_from(["IT3", "IT6", "IP1", "IP2", "IP3", "IP4"]),
    st.sampled_from(["0", "0.35"]),
)
QUESTIONS = st.builds(
    lambda studied, base, headcount, previous, scope, wages, deductible: an_impact(
        studied_claims=studied,
        base_claims=base,
        headcount=headcount,
        previous_rate_percent=previous,
        scope=scope,
        wages_eur=wages,
        deductible_percent_of_wages=deductible,
        annual_limit_eur=50_000,
    ),
    st.lists(LINES, min_size=1, max_size=6),
    st.lists(LINES.map(lambda line: replace(line, ref=f"base {line.ref}")), max_size=2),
    st.one_of(
        st.sampled_from([20, 85, 150]),
        st.fixed_dictionaries({year: st.sampled_from([10, 20, 85, 150]) for year in range(2019, 2027)}),
    ),
    st.one_of(st.none(), st.sampled_from(["2.20", "4.00", "4.02"])),
    st.sampled_from(["general", "alsace_moselle"]),
    st.sampled_from([333_333, 1_000_000, 4_500_000, 20_000_000]),
    st.sampled_from(["0", "0.30"]),
)


def brute_force(question: ImpactQuestion, law: Law) -> list[dict[str, Fraction]]:
    """The Shapley value by its definition, each coalition valued by a whole comparison of its own."""
    refs = sorted({line.ref for line in question.studied_claims})
    losses: dict[frozenset[str], list[Fraction]] = {}
    for size in range(len(refs) + 1):
        for members in combinations(refs, size):
            kept = tuple(line for line in question.studied_claims if line.ref in members)
            found = impact(replace(question, studied_claims=kept), law)
            losses[frozenset(members)] = [
                year.excess_points * year.contribution_wages_eur / 100 for year in found.years
            ]
    count, values = len(refs), []
    for at in range(len(losses[frozenset()])):
        year: dict[str, Fraction] = {}
        for ref in refs:
            others = [one for one in refs if one != ref]
            year[ref] = sum(
                (
                    Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
                    * (losses[frozenset(members) | {ref}][at] - losses[frozenset(members)][at])
                    for size in range(count)
                    for members in combinations(others, size)
                ),
                Fraction(0),
            )
        values.append(year)
    return values


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@given(question=QUESTIONS)
@settings(deadline=None, max_examples=12)
def test_the_parts_are_the_shapley_value_of_the_exact_losses_under_any_rounding_policy(
    policy: dict[str, Rounding], question: ImpactQuestion, law: Law
) -> None:
    policed = with_rounding(law, **policy)
    found = impact(question, policed)
    assert [dict(year) for year in found.attribution.by_year] == brute_force(question, policed)
    assert found.attribution.sampled_orders is None


def require_sums(found: Impact) -> None:
    for year, exact in zip(found.years, found.attribution.by_year, strict=True):
        assert sum(part.excess_eur for part in year.by_claim.values()) == year.excess_eur
        assert sum(part.indemnity_eur for part in year.by_claim.values()) == year.indemnity_eur
        for ref, part in year.by_claim.items():
            assert (part.excess_eur * 100).denominator == (part.indemnity_eur * 100).denominator == 1
            assert abs(part.excess_eur - exact[ref]) < Fraction(1, 100)
            assert 0 <= part.indemnity_eur <= part.excess_eur + Fraction(1, 100)
    assert sum(part.excess_eur for part in found.by_claim.values()) == found.total_excess_eur
    assert sum(part.indemnity_eur for part in found.by_claim.values()) == found.total_indemnity_eur


@given(question=QUESTIONS)
@settings(deadline=None, max_examples=40)
def test_the_parts_add_up_to_the_cent_per_year_and_in_all(question: ImpactQuestion, law: Law) -> None:
    require_sums(impact(question, law))


@given(question=QUESTIONS, shuffle=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_the_order_in_which_claims_are_given_plays_no_part(question: ImpactQuestion, shuffle, law: Law) -> None:  # type: ignore[no-untyped-def]
    lines = list(question.studied_claims)
    shuffle.shuffle(lines)
    found, other = impact(question, law), impact(replace(question, studied_claims=tuple(lines)), law)
    assert found.by_claim == other.by_claim
    assert [year.by_claim for year in found.years] == [year.by_claim for year in other.years]


def test_two_equal_claims_share_equally_and_the_odd_cent_goes_to_the_first_by_name(law: Law) -> None:
    # 1.00 point of 100.10 € is 1.001 €, 1.00 at the cent, two equal halves; of 100.90 €: 1.01, 0.51 and 0.50
    def parts(wages: str) -> list[Fraction]:
        found = impact(
            an_impact(
                last_rate_year=2019,
                wages_eur=wages,
                calculated_without_percent="2.20",
                studied_claims=[a_claim(ref=ref, account_year=2017, category="IP4") for ref in ("Z", "B")],
            ),
            law,
        )
        return [found.by_claim[ref].excess_eur for ref in ("B", "Z")]

    assert parts("100.10") == [Fraction("0.50"), Fraction("0.50")]
    assert parts("100.90") == [Fraction("0.51"), Fraction("0.50")]


def test_lines_with_one_ref_are_one_claim(law: Law) -> None:
    lines = [a_claim(ref="X", account_year=2017, category="IT6"), a_claim(ref="X", account_year=2018, category="IP4")]
    found = impact(an_impact(studied_claims=lines), law)
    assert list(found.by_claim) == ["X"]
    assert found.by_claim["X"].excess_eur == found.total_excess_eur > 0


def test_a_claim_that_weighs_nothing_gets_nothing(law: Law) -> None:
    lines = [
        a_claim(ref="heavy", account_year=2017, category="IP4"),
        a_claim(ref="borne by a third party", account_year=2017, category="IP4", third_party_share=1),
        a_claim(ref="too old", account_year=2010, category="IP4"),
    ]
    found = impact(an_impact(studied_claims=lines), law)
    assert found.by_claim["heavy"].excess_eur == found.total_excess_eur
    assert found.by_claim["borne by a third party"].excess_eur == found.by_claim["too old"].excess_eur == 0


def _on_ties(count: int) -> ImpactQuestion:
    """Claims of 0.005 point each over a floor of one point: every other coalition falls on a half hundredth."""
    return an_impact(
        first_rate_year=2019,
        last_rate_year=2022,
        headcount=150,
        wages_eur=1_000_000,
        surcharges={"m1": "0", "m2": "0", "m3": "1", "m4": "0"},
        previous_rate_percent=None,
        studied_claims=[a_claim(ref=f"T{at:02}", account_year=2017, cost_eur=150) for at in range(count)],
    )


def test_coalitions_exactly_on_a_half_hundredth_round_as_single_rates_do(law: Law) -> None:
    question = _on_ties(3)
    found = impact(question, law)
    assert found.years[0].excess_points == Fraction("0.02")  # 1.015 goes up to 1.02
    assert [dict(year) for year in found.attribution.by_year] == brute_force(question, law)


def test_sampled_coalitions_on_a_half_hundredth_add_up_too(law: Law) -> None:
    found = impact(_on_ties(11), law)
    assert found.attribution.sampled_orders
    assert [year.excess_points for year in found.years[:3]] == [Fraction("0.06")] * 3  # 1.055 goes up to 1.06
    for year, exact in zip(found.years, found.attribution.by_year, strict=True):
        assert sum(exact.values()) == year.excess_points * year.contribution_wages_eur / 100


def _many(count: int) -> list[ClaimLine]:
    categories = sorted(COSTS)
    return [
        a_claim(ref=f"S{at:02}", account_year=2015 + at % 6, category=categories[(3 * at) % 10]) for at in range(count)
    ]


def test_ten_claims_are_shared_exactly_and_eleven_by_a_sample_that_says_so(law: Law) -> None:
    exact = impact(an_impact(studied_claims=_many(10)), law)
    sampled = impact(an_impact(studied_claims=_many(11)), law)
    assert exact.attribution.sampled_orders is exact.attribution.standard_error_eur is None
    assert sampled.attribution.sampled_orders
    assert sampled.attribution.standard_error_eur is not None
    assert any(str(sampled.attribution.sampled_orders) in said for said in sampled.assumptions)
    assert not any("graine" in said for said in exact.assumptions)


@pytest.mark.parametrize("policy", [{}, {"gross": HALF_UP_4}, {"notified": UNROUNDED}], ids=str)
def test_a_sampled_attribution_adds_up_and_is_the_same_for_any_order(policy: dict[str, Rounding], law: Law) -> None:
    policed = with_rounding(law, **policy)
    question = an_impact(studied_claims=_many(12), last_rate_year=2020)
    found = impact(question, policed)
    require_sums(found)
    for year, exact in zip(found.years, found.attribution.by_year, strict=True):
        assert sum(exact.values()) == year.excess_points * year.contribution_wages_eur / 100
    reversed_lines = impact(replace(question, studied_claims=tuple(reversed(question.studied_claims))), policed)
    assert found.by_claim == reversed_lines.by_claim
    assert found.attribution == reversed_lines.attribution


def test_a_sampled_attribution_lies_near_the_exact_one(law: Law) -> None:
    # ten claims that weigh and one that never does: the eleventh forces the sample, the exact value is known without it
    question = an_impact(studied_claims=_many(10))
    exact = impact(question, law)
    idle = a_claim(ref="idle", account_year=2010)
    sampled = impact(replace(question, studied_claims=(*question.studied_claims, idle)), law)
    assert sampled.by_claim["idle"].excess_eur == 0
    error = sampled.attribution.standard_error_eur
    assert error is not None
    assert sampled.total_excess_eur == exact.total_excess_eur
    for ref, part in exact.by_claim.items():
        assert abs(float(part.excess_eur - sampled.by_claim[ref].excess_eur)) <= 6 * error + 1


@given(
    total=st.integers(0, 10_000),
    weights=st.dictionaries(st.text(min_size=1, max_size=3), st.fractions(0, 50, max_denominator=99), min_size=1),
)
@settings(deadline=None, max_examples=100)
def test_the_largest_remainder_shares_a_whole_number_exactly(total: int, weights: dict[str, Fraction]) -> None:
    whole = sum(weights.values())
    if not whole:
        return
    parts = share_by_largest_remainder(total, weights)
    assert sum(parts.values()) == total
    left = {name: total * weight / whole - int(total * weight / whole) for name, weight in weights.items()}
    raised = {name for name, part in parts.items() if part > int(total * weights[name] / whole)}
    kept_down = set(weights) - raised
    assert all((left[up], down) >= (left[down], up) for up in raised for down in kept_down)
    assert half_up(Fraction(sum(parts.values())), 0) == total
