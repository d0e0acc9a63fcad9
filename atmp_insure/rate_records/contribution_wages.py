"""The wages that a rate multiplies: those paid while it is in force, not always a civil year (2024, 2025)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.rate_records.wording import list_fr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.regulation.law import Law

MONTHS = 12


def months_in_force(rate_year: int, law: Law) -> dict[int, int]:
    """Months during which the rate of a year applies, by civil year: {2024: 12, 2025: 4} for 2024.

    Source: art. D.242-6-11 CSS; decree 2025-318 (2024 rates until 30 April 2025, 2025 rates from 1 May).
    """
    first, next_first = law.effective_on(rate_year), law.effective_on(rate_year + 1)
    months = range(first.year * MONTHS + first.month - 1, next_first.year * MONTHS + next_first.month - 1)
    return dict(Counter(month // MONTHS for month in months))


def contribution_wages(rate_year: int, wages_by_year: Mapping[int, Fraction], law: Law) -> Fraction:
    """Wages paid while a rate is in force: a month is a twelfth of its year, later years are like the last known one.

    Source: art. D.242-6-11 CSS and decree 2025-318 (day from which a rate applies).
    """
    last_known = wages_by_year[max(wages_by_year)]
    months = months_in_force(rate_year, law)
    return sum((wages_by_year.get(year, last_known) * number / MONTHS for year, number in months.items()), Fraction(0))


def said_of_months(rate_years: Iterable[int], law: Law) -> list[str]:
    """What must be said of the rates that do not apply for twelve months; nothing when all do."""
    months = {year: sum(months_in_force(year, law).values()) for year in rate_years}
    uneven = [f"{count} mois pour {year}" for year, count in months.items() if count != MONTHS]
    if not uneven:
        return []
    return [f"Chaque mois compte un douzième des salaires de son année ; durée d'application : {list_fr(uneven)}."]
