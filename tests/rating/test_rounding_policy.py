"""Rounding as a policy: each step rounds where its policy says and nowhere else; by default only the notified rate."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.rounding import Rounding, RoundingMode, decimal_text
from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from tests.builders import HALF_UP_2, HALF_UP_4, a_claim, a_question, an_impact, half_up, with_rounding

if TYPE_CHECKING:
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law

# 85 employees in 2024 (share 0.55), one IT6 over three millions: 40 783 / 30 000 = 1.359433... of gross rate
GROSS = Fraction(40_783, 30_000)
NET = (GROSS + Fraction("0.17")) * Fraction("1.58") + Fraction("0.19")  # 2.606504666...
MIXED = Fraction("0.55") * NET + Fraction("0.45") * Fraction("2.80")  # 2.693577566...


def _rate(law: Law, **steps: Rounding) -> YearRate:
    return rate(a_question(headcount=85, claims=[a_claim(category="IT6")]), with_rounding(law, **steps))


def test_by_default_every_step_keeps_full_precision_but_the_notified_rate(law: Law) -> None:
    found = _rate(law)
    assert (found.gross_percent, found.net_individual_percent, found.calculated_percent) == (GROSS, NET, MIXED)
    assert found.rate_percent == Fraction("2.69")


@pytest.mark.parametrize(
    ("rounding", "gross", "net"), [(HALF_UP_2, "1.36", "2.6074"), (HALF_UP_4, "1.3594", "2.606452")]
)
def test_a_rounded_gross_rate_is_what_the_next_steps_take(rounding: Rounding, gross: str, net: str, law: Law) -> None:
    found = _rate(law, gross=rounding)
    assert found.gross_percent == Fraction(gross)
    assert found.net_individual_percent == Fraction(net)


def test_a_rounded_net_rate_is_what_the_mixed_rate_takes(law: Law) -> None:
    found = _rate(law, net=HALF_UP_2)
    assert found.gross_percent == GROSS
    assert found.net_individual_percent == Fraction("2.61")
    assert found.calculated_percent == Fraction("0.55") * Fraction("2.61") + Fraction("1.26")


@pytest.mark.parametrize(("rounding", "calculated"), [(HALF_UP_2, "2.69"), (HALF_UP_4, "2.6936")])
def test_a_rounded_mixed_rate_is_what_the_cap_takes(rounding: Rounding, calculated: str, law: Law) -> None:
    found = _rate(law, mixed=rounding)
    assert found.net_individual_percent == NET
    assert found.calculated_percent == Fraction(calculated)


def test_a_rounded_mixed_rate_holds_in_a_simulation_from_a_claim_free_rate_too(law: Law) -> None:
    # 2.00 + 0.55 × 1 × 1.58 = 2.869
    question = an_impact(
        first_rate_year=2021,
        last_rate_year=2021,
        headcount=85,
        wages_eur=1_000_000,
        calculated_without_percent="2.00",
        studied_claims=[a_claim(account_year=2018, cost_eur=30_000)],
    )
    for policed, calculated in ((law, "2.869"), (with_rounding(law, mixed=HALF_UP_2), "2.87")):
        [year] = impact(question, policed).years
        assert year.with_claims.calculated_percent == Fraction(calculated)


@pytest.mark.parametrize(
    ("mode", "notified"),
    [(RoundingMode.HALF_UP, "2.01"), (RoundingMode.HALF_EVEN, "2.00"), (RoundingMode.DOWN, "2.00")],
)
def test_the_notified_rate_rounds_in_the_direction_of_its_policy(mode: RoundingMode, notified: str, law: Law) -> None:
    question = a_question(headcount=10, collective_rate_percent="2.005")
    assert rate(question, with_rounding(law, notified=Rounding(mode, 2))).rate_percent == Fraction(notified)


def test_the_next_cap_starts_from_the_rounded_notified_rate(law: Law) -> None:
    # 4.02 is held at 5.025, notified 5.03: the next limit is 6.2875 and not 6.28125
    found = impact(
        an_impact(
            first_rate_year=2019,
            last_rate_year=2020,
            previous_rate_percent="4.02",
            wages_eur=1_000_000,
            studied_claims=[a_claim(account_year=2017, category="IP4")],
        ),
        law,
    )
    assert [year.with_claims.rate_percent for year in found.years] == [Fraction("5.03"), Fraction("6.29")]
    limits = found.years[1].with_claims.limits
    assert limits is not None
    assert limits.upper_percent == Fraction("6.2875")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [("0.005", 2, "0.01"), ("0.015", 2, "0.02"), ("0.0049999", 2, "0"), ("2.5", 0, "3"), ("1.005", 2, "1.01")],
)
def test_half_goes_up(value: str, decimals: int, expected: str) -> None:
    assert Rounding(RoundingMode.HALF_UP, decimals).apply(Fraction(value)) == Fraction(expected)
    assert half_up(Fraction(value), decimals) == Fraction(expected)


@pytest.mark.parametrize(("value", "shown"), [("0.00000000005", "0.0000000000"), ("0.00000000015", "0.0000000002")])
def test_intermediate_rates_are_shown_half_even(value: str, shown: str) -> None:
    assert decimal_text(Fraction(value), 10) == shown
