"""Prevention discounts and additional contributions: apart from the rate, its cap and every comparison."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.adjustments import AdditionalLevel, additional_contribution_eur, discount_points
from atmp_insure.rating.rate import rate
from tests.builders import a_question

if TYPE_CHECKING:
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law


def _collective(law: Law, percent: str = "2.80") -> YearRate:
    return rate(a_question(headcount=10, collective_rate_percent=percent), law)


@pytest.mark.parametrize(("discount", "points"), [("0", "0"), ("0.10", "0.28"), ("0.25", "0.70")])
def test_a_discount_takes_its_part_of_the_collective_rate(discount: str, points: str, law: Law) -> None:
    assert discount_points(_collective(law), Fraction(discount), law) == Fraction(points)


@pytest.mark.parametrize("discount", ["0.2501", "0.26", "1", "-0.01"])
def test_a_discount_above_a_quarter_of_the_collective_rate_is_refused(discount: str, law: Law) -> None:
    with pytest.raises(InvalidInput):
        discount_points(_collective(law), Fraction(discount), law)


def test_in_mixed_mode_a_discount_acts_on_the_collective_part_only(law: Law) -> None:
    mixed = rate(a_question(headcount=120), law)  # f = 103/130
    assert discount_points(mixed, Fraction("0.25"), law) == Fraction(27, 130) * Fraction("2.80") / 4


def test_in_individual_mode_there_is_no_discount(law: Law) -> None:
    assert discount_points(rate(a_question(headcount=150), law), Fraction("0.25"), law) == 0


@pytest.mark.parametrize(
    ("level", "wages_eur", "due_eur"),
    [
        (AdditionalLevel.INITIAL, 1_000_000, 7_000),  # 2.80 % × 25 %
        (AdditionalLevel.LATE, 1_000_000, 14_000),  # 50 %
        (AdditionalLevel.PERSISTENT, 1_000_000, 56_000),  # 200 %
    ],
)
def test_an_additional_contribution_grows_with_its_level(
    level: AdditionalLevel, wages_eur: int, due_eur: int, law: Law
) -> None:
    due = additional_contribution_eur(_collective(law), Fraction(wages_eur), Fraction(300_000), level, law)
    assert due == due_eur


def test_the_first_level_is_never_under_a_quarter_of_three_months(law: Law) -> None:
    due = additional_contribution_eur(
        _collective(law), Fraction(100_000), Fraction(300_000), AdditionalLevel.INITIAL, law
    )
    assert due == 2_100


@pytest.mark.parametrize(("quarterly_eur", "due_eur"), [(0, "1000.00"), (100_000, "1000.00"), (142_858, "1000.01")])
def test_the_first_level_is_never_under_1_000_euros(quarterly_eur: int, due_eur: str, law: Law) -> None:
    # 100 000 × 2.80 % × 25 % = 700; 142 858 × 2.80 % × 25 % = 1 000.006
    due = additional_contribution_eur(
        _collective(law), Fraction(1), Fraction(quarterly_eur), AdditionalLevel.INITIAL, law
    )
    assert due == Fraction(due_eur)


def test_an_additional_contribution_is_rounded_to_the_cent_half_up(law: Law) -> None:
    # 50 % of 2.80 % of 1 071.50 = 15.001; of 1 071.7857142... = 15.005 exactly when wages are 15.005 / 0.014
    wages_eur = Fraction("15.005") / Fraction("0.014")
    due = additional_contribution_eur(_collective(law), wages_eur, Fraction(0), AdditionalLevel.LATE, law)
    assert due == Fraction("15.01")
