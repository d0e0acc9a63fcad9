"""Who reaches which company: one small table that every scope reads, kept by the domains that know why."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from atmp_insure.db.base import PUBLIC, Base, with_constraints


class CompanyReach(Base):
    """One organisation (broker, law firm, insurer, employer's group) reaches one company, for one reason.

    Readable by all, because every scope reads it; it holds numbers only.
    """

    __tablename__ = "company_reach"
    __table_args__ = with_constraints(
        UniqueConstraint("organisation_id", "company_id", "reason"), Index(None, "company_id")
    )
    visibility = PUBLIC

    organisation_id: Mapped[int]
    company_id: Mapped[int]
    reason: Mapped[str]
