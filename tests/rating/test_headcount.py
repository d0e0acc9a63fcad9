"""How a headcount is counted: quarters up to 2016, months from 2017, decimals dropped after the second."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.headcount import annual_headcount, truncated_headcount

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law


def _counts(*counts: str | int) -> list[Fraction]:
    return [Fraction(count) for count in counts]


def test_the_published_example_gives_17_66_and_not_17_67(law: Law) -> None:
    # Alertes & Conseils Paie no 8/17: mean 17.6666 over the six months with staff
    assert annual_headcount(2017, _counts(11, 15, 23, 23, 23, 11), law) == Fraction("17.66")


def test_months_without_employee_are_left_out_from_2017(law: Law) -> None:
    counts = _counts(0, 0, 0, 0, 0, 0, 11, 15, 23, 23, 23, 11)
    assert annual_headcount(2017, counts, law) == Fraction("17.66")


def test_quarters_count_all_four_days_up_to_2016(law: Law) -> None:
    # a quarter without staff is one of the four days of the mean: (0 + 20 + 20 + 21) / 4 = 15.25
    assert annual_headcount(2016, _counts(0, 20, 20, 21), law) == Fraction("15.25")


def test_twelve_counts_are_too_many_for_a_quarterly_year_and_welcome_in_a_monthly_one(law: Law) -> None:
    twelve = _counts(*[20] * 12)
    with pytest.raises(InvalidInput):
        annual_headcount(2016, twelve, law)
    assert annual_headcount(2017, twelve, law) == 20


def test_five_counts_are_too_many_for_a_quarterly_year(law: Law) -> None:
    assert annual_headcount(2016, _counts(20, 20, 20, 20), law) == 20
    with pytest.raises(InvalidInput):
        annual_headcount(2016, _counts(20, 20, 20, 20, 20), law)


@pytest.mark.parametrize("counts", [[], [0], [0, 0, 0]])
def test_a_year_without_any_employee_has_no_monthly_headcount(counts: list[int], law: Law) -> None:
    with pytest.raises(InvalidInput):
        annual_headcount(2018, _counts(*counts), law)


@pytest.mark.parametrize(
    ("written", "kept"), [("149.999", "149.99"), ("149.991", "149.99"), ("149.99", "149.99"), ("150", "150")]
)
@pytest.mark.parametrize("year", [2010, 2016, 2017, 2024])
def test_decimals_beyond_the_second_are_dropped_and_never_rounded_up(
    year: int, written: str, kept: str, law: Law
) -> None:
    assert truncated_headcount(Fraction(written), year, law) == Fraction(kept)


def test_part_time_counts_pro_rata(law: Law) -> None:
    assert annual_headcount(2020, _counts("10.5", "11.25"), law) == Fraction("10.87")  # 10.875 truncated
