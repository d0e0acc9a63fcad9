"""What a cover would pay for a policy year: the whole distribution, its mean and how sure that mean is.

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
from atmp_insure.rating.scenarios import Draws, over_contributions
from atmp_insure.rating.unit import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from atmp_insure.rating.scenarios import SectionYears
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


def indemnities(sections: Sequence[SectionYears], draws: Draws, terms: Terms) -> Integers:
    """What a cover pays in each scenario, all sections and years together, in cents.

    Source: general conditions: min(limit, max(0, excess − deductible)) by section and year, then by year, then in all.
    """
    by_year = np.zeros((draws.count, len(sections[0].rate_years)), np.int64)
    for section, own in zip(sections, terms.sections, strict=True):
        scenarios, cents = over_contributions(section, draws)
        paid = np.maximum(cents - np.array(own.deductible_cents, np.int64), 0)
        for at, limit in enumerate(own.limit_cents):
            if limit is not None:
                np.minimum(paid[:, at], limit, out=paid[:, at])
        by_year[scenarios] += paid
    if terms.year_limit_cents is not None:
        np.minimum(by_year, terms.year_limit_cents, out=by_year)
    total: Integers = by_year.sum(axis=1)
    return total if terms.policy_limit_cents is None else np.minimum(total, terms.policy_limit_cents)


def loss_distribution(
    sections: Sequence[SectionYears], weights: Sequence[Fraction], chance: Chances, draws: Draws, terms: Terms
) -> LossDistribution:
    """The distribution of what a policy year pays.

    Args:
        sections: as `section_years` settles them, on the same cells and rate years.
        weights: expected claims of each cell.
        chance: of none, one and several claims.
        draws: scenarios of several claims.
        terms: what the cover pays.

    Source: law of total probability over the number of claims; standard error of a mean of independent draws.
    """
    every = np.arange(len(weights))
    single = indemnities(sections, Draws(every, every, len(weights)), terms)
    several = indemnities(sections, draws, terms)
    total = sum(weights, ZERO)
    parts = [chance.one * weight / total for weight in weights] if total else [ZERO] * len(weights)
    mean_of_several, variance_of_several = _moments(several)
    mean = sum((part * int(one) for part, one in zip(parts, single, strict=True)), ZERO)
    mean += chance.several * mean_of_several
    square = sum((part * int(one) ** 2 for part, one in zip(parts, single, strict=True)), ZERO)
    square += chance.several * (variance_of_several + mean_of_several**2)
    error = _root(variance_of_several / max(1, draws.count)) * chance.several
    return LossDistribution(
        expected_eur=round_cents(mean / 100),
        standard_error_eur=round_cents(error / 100),
        deviation_eur=round_cents(_root(max(ZERO, square - mean**2)) / 100),
        percentiles_eur=tuple(Fraction(one, 100) for one in _percentiles(single, parts, several, chance)),
        chance_of_payment=_chance_of_payment(single, parts, several, chance),
        scenarios=draws.count,
    )


def _moments(values: Integers) -> tuple[Fraction, Fraction]:
    """Mean and variance of whole numbers, exactly; zero of none."""
    count = len(values)
    if not count:
        return ZERO, ZERO
    total = sum(values.tolist())
    squares = sum(value * value for value in values.tolist())
    mean = Fraction(total, count)
    return mean, Fraction(squares, count) - mean**2


def _root(value: Fraction) -> Fraction:
    with localcontext() as exact:
        exact.prec = _DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def _chance_of_payment(single: Integers, parts: Sequence[Fraction], several: Integers, chance: Chances) -> Fraction:
    one = sum((part for part, paid in zip(parts, single, strict=True) if paid), ZERO)
    return one + chance.several * Fraction(int(np.count_nonzero(several)), max(1, len(several)))


def _percentiles(single: Integers, parts: Sequence[Fraction], several: Integers, chance: Chances) -> list[int]:
    """The smallest amounts that are not exceeded with each chance of `PERCENTILES`, in cents."""
    each = int(chance.several * _WHOLE / max(1, len(several)))
    amounts = np.concatenate(([0], single, several))
    weights = np.array([int(chance.none * _WHOLE), *(int(part * _WHOLE) for part in parts), *[each] * len(several)])
    order = np.argsort(amounts, kind="stable")
    reached = np.cumsum(weights[order])
    wanted = [int(one * int(reached[-1])) for one in PERCENTILES]
    return [int(amounts[order[np.searchsorted(reached, one, side="left")]]) for one in wanted]
