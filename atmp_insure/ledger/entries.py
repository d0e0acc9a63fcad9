"""Entries (écritures) before they are posted: transfers between two accounts, so that none can be out of balance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.ledger.chart import AccountKey, Journal

_ZERO = Decimal(0)


class Side(Labelled):
    """The two sides of an account."""

    DEBIT = "debit", "débit"
    CREDIT = "credit", "crédit"

    @property
    def other(self) -> Side:
        """The opposite one."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount, above zero, that leaves one account (credited) for another (debited)."""

    debit: AccountKey
    credit: AccountKey
    amount_eur: Decimal


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry to be posted.

    Attributes:
        on: its accounting day.
        piece: reference of the paper that proves it (pièce justificative), and its day.
        key: what it is for, once only: the same key posted again posts nothing.
        subject: the row that it comes from: `premium_calls:12`; empty: none.
        due_on: day from which what it leaves to be settled is due; None: its accounting day.
        reference: what a payment of it quotes: the RF reference of a call; empty: none.
    """

    journal: Journal
    on: date
    piece: str
    piece_on: date
    label: str
    key: str
    transfers: tuple[Transfer, ...]
    subject: str = ""
    due_on: date | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be an entry.

        Raises:
            ValueError: no transfer, an amount that is not above zero, or an account with itself.
        """
        if not self.transfers or any(one.amount_eur <= 0 or one.debit == one.credit for one in self.transfers):
            raise ValueError(f"entry {self.key}: transfers {self.transfers}")


def net_by_account(transfers: Iterable[Transfer]) -> dict[AccountKey, Decimal]:
    """What transfers leave on each account: above zero at its debit, below at its credit.

    Source: double entry.
    """
    nets: dict[AccountKey, Decimal] = {}
    for one in transfers:
        nets[one.debit] = nets.get(one.debit, _ZERO) + one.amount_eur
        nets[one.credit] = nets.get(one.credit, _ZERO) - one.amount_eur
    return nets


def reversal_of(entry: Posting, on: date, label: str) -> Posting:
    """The entry that takes another back: the same amounts the other way, on a day that is still open.

    Source: none; the opposite. What is posted is corrected by another entry, never erased.
    """
    transfers = tuple(Transfer(one.credit, one.debit, one.amount_eur) for one in entry.transfers)
    return replace(entry, on=on, label=label, key=f"{entry.key}:reversed", transfers=transfers)


def transfer_of(amount_eur: Decimal, debit: AccountKey, credit: AccountKey) -> tuple[Transfer, ...]:
    """One transfer for an amount of either sign, none for zero: a negative one goes the other way.

    Source: none; double entry.
    """
    if not amount_eur:
        return ()
    return (Transfer(debit, credit, amount_eur) if amount_eur > 0 else Transfer(credit, debit, -amount_eur),)
