"""A commission statement: what was earned and clawed back since the last one, call by call, and what is to be paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

_ZERO = Decimal(0)


class StatementState(Labelled):
    """Where a statement stands."""

    TO_PAY = "to_pay", "à régler"
    PAID = "paid", "réglé"
    CARRIED = "carried", "rien à régler"  # what it takes off, if anything, goes to the next one


@dataclass(frozen=True, slots=True)
class Step:
    """A movement, or the correction of a disputed line, that stands on no statement yet.

    Attributes:
        number: of its row.
        call_id: of the call that it is about.
    """

    number: int
    call_id: int
    commission_eur: Decimal
    collected_eur: Decimal = _ZERO
    base_eur: Decimal = _ZERO
    is_correction: bool = False


@dataclass(frozen=True, slots=True)
class StatedLine:
    """A line of a statement: all that moved on a call, or one correction."""

    call_id: int
    steps: tuple[Step, ...]
    is_correction: bool

    @property
    def collected_eur(self) -> Decimal:
        """What the client paid of the call; below zero: taken back."""
        return sum((one.collected_eur for one in self.steps), _ZERO)

    @property
    def base_eur(self) -> Decimal:
        """The premium without tax nor surcharge in it."""
        return sum((one.base_eur for one in self.steps), _ZERO)

    @property
    def commission_eur(self) -> Decimal:
        """What the broker earned on it; below zero: clawed back."""
        return sum((one.commission_eur for one in self.steps), _ZERO)


def stated_lines(steps: Iterable[Step]) -> tuple[StatedLine, ...]:
    """The lines of a statement: one a call, in their order, then one a correction.

    Source: usage of brokers (bordereau de commissions by receipt).
    """
    by_call: dict[int, list[Step]] = {}
    corrections = []
    for one in steps:
        if one.is_correction:
            corrections.append(StatedLine(one.call_id, (one,), is_correction=True))
        else:
            by_call.setdefault(one.call_id, []).append(one)
    calls = (StatedLine(call_id, tuple(kept), is_correction=False) for call_id, kept in sorted(by_call.items()))
    return (*calls, *corrections)


def brought_forward(former_due_eur: Decimal) -> Decimal:
    """What a statement takes over from the one before: what that one had to take off and could not.

    Source: set-off between debts of the same two parties (art. 1347 Code civil).
    """
    return min(former_due_eur, _ZERO)


def statement_state(due_eur: Decimal, *, is_paid: bool) -> StatementState:
    """Where a statement stands.

    Source: none; a payment is a dated act.
    """
    if is_paid:
        return StatementState.PAID
    return StatementState.TO_PAY if due_eur > 0 else StatementState.CARRIED
