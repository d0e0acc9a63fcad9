"""Rounding of exact numbers: one small object per rounding, so that a rule can name the one it uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class RoundingMode(StrEnum):
    """Direction of a rounding."""

    NONE = "none"  # keep the exact value
    HALF_UP = "half_up"  # to nearest, ties away from zero: what every notified rate shows
    HALF_EVEN = "half_even"  # to nearest, ties to even: display of intermediate values only
    DOWN = "down"  # drop the rest: headcounts (R. 130-1 CSS)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounding to a number of decimals, exact in and exact out.

    Attributes:
        mode: direction.
        decimals: kept decimals; without meaning when the mode is `NONE`.
    """

    mode: RoundingMode
    decimals: int = 0

    def apply(self, value: Fraction) -> Fraction:
        """The value, rounded."""
        if self.mode is RoundingMode.NONE:
            return value
        scale = 10**self.decimals
        return Fraction(scaled_integer(value, scale, self.mode), scale)

    @property
    def label_fr(self) -> str:
        """How a reader names this rounding."""
        match self.mode:
            case RoundingMode.NONE:
                return "valeur exacte, sans arrondi"
            case RoundingMode.HALF_UP:
                return f"arrondi au plus proche à {self.decimals} décimales, demi vers le haut"
            case RoundingMode.HALF_EVEN:
                return f"arrondi au plus proche à {self.decimals} décimales, demi vers le pair"
            case RoundingMode.DOWN:
                return f"{self.decimals} décimales, le reste abandonné"


EXACT = Rounding(RoundingMode.NONE)


def scaled_integer(value: Fraction, scale: int, mode: RoundingMode) -> int:
    """`value × scale` as a whole number in the given direction (never `NONE`)."""
    numerator, denominator = value.numerator * scale, value.denominator
    magnitude, rest = divmod(abs(numerator), denominator)
    if rest and mode is not RoundingMode.DOWN:
        doubled = 2 * rest
        tie_goes_up = mode is RoundingMode.HALF_UP or magnitude % 2 == 1
        magnitude += doubled > denominator or (doubled == denominator and tie_goes_up)
    return magnitude if numerator >= 0 else -magnitude


def decimal_text(value: Fraction, decimals: int, mode: RoundingMode = RoundingMode.HALF_EVEN) -> str:
    """The value written with a fixed number of decimals and a point: `Fraction(1, 3)`, 4 → `0.3333`."""
    scaled = scaled_integer(value, 10**decimals, mode)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def plain_decimal(value: Fraction) -> str:
    """A decimal number in full, without useless zeros: `Fraction(7, 4)` → `1.75`.

    Raises:
        ValueError: the value has no end in decimals (a third).
    """
    for decimals in range(60):
        if (value * 10**decimals).denominator == 1:
            return decimal_text(value, decimals)
    raise ValueError(f"{value} is no decimal number")
