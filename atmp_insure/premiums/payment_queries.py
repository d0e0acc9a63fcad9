"""Every question about payments of premiums: those of a company, the one of a form, the account that they settle."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from atmp_insure.kernel.errors import NotFound
from atmp_insure.ledger.chart import AccountKey, AccountRole
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.models import LedgerAccount, OpenItem
from atmp_insure.ledger.queries import accounts_of
from atmp_insure.premiums.payment_models import PremiumPayment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession


_CREDITS = (
    select(OpenItem)
    .join(LedgerAccount, LedgerAccount.id == OpenItem.account_id)
    .where(
        LedgerAccount.role == AccountRole.CLIENT, OpenItem.side == Side.CREDIT, OpenItem.settled_on.is_(None),
        OpenItem.company_id.is_not(None),
    )
)  # fmt: skip


def payments() -> Select[PremiumPayment]:
    """All payments, and what takes some back."""
    return select(PremiumPayment)


def payment_of_key(key: str) -> Select[PremiumPayment]:
    """The payment that a form recorded."""
    return select(PremiumPayment).where(PremiumPayment.key == key)


def get_payment(session: ScopedSession, payment_id: int) -> PremiumPayment:
    """A payment.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(PremiumPayment).where(PremiumPayment.id == payment_id))
    if found is None:
        raise NotFound("Cet encaissement n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def list_payments_of(session: ScopedSession, company_id: int) -> Sequence[PremiumPayment]:
    """The payments of a company and what takes some back, in the order of their days."""
    statement = select(PremiumPayment).where(PremiumPayment.company_id == company_id)
    return session.scalars(statement.order_by(PremiumPayment.received_on, PremiumPayment.id)).all()


def find_reversal(session: ScopedSession, payment_id: int) -> PremiumPayment | None:
    """What takes a payment back; None: it stands."""
    return session.scalar(select(PremiumPayment).where(PremiumPayment.reverses_id == payment_id))


def find_client_account(session: ScopedSession, company_id: int) -> int | None:
    """The account of a company in the books; None: it never owed nor paid anything."""
    code = AccountKey(AccountRole.CLIENT, company_id).code
    found = accounts_of(session, [code]).get(code)
    return None if found is None else found.id


def list_credits(session: ScopedSession) -> Sequence[tuple[int, Decimal]]:
    """The companies that are owed something which settles nothing yet, and how much; the most first."""
    left = func.sum(OpenItem.amount_eur - OpenItem.settled_eur)
    statement = _CREDITS.with_only_columns(OpenItem.company_id, left).group_by(OpenItem.company_id)
    found = session.execute(statement.order_by(left.desc()))
    return [(int(company_id or 0), Decimal(left_eur)) for company_id, left_eur in found]


def count_credits(session: ScopedSession) -> int:
    """How many companies are owed something which settles nothing yet."""
    return session.scalar(_CREDITS.with_only_columns(func.count(OpenItem.company_id.distinct()))) or 0
