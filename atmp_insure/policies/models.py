"""Policies: their transactions and charges, which only grow, their papers, and where each stands for the lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros, Json, RateFraction, state_column
from atmp_insure.policies.transactions import TransactionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class _OfPolicies(Base):
    """A row about the policies of a company, seen by whoever sees them."""

    __abstract__ = True

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies whose policies one may read."""
        return who.reaches(cls.company_id.expression, right=Right.READ_POLICIES)


class Policy(_OfPolicies):
    """A policy (contrat, police): a stack of transactions; what it says on a day is read from them.

    Attributes:
        reference: as its papers show it: `P-000012`, or the number it had in the system it was taken over from.
        quote_id: the accepted quote that it was issued from; None when it was taken over.
    """

    __tablename__ = "policies"
    __table_args__ = with_constraints(
        UniqueConstraint("reference"), UniqueConstraint("quote_id"), Index(None, "company_id")
    )

    reference: Mapped[str]
    product: Mapped[str]
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    transactions: Mapped[list[PolicyTransaction]] = relationship(
        order_by="PolicyTransaction.number", back_populates="policy"
    )


def _reversed_once() -> Index:
    """A transaction is taken back once, whoever does it at the same instant."""
    is_reversal = mapped_column("reverses_number").is_not(None)
    return Index(
        "uq_policy_transactions_reversed", "policy_id", "reverses_number", unique=True, postgresql_where=is_reversal,
        sqlite_where=is_reversal,
    )  # fmt: skip


class PolicyTransaction(_OfPolicies):
    """A transaction of a policy, as it was recorded; never changed.

    Attributes:
        number: its place in the stack of its policy, from 1.
        act_number: number of the first transaction written with it: one act may reverse, insert and apply again.
        effective_on: first day on which it holds.
        wording: what it says, in the form of `schemas`.
        reason: why, in the words of whoever did it.
        article: the clause or article it rests on; empty: none.
        reverses_number: of the transaction that it takes back.
        replays_number: of the transaction that it applies again.
        product_version, agreement_version_id: those of the policy once it is applied.
        insurer_accord: reference of the insurer's accord, when the agreement did not delegate the act.
        total_eur: its charges, with surcharge and tax.
        quote_id: of the quote whose terms it brings; the opening of a policy has that of the policy itself.
    """

    __tablename__ = "policy_transactions"
    __table_args__ = with_constraints(
        UniqueConstraint("policy_id", "number"),
        _reversed_once(),
        Index(None, "company_id"),
        Index(None, "recorded_at", "id"),
        Index(None, "quote_id"),
        CheckConstraint("act_number >= 1 AND act_number <= number", name="act"),
        CheckConstraint("(kind = 'reverse') = (reverses_number IS NOT NULL)", name="reversal"),
        CheckConstraint("reverses_number < number", name="reverses_former"),
        CheckConstraint("replays_number < number", name="replays_former"),
    )
    append_only = True

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    number: Mapped[int]
    act_number: Mapped[int]
    kind: Mapped[TransactionKind] = mapped_column(state_column(TransactionKind))
    effective_on: Mapped[date]
    wording: Mapped[Json]
    reason: Mapped[str]
    article: Mapped[str]
    reverses_number: Mapped[int | None]
    replays_number: Mapped[int | None]
    product_version: Mapped[str]
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    insurer_accord: Mapped[str | None]
    total_eur: Mapped[Euros]
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    policy: Mapped[Policy] = relationship(back_populates="transactions")
    charges: Mapped[list[PolicyCharge]] = relationship(order_by="PolicyCharge.id", back_populates="transaction")
    papers: Mapped[list[PolicyPaper]] = relationship(order_by="PolicyPaper.id", back_populates="transaction")


