"""What is paid for a policy year in every scenario, and its distribution: mean, how sure that mean is, percentiles.

No claim and one claim are enumerated, cell by cell; several claims are drawn. Every amount is a whole number of cents
and every weight a whole number, so the figures are the same on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.kernel.money import round_cents
from atmp_insure.rating.scenarios import over_contributions
from atmp_insure.rating.unit import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from atmp_insure.rating.scenarios import Draws, SectionYears
    from atmp_insure.underwriting.draws import Chances

    Integers = NDArray[np.int64]

PERCENTILES = (Fraction(90, 100), Fraction(95, 100), Fraction(995, 1000))
_WHOLE = 2**62  # what all weights add up to, nearly: each is rounded down
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class SectionTerms:
    """What is taken off and never exceeded for one section, rate year by rate year, in cents; None: no limit."""

    deductible_cents: tuple[int, ...]
    limit_cents: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a cover pays of over-contributions.

    Attributes:
        sections: in the order of the sections.
        year_limit_cents: for all sections together, each rate year; None: no limit.
        policy_limit_cents: for all that a policy year pays; None: no limit.
    """

    sections: tuple[SectionTerms, ...]
    year_limit_cents: int | None = None
    policy_limit_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What is paid in each scenario, in cents.

    Attributes:
        single: when one claim happens, cell by cell.
        several: in each drawn scenario of two claims and more.
    """

    single: Integers
    several: Integers

    def __add__(self, other: Paid) -> Paid:
        return Paid(self.single + other.single, self.several + other.several)

    def __sub__(self, other: Paid) -> Paid:
        return Paid(self.single - other.single, self.several - other.several)


@dataclass(frozen=True, slots=True)
class LossDistribution:
    """What a policy year would pay.

    Attributes:
        expected_eur: mean, at the cent.
        standard_error_eur: of that mean, which the draws alone make uncertain.
        deviation_eur: standard deviation of what a policy year pays.
        percentiles_eur: by chance of not being exceeded, as `PERCENTILES`.
        chance_of_payment: that anything is paid.
        scenarios: drawn.
    """

    expected_eur: Fraction
    standard_error_eur: Fraction
    deviation_eur: Fraction
    percentiles_eur: tuple[Fraction, ...]
    chance_of_payment: Fraction
    scenarios: int


@dataclass(frozen=True, slots=True)
class Excess:
    """Over-contributions of one section, in cents.

    Attributes:
        rate_years: the columns.
        scenarios: numbers of the scenarios in which a claim falls on the section: the rows.
    """

    rate_years: tuple[int, ...]
    scenarios: Integers
    cents: Integers


def excess_of(section: SectionYears, draws: Draws) -> Excess:
    """What each scenario costs a section, year by year, whatever a cover pays of it.

    Source: as `over_contributions`.
    """
    return Excess(section.rate_years, *over_contributions(section, draws))


def indemnities(excess: Sequence[Excess], count: int, terms: Terms) -> Integers:
    """What a cover pays in each scenario, all sections and years together, in cents.

    Args:
        excess: of each section, on the same scenarios; each may begin in a year of its own.
        count: how many scenarios there are.
        terms: by section, in the years of that section.

    Source: general conditions: min(limit, max(0, excess − deductible)) by section and year, then by year, then in all.
    """
    first = min(one.rate_years[0] for one in excess)
    last = max(one.rate_years[-1] for one in excess)
    by_year = np.zeros((count, last - first + 1), np.int64)
    for one, own in zip(excess, terms.sections, strict=True):
        paid = np.maximum(one.cents - np.array(own.deductible_cents, np.int64), 0)
        for at, limit in enumerate(own.limit_cents):
            if limit is not None:
                np.minimum(paid[:, at], limit, out=paid[:, at])
        begins = one.rate_years[0] - first
        by_year[one.scenarios, begins : begins + paid.shape[1]] += paid
    if terms.year_limit_cents is not None:
        np.minimum(by_year, terms.year_limit_cents, out=by_year)
    total: Integers = by_year.sum(axis=1)
    return total if terms.policy_limit_cents is None else np.minimum(total, terms.policy_limit_cents)


def loss_distribution(paid: Paid, weights: Sequence[Fraction], chance: Chances) -> LossDistribution:
    """The distribution of what a policy year pays.

    Args:
        paid: in each scenario.
        weights: expected claims of each cell.
        chance: of none, one and several claims.

    Source: law of total probability over the number of claims; standard error of a mean of independent draws.
    """
    total = sum(weights, ZERO)
    parts = [chance.one * weight / total for weight in weights] if total else [ZERO] * len(weights)
    count = len(paid.several)
    values, numbers = np.unique(paid.several, return_counts=True)
    mean_of_several, square_of_several = _moments(values.tolist(), numbers.tolist())
    one = [(part, int(cents)) for part, cents in zip(parts, paid.single, strict=True) if cents]
    mean = sum((part * cents for part, cents in one), ZERO) + chance.several * mean_of_several
    square = sum((part * cents**2 for part, cents in one), ZERO) + chance.several * square_of_several
    variance_of_several = square_of_several - mean_of_several**2
    drawn = Fraction(int(np.count_nonzero(paid.several)), max(1, count))
    return LossDistribution(
        expected_eur=round_cents(mean / 100),
        standard_error_eur=round_cents(_root(variance_of_several / max(1, count)) * chance.several / 100),
        deviation_eur=round_cents(_root(max(ZERO, square - mean**2)) / 100),
        percentiles_eur=tuple(Fraction(cents, 100) for cents in _percentiles(paid, parts, values, numbers, chance)),
        chance_of_payment=sum((part for part, _ in one), ZERO) + chance.several * drawn,
        scenarios=count,
    )


def _moments(values: list[int], numbers: list[int]) -> tuple[Fraction, Fraction]:
    """Mean and mean square of whole numbers, exactly; zero of none."""
    count = sum(numbers)
    if not count:
        return ZERO, ZERO
    total = sum(value * number for value, number in zip(values, numbers, strict=True))
    squares = sum(value * value * number for value, number in zip(values, numbers, strict=True))
    return Fraction(total, count), Fraction(squares, count)


def _root(value: Fraction) -> Fraction:
    with localcontext() as exact:
        exact.prec = _DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def _percentiles(
    paid: Paid, parts: Sequence[Fraction], values: Integers, numbers: Integers, chance: Chances
) -> list[int]:
    """The smallest amounts that are not exceeded with each chance of `PERCENTILES`, in cents."""
    each = int(chance.several * _WHOLE / max(1, len(paid.several)))
    amounts = np.concatenate(([0], paid.single, values))
    weights = np.concatenate(
        ([int(chance.none * _WHOLE)], np.array([int(part * _WHOLE) for part in parts], np.int64), numbers * each)
    )
    order = np.argsort(amounts, kind="stable")
    reached = np.cumsum(weights[order])
    wanted = [int(one * int(reached[-1])) for one in PERCENTILES]
    return [int(amounts[order[np.searchsorted(reached, one, side="left")]]) for one in wanted]
