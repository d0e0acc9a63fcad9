"""Use cases on partners: organisations with what identifies them, doctors, contacts. The office alone writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access import service as access
from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.identifiers import compact_siren, is_siren, mail_address_faults
from atmp_insure.parties.partner_models import Contact, ContactMatter, Doctor, OrganisationProfile

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_queries import ContactOwner

_ORIAS_DIGITS, _RPPS_DIGITS = 8, 11


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What is known of an organisation (see `partner_models.OrganisationProfile`)."""

    name: str
    siren: str = ""
    orias_number: str = ""
    orias_checked_on: date | None = None
    bar: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class DoctorFacts:
    """What is known of a doctor."""

    name: str
    speciality: str
    rpps_number: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A person to write to or to call, and about what."""

    name: str
    duty: str
    matters: tuple[ContactMatter, ...] = ()
    email: str = ""
    phone: str = ""


def create_partner(session: ScopedSession, kind: OrganisationKind, facts: PartnerFacts, now: datetime) -> Organisation:
    """Create an organisation with what identifies it.

    Raises:
        OutOfScope: the actor may not add partners.
        InvalidInput: the name is missing, or the name, SIREN or ORIAS number is known already, or not one.
    """
    require_right_there(session, Right.ADD_PARTNERS, None)
    faults = _partner_faults(session, facts, kind, None)
    if faults:
        raise InvalidInput(faults)
    organisation = access.create_organisation(session, kind, _spaced(facts.name), now)
    _write_profile(session, organisation, facts)
    return organisation


def correct_partner(session: ScopedSession, organisation: Organisation, facts: PartnerFacts) -> None:
    """Correct what is known of an organisation, its name included.

    Raises:
        OutOfScope: the actor may not write partners.
        InvalidInput: as for `create_partner`.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    faults = _partner_faults(session, facts, organisation.kind, organisation.id)
    if faults:
        raise InvalidInput(faults)
    organisation.name, organisation.search_name = _spaced(facts.name), search_text(facts.name)
    _write_profile(session, organisation, facts)


def _partner_faults(
    session: ScopedSession, facts: PartnerFacts, kind: OrganisationKind, own_id: int | None
) -> list[Fault]:
    faults = [] if facts.name.strip() else [Fault("nom absent", "Donner le nom de l'organisation", "name")]
    siren, orias = only_digits(facts.siren), only_digits(facts.orias_number)
    if facts.siren.strip() and not is_siren(compact_siren(facts.siren)):
        faults.append(Fault(f"« {facts.siren.strip()} » n'est pas un SIREN", "Vérifier ses neuf chiffres", "siren"))
    if facts.orias_number.strip() and len(orias) != _ORIAS_DIGITS:
        said = f"« {facts.orias_number.strip()} » n'est pas un numéro Orias"
        faults.append(Fault(said, "Vérifier ses huit chiffres sur le registre", "orias_number"))
    if not orias and facts.orias_checked_on is not None:
        faults.append(Fault("vérification d'un numéro Orias absent", "Donner le numéro", "orias_number"))
    same_name = select(Organisation.id).where(Organisation.kind == kind, Organisation.name == _spaced(facts.name))
    if session.scalar(same_name) not in {None, own_id}:
        faults.append(Fault(f"« {_spaced(facts.name)} » existe déjà", "Ouvrir sa page", "name"))
    for column, value, label in (
        (OrganisationProfile.siren, siren, "SIREN"),
        (OrganisationProfile.orias_number, orias, "numéro Orias"),
    ):
        holder = _holder(session, select(OrganisationProfile.organisation_id).where(column == value)) if value else None
        if holder is not None and holder.id != own_id:
            faults.append(Fault(f"ce {label} est celui de « {holder.name} »", "Ouvrir sa page", column.key))
    return faults


def _holder(session: ScopedSession, organisation_id: object) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.id.in_(organisation_id)))  # type: ignore[arg-type]


def _write_profile(session: ScopedSession, organisation: Organisation, facts: PartnerFacts) -> None:
    statement = select(OrganisationProfile).where(OrganisationProfile.organisation_id == organisation.id)
    profile = session.scalar(statement)
    if profile is None:
        profile = OrganisationProfile(organisation_id=organisation.id)
        session.add(profile)
    profile.siren, profile.orias_number = only_digits(facts.siren) or None, only_digits(facts.orias_number) or None
    profile.orias_checked_on, profile.bar = facts.orias_checked_on, _spaced(facts.bar) or None
    profile.address, profile.postcode = _spaced(facts.address) or None, only_digits(facts.postcode) or None
    profile.town = _spaced(facts.town) or None
    profile.email, profile.phone = facts.email.strip() or None, _spaced(facts.phone) or None
    session.flush()


def add_doctor(session: ScopedSession, facts: DoctorFacts, organisation: Organisation | None, now: datetime) -> Doctor:
    """Add a doctor, of the office or of a law firm.

    Raises:
        OutOfScope: the actor may not write partners.
        InvalidInput: no name or speciality, a wrong number, or somebody who is known already.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    doctor = Doctor(organisation_id=organisation.id if organisation is not None else None, created_at=now)
    _write_doctor(session, doctor, facts)
    session.add(doctor)
    session.flush()
    return doctor


def correct_doctor(session: ScopedSession, doctor: Doctor, facts: DoctorFacts) -> None:
    """Correct what is known of a doctor.

    Raises:
        OutOfScope: the actor may not write partners.
        InvalidInput: as for `add_doctor`.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    _write_doctor(session, doctor, facts)
    session.flush()


