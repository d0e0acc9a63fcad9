"""Companies and establishments, by their official numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class Company(Base):
    """A company, known by its SIREN."""

    __tablename__ = "companies"
    __table_args__ = with_constraints(
        UniqueConstraint("siren"),
        Index(None, "search_name", "id"),
        CheckConstraint("length(siren) = 9", name="siren"),
    )

    siren: Mapped[str]
    name: Mapped[str]
    search_name: Mapped[str]
    created_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Companies that one reaches, and those of which one was granted an establishment."""
        granted = select(Establishment.company_id).where(who.granted(Named.ESTABLISHMENT, Establishment.id.expression))
        return who.reaches(cls.id.expression) | cls.id.in_(granted)


class Establishment(Base):
    """An establishment of a company, known by its SIRET."""

    __tablename__ = "establishments"
    __table_args__ = with_constraints(
        UniqueConstraint("siret"), Index(None, "company_id"), CheckConstraint("length(siret) = 14", name="siret")
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    siret: Mapped[str]
    name: Mapped[str]
    town: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Establishments of companies that one reaches, and those granted by name."""
        return who.reaches(cls.company_id.expression, cls.id.expression)