class PolicyCharge(_OfPolicies):
    """An amount that a transaction adds to what is owed, or takes off it; never changed.

    Attributes:
        code: of the guarantee, or `minimum_premium`.
        first_day, last_day: the days it is for.
        due_on: the day whose tax rate applies.
    """

    __tablename__ = "policy_charges"
    __table_args__ = with_constraints(
        Index(None, "transaction_id"),
        Index(None, "policy_id", "due_on"),
        Index(None, "company_id"),
        CheckConstraint("last_day >= first_day", name="period"),
        CheckConstraint("tax_rate >= 0", name="tax_rate"),
    )
    append_only = True

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    transaction_id: Mapped[int] = mapped_column(ForeignKey("policy_transactions.id"))
    code: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    due_on: Mapped[date]
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    net_eur: Mapped[Euros]
    surcharge_eur: Mapped[Euros]
    tax_rate: Mapped[RateFraction]
    tax_eur: Mapped[Euros]
    commission_eur: Mapped[Euros]

    transaction: Mapped[PolicyTransaction] = relationship(back_populates="charges")


class PolicyPaper(_OfPolicies):
    """A document that belongs to a transaction: special conditions, endorsement, letter, certificate, what came in."""

    __tablename__ = "policy_papers"
    __table_args__ = with_constraints(
        UniqueConstraint("transaction_id", "document_id"), Index(None, "policy_id"), Index(None, "document_id"),
        Index(None, "company_id"),
    )  # fmt: skip

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    transaction_id: Mapped[int] = mapped_column(ForeignKey("policy_transactions.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    filed_at: Mapped[datetime]

    transaction: Mapped[PolicyTransaction] = relationship(back_populates="papers")


def _rare_by_year() -> Iterator[Index]:
    """The rare standings in the order of the list: few among a million, found without a walk through the others."""
    ended_on = column("ended_on", Date)
    rare: dict[str, ColumnElement[bool]] = {
        "void": column("is_void", Boolean),
        "suspended": column("suspended_on", Date).is_not(None),
        "ended": ended_on.is_not(None),
        "lasting": ended_on.is_(None) | (ended_on > column("year_last_day", Date)),
    }
    for name, criterion in rare.items():
        yield Index(
            f"ix_policy_standings_{name}", "year_last_day", "id", postgresql_where=criterion, sqlite_where=criterion
        )  # fmt: skip


class PolicyStanding(_OfPolicies):
    """Where a policy stands after all that is recorded, for the lists: a projection of its transactions.

    Attributes:
        search_reference: the reference as one looks for it, without case nor marks.
        insurer_id: who leads.
        year_first_day, year_last_day: of the last policy year that was opened.
        suspended_on: first day without cover of a suspension that lasts.
        ended_on: first day without cover for good.
        ground: code of the ground on which it ended.
        net_eur: premium of a whole year, without surcharge and tax.
        section_count: of insured sections.
        guarantees: their codes, in the order of the catalogue, between spaces.
        transaction_count: of the stack.
    """

    __tablename__ = "policy_standings"
    __table_args__ = with_constraints(
        UniqueConstraint("policy_id"),
        UniqueConstraint("reference"),
        Index(None, "search_reference"),
        Index(None, "company_id", "year_last_day", "id"),
        Index(None, "year_last_day", "id"),
        Index(None, "began_on", "id"),
        Index(None, "net_eur", "id"),
        Index(None, "broker_id", "year_last_day", "id"),
        Index(None, "ended_on", "id"),
        Index(None, "suspended_on", "id"),
        *_rare_by_year(),
        CheckConstraint("year_last_day >= year_first_day", name="year"),
    )
    logged = False

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    reference: Mapped[str]
    search_reference: Mapped[str]
    product: Mapped[str]
    product_version: Mapped[str]
    broker_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    insurer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    began_on: Mapped[date]
    year_first_day: Mapped[date]
    year_last_day: Mapped[date]
    suspended_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    is_void: Mapped[bool]
    ground: Mapped[str | None]
    net_eur: Mapped[Euros]
    wages_eur: Mapped[Euros]
    section_count: Mapped[int]
    guarantees: Mapped[str]
    transaction_count: Mapped[int]

    company_name: Mapped[str | None] = query_expression()
