"""Payments of premiums, which only grow: one that came by mistake is taken back by another row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db.base import with_constraints
from atmp_insure.db.types import Euros, state_column
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.premiums.models import OfPremiums


class PaymentMeans(Labelled):
    """How a premium is paid."""

    TRANSFER = "transfer", "virement"
    CHEQUE = "cheque", "chèque"


class PremiumPayment(OfPremiums):
    """A payment that a client made, or the end of one that was not (chèque impayé, erreur); never changed.

    Attributes:
        insurer_id: whose premium account received it.
        key: of the form that recorded it: sent twice, it is one payment.
        reference: what the client wrote with it; empty: nothing.
        reverses_id: the payment that it takes back, with its reason.
    """

    __tablename__ = "premium_payments"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        UniqueConstraint("reverses_id"),
        Index(None, "company_id", "received_on"),
        Index(None, "insurer_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("reason = '' OR reverses_id IS NOT NULL", name="reason"),
    )
    append_only = True

    insurer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str]
    means: Mapped[PaymentMeans] = mapped_column(state_column(PaymentMeans))
    received_on: Mapped[date]
    amount_eur: Mapped[Euros]
    reference: Mapped[str]
    reason: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("premium_payments.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    @property
    def name(self) -> str:
        """As people quote it: `EN-000012`."""
        return f"EN-{self.id:06}"
