"""How the books are shown: accounts with their holders, the trial balance in rows, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.ledger import queries
from atmp_insure.ledger.balances import Turnover
from atmp_insure.web.list_query import Cell, Column
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.kernel.labelled import Label
    from atmp_insure.ledger.balances import TrialLine
    from atmp_insure.ledger.chart import ChartOfAccounts
    from atmp_insure.ledger.models import LedgerAccount

_ZERO = Decimal(0)
BALANCE_COLUMNS = (
    Column("account", _l("Compte"), main=True), Column("label", _l("Intitulé")), Column("holder", _l("Titulaire")),
    Column("before", _l("Solde au début"), Cell.EUROS), Column("debit", _l("Débit"), Cell.EUROS),
    Column("credit", _l("Crédit"), Cell.EUROS), Column("after", _l("Solde à la fin"), Cell.EUROS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account with its names.

    Attributes:
        number: at the chart, with that of its holder: `411000 C000012`.
        holder: empty: the office.
    """

    id: int
    number: str
    label: Label
    holder: str
    is_lettered: bool


def shown_accounts(
    session: ScopedSession, accounts: Iterable[LedgerAccount], chart: ChartOfAccounts
) -> dict[int, ShownAccount]:
    """Accounts with their names, by their numbers."""
    kept = list(accounts)
    holders = queries.holder_names(session, kept)
    return {
        one.id: ShownAccount(
            one.id, f"{one.number} {one.auxiliary}".strip(), chart.of(one.role).label, holders[one.id], one.is_lettered
        )
        for one in kept
    }


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A line of the trial balance, with the account it is about."""

    account: ShownAccount
    line: TrialLine


def balance_rows(lines: Iterable[TrialLine], accounts: dict[int, ShownAccount]) -> list[BalanceRow]:
    """The trial balance in the order of the chart."""
    rows = [BalanceRow(accounts[one.account], one) for one in lines]
    return sorted(rows, key=lambda one: (one.account.number, one.account.id))


@dataclass(frozen=True, slots=True)
class Totals:
    """What a trial balance adds up to: its debit balances stand against its credit ones."""

    before_eur: Decimal
    moved: Turnover
    after_eur: Decimal


def totals_of(rows: Sequence[BalanceRow]) -> Totals:
    """The sums at the foot of a trial balance; balances add up to zero, or it is out of balance."""
    return Totals(
        sum((one.line.before_eur for one in rows), _ZERO), sum((one.line.moved for one in rows), Turnover()),
        sum((one.line.after_eur for one in rows), _ZERO),
    )  # fmt: skip
