"""What is rated: a tariff unit, its claims, and the question of its rate for one year. Frozen, checked at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.regulation.vocabulary import Activity, CostCategory, Scope, TemporaryWorkerRole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ZERO = Fraction(0)
ONE = Fraction(1)
YEARS_TO_RATE = 2  # an account weighs for the first time on the rate of the second year after it
YEARS_COUNTED = 3


def last_known_year(rate_year: int) -> int:
    """The last year whose account and headcount are known when a rate is set: N-2.

    Source: art. D.242-6-4 CSS (the three last known years); the publications of the funds, for the headcount.
    """
    return rate_year - YEARS_TO_RATE


def triennium(rate_year: int) -> tuple[int, int, int]:
    """The three account years of a rate (période triennale): N-4, N-3 and N-2.

    Source: art. D.242-6-4 CSS (the three last known years).
    """
    last = last_known_year(rate_year)
    return last - 2, last - 1, last


def rates_counting(account_year: int) -> range:
    """The rate years that count an account: N+2, N+3 and N+4.

    Source: art. D.242-6-4 CSS (the three last known years).
    """
    first = account_year + YEARS_TO_RATE
    return range(first, first + YEARS_COUNTED)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One cost of one claim on an employer account (ligne d'imputation).

    Attributes:
        ref: names the claim; its IT line and its IP line share it.
        account_year: year of the account that carries the cost.
        third_party_share: part of the liability borne by a third party, 0 to 1.
        temporary_worker_role: whether the unit is the agency or the user company of a temporary worker.
        classified_year: year in which the claim was classified; the account year when None.
        cost_eur: cost before third-party and temporary-work shares; the schedule's average cost when None.
        count: number of claims the line stands for, where a paper gives numbers by category; decimals are shares.
    """

    ref: str
    account_year: int
    category: CostCategory
    third_party_share: Fraction = ZERO
    temporary_worker_role: TemporaryWorkerRole | None = None
    classified_year: int | None = None
    cost_eur: Fraction | None = None
    count: Fraction = ONE


@dataclass(frozen=True, slots=True)
class TariffUnit:
    """A section of an establishment, or the establishments that share one single rate (taux unique)."""

    ctn: str
    scope: Scope = Scope.GENERAL
    construction: bool = False
    sub_sector: Activity | None = None
    risk_code: str | None = None
    created_on: date | None = None


@dataclass(frozen=True, slots=True)
class GivenValues:
    """Values of a document that take the place of the dated tables for one rate year."""

    average_costs_eur: Mapping[CostCategory, Fraction] = field(default_factory=dict)
    surcharges: Mapping[str, Fraction] = field(default_factory=dict)
    collective_rate_percent: Fraction | None = None


@dataclass(frozen=True, slots=True)
class PreviousUnit:
    """One of the units that are merged: its last notified rate and its wages of the last known year."""

    rate_percent: Fraction
    wages_eur: Fraction


@dataclass(frozen=True, slots=True)
class RateQuestion:
    """Everything the rate of one unit for one year depends on, besides the law.

    Attributes:
        headcount: enterprise headcount of year N-2.
        headcount_history: headcounts by civil year, for the five-year freeze; None means the mode of `headcount`.
        wages_eur: wages by account year.
        previous_rate_percent: net rate notified for the year before; None means no cap.
        previous_units: units merged this year, whose weighted mean rate is the reference of the cap.
        calculated_without_percent: stands for the calculated rate without any of `claims` (simulations).
    """

    rate_year: int
    unit: TariffUnit
    headcount: Fraction
    wages_eur: Mapping[int, Fraction]
    claims: tuple[ClaimLine, ...] = ()
    headcount_history: Mapping[int, Fraction] | None = None
    previous_rate_percent: Fraction | None = None
    previous_units: tuple[PreviousUnit, ...] = ()
    given: GivenValues = field(default_factory=GivenValues)
    calculated_without_percent: Fraction | None = None
