"""Premium calls, their lines and papers, which only grow, and where the premiums of each policy stand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros, RateFraction

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


def call_name(year: int, number: int) -> str:
    """The number of a call as people quote it: `AP-2027-000012`."""
    return f"AP-{year}-{number:06}"


class OfPremiums(Base):
    """A row about the premiums of a company, seen by whoever sees its policies."""

    __abstract__ = True

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies whose policies one may read."""
        return who.reaches(cls.company_id.expression, right=Right.READ_POLICIES)


class PremiumCall(OfPremiums):
    """A premium call (appel de prime), or a credit note when it gives back; never changed.

    Attributes:
        number: without gaps in its year: 12 of 2027 is `AP-2027-000012`.
        year_first_day, year_last_day: of the policy year that it is for.
        instalment, instalments: how far that year is called, and of how many parts.
        reference: what a payment of it quotes (RF, ISO 11649).
        total_eur: with surcharge and tax; below zero: given back.
    """

    __tablename__ = "premium_calls"
    __table_args__ = with_constraints(
        UniqueConstraint("year", "number"),
        UniqueConstraint("reference"),
        Index(None, "company_id", "due_on"),
        Index(None, "policy_id", "year_first_day"),
        Index(None, "due_on", "id"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("year_last_day >= year_first_day", name="year"),
        CheckConstraint("instalment >= 0 AND instalment <= instalments", name="instalment"),
    )
    append_only = True

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    year: Mapped[int]
    number: Mapped[int]
    year_first_day: Mapped[date]
    year_last_day: Mapped[date]
    instalment: Mapped[int]
    instalments: Mapped[int]
    called_on: Mapped[date]
    due_on: Mapped[date]
    reference: Mapped[str]
    net_eur: Mapped[Euros]
    surcharge_eur: Mapped[Euros]
    tax_eur: Mapped[Euros]
    total_eur: Mapped[Euros]
    called_at: Mapped[datetime]
    called_by: Mapped[str]

    lines: Mapped[list[PremiumCallLine]] = relationship(order_by="PremiumCallLine.id", back_populates="call")

    company_name: Mapped[str | None] = query_expression()
    policy_reference: Mapped[str | None] = query_expression()
    left_eur: Mapped[Decimal | None] = query_expression()

    @property
    def name(self) -> str:
        """As people quote it: `AP-2027-000012`."""
        return call_name(self.year, self.number)


class PremiumCallLine(OfPremiums):
    """A line of a call: one guarantee, under one tax rate, for the insurers of one agreement; never changed.

    Attributes:
        code: of the guarantee, or `minimum_premium`.
        broker_id: who earns the commission; None: the office itself.
    """

    __tablename__ = "premium_call_lines"
    __table_args__ = with_constraints(
        Index(None, "call_id"),
        Index(None, "company_id"),
        CheckConstraint("tax_rate >= 0", name="tax_rate"),
    )
    append_only = True
    logged = False

    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    code: Mapped[str]
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    net_eur: Mapped[Euros]
    surcharge_eur: Mapped[Euros]
    tax_rate: Mapped[RateFraction]
    tax_eur: Mapped[Euros]
    commission_eur: Mapped[Euros]

    call: Mapped[PremiumCall] = relationship(back_populates="lines")


class PremiumCallPaper(OfPremiums):
    """The document of a call, as it was made for the client; never changed.

    Attributes:
        mail_id: the mail by which it left; None: nobody of the company has an e-mail address, it is to be posted.
    """

    __tablename__ = "premium_call_papers"
    __table_args__ = with_constraints(UniqueConstraint("call_id"), Index(None, "company_id"))
    append_only = True
    logged = False

    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"))
    filed_at: Mapped[datetime]


class PremiumSchedule(OfPremiums):
    """Where the premiums of a policy stand: a projection of its transactions and of its calls.

    Attributes:
        reference: of the policy.
        charged_eur: all that it owes, with surcharge and tax, whenever it is due; called by this office.
        called_eur: what was called of it.
        next_due_on: the first day by which something is to be called; None: all is called.
        next_eur: what is to be called by then; below zero: to be given back.
    """

    __tablename__ = "premium_schedules"
    __table_args__ = with_constraints(
        UniqueConstraint("policy_id"),
        Index(None, "company_id"),
        Index(None, "next_due_on", "id"),
        CheckConstraint("next_due_on IS NOT NULL OR next_eur = 0", name="next"),
    )
    logged = False

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    reference: Mapped[str]
    charged_eur: Mapped[Euros]
    called_eur: Mapped[Euros]
    next_due_on: Mapped[date | None]
    next_eur: Mapped[Euros]

    company_name: Mapped[str | None] = query_expression()
