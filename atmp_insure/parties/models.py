"""Companies, the groups they belong to, their establishments, and the sections that have a rate of their own."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import state_column
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.parties.addressed import Addressed
from atmp_insure.regulation.vocabulary import SUB_SECTORS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class Company(Base):
    """A company, known by its SIREN.

    Attributes:
        name: its legal name (dénomination sociale).
        naf_code: its main activity as INSEE codes it, without separators: `4120A`.
        activity: its main activity in words.
    """

    __tablename__ = "companies"
    __table_args__ = with_constraints(
        UniqueConstraint("siren"),
        Index(None, "search_name", "id"),
        Index(None, "created_at", "id"),
        CheckConstraint("length(siren) = 9", name="siren"),
    )

    siren: Mapped[str]
    name: Mapped[str]
    search_name: Mapped[str]
    created_at: Mapped[datetime]
    naf_code: Mapped[str | None]
    activity: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Companies that one reaches, and those of which one was granted an establishment."""
        granted = who.granted(Named.ESTABLISHMENT, Establishment.id.expression)
        return who.reaches(cls.id.expression) | who.one_of(
            cls.id.expression, Establishment.company_id.expression, granted
        )


class Establishment(Addressed, Base):
    """An establishment of a company, known by its SIRET.

    Attributes:
        is_head_office: whether it is the seat (siège); a company has one at most.
        opened_on: its first day, when it is known.
        closed_on: its last day; None while it is open.
        company_name: filled by the lists that ask for it.
    """

    __tablename__ = "establishments"
    __table_args__ = with_constraints(
        UniqueConstraint("siret"),
        Index(None, "company_id"),
        CheckConstraint("length(siret) = 14", name="siret"),
        CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="period"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    siret: Mapped[str]
    name: Mapped[str]
    town: Mapped[str | None]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    naf_code: Mapped[str | None]
    is_head_office: Mapped[bool] = mapped_column(default=False, server_default=false())
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]

    company_name: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Establishments of companies that one reaches, and those granted by name."""
        return who.reaches(cls.company_id.expression, cls.id.expression)


class GroupMembership(Base):
    """A company that belongs to a group of employers from a day, possibly until another; ended, never deleted.

    The group itself is an organisation (`access.models.Organisation`), whose people see its companies.
    """

    __tablename__ = "group_memberships"
    __table_args__ = with_constraints(
        Index(None, "company_id", "first_day"),
        Index(None, "organisation_id"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="period"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    first_day: Mapped[date]
    last_day: Mapped[date | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies that one may look at."""
        return who.reaches(cls.company_id.expression, right=Right.READ_COMPANIES)


class Territory(Labelled):
    """Where a section is rated: the code that deadlines count by, and its name in French."""

    MAINLAND = "FR", "métropole, hors Alsace-Moselle"
    ALSACE_MOSELLE = "AM", "Alsace-Moselle"
    GUADELOUPE = "971", "Guadeloupe"
    MARTINIQUE = "972", "Martinique"
    GUYANE = "973", "Guyane"
    REUNION = "974", "La Réunion"
    MAYOTTE = "976", "Mayotte"
    SAINT_BARTHELEMY = "977", "Saint-Barthélemy"
    SAINT_MARTIN = "978", "Saint-Martin"


class SubSector(enum.Enum):
    """The part of construction (CTN B) that a section works in; its costs differ."""

    GROS_OEUVRE = SUB_SECTORS[0].value
    SECOND_OEUVRE = SUB_SECTORS[1].value
    FONCTIONS_SUPPORT = SUB_SECTORS[2].value


class RateSection(Base):
    """A section of an establishment (section d'établissement): what has a rate of its own.

    Attributes:
        number: as the papers write it, `01`.
        label: what is done there.
    """

    __tablename__ = "rate_sections"
    __table_args__ = with_constraints(UniqueConstraint("establishment_id", "number"), Index(None, "company_id"))

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    number: Mapped[str]
    label: Mapped[str | None]
    created_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies and establishments that one may look at."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_COMPANIES)


class SectionTerms(Base):
    """How a section is classified from a day on, until the next terms of the same section.

    Attributes:
        ctn: its committee, A to I.
        risk_code: as the arrêtés print it, `45.2BA`; None while no paper gave it.
        territory: where it is rated.
        sub_sector: in construction.
        has_single_rate: whether it takes part in the single rate (taux unique) of its company.
        is_support: whether it has the rate of support functions (taux « bureau », fonctions supports).
        source: which paper or person says so.
    """

    __tablename__ = "section_terms"
    __table_args__ = with_constraints(
        UniqueConstraint("section_id", "first_day"),
        Index(None, "company_id"),
        CheckConstraint("length(ctn) = 1", name="ctn"),
        CheckConstraint("sub_sector IS NULL OR ctn = 'B'", name="construction"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("rate_sections.id"))
    first_day: Mapped[date]
    ctn: Mapped[str]
    risk_code: Mapped[str | None]
    territory: Mapped[Territory] = mapped_column(state_column(Territory))
    sub_sector: Mapped[SubSector | None] = mapped_column(state_column(SubSector))
    has_single_rate: Mapped[bool]
    is_support: Mapped[bool]
    source: Mapped[str]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies and establishments that one may look at."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_COMPANIES)
