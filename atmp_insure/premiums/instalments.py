"""Instalments (fractionnement): on which days a policy year is called, and how much of it is called by then.

What is called on a day is a difference: what should be called by then, less what was called already. So a run that is
made again calls nothing, and an endorsement or an end corrects by itself what was called before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.policies.grounds import added

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.guarantees.vocabulary import Frequency
    from atmp_insure.policies.transactions import InsuranceYear

_DAY = timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a policy year.

    Attributes:
        number: in its year, from 1.
        due_on: its due date, the first of the days it is for.
        last_day: the last of them.
    """

    number: int
    due_on: date
    last_day: date

    @property
    def days(self) -> int:
        """How many days it is for."""
        return (self.last_day - self.due_on).days + 1


def instalments(year: InsuranceYear, frequency: Frequency) -> tuple[Instalment, ...]:
    """The instalments of a policy year, counted back from its end.

    A year of twelve months has as many as its frequency says. A first year that is shorter begins with an instalment of
    the days up to the first of the usual due dates, so that later years are called on the same days as this one.

    Source: special conditions (fractionnement); a choice of this product for the first year.
    """
    following, step = year.last_day + _DAY, _MONTHS // frequency.calls
    begun: list[date] = []
    for back in range(1, frequency.calls + 1):
        due_on = added(following, -back * step)
        begun.append(max(due_on, year.first_day))
        if due_on <= year.first_day:
            break
    begun.reverse()
    ends = [*(one - _DAY for one in begun[1:]), year.last_day]
    return tuple(
        Instalment(number, due_on, last_day)
        for number, (due_on, last_day) in enumerate(zip(begun, ends, strict=True), start=1)
    )


def parts(total_cents: int, weights: Sequence[int], remainder_at: int = 1) -> tuple[int, ...]:
    """Share an amount between instalments in proportion to weights, each rounded towards zero; the rest falls on one.

    Args:
        total_cents: of either sign; what is given back is shared as it was called.
        weights: above zero: ones where the year is whole, else days.
        remainder_at: the instalment that takes what does not divide, from 1.

    Source: special conditions; where the cents fall is a parameter of the product, the first by default.
    """
    sign, size, whole = (-1 if total_cents < 0 else 1), abs(total_cents), sum(weights)
    found = [size * weight // whole for weight in weights]
    found[remainder_at - 1] += size - sum(found)
    return tuple(sign * one for one in found)


def weights_of(found: Sequence[Instalment], frequency: Frequency) -> tuple[int, ...]:
    """How much each instalment bears: alike in a whole year, by its days in a shorter one.

    Source: special conditions (prorata in days).
    """
    return (1,) * len(found) if len(found) == frequency.calls and _is_whole(found) else tuple(one.days for one in found)


def _is_whole(found: Sequence[Instalment]) -> bool:
    return added(found[-1].last_day + _DAY, -_MONTHS) == found[0].due_on
