"""Every question about payments of premiums: those of a company, the one of a form, the account that they settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from atmp_insure.kernel.errors import NotFound
from atmp_insure.ledger.chart import AccountKey, AccountRole
from atmp_insure.ledger.queries import accounts_of
from atmp_insure.premiums.payment_models import PremiumPayment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession


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
