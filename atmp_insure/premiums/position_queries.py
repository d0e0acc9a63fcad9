"""What the books say of each insurer at the end of a day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.models import LedgerAccount, LedgerTransfer
from atmp_insure.ledger.queries import turnover

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.session import ScopedSession

OF_INSURERS = (
    AccountRole.PREMIUM_CALLED, AccountRole.TAX_CALLED, AccountRole.PREMIUM_COLLECTED, AccountRole.TAX_COLLECTED,
    AccountRole.PREMIUM_BANK,
)  # fmt: skip


def balances_by_insurer(session: ScopedSession, on: date) -> dict[int, dict[AccountRole, Decimal]]:
    """The balance of each account of each insurer at the end of a day; above zero: at its debit."""
    moved, found = turnover(session, on), dict[int, dict[AccountRole, Decimal]]()
    accounts = select(LedgerAccount).where(LedgerAccount.role.in_(OF_INSURERS)).order_by(LedgerAccount.id)
    for one in session.scalars(accounts):
        if one.organisation_id is not None and one.id in moved:
            found.setdefault(one.organisation_id, {})[one.role] = moved.get(one.id, Turnover()).balance_eur
    return found


def withheld_by_insurer(session: ScopedSession, on: date) -> dict[int, Decimal]:
    """What each insurer left to the office as commission up to a day."""
    insurer, office = aliased(LedgerAccount), aliased(LedgerAccount)
    found: dict[int, Decimal] = {}
    for sign, mine, own in (
        (1, LedgerTransfer.debit_account_id, LedgerTransfer.credit_account_id),
        (-1, LedgerTransfer.credit_account_id, LedgerTransfer.debit_account_id),
    ):
        statement = (
            select(insurer.organisation_id, func.sum(LedgerTransfer.amount_eur))
            .join(insurer, insurer.id == mine)
            .join(office, office.id == own)
            .where(
                insurer.role == AccountRole.PREMIUM_COLLECTED, office.role == AccountRole.COMMISSION,
                LedgerTransfer.entered_on <= on,
            )
            .group_by(insurer.organisation_id)
        )  # fmt: skip
        for number, amount_eur in session.execute(statement):
            assert number is not None, "the account of an insurer has its holder"
            found[number] = found.get(number, Decimal(0)) + sign * Decimal(amount_eur)
    return found
