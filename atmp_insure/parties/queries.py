"""Every question about companies, their establishments, their sections, their groups, and who sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import with_expression

from atmp_insure.access.models import Organisation
from atmp_insure.db.reach import CompanyReach
from atmp_insure.documents.models import Document
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.models import Company, Establishment, GroupMembership, RateSection, SectionTerms

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession


def companies() -> Select[Company]:
    """All companies."""
    return select(Company)


def establishments() -> Select[Establishment]:
    """All establishments, with the name of their company."""
    name = select(Company.name).where(Company.id == Establishment.company_id).correlate(Establishment).scalar_subquery()
    return select(Establishment).options(with_expression(Establishment.company_name, name))


def sections() -> Select[RateSection]:
    """All sections."""
    return select(RateSection)


def find_company(session: ScopedSession, siren: str) -> Company | None:
    """The company of a SIREN."""
    return session.scalar(select(Company).where(Company.siren == siren))


def find_establishment(session: ScopedSession, siret: str) -> Establishment | None:
    """The establishment of a SIRET."""
    return session.scalar(select(Establishment).where(Establishment.siret == siret))


def find_section(session: ScopedSession, establishment_id: int, number: str) -> RateSection | None:
    """The section of an establishment that the papers number so."""
    statement = select(RateSection).where(
        RateSection.establishment_id == establishment_id, RateSection.number == number
    )
    return session.scalar(statement)


def names_of(session: ScopedSession, company_ids: Collection[int]) -> dict[int, str]:
    """The names of some companies."""
    statement = select(Company.id, Company.name).where(Company.id.in_(company_ids))
    return dict(session.execute(statement).all())


def get_company(session: ScopedSession, company_id: int) -> Company:
    """A company.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    company = session.get(Company, company_id)
    if company is None:
        raise NotFound("Cette entreprise n'existe pas, ou vous ne la suivez pas.")
    return company


def get_establishment(session: ScopedSession, establishment_id: int) -> Establishment:
    """An establishment.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    establishment = session.get(Establishment, establishment_id)
    if establishment is None:
        raise NotFound("Cet établissement n'existe pas, ou vous ne le suivez pas.")
    return establishment


def get_section(session: ScopedSession, section_id: int) -> RateSection:
    """A section.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    section = session.get(RateSection, section_id)
    if section is None:
        raise NotFound("Cette section n'existe pas, ou vous ne la suivez pas.")
    return section


def open_on(on: date) -> ColumnElement[bool]:
    """Establishments that are open on a day; both ends included, an unknown end does not shut."""
    return or_(Establishment.opened_on.is_(None), Establishment.opened_on <= on) & or_(
        Establishment.closed_on.is_(None), Establishment.closed_on >= on
    )


def list_establishments(
    session: ScopedSession, company_id: int, on: date, most: int | None = None
) -> Sequence[Establishment]:
    """The establishments of a company that are open on a day, its seat first, then by SIRET."""
    statement = select(Establishment).where(Establishment.company_id == company_id, open_on(on))
    ordered = statement.order_by(Establishment.is_head_office.desc(), Establishment.siret)
    return session.scalars(ordered.limit(most)).all()


def count_establishments(session: ScopedSession, company_id: int, on: date) -> tuple[int, int]:
    """How many establishments of a company are open on a day, and how many there are in all."""
    numbers = func.count(Establishment.id)
    statement = select(numbers.filter(open_on(on)), numbers).where(Establishment.company_id == company_id)
    open_count, all_count = session.execute(statement).one()
    return open_count, all_count


def list_sections(session: ScopedSession, establishment_ids: Collection[int]) -> Sequence[RateSection]:
    """The sections of some establishments, by number."""
    statement = select(RateSection).where(RateSection.establishment_id.in_(establishment_ids))
    return session.scalars(statement.order_by(RateSection.establishment_id, RateSection.number)).all()


def list_terms(session: ScopedSession, section_id: int) -> Sequence[SectionTerms]:
    """How a section was classified, the latest first."""
    statement = select(SectionTerms).where(SectionTerms.section_id == section_id)
    return session.scalars(statement.order_by(SectionTerms.first_day.desc())).all()


def terms_on(session: ScopedSession, section_ids: Collection[int], on: date) -> dict[int, SectionTerms]:
    """How each of some sections is classified on a day; a section without terms on that day is left out."""
    latest = (
        select(SectionTerms.section_id, func.max(SectionTerms.first_day).label("first_day"))
        .where(SectionTerms.section_id.in_(section_ids), SectionTerms.first_day <= on)
        .group_by(SectionTerms.section_id)
        .subquery()
    )
    statement = select(SectionTerms).join(
        latest, (SectionTerms.section_id == latest.c.section_id) & (SectionTerms.first_day == latest.c.first_day)
    )
    return {terms.section_id: terms for terms in session.scalars(statement)}


@dataclass(frozen=True, slots=True)
class Member:
    """A company's place in a group, with the name of the group."""

    membership: GroupMembership
    group_name: str


def list_memberships(session: ScopedSession, company_id: int) -> tuple[Member, ...]:
    """The groups of a company, the latest first; the name of a group that the actor does not see is left empty."""
    statement = (
        select(GroupMembership, Organisation.name)
        .outerjoin(Organisation, Organisation.id == GroupMembership.organisation_id)
        .where(GroupMembership.company_id == company_id)
        .order_by(GroupMembership.first_day.desc(), GroupMembership.id.desc())
    )
    return tuple(Member(membership, name or "") for membership, name in session.execute(statement))


def get_membership(session: ScopedSession, membership_id: int) -> GroupMembership:
    """A company's place in a group.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    membership = session.get(GroupMembership, membership_id)
    if membership is None:
        raise NotFound("Ce rattachement n'existe pas, ou vous ne pouvez pas le voir.")
    return membership


@dataclass(frozen=True, slots=True)
class Follower:
    """An organisation whose people see a company, and why."""

    reach_id: int
    organisation: Organisation
    reason: str


def list_followers(session: ScopedSession, company_id: int) -> tuple[Follower, ...]:
    """The organisations that see a company, by name, as far as the actor sees them."""
    statement = (
        select(CompanyReach.id, CompanyReach.reason, Organisation)
        .join(Organisation, Organisation.id == CompanyReach.organisation_id)
        .where(CompanyReach.company_id == company_id)
        .order_by(Organisation.search_name, CompanyReach.reason)
    )
    return tuple(Follower(number, organisation, reason) for number, reason, organisation in session.execute(statement))


def list_followed(session: ScopedSession, organisation_id: int, most: int) -> Sequence[Company]:
    """The companies that the people of an organisation see, by name, as far as the actor sees them."""
    followed = select(CompanyReach.company_id).where(CompanyReach.organisation_id == organisation_id)
    statement = select(Company).where(Company.id.in_(followed))
    return session.scalars(statement.order_by(Company.search_name, Company.id).limit(most)).all()


def list_latest_documents(session: ScopedSession, company: Company, _on: date) -> Sequence[Document]:
    """The papers of a company that came last, as far as the actor may open them."""
    statement = select(Document).where(Document.company_id == company.id, Document.erased_at.is_(None))
    return session.scalars(statement.order_by(Document.received_at.desc(), Document.id.desc()).limit(10)).all()
