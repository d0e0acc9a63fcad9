"""What commission was earned and clawed back, line by line; it only grows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Euros

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class CommissionMovement(Base):
    """What a line of a call earned, or gave back, when more or less of it was collected; never changed.

    Attributes:
        broker_id: who earns the commission; None: all of it is the office's own.
        earned_on: the day in the books.
        collected_eur: of what the client owes, with surcharge and tax.
        base_eur: the premium without tax nor surcharge in it.
        withheld_eur: what its insurers leave to the office.
        commission_eur: what the office owes the broker.
    """

    __tablename__ = "commission_movements"
    __table_args__ = with_constraints(
        Index(None, "call_id"),
        Index(None, "line_id"),
        Index(None, "company_id"),
        Index(None, "broker_id", "earned_on"),
        CheckConstraint("broker_id IS NOT NULL OR commission_eur = 0", name="broker"),
    )
    append_only = True
    logged = False

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("premium_call_lines.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    earned_on: Mapped[date]
    collected_eur: Mapped[Euros]
    base_eur: Mapped[Euros]
    withheld_eur: Mapped[Euros]
    commission_eur: Mapped[Euros]
    recorded_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own people who follow commissions, and the broker; never the client."""
        return who.office(Right.READ_COMMISSIONS) | who.granted(
            Named.ORGANISATION, cls.broker_id.expression, Right.READ_COMMISSIONS
        )
