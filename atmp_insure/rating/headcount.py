"""The headcount of a civil year (effectif annuel), from which the mode of the rate follows two years later."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.rounding import Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.regulation.law import Law

_MONTHS, _QUARTERS = 12, 4


def annual_headcount(year: int, counts: Sequence[Fraction], law: Law) -> Fraction:
    """Headcount of a civil year, decimals beyond the second dropped.

    Args:
        year: civil year of the headcount (N-2 for the rate of year N).
        counts: up to 2016 the staff present on the last day of each quarter; from 2017 the staff of each month, people
            pro rata of their working time and presence. Months without any employee are left out of the mean.

    Raises:
        InvalidInput: more counts than the year has quarters or months, or none at all.

    Source: arrêté du 17 octobre 1995 (up to 2016); art. L.130-1 and R.130-1 CSS (from 2017).
    """
    method = law.headcount_counting.at(date(year, 1, 1)).value
    expected = _MONTHS if method.method == "monthly" else _QUARTERS
    counted = [count for count in counts if count > 0] if method.method == "monthly" else list(counts)
    if not counted or len(counts) > expected:
        raise InvalidInput.one(
            f"{len(counts)} décompte(s) d'effectif pour {year}",
            f"Donner de 1 à {expected} valeurs, dont une au moins positive",
        )
    return truncated_headcount(sum(counted, Fraction(0)) / len(counted), year, law)


def truncated_headcount(headcount: Fraction, year: int, law: Law) -> Fraction:
    """A headcount at the decimals the law keeps: the rest is dropped, never rounded up (149.999 is 149.99).

    Source: art. R.130-1 I CSS.
    """
    decimals = law.headcount_counting.at(date(year, 1, 1)).value.decimals
    return Rounding(RoundingMode.DOWN, decimals).apply(headcount)
