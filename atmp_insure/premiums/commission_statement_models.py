"""Commission statements of brokers with their lines, disputes, answers and payments; all of them only grow."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Euros

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


def statement_name(year: int, number: int) -> str:
    """The number of a statement as people quote it: `BC-2027-000012`."""
    return f"BC-{year}-{number:06}"


class OfBroker(Base):
    """A row about what the office owes a broker, seen by that broker and by who follows commissions."""

    __abstract__ = True

    broker_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own people who follow commissions, and the broker; never its clients."""
        return who.office(Right.READ_COMMISSIONS) | who.granted(
            Named.ORGANISATION, cls.broker_id.expression, Right.READ_COMMISSIONS
        )


class CommissionStatement(OfBroker):
    """What a broker earned and gave back since its last statement (bordereau de commissions); never changed.

    Attributes:
        number: without gaps in its year: 12 of 2027 is `BC-2027-000012`.
        broker: its name on that day.
        last_day: what was earned up to that day and stood on no statement.
        earned_eur: sum of the lines.
        brought_eur: what the last statement left to be taken off; never above zero.
        due_eur: what is to be paid; below zero: the next statement takes it off.
    """

    __tablename__ = "commission_statements"
    __table_args__ = with_constraints(
        UniqueConstraint("year", "number"),
        Index(None, "broker_id", "id"),
        Index(None, "made_on", "id"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("brought_eur <= 0", name="brought"),
        CheckConstraint("due_eur = earned_eur + brought_eur", name="due"),
    )
    append_only = True

    year: Mapped[int]
    number: Mapped[int]
    broker: Mapped[str]
    last_day: Mapped[date]
    made_on: Mapped[date]
    earned_eur: Mapped[Euros]
    brought_eur: Mapped[Euros]
    due_eur: Mapped[Euros]
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    lines: Mapped[list[CommissionStatementLine]] = relationship(
        order_by="CommissionStatementLine.id", back_populates="statement"
    )

    @property
    def name(self) -> str:
        """As people quote it: `BC-2027-000012`."""
        return statement_name(self.year, self.number)


class CommissionStatementLine(OfBroker):
    """A line of a statement: a call, or the correction of a line that was disputed; as it was then, never changed.

    Attributes:
        client, policy, call: as they were named that day.
        collected_eur: of the call since the last statement, with surcharge and tax.
        base_eur: the premium without tax nor surcharge in it.
    """

    __tablename__ = "commission_statement_lines"
    __table_args__ = with_constraints(
        Index(None, "statement_id"),
        Index(None, "broker_id"),
        Index(None, "call_id"),
        Index(None, "company_id"),
        CheckConstraint("NOT is_correction OR collected_eur = 0 AND base_eur = 0", name="correction"),
    )
    append_only = True
    logged = False

    statement_id: Mapped[int] = mapped_column(ForeignKey("commission_statements.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    client: Mapped[str]
    policy: Mapped[str]
    call: Mapped[str]
    collected_eur: Mapped[Euros]
    base_eur: Mapped[Euros]
    commission_eur: Mapped[Euros]
    is_correction: Mapped[bool]

    statement: Mapped[CommissionStatement] = relationship(back_populates="lines")


class CommissionDispute(OfBroker):
    """A line of its statement that a broker disputes, once, and why; never changed."""

    __tablename__ = "commission_disputes"
    __table_args__ = with_constraints(
        UniqueConstraint("line_id"), Index(None, "broker_id"), CheckConstraint("reason <> ''", name="reason")
    )
    append_only = True

    line_id: Mapped[int] = mapped_column(ForeignKey("commission_statement_lines.id"))
    reason: Mapped[str]
    disputed_at: Mapped[datetime]
    disputed_by: Mapped[str]


class CommissionAnswer(OfBroker):
    """What the office answers to a dispute; never changed.

    Attributes:
        correction_eur: what the next statement adds, or takes off; zero: the dispute is rejected.
    """

    __tablename__ = "commission_answers"
    __table_args__ = with_constraints(
        UniqueConstraint("dispute_id"), Index(None, "broker_id"), CheckConstraint("reason <> ''", name="reason")
    )
    append_only = True

    dispute_id: Mapped[int] = mapped_column(ForeignKey("commission_disputes.id"))
    correction_eur: Mapped[Euros]
    reason: Mapped[str]
    answered_on: Mapped[date]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str]


class CommissionStated(OfBroker):
    """What a line of a statement took up, so that nothing stands on two statements: a movement, or a correction."""

    __tablename__ = "commission_stated"
    __table_args__ = with_constraints(
        UniqueConstraint("movement_id"),
        UniqueConstraint("answer_id"),
        Index(None, "line_id"),
        Index(None, "broker_id"),
        CheckConstraint("movement_id IS NULL OR answer_id IS NULL", name="one"),
    )
    append_only = True
    logged = False

    line_id: Mapped[int] = mapped_column(ForeignKey("commission_statement_lines.id"))
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("commission_movements.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("commission_answers.id"))


class CommissionPayment(OfBroker):
    """That a statement was paid, once; never changed."""

    __tablename__ = "commission_payments"
    __table_args__ = with_constraints(
        UniqueConstraint("statement_id"), Index(None, "broker_id"), CheckConstraint("amount_eur > 0", name="amount")
    )
    append_only = True

    statement_id: Mapped[int] = mapped_column(ForeignKey("commission_statements.id"))
    paid_on: Mapped[date]
    amount_eur: Mapped[Euros]
    reference: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
