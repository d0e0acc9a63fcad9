"""A policy year simulated once for all the variants of a quote: common draws, and what any cover would pay of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.guarantees.vocabulary import DeductibleKind
from atmp_insure.kernel.money import whole_cents
from atmp_insure.rating.scenarios import Draws, section_years
from atmp_insure.rating.unit import ZERO, ClaimLine
from atmp_insure.underwriting.cells import insured_lines
from atmp_insure.underwriting.draws import chances, draw_several
from atmp_insure.underwriting.loss_distribution import (
    Paid,
    SectionTerms,
    Terms,
    excess_of,
    indemnities,
    loss_distribution,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from atmp_insure.guarantees.product import Deductible, Limits
    from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
    from atmp_insure.rating.scenarios import SectionYears
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import CostCategory
    from atmp_insure.underwriting.cells import Cell
    from atmp_insure.underwriting.draws import Chances
    from atmp_insure.underwriting.expected_chain import ExpectedSection
    from atmp_insure.underwriting.loss_distribution import Excess, LossDistribution

    Integers = NDArray[np.int64]
    Insured = frozenset[tuple[InsuredEvent, Cause]]

_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class _Excesses:
    """Over-contributions by section: when one claim happens, and in the drawn scenarios."""

    single: tuple[Excess, ...]
    several: tuple[Excess, ...]


@dataclass(frozen=True, slots=True)
class SimulatedYear:
    """A policy year, all its sorts of claims and their scenarios, before any cover.

    Attributes:
        sections: years to come; their cells are sorts of lines (`kinds`), not of claims.
        kinds: by section, category and account year of each sort of line.
        cells: of all sections.
        chance: of none, one and several claims.
        draws: scenarios of several claims, in `cells`.
        notified_percent: last notified rate by section.
    """

    sections: tuple[SectionYears, ...]
    kinds: tuple[tuple[tuple[CostCategory, int], ...], ...]
    cells: tuple[Cell, ...]
    chance: Chances
    draws: Draws
    notified_percent: tuple[Fraction, ...]
    _known: dict[Insured, _Excesses] = field(default_factory=dict, compare=False, repr=False)

    @property
    def expected_claims(self) -> Fraction:
        """Claims expected in the policy year, insured or not."""
        return sum((cell.expected for cell in self.cells), ZERO)

    def paid(self, insured: Insured, terms: Terms) -> Paid:
        """What a cover pays in each scenario.

        Args:
            insured: events covered, by cause.

        Source: general conditions; an uninsured claim of the policy year weighs on neither chain.
        """
        if insured not in self._known:
            self._known[insured] = self._excesses(insured)
        excess = self._known[insured]
        return Paid(
            indemnities(excess.single, len(self.cells), terms), indemnities(excess.several, self.draws.count, terms)
        )

    def _excesses(self, insured: Insured) -> _Excesses:
        """The over-contributions that a set of insured events makes: covers that differ by their terms share them."""
        every = np.arange(len(self.cells))
        single, several = [], []
        for at, section in enumerate(self.sections):
            added, found = np.unique(self._added(at, section, insured), axis=0, return_inverse=True)
            covered, place = replace(section, added=added), found.reshape(-1)
            single.append(excess_of(covered, Draws(every, place, len(every))))
            drawn = Draws(self.draws.scenario, place[self.draws.cell], self.draws.count)
            several.append(excess_of(covered, drawn))
        return _Excesses(tuple(single), tuple(several))

    def distribution(self, paid: Paid) -> LossDistribution:
        """The distribution of what is paid.

        Source: as `loss_distribution`.
        """
        return loss_distribution(paid, [cell.expected for cell in self.cells], self.chance)

    def nothing_paid(self) -> Paid:
        """The payments of a cover without any guarantee."""
        return Paid(np.zeros(len(self.cells), np.int64), np.zeros(self.draws.count, np.int64))

    def terms(self, deductible: Deductible, limits: Limits, last_paid_year: int | None) -> Terms:
        """What a cover takes off and never exceeds, section by section and year by year.

        Args:
            last_paid_year: last rate year of the run-off; None: to the end.

        Source: general conditions (deductible and limits by section and rate year; run-off).
        """
        of_year = _DEDUCTIBLES[deductible.kind]
        largest = None if limits.section_year_eur is None else whole_cents(limits.section_year_eur)
        return Terms(
            tuple(
                SectionTerms(
                    tuple(of_year(deductible.value, wages, notified) for wages in section.wages_cents),
                    tuple(
                        0 if last_paid_year is not None and year > last_paid_year else largest
                        for year in section.rate_years
                    ),
                )
                for section, notified in zip(self.sections, self.notified_percent, strict=True)
            ),
            None if limits.year_eur is None else whole_cents(limits.year_eur),
            None if limits.policy_eur is None else whole_cents(limits.policy_eur),
        )

    def _added(self, at: int, section: SectionYears, insured: Insured) -> Integers:
        """What a claim of each cell adds to the value of the risk of a section, its insured lines only."""
        place = {kind: number for number, kind in enumerate(self.kinds[at])}
        holds = np.zeros((len(self.cells), len(place)), np.int64)
        for number, cell in enumerate(self.cells):
            if cell.section == at:
                for line in insured_lines(cell, insured):
                    holds[number, place[line.event.category, line.account_year]] += 1
        added: Integers = holds @ section.added
        return added


def _percent_of_wages(value: Fraction, wages_cents: int, _notified: Fraction) -> int:
    return whole_cents(value * wages_cents / 100)


def _percent_of_rate(value: Fraction, wages_cents: int, notified_percent: Fraction) -> int:
    return whole_cents(value * notified_percent / 100 * wages_cents / 100)


def _euros(value: Fraction, _wages_cents: int, _notified: Fraction) -> int:
    return whole_cents(value)


_DEDUCTIBLES: dict[DeductibleKind, Callable[[Fraction, int, Fraction], int]] = {
    DeductibleKind.PERCENT_OF_WAGES: _percent_of_wages,
    DeductibleKind.PERCENT_OF_RATE: _percent_of_rate,
    DeductibleKind.EUROS: _euros,
}


def simulated_year(
    sections: Sequence[ExpectedSection], notified_percent: Sequence[Fraction], seed: int, scenarios: int, law: Law
) -> SimulatedYear:
    """Draw the scenarios of a policy year, once for every cover that is asked of it.

    Args:
        sections: years to come of each, cells by place.
        notified_percent: last notified rate of each.
        seed: of the stream.
        scenarios: of several claims, to be drawn.

    Source: as `draw_several` and `section_years`.
    """
    every = tuple(cell for section in sections for cell in section.cells)
    weights = [cell.expected for cell in every]
    expected = sum(weights, ZERO)
    chance = chances(expected)  # refuses what is out of all proportion, before it is drawn
    draws = draw_several(seed, scenarios, expected, weights) if expected else Draws(_NOTHING, _NOTHING, 0)
    kinds = tuple(_kinds(section) for section in sections)
    return SimulatedYear(
        tuple(
            section_years(section.question, [[ClaimLine("tiré", year, kind)] for kind, year in own], law)
            for section, own in zip(sections, kinds, strict=True)
        ),
        kinds,
        every,
        chance,
        draws,
        tuple(notified_percent),
    )


def _kinds(section: ExpectedSection) -> tuple[tuple[CostCategory, int], ...]:
    found = {(line.event.category, line.account_year) for cell in section.cells for line in cell.lines}
    return tuple(sorted(found))
