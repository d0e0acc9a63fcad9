"""Shares, amounts, days and deductibles of a product as a French reader expects them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import DeductibleKind
from atmp_insure.kernel.french import BEFORE_UNIT, french_euros, french_number, french_percent

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import Deductible

_MOST_DECIMALS = 12


def percent_text(share: Fraction) -> str:
    """A share: `20 %`, `0,30 %`, `2,125 %`."""
    percent = share * 100
    if percent.denominator == 1:
        return french_percent(percent, 0)
    if (percent * 100).denominator == 1:
        return french_percent(percent)
    return f"{french_number(percent, _MOST_DECIMALS)}{BEFORE_UNIT}%"


def amount_text(amount_eur: Fraction) -> str:
    """An amount, without useless cents: `1 500 €`, `1 500,50 €`."""
    return french_euros(amount_eur, 0 if amount_eur.denominator == 1 else 2)


def count_text(count: int, unit_fr: str) -> str:
    """A count with its unit: `30 jours`, `1 jour`, `12 ans`."""
    return f"{french_number(Fraction(count))}{BEFORE_UNIT}{unit_fr}{'s' if count > 1 else ''}"


def deductible_text(deductible: Deductible) -> str:
    """A deductible: `0,30 % de la masse salariale`, `5 000 €`, `sans franchise`."""
    if not deductible.value:
        return "sans franchise"
    if deductible.kind is DeductibleKind.EUROS:
        return amount_text(deductible.value)
    return f"{percent_text(deductible.value)} {deductible.kind.label}"
