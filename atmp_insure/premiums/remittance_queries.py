"""Every question about remittances of cheques: the cheques not cashed yet, those of a remittance, where one went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased, selectinload

from atmp_insure.kernel.errors import NotFound
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment
from atmp_insure.premiums.remittance_models import ChequeRemittance, RemittedCheque

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from atmp_insure.db.session import ScopedSession


def remittances() -> Select[ChequeRemittance]:
    """All remittances of cheques."""
    return select(ChequeRemittance)


def remittance_of_key(key: str) -> Select[ChequeRemittance]:
    """The remittance that a form recorded."""
    return select(ChequeRemittance).where(ChequeRemittance.key == key)


def get_remittance(session: ScopedSession, remittance_id: int) -> ChequeRemittance:
    """A remittance with its cheques and their payments.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    cheques = selectinload(ChequeRemittance.cheques).selectinload(RemittedCheque.payment)
    found = session.scalar(select(ChequeRemittance).where(ChequeRemittance.id == remittance_id).options(cheques))
    if found is None:
        raise NotFound("Cette remise de chèques n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def _standing() -> Select[PremiumPayment]:
    """The cheques that nobody took back."""
    back = aliased(PremiumPayment)
    return select(PremiumPayment).where(
        PremiumPayment.means == PaymentMeans.CHEQUE, PremiumPayment.reverses_id.is_(None),
        ~exists().where(back.reverses_id == PremiumPayment.id),
    )  # fmt: skip


def list_uncashed(session: ScopedSession, insurer_id: int | None = None) -> Sequence[PremiumPayment]:
    """The cheques that stand and are in no remittance, those received first first; of one insurer's account, or all."""
    statement = _standing().where(~exists().where(RemittedCheque.payment_id == PremiumPayment.id))
    if insurer_id is not None:
        statement = statement.where(PremiumPayment.insurer_id == insurer_id)
    return session.scalars(statement.order_by(PremiumPayment.received_on, PremiumPayment.id)).all()


def list_payments(session: ScopedSession, payment_ids: Collection[int]) -> Sequence[PremiumPayment]:
    """Some payments, by their numbers, as far as the actor sees them."""
    statement = select(PremiumPayment).where(PremiumPayment.id.in_(payment_ids))
    return session.scalars(statement.order_by(PremiumPayment.id)).all()


def list_taken_back(session: ScopedSession, payment_ids: Collection[int]) -> set[int]:
    """Those of some payments that were taken back."""
    statement = select(PremiumPayment.reverses_id).where(PremiumPayment.reverses_id.in_(payment_ids))
    return {one for one in session.scalars(statement) if one is not None}


def list_remitted(session: ScopedSession, payment_ids: Collection[int]) -> dict[int, int]:
    """Those of some cheques that are in a remittance, with its number."""
    columns = select(RemittedCheque.payment_id, RemittedCheque.remittance_id)
    found = session.execute(columns.where(RemittedCheque.payment_id.in_(payment_ids)))
    return {payment: remittance for payment, remittance in found}  # noqa: C416 - a row is no pair for types
