"""What frequencies rest on: public counts by committee and NAF group, and the estimates that no publication settles.

Frozen values that `loader.py` reads from `config/product/`. An estimate carries its range: a price is also told at
both of its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.kernel.errors import MissingParameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
    from atmp_insure.regulation.values import Citation

T = TypeVar("T")


class Level(StrEnum):
    """Which end of its range every estimate is taken at."""

    LOW = "low"  # the end that makes the price lower
    CENTRAL = "central"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is not published, with its range.

    Attributes:
        low: the end that makes the price lower, whichever number is smaller.
        high: the end that makes it higher.
    """

    central: Fraction
    low: Fraction
    high: Fraction
    citation: Citation

    def at(self, level: Level) -> Fraction:
        """The figure at one end of the range, or in its middle."""
        return {Level.LOW: self.low, Level.CENTRAL: self.central, Level.HIGH: self.high}[level]


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """What public statistics count in one year, for a committee (CTN) or for one NAF group inside it.

    Attributes:
        employees: persons.
        stoppages: accidents that stopped work for four days and more; diseases settled for the first time.
        grave: new permanent incapacities of 10 % and over, deaths not among them.
        deaths: persons who died.
    """

    employees: int
    stoppages: Mapping[Cause, int]
    grave: Mapping[Cause, int]
    deaths: Mapping[Cause, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Public counts of one year.

    Attributes:
        by_committee: by CTN, A to I.
        by_group: by CTN and NAF group, the first three characters of a NAF code (`251` of 25.11Z).
    """

    year: int
    by_committee: Mapping[str, PublicCounts]
    by_group: Mapping[tuple[str, str], PublicCounts]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The estimates of a price, in force from a day on.

    Attributes:
        version: its name, kept with every quote.
        long_stoppages: by cause, the share of stoppages that last more than 150 days.
        grave_split: by cause, how new incapacities of 10 % and over fall on IP2, IP3 and IP4: 1 in all at each level.
        stoppage_of_grave: chance that a claim with such an incapacity also has a stoppage of more than 150 days.
        group_variance: by cause, variance of the relative frequency of NAF groups inside a committee.
        client_variance: variance of the relative frequency of clients inside their group.
        trend: by cause, yearly change of frequencies, a fraction.
        temporary_weight: what a temporary worker of a user company counts for, a fraction of an employee.
        stoppage_delay: chance by number of years between the event and the account that bears its IT line.
        incapacity_delay: the same for the IP line.
        death_delay: the same for a death.
        recourses_engaged: share of insured claims whose contestation is engaged.
        recourses_won: share of engaged recourses that succeed.
        success_fee: what a lawyer takes of what is recovered, a fraction without VAT.
        wage_growth: yearly growth of wages, a fraction.
        citations: of each figure by its name in the file, with cause and event where it has them: `trend AT`,
            `grave_split AT IP3`, `death_delay`.
    """

    version: str
    first_day: date
    long_stoppages: Mapping[Cause, Estimate]
    grave_split: Mapping[Cause, Mapping[InsuredEvent, Estimate]]
    stoppage_of_grave: Estimate
    group_variance: Mapping[Cause, Estimate]
    client_variance: Estimate
    trend: Mapping[Cause, Estimate]
    temporary_weight: Estimate
    stoppage_delay: Mapping[int, Fraction]
    incapacity_delay: Mapping[int, Fraction]
    death_delay: Mapping[int, Fraction]
    recourses_engaged: Estimate
    recourses_won: Estimate
    success_fee: Estimate
    wage_growth: Estimate
    citations: Mapping[str, Citation]


@dataclass(frozen=True, slots=True)
class PricingBases:
    """Everything that frequencies may rest on, each by the day from which the office prices with it.

    Attributes:
        statistics: public counts, by first day.
        assumptions: versions of the estimates, by first day.
    """

    statistics: Mapping[date, Statistics]
    assumptions: Mapping[date, Assumptions]

    def statistics_on(self, day: date) -> Statistics:
        """The public counts that a price worked out on a day rests on.

        Raises:
            MissingParameter: the day lies before the oldest ones.
        """
        return _in_force(self.statistics, day, "statistiques publiques", "product/statistics_<année>.yaml")

    def assumptions_on(self, day: date) -> Assumptions:
        """The estimates that a price worked out on a day rests on.

        Raises:
            MissingParameter: the day lies before the oldest version.
        """
        return _in_force(self.assumptions, day, "hypothèses de tarification", "product/assumptions.yaml")


def _in_force(values: Mapping[date, T], day: date, name: str, file_name: str) -> T:
    reached: Iterable[date] = (first for first in values if first <= day)
    newest = max(reached, default=None)
    if newest is None:
        raise MissingParameter(name, day.isoformat(), f"Les ajouter à la surcouche du bureau, {file_name}")
    return values[newest]
