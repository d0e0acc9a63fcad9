"""The cap on the yearly change of a rate (écrêtement, butoirs), against the rate notified for the year before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.rating.unit import PreviousUnit
    from atmp_insure.regulation.law import CapRule


class Limit(StrEnum):
    """Which limit held a rate."""

    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class Limits:
    """Lowest and highest rate of a year, in percent, not rounded."""

    lower_percent: Fraction
    upper_percent: Fraction


def rate_limits(previous_percent: Fraction, rule: CapRule) -> Limits:
    """Limits that follow from the rate of the year before: in points up to 4 %, in proportion above.

    Source: art. D.242-6-15 and D.242-38 CSS.
    """
    if previous_percent <= rule.previous_up_to:
        return Limits(previous_percent - rule.points_down, previous_percent + rule.points_up)
    return Limits(previous_percent * rule.factor_down, previous_percent * rule.factor_up)


def capped(calculated_percent: Fraction, limits: Limits) -> tuple[Fraction, Limit | None]:
    """The calculated rate brought inside the limits, and the limit that held it; None inside the band.

    Source: art. D.242-6-15 and D.242-38 CSS.
    """
    if calculated_percent > limits.upper_percent:
        return limits.upper_percent, Limit.UPPER
    if calculated_percent < limits.lower_percent:
        return limits.lower_percent, Limit.LOWER
    return calculated_percent, None


def merged_reference(units: Sequence[PreviousUnit]) -> Fraction:
    """Reference of the cap in the first year of a merged unit: mean of the former rates, weighted by wages.

    Source: art. D.242-6-15 last paragraph and D.242-38 CSS; Cass. 2e civ., 7 January 2021, 19-24.045 (office rate).
    """
    wages_eur = sum((unit.wages_eur for unit in units), Fraction(0))
    return sum((unit.rate_percent * unit.wages_eur for unit in units), Fraction(0)) / wages_eur
