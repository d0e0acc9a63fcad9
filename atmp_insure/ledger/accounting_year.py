"""The financial year (exercice) of the office, and what opens it: balances carried forward, computed and never posted.

Accounts of the balance sheet go on; those of charges and products start from zero, their difference being the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.ledger.fec_year import FinancialYear

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.regulation.values import Citation

_ZERO, _DAY = Decimal(0), timedelta(days=1)
OF_RESULT = ("6", "7")  # classes of charges and products


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account as the accountant and the tax authority read it.

    Attributes:
        number, label: at the chart of accounts.
        auxiliary, holder: its number among those of its role, and the name of whose it is; empty: the office's own.
    """

    number: str
    label: str
    auxiliary: str = ""
    holder: str = ""

    @property
    def is_of_result(self) -> bool:
        """Whether it is of charges or products, which start each year from zero."""
        return self.number.startswith(OF_RESULT)


@dataclass(frozen=True, slots=True)
class ResultAccounts:
    """Where the result of former years is shown: one account for a profit, one for a loss."""

    profit: NamedAccount
    loss: NamedAccount
    citation: Citation


@dataclass(frozen=True, slots=True)
class CarriedForward:
    """A balance at the start of a year; above zero: at the debit of the account."""

    account: NamedAccount
    balance_eur: Decimal


def year_closed_in(year: int, first_month: int) -> FinancialYear:
    """The financial year that ends within a calendar year.

    Args:
        first_month: the month in which a financial year begins, 1 to 12.

    Source: art. L.123-12 C. com. (an account every twelve months).
    """
    begun = year if first_month == 1 else year - 1
    after = date(begun + 1, first_month, 1)
    return FinancialYear(date(begun, first_month, 1), after - _DAY, is_assumed=False)


def year_of(day: date, first_month: int) -> int:
    """The calendar year in which the financial year of a day ends.

    Source: art. L.123-12 C. com.
    """
    return day.year if first_month == 1 or day.month < first_month else day.year + 1


def carried_forward(
    balances: Iterable[tuple[int, Decimal]], accounts: Mapping[int, NamedAccount], results: ResultAccounts
) -> tuple[CarriedForward, ...]:
    """What the accounts hold at the start of a year, in the order of their numbers: it balances as the books do.

    What charges and products of all former years leave is one line of result: what becomes of it is decided elsewhere.

    Args:
        balances: of each account at the end of the eve, above zero at its debit.

    Source: art. L.123-13 C. com. (the opening balance is the closing one); plan comptable général, comptes 120 et 129.
    """
    found, result_eur = [], _ZERO
    for number, balance_eur in balances:
        if accounts[number].is_of_result:
            result_eur += balance_eur
        elif balance_eur:
            found.append(CarriedForward(accounts[number], balance_eur))
    if result_eur:
        found.append(CarriedForward(results.loss if result_eur > 0 else results.profit, result_eur))
    return tuple(sorted(found, key=lambda one: (one.account.number, one.account.auxiliary)))
