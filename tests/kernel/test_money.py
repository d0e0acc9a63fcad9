"""Cents: rounded half up in one place, shared and split so that the parts add up to the whole."""

from __future__ import annotations

from fractions import Fraction

import pytest

from atmp_insure.kernel.money import round_cents, split_evenly


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        (30_000, (10_000, 10_000, 10_000)),
        (10_000, (3_334, 3_333, 3_333)),
        (4, (2, 1, 1)),
        (5, (3, 1, 1)),  # every cent that is left falls on the first
        (2, (2, 0, 0)),
        (0, (0, 0, 0)),
    ],
)
def test_an_amount_splits_into_parts_that_add_up_the_first_taking_what_is_left(
    total: int, parts: tuple[int, ...]
) -> None:
    assert split_evenly(total, 3) == parts
    assert sum(parts) == total
    assert split_evenly(total, 1) == (total,)


@pytest.mark.parametrize(("total", "count"), [(100, 0), (100, -1), (-1, 3)])
def test_no_part_and_no_debt_can_be_split(total: int, count: int) -> None:
    with pytest.raises(ValueError, match="parts"):
        split_evenly(total, count)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.004", "1.00"), ("1.005", "1.01"), ("1.0049999", "1.00"), ("0", "0"), ("-1.004", "-1.00"), ("-1.006", "-1.01")],
)
def test_half_a_cent_is_rounded_up(amount: str, rounded: str) -> None:
    assert round_cents(Fraction(amount)) == Fraction(rounded)
