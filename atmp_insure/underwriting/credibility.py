"""How much a history counts against what was expected of it: Bühlmann's credibility for Poisson counts.

The derivation and the estimator of the variance are in `docs/pricing.md`; what is blended is the business of
`frequency.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.guarantees.vocabulary import Cause
    from atmp_insure.underwriting.statistics import Statistics

ZERO = Fraction(0)
ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Credibility:
    """What a history does to the frequency that was expected.

    Attributes:
        expected: claims that the frequency announced for what was observed.
        observed: claims counted.
        variance: of the relative frequency between those who share that frequency.
        weight: Z, what the history counts for, from 0 to 1.
        factor: what the frequency is multiplied by: 1 + Z · (observed / expected − 1).
    """

    expected: Fraction
    observed: Fraction
    variance: Fraction
    weight: Fraction
    factor: Fraction


def credibility_factor(expected: Fraction, observed: int | Fraction, variance: Fraction) -> Credibility:
    """What claims counted, against claims expected, do to a frequency.

    Nothing expected says nothing, and without variance all are alike: the frequency then stays as it is.

    Args:
        expected: number of claims, at least 0.
        observed: number of claims, at least 0.
        variance: of the relative frequency, whose mean is 1; at least 0.

    Raises:
        ValueError: one of them is negative.

    Source: H. Bühlmann, best linear estimate for Poisson counts: Z = expected · variance / (1 + expected · variance).
    """
    if min(expected, observed, variance) < 0:
        raise ValueError(f"negative count or variance: {expected}, {observed}, {variance}")
    counted = Fraction(observed)
    weight = expected * variance / (1 + expected * variance)
    factor = ONE + weight * (counted / expected - 1) if expected else ONE
    return Credibility(expected, counted, variance, weight, factor)


def relative_variance(collectives: Iterable[Sequence[tuple[int, int]]]) -> Fraction:
    """How unlike members of a collective are, beyond chance: the variance of their relative frequency.

    What the counts differ by from the collective's mean, less what Poisson counts would differ by anyway.

    Args:
        collectives: of each, its members by exposure (above 0) and claims counted.

    Source: Bühlmann and Straub, estimator of moments with expected counts as weights; 0 when chance explains it all.
    """
    excess, spread = ZERO, ZERO
    for members in collectives:
        exposure, counted = (sum(part) for part in zip(*members, strict=True))
        if not counted:
            continue
        frequency = Fraction(counted, exposure)
        squares = sum((Fraction(claims**2, own) for own, claims in members), ZERO) / frequency  # Σ N² / E
        excess += squares - counted - (len(members) - 1)
        spread += counted - frequency * Fraction(sum(own**2 for own, _ in members), exposure)
    return max(ZERO, excess / spread) if spread else ZERO


def group_variance(statistics: Statistics, cause: Cause) -> Fraction:
    """The variance of the relative frequency of NAF groups inside their committee, on grave claims and deaths.

    It is how `group_variance` of `config/product/assumptions.yaml` was found, and is found again of another year.

    Source: `relative_variance` of the groups that the statistics name, each committee a collective.
    """
    collectives: dict[str, list[tuple[int, int]]] = {}
    for (committee, _), counts in statistics.by_group.items():
        members = collectives.setdefault(committee, [])
        members.append((counts.employees, counts.grave[cause] + counts.deaths[cause]))
    return relative_variance(collectives.values())
