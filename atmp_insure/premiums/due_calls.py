"""The calls that a policy asks for: one for each of its years in which what is owed is not what was called."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from atmp_insure.policies.state import after_all, counting, state_at
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.calling import Shares, added, owed_of, reached, to_call
from atmp_insure.premiums.instalments import instalments, weights_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Charge, InsuranceYear, Transaction
    from atmp_insure.premiums.calling import Lines
    from atmp_insure.premiums.instalments import Instalment


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call to be made.

    Attributes:
        count, of: how many instalments of the year it brings to, and how many there are.
        due_on: the last due date that it brings to, or the day it is made when that has passed.
        lines: what is called; below zero: given back.
    """

    year: InsuranceYear
    count: int
    of: int
    due_on: date
    lines: Lines

    @property
    def total(self) -> int:
        """What the client owes for it, in cents."""
        return sum(one.total for one in self.lines.values())

    @property
    def total_eur(self) -> Decimal:
        """What the client owes for it."""
        return euros(self.total)


@dataclass(frozen=True, slots=True)
class Called:
    """What was called of a policy so far.

    Attributes:
        by_year: lines already called, by policy year.
        elsewhere: numbers of the transactions whose charges another system called.
        until: by first day of a policy year, the last due date that it was called for.
    """

    by_year: Mapping[InsuranceYear, Lines]
    elsewhere: Collection[int] = ()
    until: Mapping[date, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YearOwed:
    """A policy year between what it owes and what was called of it.

    Attributes:
        parts: its instalments; none once the year itself was taken back.
        weights: what each of them bears.
        ended_on: first day without cover for good; None: it goes on.
        called_until: the last due date that was called; what was called ahead is not given back for that.
    """

    year: InsuranceYear
    parts: tuple[Instalment, ...]
    weights: tuple[int, ...]
    ended_on: date | None
    owed: Lines
    called: Lines
    called_until: date | None = None

    def call(self, on: date, until: date) -> DueCall | None:
        """The call that brings the year to what is due by a day; None: nothing is left."""
        until = until if self.called_until is None else max(until, self.called_until)
        count = reached(self.parts, until, self.ended_on) if self.parts else len(self.weights)
        lines = to_call(self.owed, self.called, Shares(self.weights, count))
        if not lines:
            return None
        last_due = self.parts[count - 1].due_on if self.parts and count else on
        return DueCall(self.year, count, len(self.weights), max(last_due, on), lines)

    @property
    def days(self) -> set[date]:
        """The days on which something may be due: of its instalments, of its end."""
        days = {one.due_on for one in self.parts} | ({self.ended_on} if self.ended_on else set())
        return days or {self.year.first_day}


def years_owed(stack: Sequence[Transaction], called: Called) -> tuple[YearOwed, ...]:
    """The years of a policy, those taken back after they were called included, the oldest first.

    Args:
        stack: all its transactions, reversed ones included: their charges add up.

    Source: special conditions (fractionnement, échéances).
    """
    state = after_all(one.entry for one in counting(stack))
    opened = () if state is None else state.years
    charges = [charge for one in stack if one.number not in called.elsewhere for charge in one.entry.charges]
    years = {one.first_day: one for one in (*called.by_year, *opened)}  # as it stands, else as it was called
    return tuple(
        _year_owed(years[first_day], state_at(stack, years[first_day].last_day) if years[first_day] in opened else None,
                   charges, called)
        for first_day in sorted(years)
    )  # fmt: skip


def _year_owed(year: InsuranceYear, inside: PolicyState | None, charges: Sequence[Charge], called: Called) -> YearOwed:
    """A year as it stands at its end (`inside`), or taken back."""
    former: Lines = {}
    for one, lines in called.by_year.items():
        if one.first_day == year.first_day:
            former = added(former, lines)
    if inside is None:
        return YearOwed(year, (), (1,), None, owed_of(charges, year), former)
    frequency = inside.terms.frequency
    parts = instalments(year, frequency)
    return YearOwed(
        year, parts, weights_of(parts, frequency), inside.ended_on, owed_of(charges, year), former,
        called.until.get(year.first_day),
    )  # fmt: skip


def due_calls(years: Sequence[YearOwed], on: date, until: date) -> Iterator[DueCall]:
    """The calls that bring a policy to what it owes, the oldest year first; none when nothing is left to call.

    Args:
        on: the day on which the calls are made.
        until: the last due date that is called: later than that day by the time that clients are left.

    Source: special conditions (fractionnement, échéances).
    """
    return (call for one in years if (call := one.call(on, until)) is not None)


def once_called(years: Sequence[YearOwed], calls: Iterable[DueCall]) -> tuple[YearOwed, ...]:
    """The years of a policy once some calls were made.

    Source: none; what was called, and what is called now, added up.
    """
    made = {one.year: one for one in calls}
    return tuple(one if one.year not in made else _with(one, made[one.year]) for one in years)


def _with(year: YearOwed, call: DueCall) -> YearOwed:
    until = call.due_on if year.called_until is None else max(year.called_until, call.due_on)
    return replace(year, called=added(year.called, call.lines), called_until=until)


def next_due(years: Sequence[YearOwed]) -> tuple[date, int] | None:
    """The first day by which something is to be called, and how much in cents; None: all is called.

    A past day means that it is to be called at once: an endorsement, an adjustment or an end came after it.

    Source: special conditions (fractionnement, échéances).
    """
    for day in sorted({day for one in years for day in one.days}):
        calls = list(due_calls(years, day, day))
        if calls:
            return day, sum(one.total for one in calls)
    return None
