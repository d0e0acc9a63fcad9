"""What accounts hold: turnover by account, and the trial balance (balance générale) of a period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Turnover:
    """What moved on an account: its debits and its credits, neither below zero."""

    debit_eur: Decimal = _ZERO
    credit_eur: Decimal = _ZERO

    def __add__(self, other: Turnover) -> Turnover:
        return Turnover(self.debit_eur + other.debit_eur, self.credit_eur + other.credit_eur)

    def since(self, before: Turnover) -> Turnover:
        """What moved after what had moved before."""
        return Turnover(self.debit_eur - before.debit_eur, self.credit_eur - before.credit_eur)

    @property
    def balance_eur(self) -> Decimal:
        """Above zero: a debit balance; below: a credit one."""
        return self.debit_eur - self.credit_eur


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account in a trial balance.

    Attributes:
        account: by its number.
        before_eur: its balance at the end of the eve; above zero: at its debit.
        moved: within the period.
    """

    account: int
    before_eur: Decimal
    moved: Turnover

    @property
    def after_eur(self) -> Decimal:
        """Its balance at the end of the period."""
        return self.before_eur + self.moved.balance_eur


def trial_balance(before: Mapping[int, Turnover], moved: Mapping[int, Turnover]) -> tuple[TrialLine, ...]:
    """The accounts that hold or moved something, by their numbers.

    Args:
        before: turnover of each account up to the eve of the period.
        moved: turnover of each account within it.

    Source: plan comptable général (balance).
    """
    none = Turnover()
    lines = (
        TrialLine(account, before.get(account, none).balance_eur, moved.get(account, none))
        for account in sorted(before.keys() | moved.keys())
    )
    return tuple(one for one in lines if one.before_eur or one.moved != none)


def is_balanced(lines: Iterable[TrialLine]) -> bool:
    """Whether debits equal credits, before, within and after a period.

    Source: double entry.
    """
    kept = list(lines)
    return (
        sum((one.before_eur for one in kept), _ZERO) == 0
        and sum((one.moved.balance_eur for one in kept), _ZERO) == 0
    )  # fmt: skip
