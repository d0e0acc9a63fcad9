"""Premiums collected by brokers: bordereaux with their lines, lines taken back, transfers received; they only grow."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Euros
from atmp_insure.premiums.commission_statement_models import OfBroker
from atmp_insure.premiums.models import PremiumCall

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


def bordereau_name(number: int) -> str:
    """As people quote it: `BE-000012`."""
    return f"BE-{number:06}"


class BrokerBordereau(OfBroker):
    """Premiums that a broker collected from its clients and owes the office (bordereau d'encaissement); never changed.

    Attributes:
        key: of the form that recorded it; sent twice, it is one bordereau.
        declared_on: the day that it bears, on which the books take it.
        total_eur: of its lines, those taken back since included.
    """

    __tablename__ = "broker_bordereaux"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "broker_id", "declared_on"),
        Index(None, "declared_on", "id"),
        CheckConstraint("total_eur > 0", name="total"),
    )
    append_only = True

    key: Mapped[str]
    declared_on: Mapped[date]
    total_eur: Mapped[Euros]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    lines: Mapped[list[BordereauLine]] = relationship(order_by="BordereauLine.id", back_populates="bordereau")
    remittances: Mapped[list[BrokerRemittance]] = relationship(order_by="BrokerRemittance.id")

    broker_name: Mapped[str | None] = query_expression()
    standing_eur: Mapped[Decimal | None] = query_expression()
    remitted_eur: Mapped[Decimal | None] = query_expression()

    @property
    def name(self) -> str:
        """As people quote it: `BE-000012`."""
        return bordereau_name(self.id)


class OfClientOfBroker(OfBroker):
    """A row about what a client paid to a broker: the account of the client shows it too."""

    __abstract__ = True

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office, the broker, and whoever reads the policies of the company."""
        broker = who.granted(Named.ORGANISATION, cls.broker_id.expression, Right.READ_COMMISSIONS)
        company = who.reaches(cls.company_id.expression, right=Right.READ_POLICIES)
        return who.office(Right.READ_COMMISSIONS) | broker | company


class BordereauLine(OfClientOfBroker):
    """A premium call that a client paid, in whole or in part, to its broker; never changed.

    Attributes:
        paid_on: the day on which the client paid the broker.
        counts_on: the day from which that counts as a payment of the premium, as the mandate was read that day.
    """

    __tablename__ = "broker_bordereau_lines"
    __table_args__ = with_constraints(
        Index(None, "bordereau_id"),
        Index(None, "broker_id"),
        Index(None, "company_id"),
        Index(None, "call_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
    )
    append_only = True
    logged = False

    bordereau_id: Mapped[int] = mapped_column(ForeignKey("broker_bordereaux.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    amount_eur: Mapped[Euros]
    paid_on: Mapped[date]
    counts_on: Mapped[date]

    bordereau: Mapped[BrokerBordereau] = relationship(back_populates="lines")
    call: Mapped[PremiumCall] = relationship()
    withdrawal: Mapped[LineWithdrawal | None] = relationship()


class LineWithdrawal(OfClientOfBroker):
    """A line of a bordereau that was taken back (unpaid cheque, mistake): its call is owed again; never changed."""

    __tablename__ = "broker_line_withdrawals"
    __table_args__ = with_constraints(
        UniqueConstraint("line_id"),
        Index(None, "broker_id"),
        Index(None, "company_id"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    append_only = True

    line_id: Mapped[int] = mapped_column(ForeignKey("broker_bordereau_lines.id"))
    reason: Mapped[str]
    recorded_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class BrokerRemittance(OfBroker):
    """A transfer of a broker that was received for a bordereau, or what takes one back; never changed.

    Attributes:
        key: of the form that recorded it; sent twice, it is one transfer.
        amount_eur: of its parts.
        reverses_id: the transfer that it takes back, with its reason.
    """

    __tablename__ = "broker_remittances"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        UniqueConstraint("reverses_id"),
        Index(None, "bordereau_id"),
        Index(None, "broker_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("reverses_id < id", name="reverses_former"),
        CheckConstraint("reason = '' OR reverses_id IS NOT NULL", name="reason"),
    )
    append_only = True

    bordereau_id: Mapped[int] = mapped_column(ForeignKey("broker_bordereaux.id"))
    key: Mapped[str]
    received_on: Mapped[date]
    reference: Mapped[str]
    amount_eur: Mapped[Euros]
    reason: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("broker_remittances.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    parts: Mapped[list[RemittancePart]] = relationship(order_by="RemittancePart.id")

    @property
    def name(self) -> str:
        """As people quote it: `RB-000012`."""
        return f"RB-{self.id:06}"


class RemittancePart(OfBroker):
    """What the premium account of one insurer received of a transfer; never changed."""

    __tablename__ = "broker_remittance_parts"
    __table_args__ = with_constraints(
        UniqueConstraint("remittance_id", "insurer_id"),
        Index(None, "broker_id"),
        Index(None, "insurer_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
    )
    append_only = True
    logged = False

    remittance_id: Mapped[int] = mapped_column(ForeignKey("broker_remittances.id"))
    insurer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    amount_eur: Mapped[Euros]
