"""The account of a client as one reads it aloud: what was called, what was paid, what is left, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that moved the account of a client.

    Attributes:
        number: of its row, which its page shows.
        amount_eur: above zero: the client owes it; below: it is paid or given back.
        due_on: the day by which it is to be paid; None: it is a payment.
        url: of its page, when that is neither of a call nor of a payment.
    """

    on: date
    name: str
    number: int
    amount_eur: Decimal
    due_on: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A movement with the balance that it leaves; above zero: the client owes it."""

    moved: Moved
    balance_eur: Decimal


def account_lines(moves: Iterable[Moved], zero: Decimal) -> tuple[AccountLine, ...]:
    """The movements of an account in the order of their days, each with the balance it leaves.

    Args:
        zero: what the account held before them.

    Source: none; a running sum.
    """
    found, balance_eur = [], zero
    for one in sorted(moves, key=lambda move: (move.on, move.due_on is None, move.number)):
        balance_eur += one.amount_eur
        found.append(AccountLine(one, balance_eur))
    return tuple(found)
