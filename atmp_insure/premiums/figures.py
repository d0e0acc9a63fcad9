"""What was called in some months, what of it is collected and what is overdue: by insurer, by broker or by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.premiums.call_shares import collected_parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.premiums.call_shares import Part, Parts


class Grouping(Labelled):
    """What figures are told apart by."""

    INSURER = "assureur", "assureur"
    BROKER = "courtier", "courtier"
    MONTH = "mois", "mois d'appel"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call between its parts, with what is settled of it, in cents."""

    called_on: date
    due_on: date
    parts: Parts
    settled: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What was called, in cents; all of it is collected, overdue, to come, or a credit note that settles nothing yet.

    Attributes:
        premium: called, with the surcharge.
        tax: called.
        credit: left of credit notes, zero or below, unless a part of them is called.
    """

    premium: int = 0
    tax: int = 0
    collected: int = 0
    overdue: int = 0
    to_come: int = 0
    credit: int = 0

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.premium + other.premium, self.tax + other.tax, self.collected + other.collected,
            self.overdue + other.overdue, self.to_come + other.to_come, self.credit + other.credit,
        )  # fmt: skip

    @property
    def called(self) -> int:
        """All that was called, with tax.

        Source: none; a sum.
        """
        return self.premium + self.tax


def figures_by(grouping: Grouping, calls: Iterable[CallFacts], on: date) -> dict[int | date, Figure]:
    """The figures of some calls by insurer or broker, by their numbers, or by the first day of the month of call.

    Args:
        on: the day on which what is left is overdue or not; due that day is overdue, as in the aged balance.

    Source: none; sums of calls and of what is collected of them.
    """
    found: dict[int | date, Figure] = {}
    for call in calls:
        collected = collected_parts(call.parts, call.settled)
        for part, cents in call.parts.items():
            key = _key(grouping, call, part)
            found[key] = found.get(key, Figure()) + _figure(call, part, cents, collected[part], on=on)
    return found


def total_of(figures: Iterable[Figure]) -> Figure:
    """The foot of a table of figures.

    Source: none; a sum.
    """
    return sum(figures, Figure())


def _key(grouping: Grouping, call: CallFacts, part: Part) -> int | date:
    match grouping:
        case Grouping.INSURER:
            return part.insurer_id
        case Grouping.BROKER:
            return part.broker_id
        case Grouping.MONTH:
            return call.called_on.replace(day=1)


def _figure(call: CallFacts, part: Part, called: int, collected: int, *, on: date) -> Figure:
    is_tax, left = part.account.role is AccountRole.TAX_CALLED, called - collected
    is_credit = sum(call.parts.values()) < 0
    return Figure(
        premium=0 if is_tax else called,
        tax=called if is_tax else 0,
        collected=collected,
        overdue=left if not is_credit and call.due_on <= on else 0,
        to_come=left if not is_credit and call.due_on > on else 0,
        credit=left if is_credit else 0,
    )
