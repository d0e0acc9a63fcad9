"""Shares, amounts, days and deductibles of a product: French texts, which a page in English says in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure import formatting
from atmp_insure.formatting import BEFORE_UNIT
from atmp_insure.guarantees.vocabulary import DeductibleKind
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Figure, Listed

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.product import Deductible

DAYS = Label("jour"), Label("jours")
YEARS = Label("année"), Label("années")
PEOPLE = Label("salarié"), Label("salariés")
_MOST_DECIMALS = 12


def percent_text(share: Fraction) -> Figure:
    """A share: `20 %`, `0,30 %`, `2,125 %`."""
    return Figure(lambda language: formatting.percent(share, _decimals(share * 100), language))


def amount_text(amount_eur: Fraction) -> Figure:
    """An amount, without useless cents: `1 500 €`, `1 500,50 €`."""
    return Figure(lambda language: formatting.euros(amount_eur, _decimals(amount_eur), language))


def number_text(value: Fraction) -> Figure:
    """A number: `1 400`, `80,5`."""
    return Figure(lambda language: formatting.number(value, None, language))


def date_text(day: date) -> Figure:
    """A day: `1er mai 2026`."""
    return Figure(lambda language: formatting.day(day, language))


def count_text(count: int, unit: tuple[Label, Label]) -> Listed:
    """A count with its unit, of which there may be one or several: `30 jours`, `1 jour`, `12 années`."""
    number = Figure(lambda language: formatting.number(count, 0, language))
    return Listed((number, unit[1] if count > 1 else unit[0]), BEFORE_UNIT)


def deductible_text(deductible: Deductible) -> Label:
    """A deductible: `0,30 % de la masse salariale`, `5 000 €`, `sans franchise`."""
    if not deductible.value:
        return Label("sans franchise")
    if deductible.kind is DeductibleKind.EUROS:
        return amount_text(deductible.value)
    return Listed((percent_text(deductible.value), deductible.kind.label), " ")


def _decimals(value: Fraction) -> int:
    """As many as the value has: none, or two at least, as amounts and rates are written."""
    exact = (count for count in (0, *range(2, _MOST_DECIMALS)) if (value * 10**count).denominator == 1)
    return next(exact, _MOST_DECIMALS)
