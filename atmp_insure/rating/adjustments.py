"""What acts on the contribution and not on the value of the risk: prevention discounts and additional contributions.

They are kept apart from the notified rate, from its cap, and from every comparison with and without claims.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.money import round_cents
from atmp_insure.regulation.law import first_of

if TYPE_CHECKING:
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law


class AdditionalLevel(StrEnum):
    """How far an additional contribution (cotisation supplémentaire) has gone."""

    INITIAL = "initial"  # from the day the risk was found
    LATE = "late"  # measures not done within the time set
    PERSISTENT = "persistent"  # six months after (two on a temporary site)


def discount_points(notified: YearRate, discount: Fraction, law: Law) -> Fraction:
    """Points of rate that a prevention discount (ristourne) takes off: a part of the collective rate.

    In mixed mode it acts on the collective part only; in individual mode there is none.

    Args:
        discount: part of the collective rate granted, 0 to the ceiling of the law.

    Raises:
        InvalidInput: above the ceiling.

    Source: arrêté of 9 December 2010, art. 2 to 7.
    """
    ceiling = law.discounts.at(first_of(notified.rate_year)).value
    if not 0 <= discount <= ceiling:
        raise InvalidInput.one(
            f"ristourne de {discount}", f"Donner une part du taux collectif de 0 à {ceiling}", place="discount"
        )
    return (1 - notified.individual_share) * (notified.collective_percent or Fraction(0)) * discount


def additional_contribution_eur(
    notified: YearRate, wages_eur: Fraction, quarterly_wages_eur: Fraction, level: AdditionalLevel, law: Law
) -> Fraction:
    """Additional contribution on the wages of a period, at the cent.

    Args:
        wages_eur: wages of the establishment over the period it applies to; with a single rate only those of the
            establishment concerned.
        quarterly_wages_eur: wages of three months, for the minimum of the first level.

    Source: art. L.242-7 CSS; arrêté of 9 December 2010, art. 8 to 16.
    """
    rule = law.additional_contributions.at(first_of(notified.rate_year)).value
    part = {
        AdditionalLevel.INITIAL: rule.initial,
        AdditionalLevel.LATE: rule.late,
        AdditionalLevel.PERSISTENT: rule.persistent,
    }
    amount = wages_eur * notified.rate_percent / 100 * part[level]
    if level is AdditionalLevel.INITIAL:
        minimum = quarterly_wages_eur * notified.rate_percent / 100 * rule.initial
        amount = max(amount, minimum, rule.minimum_eur)
    return round_cents(amount)
