"""Who caused what: the yearly losses of a chain shared between the claims studied, by the Shapley value.

The value is exact up to ten claims. Above, it is the mean over sampled orders of arrival, drawn from a fixed seed, with
its standard error; the parts still add up exactly, because they do in every single order.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, lcm, sqrt
from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import RoundingMode, scaled_integer
from atmp_insure.rating.cap import capped, rate_limits
from atmp_insure.rating.unit import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from atmp_insure.rating.basis import YearBasis

EXACT_CLAIMS = 10
SAMPLED_PAIRS = 500  # each drawn order is followed by its reverse
SEED = 20100705  # decree 2010-753: any fixed number would do


@dataclass(frozen=True, slots=True)
class StudiedYear:
    """One year of the chain as the sharing sees it.

    Attributes:
        base_value_eur: value of the risk of the claims that are not studied.
        values_eur: value of the risk that each studied claim brings this year, by reference.
        contribution_wages_eur: wages that the rate of this year multiplies.
    """

    basis: YearBasis
    base_value_eur: Fraction
    values_eur: Mapping[str, Fraction]
    contribution_wages_eur: Fraction


@dataclass(frozen=True, slots=True)
class Attribution:
    """Loss of each year by claim, exact and adding up to the loss of the year.

    Attributes:
        by_year: euros by claim, one mapping a year, in the order of the years.
        sampled_orders: number of orders drawn; None when the value is exact.
        standard_error_eur: largest standard error of a claim's total, a statistic; None when the value is exact.
    """

    by_year: tuple[Mapping[str, Fraction], ...]
    sampled_orders: int | None = None
    standard_error_eur: float | None = None


def attribution(years: Sequence[StudiedYear], previous_percent: Fraction | None, refs: Sequence[str]) -> Attribution:
    """Share each year's loss between claims, whatever the order in which they are given.

    A claim's part is its mean marginal loss over all orders of arrival, each partial chain capped against its own past.

    Args:
        years: consecutive rate years.
        previous_percent: notified rate of the year before the first; None means no cap that year.
        refs: claims studied, each once.

    Source: Shapley value; art. D.242-6-15 CSS (each chain capped against its own previous rate).
    """
    names = sorted(refs)
    chain = _Chain(years, previous_percent, names)
    if len(names) <= EXACT_CLAIMS:
        return Attribution(_exact(chain, years, names))
    return _sampled(chain, years, names)


class _Chain:
    """Rates of any coalition of claims, in units of the last decimal of a notified rate when the policy allows.

    Between years only the notified rate counts, and rounding is monotone, so that rounding the calculated rate and
    both limits and then comparing gives the same whole number as comparing first: the inner loop is whole numbers.
    A policy that rounds inside the year, or not at all at the end, takes the same path as a single rate does.
    """

    def __init__(self, years: Sequence[StudiedYear], previous: Fraction | None, names: Sequence[str]) -> None:
        self._years = years
        self._previous = previous
        self._values = [[year.values_eur.get(name, ZERO) for name in names] for year in years]
        first = years[0].basis.rounding.notified
        self._whole = all(
            year.basis.rounding.is_exact_inside
            and year.basis.rounding.notified == first
            and first.mode is RoundingMode.HALF_UP
            for year in years
        )
        self.scale = 10**first.decimals if self._whole else 1
        self._scaled = [self._whole_numbers(at) for at in range(len(years))] if self._whole else []
        self._bounds: list[dict[int | Fraction | None, tuple[int, int] | None]] = [{} for _ in years]

    def _whole_numbers(self, at: int) -> tuple[int, list[int], int]:
        """Numerator without claim, numerator of each claim, and common denominator, of calculated rate × scale."""
        year = self._years[at]
        intercept, slope = year.basis.formula.affine()
        start = (intercept + slope * year.base_value_eur) * self.scale
        parts = [slope * value * self.scale for value in self._values[at]]
        denominator = lcm(start.denominator, *(part.denominator for part in parts))
        return (
            start.numerator * (denominator // start.denominator),
            [part.numerator * (denominator // part.denominator) for part in parts],
            denominator,
        )

    def rates_along(self, order: Sequence[int]) -> Iterator[list[int | Fraction]]:
        """Notified rates, × `scale`, as the claims of an order (by position) arrive one by one; first without any."""
        if not self._whole:
            for arrived in range(len(order) + 1):
                yield self._rates_as_single(order[:arrived])
            return
        numerators = [start for start, _, _ in self._scaled]
        yield self._rates_of(numerators)
        for member in order:
            numerators = [
                numerator + parts[member] for numerator, (_, parts, _) in zip(numerators, self._scaled, strict=True)
            ]
            yield self._rates_of(numerators)

    def _rates_of(self, numerators: Sequence[int]) -> list[int | Fraction]:
        rates: list[int | Fraction] = []
        previous: int | Fraction | None = None
        for at, (numerator, (_, _, denominator)) in enumerate(zip(numerators, self._scaled, strict=True)):
            previous = self._held(at, (2 * numerator + denominator) // (2 * denominator), previous)
            rates.append(previous)
        return rates

    def _rates_as_single(self, members: Sequence[int]) -> list[int | Fraction]:
        rates: list[int | Fraction] = []
        previous: int | Fraction | None = None
        for at in range(len(self._years)):
            previous = self._rate_as_single(at, members, previous)
            rates.append(previous)
        return rates

    def rates_of_all(self, count: int) -> list[list[int | Fraction]]:
        """Rates of every coalition of `count` claims: by year, then by bit mask."""
        if not self._whole:
            masks = [[member for member in range(count) if mask >> member & 1] for mask in range(1 << count)]
            return [list(year) for year in zip(*(self._rates_as_single(members) for members in masks), strict=True)]
        table: list[list[int | Fraction]] = []
        previous: list[int | Fraction | None] = [None] * (1 << count)
        for at in range(len(self._years)):
            start, parts, denominator = self._scaled[at]
            sums = [start]
            for part in parts:
                sums += [part + known for known in sums] if part else sums
            doubled, bounds = 2 * denominator, self._bounds[at]
            row: list[int | Fraction] = []
            for numerator, before in zip(sums, previous, strict=True):
                calculated = (2 * numerator + denominator) // doubled
                held = bounds.get(before)  # looked up here: a call a coalition would cost half the time
                row.append(
                    self._held(at, calculated, before) if held is None else min(max(calculated, held[0]), held[1])
                )
            table.append(row)
            previous = list(row)
        return table

    def _held(self, at: int, calculated: int, previous: int | Fraction | None) -> int:
        known = self._bounds[at]
        if previous not in known:
            known[previous] = self._rounded_limits(at, previous)
        limits = known[previous]
        return calculated if limits is None else min(max(calculated, limits[0]), limits[1])

    def _rounded_limits(self, at: int, previous: int | Fraction | None) -> tuple[int, int] | None:
        reference = self._reference(at, previous)
        rule = self._years[at].basis.cap
        if rule is None or reference is None:
            return None
        limits = rate_limits(reference, rule)
        low = scaled_integer(limits.lower_percent, self.scale, RoundingMode.HALF_UP)
        return low, scaled_integer(limits.upper_percent, self.scale, RoundingMode.HALF_UP)

    def _reference(self, at: int, previous: int | Fraction | None) -> Fraction | None:
        return self._previous if at == 0 or previous is None else Fraction(previous) / self.scale

    def _rate_as_single(self, at: int, members: Sequence[int], previous: int | Fraction | None) -> Fraction:
        year = self._years[at]
        value_eur = year.base_value_eur + sum((self._values[at][member] for member in members), ZERO)
        held = year.basis.formula.calculation(value_eur).calculated_percent
        reference = self._reference(at, previous)
        if year.basis.cap is not None and reference is not None:
            held, applied = capped(held, rate_limits(reference, year.basis.cap))
            held = year.basis.rounding.limit.apply(held) if applied else held
        return year.basis.rounding.notified.apply(held)


def _exact(chain: _Chain, years: Sequence[StudiedYear], names: Sequence[str]) -> tuple[Mapping[str, Fraction], ...]:
    count = len(names)
    weights = [factorial(size) * factorial(count - size - 1) for size in range(count)] + [0]
    sizes = [mask.bit_count() for mask in range(1 << count)]
    leaving = [weights[size] for size in sizes]
    joining = [weights[size] + (weights[size - 1] if size else 0) for size in sizes]
    holding = [[mask for mask in range(1 << count) if mask >> member & 1] for member in range(count)]
    shared = []
    for year, rates in zip(years, chain.rates_of_all(count), strict=True):
        per_unit = year.contribution_wages_eur / (100 * chain.scale * factorial(count))
        if all(rate == rates[0] for rate in rates):
            shared.append(dict.fromkeys(names, ZERO))
            continue
        gained = [weight * rate for weight, rate in zip(joining, rates, strict=True)]
        without = sum(weight * rate for weight, rate in zip(leaving, rates, strict=True))
        shared.append(
            {name: per_unit * (sum([gained[mask] for mask in holding[at]]) - without) for at, name in enumerate(names)}
        )
    return tuple(shared)


def _sampled(chain: _Chain, years: Sequence[StudiedYear], names: Sequence[str]) -> Attribution:
    draw = random.Random(SEED)  # noqa: S311 - a reproducible sample, not a secret
    count, orders = len(names), 2 * SAMPLED_PAIRS
    sums: list[list[int | Fraction]] = [[0] * count for _ in years]
    euros_by_unit = [float(year.contribution_wages_eur) / (100 * chain.scale) for year in years]
    squares, totals = [0.0] * count, [0.0] * count
    for _ in range(SAMPLED_PAIRS):
        order = list(range(count))
        draw.shuffle(order)
        pair_eur = [0.0] * count
        for arrival in (order, order[::-1]):
            along = chain.rates_along(arrival)
            before = next(along)
            for member, after in zip(arrival, along, strict=True):
                for year, (low, high) in enumerate(zip(before, after, strict=True)):
                    sums[year][member] += high - low
                    pair_eur[member] += float(high - low) * euros_by_unit[year] / 2
                before = after
        for member, loss_eur in enumerate(pair_eur):
            totals[member] += loss_eur
            squares[member] += loss_eur * loss_eur
    variances = (
        square / SAMPLED_PAIRS - (total / SAMPLED_PAIRS) ** 2 for square, total in zip(squares, totals, strict=True)
    )
    worst = sqrt(max(0.0, *variances) / (SAMPLED_PAIRS - 1))
    by_year = tuple(
        {
            name: Fraction(sums[at][member]) * year.contribution_wages_eur / (100 * chain.scale * orders)
            for member, name in enumerate(names)
        }
        for at, year in enumerate(years)
    )
    return Attribution(by_year, orders, worst)
