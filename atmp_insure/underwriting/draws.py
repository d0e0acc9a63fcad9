"""Random scenarios that are the same on any machine: a raw stream of whole numbers through tables of whole numbers.

Insured claims of a policy year come as a Poisson process over cells (section, cause, category, years). None and one are
not drawn: they are enumerated by `loss_distribution.py`. Here are the scenarios of two claims and more.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.scenarios import Draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STREAM = "pcg64-raw-2"  # PCG64 of a seed: an offset for the counts, one for the cells, then a number a claim for order
MOST_CLAIMS = Fraction(200)  # expected insured claims of a policy year; beyond, it is no such cover
_BITS = 64
_DIGITS = 60  # of the exponential: far more than the 64 bits that are kept of it
_RAREST = Decimal(2) ** -80


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely a policy year has no insured claim, one, or several; they add up to 1."""

    none: Fraction
    one: Fraction
    several: Fraction


def chances(expected_claims: Fraction) -> Chances:
    """Chances of none, one and several insured claims.

    Args:
        expected_claims: in the policy year, all cells together.

    Raises:
        InvalidInput: negative, or out of all proportion.

    Source: Poisson law; the exponential is worked out to sixty digits, the same everywhere.
    """
    if not 0 <= expected_claims <= MOST_CLAIMS:
        raise InvalidInput.one(
            f"{float(expected_claims):.3g} sinistres garantis attendus par an", "Vérifier effectif et fréquences"
        )
    none = _poisson(expected_claims, 1)[0]
    one = none * expected_claims
    return Chances(none, one, 1 - none - one)


def draw_several(seed: int, scenarios: int, expected_claims: Fraction, weights: Sequence[Fraction]) -> Draws:
    """Scenarios of two insured claims and more, each claim in a cell.

    Args:
        seed: of the stream; the quote keeps it with `STREAM`.
        scenarios: how many.
        expected_claims: in the policy year.
        weights: of the cells, not all zero.

    Counts and cells are drawn systematically: equal steps from an offset that is drawn, so that both come in the
    proportions of their tables; the order in which claims join is drawn one by one. A mean then moves far less from
    one seed to another than by independent draws, whose error is an upper bound of its own.

    Source: Poisson law, given that there are two claims at least; systematic sampling, inversion of tables.
    """
    stream = np.random.PCG64(seed)
    table = _poisson(expected_claims, _longest(expected_claims))[2:]
    counts = _inverted(thresholds(table), _even(scenarios, stream)) + 2
    claims = int(counts.sum())
    cells = _inverted(thresholds(weights), _even(claims, stream))
    order = np.argsort(stream.random_raw(claims), kind="stable")
    return Draws(np.repeat(np.arange(scenarios), counts), cells[order], scenarios)


def _even(count: int, stream: np.random.PCG64) -> NDArray[np.uint64]:
    """Numbers of 64 bits in equal steps, from an offset within the first of them."""
    step = 2**_BITS // count
    offset = int(stream.random_raw()) % step
    return np.arange(count, dtype=np.uint64) * np.uint64(step) + np.uint64(offset)


def thresholds(weights: Sequence[Fraction]) -> NDArray[np.uint64]:
    """The table that a 64-bit number is looked up in: the upper edge, excluded, of each part but the last.

    Source: inversion; each weight keeps its share to 2⁻⁶⁴.
    """
    total, reached, edges = sum(weights, Fraction(0)), Fraction(0), []
    for weight in weights[:-1]:
        reached += weight
        edges.append(min(int(reached * 2**_BITS / total), 2**_BITS - 1))
    return np.array(edges, dtype=np.uint64)


def _inverted(edges: NDArray[np.uint64], raw: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.searchsorted(edges, raw, side="right").astype(np.int64)


def _longest(expected_claims: Fraction) -> int:
    """Up to how many claims the table goes: what lies beyond is rarer than a 64-bit number can tell."""
    probability, count = Decimal(1), 0
    with localcontext() as exact:
        exact.prec = _DIGITS
        mean = Decimal(expected_claims.numerator) / Decimal(expected_claims.denominator)
        probability = (-mean).exp()
        while count < mean or probability > _RAREST:
            count += 1
            probability = probability * mean / count
    return max(count, 3)


def _poisson(expected_claims: Fraction, longest: int) -> list[Fraction]:
    """Probabilities of 0 to `longest` claims."""
    with localcontext() as exact:
        exact.prec = _DIGITS
        mean = Decimal(expected_claims.numerator) / Decimal(expected_claims.denominator)
        none = Fraction((-mean).exp())
    found = [none]
    for count in range(1, longest + 1):
        found.append(found[-1] * expected_claims / count)
    return found
