"""Mandates by which a party lets its account be debited (mandats SEPA); `banking` uses them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Secret

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class SepaMandate(Base):
    """A mandate on a bank account of a company; never changed: another one takes its place.

    Attributes:
        reference: unique mandate reference (RUM), as the debtor's bank shows it.
        signatory: who signed it.
        text: what was signed, word for word.
        origin: how it was signed: the page and the quote.
    """

    __tablename__ = "sepa_mandates"
    __table_args__ = with_constraints(
        UniqueConstraint("reference"), Index(None, "company_id"), Index(None, "bank_account_id")
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_accounts.id"))
    reference: Mapped[str]
    signatory: Mapped[Secret]
    text: Mapped[str]
    signed_on: Mapped[date]
    origin: Mapped[str]
    recorded_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Mandates on the accounts that one may see."""
        return who.reaches(cls.company_id.expression, right=Right.READ_BANK_ACCOUNTS)
