"""The law in force, as the engine asks for it: pure look-ups by rate year, each answer with its source.

`loader.py` builds one; nothing here reads a file. A dated rule that the law does not know raises `MissingParameter`; a
cell of a yearly schedule is found or it is None: who asks decides whether another source may stand in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from atmp_insure.regulation.vocabulary import (
    CONSTRUCTION_COMMITTEE,
    CONSTRUCTION_GRAVE,
    Activity,
    CostCategory,
    Mode,
    Scope,
    TemporaryWorkerRole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.kernel.rounding import Rounding
    from atmp_insure.regulation.values import DatedValues, Sourced


@dataclass(frozen=True, slots=True)
class ModeThresholds:
    """Headcounts from which the mixed and the individual mode apply."""

    mixed_from: Fraction
    individual_from: Fraction


@dataclass(frozen=True, slots=True)
class MixedShareFormula:
    """Share of the individual rate: (slope × headcount + constant) / divisor."""

    slope: Fraction
    constant: Fraction
    divisor: Fraction
    formula: str

    def share(self, headcount: Fraction) -> Fraction:
        """The share for a headcount, a fraction; it is not bounded here."""
        return (self.slope * headcount + self.constant) / self.divisor


@dataclass(frozen=True, slots=True)
class CapRule:
    """Limits of the yearly change (écrêtement, butoirs): in points up to a previous rate, in proportion above it."""

    modes: frozenset[Mode]
    previous_up_to: Fraction
    points_up: Fraction
    points_down: Fraction
    factor_up: Fraction
    factor_down: Fraction


@dataclass(frozen=True, slots=True)
class HeadcountFreeze:
    """Five-year freeze of upward crossings: `years` running, from the mode of headcount `start_headcount_year`."""

    years: int
    start_headcount_year: int


@dataclass(frozen=True, slots=True)
class HeadcountMethod:
    """How the yearly headcount is counted: `monthly` or `quarterly` mean, decimals kept by dropping the rest."""

    method: str
    decimals: int


@dataclass(frozen=True, slots=True)
class TemporaryWorkShare:
    """Shares of agency and user company for one kind of category and a span of classification years, ends included."""

    category: str  # "IT", or "IP1" .. "IP4"
    classified_from: int | None
    classified_until: int | None
    shares: Mapping[TemporaryWorkerRole, Fraction]


@dataclass(frozen=True, slots=True)
class RoundingPolicy:
    """The rounding of each step of a rate; a step at `EXACT` keeps full precision."""

    gross: Rounding
    net: Rounding
    mixed: Rounding
    limit: Rounding
    notified: Rounding

    @property
    def is_exact_inside(self) -> bool:
        """Whether nothing is rounded before the notified rate (the calculated rate is then affine in the risk)."""
        return all(step.mode == "none" for step in (self.gross, self.net, self.mixed, self.limit))


@dataclass(frozen=True, slots=True)
class CollectiveRate:
    """Net collective rate of a risk code."""

    rate_percent: Fraction
    ctn: str
    label: str


@dataclass(frozen=True, slots=True)
class Surcharges:
    """M1, M3, M4 in percent of wages; M2 in percent of (gross rate + M1)."""

    m1: Fraction
    m2: Fraction
    m3: Fraction
    m4: Fraction

    def net(self, gross_percent: Fraction) -> Fraction:
        """Net individual rate (taux net individuel) in percent: (gross + M1) × (1 + M2) + M3 + M4.

        Source: art. D.242-6-3 and D.242-6-9 CSS.
        """
        return (gross_percent + self.m1) * (1 + self.m2 / 100) + self.m3 + self.m4


@dataclass(frozen=True, slots=True)
class AdditionalContribution:
    """Shares of the normal contribution that an additional contribution (cotisation supplémentaire) takes."""

    initial: Fraction
    late: Fraction
    persistent: Fraction
    minimum_months: int
    minimum_eur: Fraction


SURCHARGE_NAMES = ("m1", "m2", "m3", "m4")


@dataclass(frozen=True)
class Law:
    """Every dated value of the tariff, the office's overlay included.

    Attributes:
        average_costs: euros by (rate year, CTN, activity, column of the schedule).
        surcharges: percent by (rate year, `m1` .. `m4`).
        collective_rates: by (rate year, risk code as printed, `28.1AD`); Alsace-Moselle excepted.
        published: facts printed by sources for checking: (rate year, `average_net_rate` or `floor_rate_published`).
    """

    average_costs: Mapping[tuple[int, str, Activity, str], Sourced[Fraction]]
    surcharges: Mapping[tuple[int, str], Sourced[Fraction]]
    collective_rates: Mapping[tuple[int, str], Sourced[CollectiveRate]]
    published: Mapping[tuple[int, str], Sourced[Fraction]]
    rate_periods: DatedValues[tuple[int, int]]
    tariff_modes: DatedValues[Mapping[tuple[Scope, bool], ModeThresholds]]
    mixed_shares: DatedValues[Mapping[tuple[Scope, bool], MixedShareFormula]]
    frozen_mixed_headcount: DatedValues[Fraction]
    headcount_freeze: DatedValues[HeadcountFreeze]
    headcount_counting: DatedValues[HeadcountMethod]
    new_establishments: DatedValues[int]
    caps: DatedValues[Mapping[Scope, CapRule]]
    temporary_incapacity_categories: DatedValues[tuple[tuple[CostCategory, int], ...]]
    permanent_incapacity_categories: DatedValues[tuple[tuple[CostCategory, Fraction], ...]]
    average_cost_accounts: DatedValues[int]
    temporary_work_shares: DatedValues[tuple[TemporaryWorkShare, ...]]
    abatements: DatedValues[Mapping[tuple[str, CostCategory], Fraction]]
    collective_only_codes: DatedValues[frozenset[str]]
    construction_activities: DatedValues[Mapping[str, Activity]]
    rounding: DatedValues[RoundingPolicy]
    discounts: DatedValues[Fraction]
    additional_contributions: DatedValues[AdditionalContribution]
    files: tuple[str, ...] = field(default=())

    @cached_property
    def schedule_years(self) -> tuple[int, ...]:
        """Rate years for which any yearly schedule is known, oldest first."""
        years = {key[0] for key in self.average_costs} | {key[0] for key in self.surcharges}
        return tuple(sorted(years | {key[0] for key in self.collective_rates}))

    def effective_on(self, rate_year: int) -> date:
        """Day on which the rates of a year take effect (1 May for 2025)."""
        month, day = self.rate_periods.at(first_of(rate_year)).value
        return date(rate_year, month, day)

    def find_average_cost(
        self, rate_year: int, ctn: str, activity: Activity | None, category: CostCategory, *, scope: Scope
    ) -> Sourced[Fraction] | None:
        """Average cost of a category on the schedule of a rate year, in euros; None when that cell is not known."""
        row, column = schedule_cell(ctn, activity, category, scope)
        return self.average_costs.get((rate_year, ctn, row, column)) if row is not None else None

    def find_surcharge(self, rate_year: int, name: str) -> Sourced[Fraction] | None:
        """One surcharge (majoration) of a rate year, `m1` to `m4`, in percent; None when it is not known."""
        return self.surcharges.get((rate_year, name))

    def find_collective_rate(self, rate_year: int, risk_code: str, scope: Scope) -> Sourced[CollectiveRate] | None:
        """Net collective rate of a risk code; the tables of Alsace-Moselle (annexe 3 of the arrêtés) are not held."""
        return None if scope is Scope.ALSACE_MOSELLE else self.collective_rates.get((rate_year, risk_code))

    def abatement(self, rate_year: int, risk_code: str | None, category: CostCategory) -> Fraction:
        """Part of the average cost taken off for a risk code; 0 when the office holds none."""
        if risk_code is None or not self.abatements.entries:
            return Fraction(0)
        return self.abatements.at(first_of(rate_year)).value.get((risk_code, category), Fraction(0))


def first_of(rate_year: int) -> date:
    """1 January of a rate year: the day on which the rules of the tariff are asked for."""
    return date(rate_year, 1, 1)


def schedule_cell(
    ctn: str, activity: Activity | None, category: CostCategory, scope: Scope
) -> tuple[Activity | None, str]:
    """Row and column of the schedule of average costs; a row of None says that construction lacks its activity.

    Source: art. D.242-6-6 CSS (one cost for every IP of 10 % and over in construction outside Alsace-Moselle).
    """
    if ctn != CONSTRUCTION_COMMITTEE or not category.is_grave:
        return Activity.ALL, category.value
    if scope is Scope.ALSACE_MOSELLE:
        return Activity.ALSACE_MOSELLE, category.value
    return activity, CONSTRUCTION_GRAVE
