"""Every sort of insured claim that a policy year may bring: section, cause, event, and the account years that bear it.

Cells do not depend on what is insured: variants of one quote share them, and so share their draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.rating.unit import ONE, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from atmp_insure.underwriting.frequency import Frequencies
    from atmp_insure.underwriting.statistics import Assumptions, Level


@dataclass(frozen=True, slots=True)
class CellLine:
    """What a claim brings to one account, and the event that insures it: a grave claim also brings its stoppage."""

    event: InsuredEvent
    account_year: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A sort of claim.

    Attributes:
        section: place of its section in the exposure.
        expected: how many are expected in the policy year.
    """

    section: int
    cause: Cause
    event: InsuredEvent
    lines: tuple[CellLine, ...]
    expected: Fraction


@dataclass(frozen=True, slots=True)
class PolicyYear:
    """The days that are insured.

    Attributes:
        first_day: of the policy year, which ends the day before the next one.
        waiting_days: days at its beginning that are not covered.
    """

    first_day: date
    basis: TriggerBasis
    waiting_days: int = 0

    @property
    def last_day(self) -> date:
        """Last day of the policy year; one that begins on 29 February ends on 28 February."""
        is_leap_day = (self.first_day.month, self.first_day.day) == (2, 29)
        year = self.first_day.year + 1
        return date(year, 2, 28) if is_leap_day else self.first_day.replace(year=year) - timedelta(days=1)

    def shares(self) -> dict[int, Fraction]:
        """The part of a full year of exposure that falls into each civil year, waiting days left out.

        Source: general conditions (cover period); exposure is counted in days.
        """
        first = self.first_day + timedelta(days=self.waiting_days)
        whole = (self.last_day - self.first_day).days + 1
        found = {}
        for year in range(first.year, self.last_day.year + 1):
            days = (min(self.last_day, date(year, 12, 31)) - max(first, date(year, 1, 1))).days + 1
            if days > 0:
                found[year] = Fraction(days, whole)
        return found


def cells(
    section: int, found: Frequencies, period: PolicyYear, assumptions: Assumptions, level: Level
) -> tuple[Cell, ...]:
    """The sorts of insured claims of one section, those of no chance left out.

    On the basis of the account line, each line is insured by its own account year, and so is a claim of its own; on
    that of the notification, an incapacity counts in the year it is notified, and its stoppage came before the cover.

    Source: general conditions (basis of the trigger); delays are assumptions of the price.
    """
    made = _BY_BASIS[period.basis](found.expected, period, assumptions, level)
    merged: dict[tuple[Cause, InsuredEvent, tuple[CellLine, ...]], Fraction] = {}
    for one in made:
        key = one.cause, one.event, one.lines
        merged[key] = merged.get(key, ZERO) + one.expected
    return tuple(Cell(section, *key, expected) for key, expected in merged.items() if expected)


def expected_lines(
    found: Frequencies, assumptions: Assumptions, level: Level
) -> Iterator[tuple[int, InsuredEvent, Fraction]]:
    """What one full year of events brings to the accounts: delay in years, event of the line, expected number.

    Source: as `cells`.
    """
    for one in _of_events(found.expected, {0: ONE}, assumptions, level):
        for line in one.lines:
            yield line.account_year, line.event, one.expected


def _of_occurrence(
    expected: Mapping[tuple[Cause, InsuredEvent], Fraction],
    period: PolicyYear,
    assumptions: Assumptions,
    level: Level,
) -> Iterator[Cell]:
    return _of_events(expected, period.shares(), assumptions, level)


def _of_events(
    expected: Mapping[tuple[Cause, InsuredEvent], Fraction],
    shares: Mapping[int, Fraction],
    assumptions: Assumptions,
    level: Level,
) -> Iterator[Cell]:
    for (cause, event), number in expected.items():
        for year, share in shares.items():
            for lines, chance in _courses(event, year, assumptions, level):
                yield Cell(0, cause, event, lines, number * share * chance)


def _courses(
    event: InsuredEvent, year: int, assumptions: Assumptions, level: Level
) -> Iterator[tuple[tuple[CellLine, ...], Fraction]]:
    """The account years that a claim of a year may fall on, with their chances."""
    if event is InsuredEvent.IT6 or event is InsuredEvent.DEATH:
        delays = assumptions.stoppage_delay if event is InsuredEvent.IT6 else assumptions.death_delay
        for delay, chance in delays.items():
            yield (CellLine(event, year + delay),), chance
        return
    stoppage = assumptions.stoppage_of_grave.at(level)
    for delay, chance in assumptions.incapacity_delay.items():
        own = CellLine(event, year + delay)
        yield (own,), chance * (1 - stoppage)
        for before, of_stoppage in assumptions.stoppage_delay.items():
            line = CellLine(InsuredEvent.IT6, year + min(before, delay))
            yield (line, own), chance * stoppage * of_stoppage


def _of_account_line(
    expected: Mapping[tuple[Cause, InsuredEvent], Fraction],
    period: PolicyYear,
    assumptions: Assumptions,
    level: Level,
) -> Iterator[Cell]:
    total = sum(period.shares().values(), ZERO)
    for one in _of_events(expected, {0: ONE}, assumptions, level):
        for line in one.lines:
            own = CellLine(line.event, period.first_day.year)
            yield replace(one, event=line.event, lines=(own,), expected=one.expected * total)


def _of_notification(
    expected: Mapping[tuple[Cause, InsuredEvent], Fraction],
    period: PolicyYear,
    assumptions: Assumptions,
    level: Level,
) -> Iterator[Cell]:
    by_occurrence = {key: number for key, number in expected.items() if key[1] in _WITHOUT_NOTIFICATION}
    yield from _of_occurrence(by_occurrence, period, assumptions, level)
    for (cause, event), number in expected.items():
        if event not in _WITHOUT_NOTIFICATION:
            for year, share in period.shares().items():
                yield Cell(0, cause, event, (CellLine(event, year),), number * share)


_WITHOUT_NOTIFICATION = frozenset({InsuredEvent.IT6, InsuredEvent.DEATH})
_BY_BASIS = {
    TriggerBasis.OCCURRENCE: _of_occurrence,
    TriggerBasis.ACCOUNT_LINE: _of_account_line,
    TriggerBasis.IP_NOTIFICATION: _of_notification,
}


def insured_lines(cell: Cell, insured: frozenset[tuple[InsuredEvent, Cause]]) -> tuple[CellLine, ...]:
    """The lines of a cell that are insured: those of an event whose guarantee was taken for its cause."""
    return tuple(line for line in cell.lines if (line.event, cell.cause) in insured)


def account_years(all_cells: Iterable[Cell]) -> range:
    """Account years that insured claims may fall on, none left out between."""
    years = [line.account_year for cell in all_cells for line in cell.lines]
    return range(min(years, default=0), max(years, default=-1) + 1)
