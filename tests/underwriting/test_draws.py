"""Scenarios of several claims: the same on any machine, in the proportions that their tables say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.underwriting.draws import MOST_CLAIMS, Chances, chances, draw_several, thresholds

EQUAL = [Fraction(1, 5)] * 5
GOLDEN_SCENARIOS = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]
GOLDEN_CELLS = [2, 2, 0, 0, 0, 4, 3, 2, 4, 1, 1, 3, 3]


@pytest.mark.parametrize("expected", ["0", "0.001", "0.85", "12.5", "200"])
def test_none_one_and_several_claims_are_all_that_may_happen(expected: str) -> None:
    found = chances(Fraction(expected))
    assert found.none + found.one + found.several == 1
    assert min(found.none, found.one, found.several) >= 0


def test_no_claim_is_expected_then_none_happens() -> None:
    assert chances(Fraction(0)) == Chances(Fraction(1), Fraction(0), Fraction(0))


def test_chances_are_those_of_the_poisson_law() -> None:
    found = chances(Fraction("0.85"))
    assert round(float(found.none), 12) == 0.427414931949  # e^-0.85, from a published table of exponentials
    assert found.one == found.none * Fraction("0.85")


@pytest.mark.parametrize("expected", [MOST_CLAIMS + Fraction(1, 10**9), Fraction(-1, 10**9)])
def test_frequencies_out_of_all_proportion_are_refused(expected: Fraction) -> None:
    with pytest.raises(InvalidInput, match="Vérifier effectif et fréquences"):
        chances(expected)


def test_the_stream_of_a_seed_never_changes() -> None:
    draws = draw_several(2026, 6, Fraction("0.85"), EQUAL)
    assert draws.scenario.tolist() == GOLDEN_SCENARIOS  # a change of these is a change of STREAM
    assert draws.cell.tolist() == GOLDEN_CELLS


def test_each_scenario_has_two_claims_at_least_and_counts_follow_their_law() -> None:
    draws = draw_several(1, 40_000, Fraction("0.85"), EQUAL)
    counts = np.bincount(draws.scenario, minlength=draws.count)
    assert counts.min() == 2
    found, none = chances(Fraction("0.85")), float(chances(Fraction("0.85")).none)
    for count in (2, 3, 4):
        wanted = none * 0.85**count / {2: 2, 3: 6, 4: 24}[count] / float(found.several)
        deviation = (wanted * (1 - wanted) / draws.count) ** 0.5
        assert abs((counts == count).mean() - wanted) < 4 * deviation


def test_cells_come_as_often_as_their_weights_and_one_of_no_weight_never() -> None:
    draws = draw_several(1, 40_000, Fraction(1), [Fraction(3), Fraction(0), Fraction(1)])
    shares = np.bincount(draws.cell, minlength=3) / len(draws.cell)
    assert shares[1] == 0
    assert abs(shares[0] - 0.75) < 0.01


def test_a_number_below_an_edge_is_of_the_part_before_and_the_edge_itself_of_the_part_after() -> None:
    edges = thresholds([Fraction(1), Fraction(1)])
    assert edges.tolist() == [2**63]
    found = np.searchsorted(edges, np.array([2**63 - 1, 2**63], dtype=np.uint64), side="right")
    assert found.tolist() == [0, 1]


def test_two_hundred_expected_claims_are_drawn_too() -> None:
    draws = draw_several(5, 200, MOST_CLAIMS, EQUAL)
    counts = np.bincount(draws.scenario)
    assert 195 < counts.mean() < 205