def end_doctor(session: ScopedSession, doctor: Doctor, now: datetime) -> None:
    """Propose a doctor no longer; what they did stays."""
    require_right_there(session, Right.WRITE_COMPANIES, None)
    if doctor.ended_at is not None:
        raise Refused("Ce médecin n'est déjà plus proposé.")
    doctor.ended_at = now
    session.flush()


def _write_doctor(session: ScopedSession, doctor: Doctor, facts: DoctorFacts) -> None:
    number = only_digits(facts.rpps_number)
    faults = [] if facts.name.strip() else [Fault("nom absent", "Donner le nom du médecin", "name")]
    if not facts.speciality.strip():
        faults.append(Fault("spécialité absente", "Donner la spécialité", "speciality"))
    if facts.rpps_number.strip() and len(number) != _RPPS_DIGITS:
        said = f"« {facts.rpps_number.strip()} » n'est pas un numéro RPPS"
        faults.append(Fault(said, "Vérifier ses onze chiffres", "rpps_number"))
    same = select(Doctor.id).where(
        Doctor.rpps_number == number,
        Doctor.organisation_id == doctor.organisation_id
        if doctor.organisation_id is not None
        else Doctor.organisation_id.is_(None),
    )
    with session.no_autoflush:
        if number and session.scalar(same) not in {None, doctor.id}:
            faults.append(Fault("un médecin a déjà ce numéro RPPS", "Ouvrir sa page", "rpps_number"))
    if faults:
        raise InvalidInput(faults)
    doctor.name, doctor.name_digest = _spaced(facts.name), name_digest(session, facts.name)
    doctor.speciality, doctor.rpps_number = _spaced(facts.speciality), number or None
    doctor.address = _spaced(facts.address) or None
    doctor.email, doctor.phone = facts.email.strip() or None, _spaced(facts.phone) or None


def add_contact(session: ScopedSession, owner: ContactOwner, facts: ContactFacts, now: datetime) -> Contact:
    """Add a person to write to or to call.

    Raises:
        OutOfScope: the actor may not write for this company, or for the office's partners.
        InvalidInput: no name or duty, or no way to reach them.
    """
    require_right_there(session, Right.WRITE_COMPANIES, owner.company_id, owner.establishment_id)
    contact = Contact(
        company_id=owner.company_id, establishment_id=owner.establishment_id, organisation_id=owner.organisation_id,
        body_id=owner.body_id, created_at=now,
    )  # fmt: skip
    _write_contact(session, contact, facts)
    session.add(contact)
    session.flush()
    return contact


def correct_contact(session: ScopedSession, contact: Contact, facts: ContactFacts) -> None:
    """Correct what is known of a contact.

    Raises:
        OutOfScope: the actor may not write for its company, or for the office's partners.
        InvalidInput: as for `add_contact`.
    """
    require_right_there(session, Right.WRITE_COMPANIES, contact.company_id, contact.establishment_id)
    _write_contact(session, contact, facts)
    session.flush()


def end_contact(session: ScopedSession, contact: Contact, now: datetime) -> None:
    """Write to this person no longer; the past keeps them."""
    require_right_there(session, Right.WRITE_COMPANIES, contact.company_id, contact.establishment_id)
    if contact.ended_at is not None:
        raise Refused("Ce contact est déjà retiré.")
    contact.ended_at = now
    session.flush()


def _write_contact(session: ScopedSession, contact: Contact, facts: ContactFacts) -> None:
    faults = [] if facts.name.strip() else [Fault("nom absent", "Donner le nom de la personne", "name")]
    if not facts.duty.strip():
        faults.append(Fault("fonction absente", "Dire ce qu'elle fait", "duty"))
    if not facts.email.strip() and not facts.phone.strip():
        faults.append(Fault("ni adresse ni téléphone", "Donner l'un des deux", "email"))
    if facts.email.strip():
        faults += mail_address_faults(facts.email, "email")
    if faults:
        raise InvalidInput(faults)
    contact.name, contact.name_digest = _spaced(facts.name), name_digest(session, facts.name)
    contact.duty = _spaced(facts.duty)
    contact.matters = " ".join(matter.value for matter in ContactMatter if matter in facts.matters)
    contact.email, contact.phone = facts.email.strip() or None, _spaced(facts.phone) or None


def name_digest(session: ScopedSession, name: str) -> bytes:
    """The keyed digest of a name without case, accents nor marks: a person is found by their whole name only."""
    return key_ring_of(session.get_bind().dialect).digest("person name", search_text(name))


def only_digits(text: str) -> str:
    """The digits of a number written with spaces or points."""
    return "".join(character for character in text if character.isascii() and character.isdigit())


def _spaced(text: str) -> str:
    return " ".join(text.split())
