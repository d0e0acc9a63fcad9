"""A statement of account (relevé de compte): its lines in the order of their days, each with the balance it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Movement:
    """What an entry does to an account.

    Attributes:
        entry: by its number.
        name: of the entry, as people quote it.
        net_eur: above zero: at the debit of the account; below: at its credit.
    """

    entry: int
    name: str
    on: date
    label: str
    piece: str
    net_eur: Decimal


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement, and the balance after it."""

    movement: Movement
    balance_eur: Decimal

    @property
    def debit_eur(self) -> Decimal:
        """At the debit of the account; zero when it is at its credit."""
        return max(self.movement.net_eur, _ZERO)

    @property
    def credit_eur(self) -> Decimal:
        """At the credit of the account; zero when it is at its debit."""
        return max(-self.movement.net_eur, _ZERO)


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of an account from a day to another, both included.

    Attributes:
        before_eur: its balance at the end of the eve; above zero: it owes.
    """

    first_day: date
    last_day: date
    before_eur: Decimal
    lines: tuple[StatementLine, ...]

    @property
    def after_eur(self) -> Decimal:
        """Its balance at the end of the last day."""
        return self.lines[-1].balance_eur if self.lines else self.before_eur

    @property
    def debit_eur(self) -> Decimal:
        """All its debits."""
        return sum((one.debit_eur for one in self.lines), _ZERO)

    @property
    def credit_eur(self) -> Decimal:
        """All its credits."""
        return sum((one.credit_eur for one in self.lines), _ZERO)


def statement(first_day: date, last_day: date, before_eur: Decimal, movements: Iterable[Movement]) -> Statement:
    """Put movements in the order of their days, and of their entries within one, with the balance each leaves.

    Args:
        movements: of the account, within these days.

    Source: usage of accountants (relevé de compte).
    """
    balance_eur, lines = before_eur, []
    for one in sorted(movements, key=lambda one: (one.on, one.entry)):
        if one.net_eur:
            balance_eur += one.net_eur
            lines.append(StatementLine(one, balance_eur))
    return Statement(first_day, last_day, before_eur, tuple(lines))
