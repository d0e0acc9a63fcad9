"""Every question about organisations, doctors and contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import with_expression

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.french import search_text
from atmp_insure.parties.agreement_models import Agreement
from atmp_insure.parties.partner_models import Contact, Doctor, OrganisationProfile

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.agreement_models import AgreementVersion


@dataclass(frozen=True, slots=True)
class ContactOwner:
    """Whose contact a person is: a company (possibly of one establishment), an organisation, or a body."""

    company_id: int | None = None
    establishment_id: int | None = None
    organisation_id: int | None = None
    body_id: int | None = None


def get_organisation(session: ScopedSession, organisation_id: int) -> Organisation:
    """An organisation.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("Cette organisation n'existe pas, ou vous ne pouvez pas la voir.")
    return organisation


def list_organisations_of(session: ScopedSession, kinds: Collection[OrganisationKind]) -> Sequence[Organisation]:
    """The organisations of some kinds, by name."""
    statement = select(Organisation).where(Organisation.kind.in_(kinds))
    return session.scalars(statement.order_by(Organisation.search_name, Organisation.id)).all()


def list_known_as(session: ScopedSession, siren: str, orias_number: str, name: str) -> Sequence[Organisation]:
    """The organisations that already have a SIREN, an ORIAS number or a name, by name; empty texts find nothing."""
    same = select(OrganisationProfile.organisation_id).where(
        or_(
            (OrganisationProfile.siren == siren) & (OrganisationProfile.siren != ""),
            (OrganisationProfile.orias_number == orias_number) & (OrganisationProfile.orias_number != ""),
        )
    )
    by_name = (Organisation.search_name == search_text(name)) & (Organisation.search_name != "")
    statement = select(Organisation).where(or_(Organisation.id.in_(same), by_name))
    return session.scalars(statement.order_by(Organisation.search_name, Organisation.id)).all()


def names_of_organisations(session: ScopedSession, organisation_ids: Collection[int]) -> dict[int, str]:
    """The names of some organisations, as far as the actor sees them."""
    statement = select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    return dict(session.execute(statement).all())


def account_owners(session: ScopedSession, version: AgreementVersion) -> Sequence[int]:
    """The organisations whose accounts an agreement may name: the insurer or broker, and the office."""
    own = select(Agreement.organisation_id).where(Agreement.id == version.agreement_id)
    statement = select(Organisation.id).where(
        or_(Organisation.id.in_(own), Organisation.kind == OrganisationKind.OFFICE)
    )
    return session.scalars(statement.order_by(Organisation.id)).all()


def organisations() -> Select[Organisation]:
    """All organisations, with their ORIAS number or their SIREN."""
    identifier = select(func.coalesce(OrganisationProfile.orias_number, OrganisationProfile.siren)).where(
        OrganisationProfile.organisation_id == Organisation.id
    )
    return select(Organisation).options(
        with_expression(Organisation.identifier, identifier.correlate(Organisation).scalar_subquery())
    )


def find_profile(session: ScopedSession, organisation_id: int) -> OrganisationProfile | None:
    """What identifies an organisation; None while nothing was written."""
    statement = select(OrganisationProfile).where(OrganisationProfile.organisation_id == organisation_id)
    return session.scalar(statement)


def doctors() -> Select[Doctor]:
    """All doctors."""
    return select(Doctor)


def get_doctor(session: ScopedSession, doctor_id: int) -> Doctor:
    """A doctor.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    doctor = session.get(Doctor, doctor_id)
    if doctor is None:
        raise NotFound("Ce médecin n'existe pas, ou vous ne pouvez pas le voir.")
    return doctor


def contacts() -> Select[Contact]:
    """All contacts."""
    return select(Contact)


def get_contact(session: ScopedSession, contact_id: int) -> Contact:
    """A contact.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound("Ce contact n'existe pas, ou vous ne pouvez pas le voir.")
    return contact


def list_contacts(session: ScopedSession, owner: ContactOwner) -> Sequence[Contact]:
    """The contacts of a company, an organisation or a body that were not withdrawn, the earliest first."""
    if owner.company_id is not None:
        own = Contact.company_id == owner.company_id
    elif owner.organisation_id is not None:
        own = Contact.organisation_id == owner.organisation_id
    else:
        own = Contact.body_id == owner.body_id
    statement = select(Contact).where(own, Contact.ended_at.is_(None))
    return session.scalars(statement.order_by(Contact.id)).all()
