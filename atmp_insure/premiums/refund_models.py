"""Refunds of premiums: what an accountant proposes to give back, and what another person answers; both only grow."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.db.base import with_constraints
from atmp_insure.db.types import Euros, Secret, state_column
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.premiums.models import OfPremiums


class RefundState(Labelled):
    """Where a refund stands; the stored code, and its name in French."""

    WAITING = "waiting", "attend une réponse"
    PAID = "paid", "accordé, à virer"
    DECLINED = "declined", "refusé"
    WITHDRAWN = "withdrawn", "retiré"


class PremiumRefund(OfPremiums):
    """A refund as it is proposed: of what is left open to the credit of a client; never changed.

    Attributes:
        insurer_id: on whose premium account the money is.
        key: of the form that proposed it; sent twice, it is one proposal.
        iban: where the money is to go.
        proposed_by_id: the person, who cannot be the one who grants it.
    """

    __tablename__ = "premium_refunds"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "company_id"),
        Index(None, "insurer_id"),
        Index(None, "proposed_by_id"),
        Index(None, "proposed_on", "id"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    append_only = True

    insurer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str]
    amount_eur: Mapped[Euros]
    reason: Mapped[str]
    iban: Mapped[Secret]
    proposed_on: Mapped[date]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    answer: Mapped[RefundAnswer | None] = relationship(back_populates="refund")

    company_name: Mapped[str | None] = query_expression()
    outcome: Mapped[RefundState | None] = query_expression()

    @property
    def name(self) -> str:
        """As people quote it: `RB-000012`."""
        return refund_name(self.id)

    @property
    def state(self) -> RefundState:
        """Where it stands."""
        return RefundState.WAITING if self.answer is None else self.answer.outcome


def refund_name(number: int) -> str:
    """The name of a refund as people quote it: `RB-000012`."""
    return f"RB-{number:06}"


class RefundAnswer(OfPremiums):
    """What was answered to a proposal, once; never changed.

    Attributes:
        reason: why it is declined or withdrawn; empty: it is granted.
    """

    __tablename__ = "premium_refund_answers"
    __table_args__ = with_constraints(
        UniqueConstraint("refund_id"),
        Index(None, "company_id"),
        Index(None, "answered_by_id"),
        CheckConstraint("outcome <> 'waiting'", name="outcome"),
        CheckConstraint("outcome = 'paid' OR reason <> ''", name="reason"),
    )
    append_only = True

    refund_id: Mapped[int] = mapped_column(ForeignKey("premium_refunds.id"))
    outcome: Mapped[RefundState] = mapped_column(state_column(RefundState))
    reason: Mapped[str]
    answered_on: Mapped[date]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    refund: Mapped[PremiumRefund] = relationship(back_populates="answer")
