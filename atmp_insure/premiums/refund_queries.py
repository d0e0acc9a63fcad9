"""Every question about refunds of premiums: those proposed, what was answered, what they await of a credit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.kernel.errors import NotFound
from atmp_insure.premiums.refund_models import PremiumRefund, RefundAnswer, RefundState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession

_WITH_ANSWER = selectinload(PremiumRefund.answer)


def refunds() -> Select[PremiumRefund]:
    """All refunds, whatever was answered."""
    return select(PremiumRefund)


def refund_of_key(key: str) -> Select[PremiumRefund]:
    """The refund that a form proposed."""
    return select(PremiumRefund).where(PremiumRefund.key == key)


def answer_to(refund_id: int) -> Select[RefundAnswer]:
    """What was answered to a proposal."""
    return select(RefundAnswer).where(RefundAnswer.refund_id == refund_id)


def get_refund(session: ScopedSession, refund_id: int) -> PremiumRefund:
    """A refund with its answer.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(PremiumRefund).where(PremiumRefund.id == refund_id).options(_WITH_ANSWER))
    if found is None:
        raise NotFound("Ce remboursement n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def list_paid_of(session: ScopedSession, company_id: int) -> Sequence[PremiumRefund]:
    """The refunds of a company that were granted, with their answers."""
    paid = select(PremiumRefund).join(PremiumRefund.answer).where(RefundAnswer.outcome == RefundState.PAID)
    statement = paid.where(PremiumRefund.company_id == company_id).options(_WITH_ANSWER)
    return session.scalars(statement.order_by(PremiumRefund.id)).all()


def list_waiting_of(session: ScopedSession, company_id: int) -> Sequence[PremiumRefund]:
    """The refunds of a company that nobody answered yet."""
    waiting = select(PremiumRefund).outerjoin(PremiumRefund.answer).where(RefundAnswer.id.is_(None))
    return session.scalars(waiting.where(PremiumRefund.company_id == company_id).order_by(PremiumRefund.id)).all()


def sum_waiting(session: ScopedSession, company_id: int) -> Decimal:
    """What refunds that nobody answered yet ask of a company's credit."""
    total = select(func.sum(PremiumRefund.amount_eur)).outerjoin(PremiumRefund.answer)
    found = session.scalar(total.where(RefundAnswer.id.is_(None), PremiumRefund.company_id == company_id))
    return Decimal(found or 0)
