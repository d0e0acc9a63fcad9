"""What settles what: payments on what is owed, the oldest first, or as whoever pays says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is left open of an item.

    Attributes:
        number: of the item.
        left_eur: what is not settled yet, above zero.
    """

    number: int
    due_on: date
    left_eur: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """An amount of a debit that a credit settles, both by their numbers."""

    debit: int
    credit: int
    amount_eur: Decimal


def oldest_first(owed: Iterable[Owed], paid: Iterable[Owed]) -> tuple[Settlement, ...]:
    """Settle debits by credits, the oldest of each first; of the same day, the first written.

    Source: art. 1342-10 Code civil (imputation on the oldest debt when nothing else is said); a payment that names what
        it pays is not for this rule.
    """
    found = []
    waiting = sorted(owed, key=_age)
    for credit in sorted(paid, key=_age):
        left_eur = credit.left_eur
        while left_eur > 0 and waiting:
            debit = waiting[0]
            amount_eur = min(left_eur, debit.left_eur)
            found.append(Settlement(debit.number, credit.number, amount_eur))
            left_eur -= amount_eur
            rest_eur = debit.left_eur - amount_eur
            waiting[:1] = [Owed(debit.number, debit.due_on, rest_eur)] if rest_eur else []
    return tuple(found)


def letters(settlements: Sequence[tuple[int, int]]) -> dict[int, str]:
    """The letter of each item that takes part in a settlement: items that settle each other, however far, share one.

    Letters follow each other from `AAA` in the order of the lowest number of each group.

    Args:
        settlements: pairs of items, a debit and a credit.

    Source: usage of accountants (code de lettrage).
    """
    leader: dict[int, int] = {}

    def found(number: int) -> int:
        while leader.setdefault(number, number) != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for debit, credit in settlements:
        first, second = sorted((found(debit), found(credit)))
        leader[second] = first
    groups = {head: letter(at) for at, head in enumerate(sorted({found(number) for number in leader}))}
    return {number: groups[found(number)] for number in leader}


def letter(rank: int) -> str:
    """The letter of a rank, from `AAA` for zero.

    Source: usage of accountants (code de lettrage).
    """
    return _letter(rank)


def _letter(rank: int) -> str:
    """`AAA`, `AAB`, … then four letters: bijective base 26, from three letters on."""
    rank += (26**3 - 26) // 25  # what one and two letters could have named
    found = ""
    while rank >= 0:
        found = chr(ord("A") + rank % 26) + found
        rank = rank // 26 - 1
    return found


def _age(one: Owed) -> tuple[date, int]:
    return one.due_on, one.number
