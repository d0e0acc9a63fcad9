"""The cap: its limits on both sides of 4, the modes it holds, the merged reference, and its own invariants."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.rounding import Rounding, RoundingMode
from atmp_insure.rating.cap import Limits, capped, merged_reference, rate_limits
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import PreviousUnit
from atmp_insure.regulation.vocabulary import Scope
from tests.builders import a_question, golden, with_rounding

if TYPE_CHECKING:
    from atmp_insure.regulation.law import CapRule, Law

PERCENTS = st.integers(0, 40_000).map(lambda units: Fraction(units, 1000))


def _asked_for(calculated: str) -> dict[str, str]:
    """Surcharges that make the individual rate of a unit without claims what the row calls calculated."""
    return {"m1": "0", "m2": "0", "m3": calculated, "m4": "0"}


@pytest.mark.parametrize("row", golden("caps"), ids=lambda row: f"{row['scope']}-{row['previous']}-{row['calculated']}")
def test_the_cap_holds_a_rate_as_the_decree_says(row: dict[str, str], law: Law) -> None:
    found = rate(
        a_question(
            scope=row["scope"],
            headcount=row["headcount"],
            previous_rate_percent=row["previous"],
            collective_rate_percent=row["calculated"],
            surcharges=_asked_for(row["calculated"]),
        ),
        law,
    )
    assert found.calculated_percent == Fraction(row["calculated"])
    assert found.rate_percent == Fraction(row["rate"])
    assert (found.limit_applied.value if found.limit_applied else "") == row["limit"]
    if row["lower"] + row["upper"]:
        assert found.limits == Limits(Fraction(row["lower"]), Fraction(row["upper"]))
    else:
        assert found.limits is None


@pytest.mark.parametrize("headcount", [50, 100, 149, 150, 500])
@pytest.mark.parametrize("scope", ["general", "alsace_moselle"])
def test_mixed_and_individual_rates_are_capped_in_both_scopes(scope: str, headcount: int, law: Law) -> None:
    found = rate(a_question(scope=scope, headcount=headcount, previous_rate_percent="9.00"), law)
    assert (found.limit_applied, found.rate_percent) == ("lower", Fraction("7.20"))


def test_the_merged_reference_is_the_mean_of_former_rates_weighted_by_wages(law: Law) -> None:
    units = [("2.00", 3_000_000), ("6.00", 1_000_000)]
    question = a_question(headcount=200, previous_units=units, surcharges=_asked_for("9"))
    found = rate(question, law)
    assert found.limits == Limits(Fraction("2.20"), Fraction("4.00"))  # mean 3.00
    assert found.rate_percent == Fraction("4.00")


def test_a_merged_reference_above_4_is_held_in_proportion_and_unrounded(law: Law) -> None:
    # (3.00 × 1 + 7.00 × 2) / 3 = 17/3, kept exact
    found = rate(a_question(previous_units=[("3.00", 1_000_000), ("7.00", 2_000_000)], surcharges=_asked_for("9")), law)
    assert found.limits == Limits(Fraction(17, 3) * Fraction("0.8"), Fraction(17, 3) * Fraction("1.25"))
    assert found.rate_percent == Fraction("7.08")


def test_the_merged_reference_wins_over_a_single_previous_rate_and_says_so(law: Law) -> None:
    found = rate(
        a_question(previous_rate_percent="1.00", previous_units=[("3.00", 1_000_000)], surcharges=_asked_for("9")),
        law,
    )
    assert found.rate_percent == Fraction("4.00")
    assert any("previous_units" in said for said in found.assumptions)


def test_a_merged_unit_without_wages_weighs_nothing() -> None:
    units = [PreviousUnit(Fraction(3), Fraction(0)), PreviousUnit(Fraction(5), Fraction(10))]
    assert merged_reference(units) == 5


def test_going_up_a_quarter_then_down_a_fifth_returns_above_4_and_not_across_4(law: Law) -> None:
    rule = _rule(law)
    assert rate_limits(rate_limits(Fraction(5), rule).upper_percent, rule).lower_percent == 5
    assert rate_limits(rate_limits(Fraction("3.9"), rule).upper_percent, rule).lower_percent == Fraction("3.92")


@given(previous=PERCENTS, calculated=PERCENTS)
@settings(deadline=None, max_examples=200)
def test_the_limit_keeps_what_is_inside_the_band_and_is_idempotent(
    law: Law, previous: Fraction, calculated: Fraction
) -> None:
    limits = rate_limits(previous, _rule(law))
    held, applied = capped(calculated, limits)
    inside = limits.lower_percent <= calculated <= limits.upper_percent
    assert (held == calculated, applied is None) == (inside, inside)
    assert limits.lower_percent <= held <= limits.upper_percent
    assert capped(held, limits) == (held, None)


@given(pair=st.tuples(PERCENTS, PERCENTS))
@settings(deadline=None, max_examples=200)
def test_both_limits_rise_with_the_previous_rate_across_4_too(law: Law, pair: tuple[Fraction, Fraction]) -> None:
    low, high = (rate_limits(previous, _rule(law)) for previous in sorted(pair))
    assert low.lower_percent <= high.lower_percent
    assert low.upper_percent <= high.upper_percent


def test_the_limits_are_continuous_at_4(law: Law) -> None:
    rule = _rule(law)
    proportional = replace(rule, previous_up_to=Fraction(0))
    assert rate_limits(Fraction(4), rule) == rate_limits(Fraction(4), proportional)


def test_a_policy_may_round_the_limit_itself(law: Law) -> None:
    question = a_question(previous_rate_percent="4.02", surcharges=_asked_for("9"))
    assert rate(question, law).rate_percent == Fraction("5.03")  # 5.025 half up, at the end only
    truncated = with_rounding(law, limit=Rounding(RoundingMode.DOWN, 2))
    assert rate(question, truncated).rate_percent == Fraction("5.02")


def _rule(law: Law) -> CapRule:
    return law.caps.at(law.effective_on(2024)).value[Scope.GENERAL]
