"""The floor: the same formula as a plain float64 NumPy expression, without bounds, errors nor exact digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def plain_rates(  # noqa: PLR0917 - the formula, in its own words
    costs: Floats, profile: NDArray[np.intp], headcount: Floats, wages: Floats, counts: Floats, previous: Floats,
    collective: Floats,
    *, m1: float, m2: float, m34: float,
) -> Floats:  # fmt: skip
    """Notified rates in percent of units outside Alsace-Moselle, rate years from 2018."""
    value = (counts.sum(axis=0) * costs[:, profile]).sum(axis=0)
    individual = (value / wages.sum(axis=0) * 100 + m1) * (1 + m2 / 100) + m34
    share = np.where(headcount >= 150, 1.0, np.where(headcount >= 20, 0.9 / 130 * (headcount - 20) + 0.1, 0.0))
    calculated = share * individual + (1 - share) * collective
    points = previous <= 4
    upper = np.where(points, previous + 1, previous * 1.25)
    lower = np.where(points, previous - 0.8, previous * 0.8)
    capped = np.where(share > 0, np.clip(calculated, lower, upper), calculated)
    rates: Floats = np.floor(capped * 100 + 0.5) / 100
    return rates
