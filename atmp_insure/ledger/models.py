"""The books: accounts, entries and transfers, which only grow, open items and how they are settled, closed months."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros, state_column
from atmp_insure.ledger.chart import AccountRole, Journal
from atmp_insure.ledger.entries import Side

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class _OfBooks(Base):
    """A row of the books, seen by whoever may read them."""

    __abstract__ = True

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own people who may read the books."""
        return who.office(Right.READ_LEDGER)


class _OfHolders(_OfBooks):
    """A row about what a company or an organisation owes or is owed.

    Attributes:
        company_id, organisation_id: the holder; both None: the office.
    """

    __abstract__ = True

    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))


class LedgerAccount(_OfHolders):
    """An account of the books: a role, and whose it is; opened when first used.

    Attributes:
        code: what rules know it by: `client:12`.
        number: at the chart of accounts, as it was when the account was opened.
        auxiliary: its number among those of its role, for the accountant: `C000012`; empty: none.
        is_lettered: whether what entries leave on it is to be settled (lettrage).
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = with_constraints(
        UniqueConstraint("code"),
        Index(None, "number", "auxiliary"),
        Index(None, "company_id"),
        Index(None, "organisation_id"),
        CheckConstraint("company_id IS NULL OR organisation_id IS NULL", name="holder"),
    )
    logged = False

    code: Mapped[str]
    role: Mapped[AccountRole] = mapped_column(state_column(AccountRole))
    number: Mapped[str]
    auxiliary: Mapped[str]
    is_lettered: Mapped[bool]


class LedgerEntry(_OfBooks):
    """An entry (écriture) of a journal; never changed.

    Attributes:
        year: of its accounting day.
        number: in its journal and year, without gaps.
        entered_on: its accounting day.
        piece, piece_on: the paper that proves it, and its day.
        key: what it is for; posted once.
        subject: the row that it comes from: `premium_calls:12`; empty: none.
        due_on: day from which what it leaves to be settled is due.
        reference: what a payment of it quotes; empty: none.
        total_eur: of its transfers.
        reverses_id: the entry that it takes back.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = with_constraints(
        UniqueConstraint("journal", "year", "number"),
        UniqueConstraint("key"),
        UniqueConstraint("reverses_id"),
        Index(None, "entered_on", "id"),
        Index(None, "subject"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("total_eur > 0", name="total"),
        CheckConstraint("reverses_id < id", name="reverses_former"),
    )
    append_only = True
    logged = False

    journal: Mapped[Journal] = mapped_column(state_column(Journal))
    year: Mapped[int]
    number: Mapped[int]
    entered_on: Mapped[date]
    piece: Mapped[str]
    piece_on: Mapped[date]
    label: Mapped[str]
    key: Mapped[str]
    subject: Mapped[str]
    due_on: Mapped[date]
    reference: Mapped[str]
    total_eur: Mapped[Euros]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))
    posted_at: Mapped[datetime]
    posted_by: Mapped[str]

    transfers: Mapped[list[LedgerTransfer]] = relationship(order_by="LedgerTransfer.id", back_populates="entry")
    items: Mapped[list[OpenItem]] = relationship(order_by="OpenItem.id", back_populates="entry")

    @property
    def name(self) -> str:
        """As people quote it: `PR-2026-000012`."""
        return f"{self.journal.value}-{self.year}-{self.number:06}"


class LedgerTransfer(_OfBooks):
    """An amount that an entry moves from one account (credited) to another (debited); never changed.

    A row has both sides, so that no set of rows can be out of balance: the schema has no way to write one.
    """

    __tablename__ = "ledger_transfers"
    __table_args__ = with_constraints(
        Index(None, "entry_id"),
        Index(None, "debit_account_id", "entered_on"),
        Index(None, "credit_account_id", "entered_on"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
    )
    append_only = True
    logged = False

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    debit_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    credit_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_eur: Mapped[Euros]
    entered_on: Mapped[date]

    entry: Mapped[LedgerEntry] = relationship(back_populates="transfers")


class OpenItem(_OfHolders):
    """What an entry left to be settled on an account (ligne à lettrer): a projection of entries and matches.

    That of a company is also seen by whoever may read its policies: it is what the company owes, or is owed.

    Attributes:
        side: debit: the holder owes it; credit: it is owed to the holder.
        settled_eur: what matches have settled of it.
        settled_on: day of the match that settled it whole; None: something is left.
    """

    __tablename__ = "open_items"
    __table_args__ = with_constraints(
        UniqueConstraint("entry_id", "account_id"),
        Index(None, "account_id", "settled_on", "due_on"),
        Index(None, "due_on", "id"),
        Index(None, "reference"),
        Index(None, "company_id", "due_on"),
        Index(None, "organisation_id", "due_on"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("settled_eur >= 0 AND settled_eur <= amount_eur", name="settled"),
        CheckConstraint("(settled_on IS NULL) = (settled_eur < amount_eur)", name="settled_whole"),
    )
    logged = False

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own people who may read the books, and whoever reads the policies of the company."""
        company = who.reaches(cls.company_id.expression, right=Right.READ_POLICIES)
        return who.office(Right.READ_LEDGER) | cls.company_id.is_not(None) & company

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    side: Mapped[Side] = mapped_column(state_column(Side))
    amount_eur: Mapped[Euros]
    due_on: Mapped[date]
    reference: Mapped[str]
    settled_eur: Mapped[Euros]
    settled_on: Mapped[date | None]

    entry: Mapped[LedgerEntry] = relationship(back_populates="items")

    @property
    def left_eur(self) -> Decimal:
        """What is not settled of it."""
        return self.amount_eur - self.settled_eur


class LedgerMatch(_OfHolders):
    """What an entry left at the debit of an account, settled by what another left at its credit; never changed.

    Attributes:
        reverses_id: the match that it takes back; both items are open again for its amount.
    """

    __tablename__ = "ledger_matches"
    __table_args__ = with_constraints(
        UniqueConstraint("reverses_id"),
        Index(None, "debit_entry_id"),
        Index(None, "credit_entry_id"),
        Index(None, "account_id", "id"),
        Index(None, "company_id"),
        Index(None, "organisation_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("reverses_id < id", name="reverses_former"),
    )
    append_only = True
    logged = False

    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    debit_entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    credit_entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    amount_eur: Mapped[Euros]
    matched_on: Mapped[date]
    matched_at: Mapped[datetime]
    matched_by: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_matches.id"))

    debit_entry: Mapped[LedgerEntry] = relationship(foreign_keys="LedgerMatch.debit_entry_id")
    credit_entry: Mapped[LedgerEntry] = relationship(foreign_keys="LedgerMatch.credit_entry_id")


class AccountMonth(_OfBooks):
    """What a month moved on an account: a projection of transfers, by which balances are added up.

    Attributes:
        first_day: of the month.
    """

    __tablename__ = "account_months"
    __table_args__ = with_constraints(
        UniqueConstraint("account_id", "first_day"),
        Index(None, "first_day"),
        CheckConstraint("debit_eur >= 0 AND credit_eur >= 0", name="amounts"),
    )
    logged = False

    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_accounts.id"))
    first_day: Mapped[date]
    debit_eur: Mapped[Euros]
    credit_eur: Mapped[Euros]


class ClosedMonth(_OfBooks):
    """A month in which nothing is posted any more; never opened again.

    Attributes:
        first_day: of the month.
    """

    __tablename__ = "closed_months"
    __table_args__ = with_constraints(UniqueConstraint("first_day"))
    append_only = True
    logged = False

    first_day: Mapped[date]
    closed_at: Mapped[datetime]
    closed_by: Mapped[str]
