"""Credibility: what a history counts for, from nothing to everything, and how unlike groups are beyond chance."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.guarantees.vocabulary import Cause
from atmp_insure.kernel.rounding import decimal_text
from atmp_insure.underwriting.credibility import credibility_factor, group_variance, relative_variance
from atmp_insure.underwriting.loader import installed_pricing_bases

COUNTS = st.integers(0, 60)
POSITIVE = st.integers(1, 5000).map(lambda thousandths: Fraction(thousandths, 100))


def test_two_claims_where_one_was_expected_count_for_a_fifth_of_the_difference() -> None:
    # Z = 1 × 0.25 / (1 + 0.25) = 1/5; 1 + 1/5 × (2/1 − 1) = 6/5
    found = credibility_factor(Fraction(1), 2, Fraction(1, 4))
    assert (found.weight, found.factor) == (Fraction(1, 5), Fraction(6, 5))


def test_no_claim_where_four_were_expected_halves_the_frequency() -> None:
    # Z = 4 × 0.25 / (1 + 1) = 1/2; 1 + 1/2 × (0 − 1) = 1/2
    assert credibility_factor(Fraction(4), 0, Fraction(1, 4)).factor == Fraction(1, 2)


def test_a_history_just_as_expected_changes_nothing() -> None:
    assert credibility_factor(Fraction(3), 3, Fraction(1, 4)).factor == 1


@pytest.mark.parametrize(("expected", "variance"), [(Fraction(0), Fraction(1, 4)), (Fraction(3), Fraction(0))])
def test_nothing_expected_or_nobody_different_leaves_the_frequency_as_it_is(
    expected: Fraction, variance: Fraction
) -> None:
    found = credibility_factor(expected, 5, variance)
    assert (found.weight, found.factor) == (Fraction(0), Fraction(1))


@pytest.mark.parametrize(("expected", "observed", "variance"), [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_negative_counts_are_refused(expected: int, observed: int, variance: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        credibility_factor(Fraction(expected), observed, Fraction(variance))


@given(expected=POSITIVE, observed=COUNTS, variance=POSITIVE)
@settings(deadline=None, max_examples=100)
def test_a_history_counts_between_nothing_and_everything(expected: Fraction, observed: int, variance: Fraction) -> None:
    found = credibility_factor(expected, observed, variance)
    assert 0 < found.weight < 1
    assert found.factor >= 0
    assert min(Fraction(1), observed / expected) <= found.factor <= max(Fraction(1), observed / expected)
    assert credibility_factor(expected, observed + 1, variance).factor > found.factor


def test_the_more_was_expected_the_more_a_history_counts() -> None:
    weights = [credibility_factor(Fraction(number), 0, Fraction(1, 4)).weight for number in (0, 1, 10, 100)]
    assert weights == sorted(weights)
    assert weights[0] == 0


def test_the_variance_of_two_groups_worked_by_hand() -> None:
    # 40 claims over 200: mean 0.2, expected 20 each, counted 10 and 30
    # excess: Σ(N−E)²/E = 5 + 5, less 2 − 1 by chance = 9; spread: 40 − (20² + 20²)/40 = 20
    assert relative_variance([[(100, 10), (100, 30)]]) == Fraction(9, 20)


def test_collectives_are_compared_each_with_its_own_mean() -> None:
    # the second collective is ten times as frequent, and its groups are all alike: excess 9 − 1, spread 20 + 200
    alike = [(100, 200), (100, 200)]
    assert relative_variance([[(100, 10), (100, 30)], alike]) == Fraction(8, 220)


def test_groups_that_differ_by_less_than_chance_have_no_variance() -> None:
    assert relative_variance([[(100, 20), (100, 21), (100, 19)]]) == 0


@pytest.mark.parametrize("members", [[(100, 0), (50, 0)], [(100, 7)]], ids=["no claim at all", "a single group"])
def test_what_cannot_be_compared_says_nothing_of_a_variance(members: list[tuple[int, int]]) -> None:
    assert relative_variance([members]) == 0


@pytest.mark.parametrize("cause", list(Cause))
def test_the_variance_of_groups_in_the_estimates_is_that_of_the_statistics(cause: Cause) -> None:
    bases = installed_pricing_bases(None)
    day = date(2026, 11, 22)
    found = group_variance(bases.statistics_on(day), cause)
    stated = bases.assumptions_on(day).group_variance[cause]
    assert decimal_text(found, 3) == decimal_text(stated.central, 3)
    assert stated.low < found < stated.high
