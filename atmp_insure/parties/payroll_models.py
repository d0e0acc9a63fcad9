"""Payroll and headcount of a section by year: what each source stated, and the one value that everyone uses."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros, People, state_column
from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class PayrollSource(Labelled):
    """Who or what states a payroll or a headcount; the stored code, and its name in French."""

    EMPLOYER = "employer", "déclaration de l'employeur"
    DSN = "dsn", "DSN"
    URSSAF = "urssaf", "état de l'Urssaf"
    SHEET = "calculation_sheet", "feuille de calcul du taux"
    ACCOUNT = "employer_account", "compte employeur"
    BROKER = "broker", "déclaration du courtier"
    FILE = "file", "fichier repris"


class PayrollGap(NamedTuple):
    """How far a source is from the values in use; None where it says the same, or one of the two says nothing."""

    payroll_eur: Decimal | None
    headcount: Decimal | None


class PayrollStatement(Base):
    """What one source stated of one section for one year; a correction is another statement, both stay.

    Attributes:
        payroll_eur: gross wages of the year; None when the source does not give them.
        headcount: people, to the hundredth; None when the source does not give it.
        is_estimate: whether the source says that it is not final.
        stated_on: the day of the paper, or of the declaration.
        detail: which paper, in a few words.
    """

    __tablename__ = "payroll_statements"
    __table_args__ = with_constraints(
        Index(None, "section_id", "year", "id"),
        Index(None, "company_id", "year"),
        CheckConstraint("year BETWEEN 1990 AND 2200", name="year"),
        CheckConstraint("payroll_eur >= 0", name="payroll"),
        CheckConstraint("headcount >= 0", name="headcount"),
    )
    append_only = True

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("rate_sections.id"))
    year: Mapped[int]
    payroll_eur: Mapped[Euros | None]
    headcount: Mapped[People | None]
    source: Mapped[PayrollSource] = mapped_column(state_column(PayrollSource))
    is_estimate: Mapped[bool]
    stated_on: Mapped[date]
    detail: Mapped[str | None]
    document_id: Mapped[int | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    def gap_to(self, used: PayrollYear) -> PayrollGap:
        """How far this source is from the values in use."""
        return PayrollGap(_gap(self.payroll_eur, used.payroll_eur), _gap(self.headcount, used.headcount))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies and establishments that one may look at."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_COMPANIES)


class PayrollYear(Base):
    """The payroll and the headcount of a section for a year that everyone uses, and the statements they come from.

    Attributes:
        differs: whether a statement that came since says something else, which nobody settled yet.
        reason: why a person chose so; None while the first statement stands by itself.
        company_name, siret, section_number: filled by the lists that ask for them.
    """

    __tablename__ = "payroll_years"
    __table_args__ = with_constraints(
        UniqueConstraint("section_id", "year"),
        Index(None, "company_id", "year"),
        Index(None, "chosen_at", "id"),
        Index(None, "differs", "chosen_at", "id"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("rate_sections.id"))
    year: Mapped[int]
    payroll_eur: Mapped[Euros | None]
    payroll_statement_id: Mapped[int | None] = mapped_column(ForeignKey("payroll_statements.id"))
    headcount: Mapped[People | None]
    headcount_statement_id: Mapped[int | None] = mapped_column(ForeignKey("payroll_statements.id"))
    differs: Mapped[bool]
    reason: Mapped[str | None]
    chosen_by: Mapped[str]
    chosen_at: Mapped[datetime]

    company_name: Mapped[str | None] = query_expression()
    siret: Mapped[str | None] = query_expression()
    section_number: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies and establishments that one may look at."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_COMPANIES)


def _gap(stated: Decimal | None, used: Decimal | None) -> Decimal | None:
    return None if stated is None or used is None else (stated - used) or None
