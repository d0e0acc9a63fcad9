"""Remittances of cheques to the bank, and the cheques of each; they only grow."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros
from atmp_insure.premiums.models import OfPremiums
from atmp_insure.premiums.payment_models import PremiumPayment

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


def remittance_name(number: int) -> str:
    """As people quote it: `RC-000012`."""
    return f"RC-{number:06}"


class ChequeRemittance(Base):
    """Cheques handed to the bank of one insurer's premiums on a day (bordereau de remise); never changed.

    Attributes:
        key: of the form that recorded it; sent twice, it is one remittance.
    """

    __tablename__ = "cheque_remittances"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "insurer_id"),
        Index(None, "remitted_on", "id"),
        CheckConstraint("total_eur > 0", name="total"),
    )
    append_only = True

    insurer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str]
    remitted_on: Mapped[date]
    total_eur: Mapped[Euros]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    cheques: Mapped[list[RemittedCheque]] = relationship(order_by="RemittedCheque.id", back_populates="remittance")

    insurer_name: Mapped[str | None] = query_expression()
    cheque_count: Mapped[int | None] = query_expression()

    @property
    def name(self) -> str:
        """As people quote it: `RC-000012`."""
        return remittance_name(self.id)

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own people who may read the books: the cheques are of several clients."""
        return who.office(Right.READ_LEDGER)


class RemittedCheque(OfPremiums):
    """A cheque in a remittance, in one only; never changed."""

    __tablename__ = "remitted_cheques"
    __table_args__ = with_constraints(
        UniqueConstraint("payment_id"), Index(None, "remittance_id"), Index(None, "company_id")
    )
    append_only = True
    logged = False

    remittance_id: Mapped[int] = mapped_column(ForeignKey("cheque_remittances.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("premium_payments.id"))
    amount_eur: Mapped[Euros]

    remittance: Mapped[ChequeRemittance] = relationship(back_populates="cheques")
    payment: Mapped[PremiumPayment] = relationship()
