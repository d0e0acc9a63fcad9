"""Papers of the AT/MP account as the office keeps them: deposits, what was read, corrections, rates and findings."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros, RateFraction, Secret, state_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class DepositState(enum.Enum):
    """Where a deposit of papers stands."""

    PROPOSED = "proposed"  # read, shown, not yet used
    KEPT = "kept"
    DISCARDED = "discarded"  # the files stay in the vault, what was read of them is used nowhere


class PaperDeposit(Base):
    """Files given together for one company, read at once, kept or discarded together.

    Attributes:
        told: faults of files that could not be read, each with its version in the vault, as JSON; may name people.
        file_count: files that were given.
        company_name: filled by the list.
    """

    __tablename__ = "paper_deposits"
    __table_args__ = with_constraints(
        Index(None, "company_id", "received_at", "id"),
        Index(None, "state", "received_at", "id"),
        Index(None, "received_at", "id"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    state: Mapped[DepositState] = mapped_column(state_column(DepositState))
    file_count: Mapped[int]
    told: Mapped[Secret]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    company_name: Mapped[str | None] = query_expression()
    papers: Mapped[list[RatePaper]] = relationship(
        back_populates="deposit", order_by="RatePaper.id", cascade="save-update, merge"
    )

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies whose rates one may record."""
        return who.reaches(cls.company_id.expression, None, Right.WRITE_RATES)


class PaperState(enum.Enum):
    """Whether a paper counts."""

    PROPOSED = "proposed"
    KEPT = "kept"
    SUPERSEDED = "superseded"  # a newer version covers all that it covered
    LEFT_OUT = "left_out"  # somebody chose not to keep it


class RatePaper(Base):
    """One paper, as it was read; never overwritten: a newer import is a new paper that supersedes it.

    Attributes:
        kind: a `documents.DocumentKind`.
        siret: establishment that the paper is about; "" when an empty account names none.
        year: rate year of a sheet, account year of an account that has a single one.
        content: the paper itself (`stored.stored_text`), with every value and its place.
        to_review: whether its layout was rebuilt, and a person must look at it.
        document_id: the file in the vault.
        superseded_by: the paper that took its place.
    """

    __tablename__ = "rate_papers"
    __table_args__ = with_constraints(
        Index(None, "deposit_id"),
        Index(None, "document_id"),
        Index(None, "company_id", "state", "id"),
        Index(None, "establishment_id", "kind", "year"),
        CheckConstraint("(state = 'superseded') = (superseded_by IS NOT NULL)", name="superseded"),
    )

    deposit_id: Mapped[int] = mapped_column(ForeignKey("paper_deposits.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    state: Mapped[PaperState] = mapped_column(state_column(PaperState))
    kind: Mapped[str]
    siret: Mapped[str]
    section: Mapped[str | None]
    risk_code: Mapped[str | None]
    year: Mapped[int | None]
    file_name: Mapped[Secret]
    content: Mapped[Secret]
    to_review: Mapped[bool]
    read_at: Mapped[datetime]
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("rate_papers.id"))

    deposit: Mapped[PaperDeposit] = relationship(back_populates="papers")
    corrections: Mapped[list[PaperCorrection]] = relationship(
        back_populates="paper", order_by="PaperCorrection.id", cascade="save-update, merge"
    )

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Papers of the companies and establishments whose rates one may read."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_RATES)


class PaperCorrection(Base):
    """A value put right by hand: what was read stays in the paper, the last correction of a value counts.

    Attributes:
        field: the value (`notified_percent`, `wages_by_year.2022`, `lines.3.it_cost_eur`).
        former: the value that was read, or corrected before; None when there was none.
        value: the value that counts from now on, as it was typed.
    """

    __tablename__ = "paper_corrections"
    __table_args__ = with_constraints(Index(None, "paper_id"))
    append_only = True

    paper_id: Mapped[int] = mapped_column(ForeignKey("rate_papers.id"))
    field: Mapped[str]
    former: Mapped[Secret | None]
    value: Mapped[Secret]
    reason: Mapped[Secret]
    written_at: Mapped[datetime]
    written_by: Mapped[str]
    author_name: Mapped[str]

    paper: Mapped[RatePaper] = relationship(back_populates="corrections")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the papers that one may see."""
        return who.one_of(cls.paper_id.expression, RatePaper.id.expression, RatePaper.scope(who))


class RateYear(Base):
    """A notified rate beside its recomputation: a projection of the papers that count.

    Attributes:
        status: a `reconciliation.Status`; None when only a list of rates gives this rate.
        notified: the rate on the sheet, as a fraction.
        recomputed: by the engine; None when something is missing.
        missing: what is, in French; "" when nothing is.
    """

    __tablename__ = "rate_years"
    __table_args__ = with_constraints(
        Index(None, "company_id"),
        Index(None, "establishment_id", "rate_year"),
        UniqueConstraint("establishment_id", "section", "risk_code", "rate_year"),
    )
    logged = False

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    section: Mapped[str]
    risk_code: Mapped[str]
    rate_year: Mapped[int]
    paper_id: Mapped[int] = mapped_column(ForeignKey("rate_papers.id"))
    status: Mapped[str | None]
    mode: Mapped[str | None]
    notified: Mapped[RateFraction]
    recomputed: Mapped[RateFraction | None]
    notified_on: Mapped[date | None]
    missing: Mapped[str]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Rates of the companies and establishments whose rates one may read."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_RATES)


class RateFinding(Base):
    """A difference between papers, or from the law, with what it is worth: a projection of the papers that count.

    Attributes:
        paper_id: the paper it shows on; None when it is about several.
        message: a sentence; it may name a claim by its masked number.
        saving_eur: effect on contributions over the chain of rates, when it was computed.
        worth_eur: the same, zero when it is not known: what lists sort by.
        contest_before: last safe day to contest, when it is known.
    """

    __tablename__ = "rate_findings"
    __table_args__ = with_constraints(
        Index(None, "company_id", "position"),
        Index(None, "establishment_id"),
        Index(None, "worth_eur", "id"),
        Index(None, "contest_before"),
    )
    logged = False

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("rate_papers.id"))
    position: Mapped[int]
    severity: Mapped[str]
    code: Mapped[str]
    message: Mapped[Secret]
    place: Mapped[str]
    legal_basis: Mapped[str | None]
    saving_eur: Mapped[Euros | None]
    worth_eur: Mapped[Euros]
    contest_before: Mapped[date | None]

    company_name: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Findings of the companies and establishments whose rates one may read."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_RATES)
