"""How a transaction comes into a stack, also before others that are there: reverse them, insert it, apply them again.

Nothing is written here: a plan is shown first, with what it costs and what can no longer be applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import AtmpInsureError, InvalidInput, Refused
from atmp_insure.policies.changes import WITHOUT_PRICE
from atmp_insure.policies.charges import Step, charges_of, negated
from atmp_insure.policies.final_premium import segments_of
from atmp_insure.policies.state import after, after_all, counting
from atmp_insure.policies.transactions import Adjustment, Endorsement, Entry, Reversal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.guarantees.product import InsuranceTax
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Charge, Content, Transaction


@dataclass(frozen=True, slots=True)
class Dropped:
    """A later transaction that cannot be applied again, with the reason."""

    transaction: Transaction
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written when a transaction comes in, or is taken back, in this order.

    Attributes:
        reversals: of later transactions, the latest first; then of the one that is taken back.
        inserted: the transaction itself; None when one is taken back.
        replays: the later ones, applied again with charges of their own.
        dropped: those that cannot be; a person must agree to them.
        state: the policy after all of it.
    """

    reversals: tuple[Entry, ...]
    inserted: Entry | None
    replays: tuple[Entry, ...]
    dropped: tuple[Dropped, ...]
    state: PolicyState | None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything, in the order in which it is written."""
        return (*self.reversals, *(() if self.inserted is None else (self.inserted,)), *self.replays)

    @property
    def is_in_sequence(self) -> bool:
        """Whether nothing that is there has to be applied again."""
        return not self.reversals

    @property
    def total_eur(self) -> Fraction:
        """What it adds to what is owed, with surcharge and tax."""
        return sum((charge.total_eur for one in self.entries for charge in one.charges), start=Fraction(0))


def insertion(stack: Sequence[Transaction], on: date, content: Content, tax: InsuranceTax) -> Plan:
    """How a transaction comes in on a day.

    One that changes neither cover nor price for what follows (an adjustment, another contact) disturbs nothing.

    Raises:
        Refused: it cannot be applied to the policy as it is on that day.
        InvalidInput: it would leave terms that no policy may have.

    Source: a choice of this product (`docs/policies.md`).
    """
    counted = counting(stack)
    later = [one for one in counted if one.effective_on > on] if _disturbs(content) else []
    kept = [one for one in counted if one not in later]
    base = _Walk(kept, tax)
    inserted = base.add(on, content)
    replays, dropped = _replayed(base, later)
    return Plan(_reversals(later), inserted, replays, dropped, _state(kept, (inserted, *replays)))


def withdrawal(stack: Sequence[Transaction], number: int, tax: InsuranceTax) -> Plan:
    """How a transaction is taken back: those after it are reversed, then itself, then they are applied again.

    Raises:
        Refused: it is unknown, or was taken back already.

    Source: a choice of this product (`docs/policies.md`).
    """
    counted = counting(stack)
    place = next((at for at, one in enumerate(counted) if one.number == number), None)
    if place is None:
        raise Refused(f"La transaction {number} n'existe pas, ou elle est déjà annulée.")
    taken, later = counted[place], [one for one in counted[place + 1 :] if _depends(one, counted[place])]
    kept = [one for one in counted if one is not taken and one not in later]
    base = _Walk(kept, tax)
    replays, dropped = _replayed(base, later)
    return Plan(_reversals([taken, *later]), None, replays, dropped, _state(kept, replays))


def _disturbs(content: Content) -> bool:
    """Whether what follows may cost something else, or no longer be possible."""
    if isinstance(content, Endorsement):
        return any(one.kind not in WITHOUT_PRICE for one in content.changes)
    return not isinstance(content, Adjustment)


def _depends(later: Transaction, taken: Transaction) -> bool:
    """Whether a transaction must be applied again once an earlier one is taken back."""
    former, own = taken.entry.content, later.entry.content
    if isinstance(former, Adjustment):
        return isinstance(own, Adjustment) and own.year == former.year
    return _disturbs(former)


def _state(kept: Sequence[Transaction], new: Sequence[Entry]) -> PolicyState | None:
    """The state after all that counts: what is kept and what is new, in the order in which it holds."""
    return after_all(sorted((*(one.entry for one in kept), *new), key=lambda entry: entry.effective_on))


class _Walk:
    """The state of a policy and what was charged for it, entry after entry."""

    def __init__(self, kept: Sequence[Transaction], tax: InsuranceTax) -> None:
        self.tax = tax
        self.state: PolicyState | None = None
        self.charged: list[Charge] = []
        self.states: list[tuple[date, PolicyState]] = []
        for one in kept:
            found = after(self.state, one.effective_on, one.entry.content)
            self._step(one.effective_on, found, one.entry.charges)

    def add(self, on: date, content: Content, replays: int | None = None) -> Entry:
        """A new entry, with its charges."""
        found = after(self.state, on, content)
        year = content.year if isinstance(content, Adjustment) else None
        segments = () if year is None else segments_of(year, self.states)
        charges = charges_of(Step(on, content, self.state, found, self.charged, segments), self.tax)
        self._step(on, found, charges)
        return Entry(on, content, charges, replays)

    def _step(self, on: date, found: PolicyState, charges: Sequence[Charge]) -> None:
        self.state = found
        self.states.append((on, found))
        self.charged.extend(charges)


def _reversals(later: Sequence[Transaction]) -> tuple[Entry, ...]:
    return tuple(Entry(one.effective_on, Reversal(one.number), negated(one.entry.charges)) for one in reversed(later))


def _replayed(base: _Walk, later: Sequence[Transaction]) -> tuple[tuple[Entry, ...], tuple[Dropped, ...]]:
    replays: list[Entry] = []
    dropped: list[Dropped] = []
    for one in later:
        try:
            replays.append(base.add(one.effective_on, one.entry.content, one.number))
        except (Refused, InvalidInput) as error:
            dropped.append(Dropped(one, _said(error)))
    return tuple(replays), tuple(dropped)


def _said(error: AtmpInsureError) -> str:
    return error.sentences if isinstance(error, InvalidInput) else str(error)
