"""What many scenarios of claims cost at once: the two chains of `impact.py` over arrays, to the same cent.

Of the bases of a rate year, claims change one number, the value of the risk. So the calculated rate is asked of the
exact formula once for each distinct value, and the caps, which bind whole hundredths, are walked in whole numbers:
rounding keeps the order of numbers, hence rounding a capped rate is capping the rounded one. No float decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.cap import rate_limits
from atmp_insure.rating.claim_cost import line_cost
from atmp_insure.rating.impact import chain_bases, values_given
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.unit import ZERO, triennium

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from atmp_insure.rating.basis import YearBasis
    from atmp_insure.rating.impact import ImpactQuestion
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law

    Integers = NDArray[np.int64]
    # (year, added value) → calculated rate, (year, previous rate) → limits, in hundredths of percent
    Known = tuple[dict[tuple[int, int], int], dict[tuple[int, int], tuple[int, int]]]

_MOST_CENTS = 10**13  # a hundred thousand million euros of wages: products with rates then fit in 64 bits
_MOST_SCALED = 2**62
_MOST_COUNTED = 10**6  # claims of a cell in a scenario
_PARTS = 10_000  # of a whole, in a rate counted in hundredths of percent


@dataclass(frozen=True, slots=True)
class Draws:
    """Scenarios, as claims in a row: the claims of a scenario follow each other.

    Attributes:
        scenario: (m) number of the scenario of each claim, never falling.
        cell: (m) which cell of `SectionYears.cells` each claim is.
        count: how many scenarios there are, those without any claim included.
    """

    scenario: Integers
    cell: Integers
    count: int


@dataclass(frozen=True, slots=True)
class SectionYears:
    """The rate years to come of one section, as far as no drawn claim changes them.

    Attributes:
        rate_years: in a row.
        bases: of each.
        previous_hundredths: rate notified before the first of them, in hundredths of percent; None: no cap.
        wages_cents: wages paid under each rate.
        added: (cells, years) what a claim of each cell adds to the value of the risk, in `scale`ths of a euro.
        scale: of each year.
        base_value_eur: value of the risk of each year without any drawn claim.
        known: exact results found before, by year and what they were asked of; sections made from this one share them.
    """

    rate_years: tuple[int, ...]
    bases: tuple[YearBasis, ...]
    previous_hundredths: int | None
    wages_cents: tuple[int, ...]
    added: Integers
    scale: tuple[int, ...]
    base_value_eur: tuple[Fraction, ...]
    known: Known = field(default_factory=lambda: ({}, {}), compare=False, repr=False)


def section_years(question: ImpactQuestion, cells: Sequence[Sequence[ClaimLine]], law: Law) -> SectionYears:
    """Settle the rate years of a section, and what a claim of each cell weighs in each of them.

    Args:
        question: the section with its ordinary claims; its studied claims are the cells' and must not be there.
        cells: for each sort of claim that may be drawn, the lines that it brings to the account; none for a claim of
            another section.
        law: the dated tables.

    Raises:
        InvalidInput: years open, wages that are no whole cents or beyond all proportion, or a law that rounds limits,
            which the arrays do not know.
        MissingParameter: no year has a value that the calculation needs.

    Source: as `atmp_insure.rating.impact`.
    """
    bases = chain_bases(question, law)
    if any(basis.rounding.limit.mode != "none" for basis in bases):
        raise InvalidInput.one(
            "le bureau arrondit les limites de l'écrêtement", "Retirer cet arrondi : il n'est pas simulé"
        )
    costs = [_cell_costs(question, basis.rate_year, cells, law) for basis in bases]
    scale = tuple(lcm(1, *(cost.denominator for cost in year)) for year in costs)
    added = [[int(cost * unit) for cost in year] for year, unit in zip(costs, scale, strict=True)]
    if any(value > _MOST_SCALED // _MOST_COUNTED for year in added for value in year):
        raise InvalidInput.one("coût moyen hors limites", "Vérifier les coûts moyens du bureau")
    previous = question.previous_rate_percent
    return SectionYears(
        rate_years=tuple(basis.rate_year for basis in bases),
        bases=tuple(bases),
        previous_hundredths=None if previous is None else _hundredths(previous),
        wages_cents=tuple(_wages_cents(question, basis.rate_year) for basis in bases),
        added=np.array(added, dtype=np.int64).reshape(len(bases), len(cells)).T.copy(),
        scale=scale,
        base_value_eur=tuple(sum((cost.cost_eur for cost in basis.costs), ZERO) for basis in bases),
    )


def over_contributions(section: SectionYears, draws: Draws) -> tuple[Integers, Integers]:
    """What each scenario costs a section, year by year.

    Args:
        section: as `section_years` settles it.
        draws: scenarios; claims of cells that bring nothing to this section cost nothing here.

    Returns:
        The numbers of the scenarios in which a claim falls on this section, and for each of them (rows) the
        over-contribution of each rate year (columns), in cents. All the others cost nothing.

    Source: as `atmp_insure.rating.impact`: excess = (rate with − rate without) × wages, at the cent, half up.
    """
    falls_here: NDArray[np.bool_] = np.asarray(section.added.any(axis=1))
    touched = falls_here[draws.cell]
    scenario, cell = draws.scenario[touched], draws.cell[touched]
    if not len(scenario):
        return np.zeros(0, np.int64), np.zeros((0, len(section.rate_years)), np.int64)
    first = np.flatnonzero(np.concatenate(([True], scenario[1:] != scenario[:-1])))
    kept, place = _distinct(cell, first, len(section.added))
    counts = np.diff(np.append(first, len(cell)))
    is_kept = np.zeros(len(first), np.bool_)
    is_kept[kept] = True
    starts = np.concatenate(([0], np.cumsum(counts[is_kept])[:-1]))
    added = np.add.reduceat(section.added[cell[np.repeat(is_kept, counts)]], starts, axis=0)
    points = _rates(section, added) - _rates(section, np.zeros((1, len(section.rate_years)), np.int64))
    wages = np.array(section.wages_cents, dtype=np.int64)
    cents = (points * wages * 2 + _PARTS) // (2 * _PARTS)
    return scenario[first], cents[place]


def _distinct(cell: Integers, first: Integers, cells: int) -> tuple[Integers, Integers]:
    """One scenario, in rising order, for each multiset of cells, and for each scenario the place of its own there.

    A multiset is the number whose digits, none of them zero, are its cells in order; where such a number would be too
    large, each scenario stands for itself.
    """
    counts, base = np.diff(np.append(first, len(cell))), cells + 1
    if base ** int(counts.max()) >= _MOST_SCALED:
        every = np.arange(len(first))
        return every, every
    rank = np.repeat(np.arange(len(first)), counts)
    digits = np.sort(rank * base + cell) - rank * base + 1
    weight = base ** (np.arange(len(cell)) - np.repeat(first, counts))
    _, kept, place = np.unique(np.add.reduceat(digits * weight, first), return_index=True, return_inverse=True)
    order = np.argsort(kept)
    rising = np.empty_like(order)
    rising[order] = np.arange(len(order))
    return kept[order], rising[place]


def _rates(section: SectionYears, added: Integers) -> Integers:
    """Notified rates of each scenario (rows) and year (columns), in hundredths of percent."""
    found = np.empty_like(added)
    previous: Integers | None = None
    if section.previous_hundredths is not None:
        previous = np.full(len(added), section.previous_hundredths, np.int64)
    for at, basis in enumerate(section.bases):
        rates = _calculated(section, at, added[:, at])
        if basis.cap is not None and previous is not None:
            lower, upper = _limits(section, at, previous)
            rates = np.minimum(np.maximum(rates, lower), upper)
        found[:, at] = previous = rates
    return found


def _limits(section: SectionYears, at: int, previous: Integers) -> tuple[Integers, Integers]:
    """Lowest and highest notified rate after each previous one, all in hundredths of percent."""
    basis, known = section.bases[at], section.known[1]
    assert basis.cap is not None
    values, place = np.unique(previous, return_inverse=True)
    for one in values.tolist():
        if (at, one) not in known:
            limits = rate_limits(Fraction(one, 100), basis.cap)
            known[at, one] = _notified(basis, limits.lower_percent), _notified(basis, limits.upper_percent)
    found = np.array([known[at, one] for one in values.tolist()], np.int64)[place]
    return found[:, 0], found[:, 1]


def _calculated(section: SectionYears, at: int, added: Integers) -> Integers:
    """Rates before the cap, rounded, by the exact formula: one calculation for each distinct value."""
    basis, base_eur, scale = section.bases[at], section.base_value_eur[at], section.scale[at]
    values, place = np.unique(added, return_inverse=True)
    known = section.known[0]
    for value in values.tolist():
        if (at, value) not in known:
            exact = basis.formula.calculation(base_eur + Fraction(value, scale)).calculated_percent
            known[at, value] = _notified(basis, exact)
    return np.array([known[at, value] for value in values.tolist()], np.int64)[place]


def _notified(basis: YearBasis, percent: Fraction) -> int:
    return _hundredths(basis.rounding.notified.apply(percent))


def _hundredths(percent: Fraction) -> int:
    scaled = percent * 100
    if scaled.denominator != 1:
        raise InvalidInput.one(
            f"taux de {float(percent)} % à plus de deux décimales", "Donner le taux tel qu'il est notifié"
        )
    return scaled.numerator


def _cell_costs(
    question: ImpactQuestion, rate_year: int, cells: Sequence[Sequence[ClaimLine]], law: Law
) -> list[Fraction]:
    """What a claim of each cell adds to the value of the risk of a rate year."""
    counted = set(triennium(rate_year))
    prices = PriceList(law, question.unit, rate_year, values_given(question, rate_year), allow_earlier=True)
    return [
        sum((line_cost(line, prices).cost_eur for line in lines if line.account_year in counted), ZERO)
        for lines in cells
    ]


def _wages_cents(question: ImpactQuestion, rate_year: int) -> int:
    paid = question.wages_eur if question.contribution_wages_eur.is_empty else question.contribution_wages_eur
    amount = paid.at(rate_year)
    if amount is None or (amount * 100).denominator != 1 or not 0 <= amount * 100 <= _MOST_CENTS:
        raise InvalidInput.one(
            f"salaires de {rate_year} absents, hors limites ou à plus de deux décimales",
            "Donner les salaires de chaque année, au centime",
            place=f"wages_eur.{rate_year}",
        )
    return int(amount * 100)
