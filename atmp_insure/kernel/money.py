"""Euros, exact to the cent: rounding and sharing. Amounts are `Fraction` inside a calculation, whole cents outside."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import RoundingMode, decimal_text, scaled_integer

if TYPE_CHECKING:
    from collections.abc import Mapping


def round_cents(amount_eur: Fraction) -> Fraction:
    """The amount rounded to the cent, half up: the one rounding of money in this product."""
    return Fraction(whole_cents(amount_eur), 100)


def whole_cents(amount_eur: Fraction) -> int:
    """The amount in whole cents, rounded half up."""
    return scaled_integer(amount_eur, 100, RoundingMode.HALF_UP)


def euros_text(amount_eur: Fraction) -> str:
    """The amount with two decimals and a point, as JSON carries it: `430650.00`."""
    return decimal_text(amount_eur, 2, RoundingMode.HALF_UP)


def split_evenly(total: int, count: int) -> tuple[int, ...]:
    """Split a whole number (cents) into equal parts that add up to it; what does not divide falls on the first.

    Args:
        total: what is split, at least 0, in the smallest unit.
        count: how many parts, at least 1.

    Raises:
        ValueError: no part, or a negative total.
    """
    if count < 1 or total < 0:
        raise ValueError(f"{total} in {count} parts")
    each = total // count
    return (total - each * (count - 1), *(each,) * (count - 1))


def share_by_largest_remainder(total: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Share a whole number (cents) in proportion to weights, so that the parts add up to it.

    Each part is first rounded down; the units that are left go to the largest remainders, ties by name.

    Args:
        total: what is shared, at least 0, in the smallest unit.
        weights: one weight by name, none negative; all zero shares only a total of zero.

    Raises:
        ValueError: a negative weight or total, or a positive total over weights that are all zero.
    """
    weight_sum = sum(weights.values(), Fraction(0))
    if total < 0 or any(weight < 0 for weight in weights.values()) or (total and not weight_sum):
        raise ValueError(f"cannot share {total} over {dict(weights)}")
    if not total:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / weight_sum for name, weight in weights.items()}
    parts = {name: value.numerator // value.denominator for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
