"""Rates in percent, how they are written. Inside the engine a rate is a `Fraction` in percent: 2.35 % is 235/100."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import RoundingMode, decimal_text

if TYPE_CHECKING:
    from fractions import Fraction

INTERMEDIATE_DECIMALS = 10


def notified_text(rate_percent: Fraction) -> str:
    """A notified rate, two decimals: `3.20`."""
    return decimal_text(rate_percent, 2, RoundingMode.HALF_UP)


def intermediate_text(value: Fraction) -> str:
    """An intermediate rate or share at ten decimals, half-even; for display only, decisions use the exact value."""
    return decimal_text(value, INTERMEDIATE_DECIMALS)
