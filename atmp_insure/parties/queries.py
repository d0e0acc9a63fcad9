"""Every question about companies and establishments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.parties.models import Company, Establishment

if TYPE_CHECKING:
    from collections.abc import Collection

    from atmp_insure.db.session import ScopedSession


def find_company(session: ScopedSession, siren: str) -> Company | None:
    """The company of a SIREN."""
    return session.scalar(select(Company).where(Company.siren == siren))


def find_establishment(session: ScopedSession, siret: str) -> Establishment | None:
    """The establishment of a SIRET."""
    return session.scalar(select(Establishment).where(Establishment.siret == siret))


def names_of(session: ScopedSession, company_ids: Collection[int]) -> dict[int, str]:
    """The names of some companies."""
    statement = select(Company.id, Company.name).where(Company.id.in_(company_ids))
    return dict(session.execute(statement).all())
