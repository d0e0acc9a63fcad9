"""The resources of partners and doctors: with what identifies them; ended, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    code_field,
    codes_filter,
    codes_of,
    day_field,
    key_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.parties import partner_queries as queries
from atmp_insure.parties import partner_service as service
from atmp_insure.parties.partner_models import Doctor
from atmp_insure.parties.partner_service import DoctorFacts, PartnerFacts
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

partners = Resources("partners", "Partenaires : courtiers, cabinets, assureurs, groupes d'employeurs.", "/partners")
doctors = Resources("doctors", "Médecins que les employeurs et les avocats mandatent.", "/doctors")
_PARTNER, _DOCTOR = "/<int:organisation_id>", "/<int:doctor_id>"
_PROFILE = ("siren", "orias_number", "orias_checked_on", "bar", "address", "postcode", "town", "email", "phone")
_DOCTOR_FACTS = ("name", "speciality", "rpps_number", "address", "email", "phone")


class PartnerArguments(PageArguments):
    """Which partners are asked for."""

    kind = codes_filter(codes_of(OrganisationKind), "une nature ou plusieurs")


class PartnerBody(Arguments):
    """What is known of an organisation beside its kind."""

    name = needed_text_field()
    siren = text_field(20)
    orias_number = text_field(20, "numéro Orias d'un intermédiaire")
    orias_checked_on = day_field("vérifié au registre Orias ce jour", allow_none=True)
    bar = text_field(description="barreau d'un cabinet d'avocats")
    address = text_field()
    postcode = text_field(10)
    town = text_field()
    email = text_field()
    phone = text_field(40)


class NewPartnerBody(PartnerBody):
    """An organisation to create."""

    kind = code_field(codes_of(OrganisationKind), "nature")


class DoctorBody(Arguments):
    """What is known of a doctor."""

    name = needed_text_field()
    speciality = needed_text_field()
    rpps_number = text_field(20, "numéro RPPS")
    address = text_field()
    email = text_field()
    phone = text_field(40)


class NewDoctorBody(DoctorBody):
    """A doctor to add."""

    organisation_id = key_field("cabinet d'avocats qui l'a proposé ; nul : le bureau", allow_none=True)


class PartnerSchema(Schema):
    """An organisation."""

    id = fields.Integer(required=True)
    kind = fields.Enum(OrganisationKind, by_value=fields.String, required=True)
    name = fields.String(required=True)
    identifier = fields.String(required=True, allow_none=True, metadata={"description": "numéro Orias, sinon SIREN"})


class PartnerDetailSchema(Schema):
    """An organisation with what identifies it."""

    id = fields.Integer(required=True)
    kind = fields.Enum(OrganisationKind, by_value=fields.String, required=True)
    name = fields.String(required=True)
    siren = fields.String(required=True, allow_none=True)
    orias_number = fields.String(required=True, allow_none=True)
    orias_checked_on = fields.Date(required=True, allow_none=True)
    bar = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    postcode = fields.String(required=True, allow_none=True)
    town = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class PartnerPageSchema(Schema):
    """A page of organisations, by name."""

    items = fields.List(fields.Nested(PartnerSchema), required=True)
    next_cursor = next_cursor_field()


class DoctorSchema(Schema):
    """A doctor."""

    id = fields.Integer(required=True)
    organisation_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    speciality = fields.String(required=True)
    rpps_number = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class DoctorPageSchema(Schema):
    """A page of doctors, the latest first."""

    items = fields.List(fields.Nested(DoctorSchema), required=True)
    next_cursor = next_cursor_field()


def _partner(session: ScopedSession, organisation: Organisation) -> dict[str, Any]:
    profile = queries.find_profile(session, organisation.id)
    own = {name: getattr(organisation, name) for name in ("id", "kind", "name")}
    return own | {name: getattr(profile, name, None) for name in _PROFILE}


def _partner_facts(body: dict[str, Any]) -> PartnerFacts:
    texts = {name: body[name] or "" for name in ("name", *_PROFILE) if name != "orias_checked_on"}
    return PartnerFacts(**texts, orias_checked_on=body["orias_checked_on"])


def _doctor_facts(body: dict[str, Any]) -> DoctorFacts:
    return DoctorFacts(**{name: body[name] or "" for name in _DOCTOR_FACTS})


@partners.operation("GET", "", PartnerPageSchema, arguments=PartnerArguments)
@needs(Right.READ_AGREEMENTS)
def list_partners(asked: dict[str, Any]) -> dict[str, Any]:
    """Les partenaires, par nom."""
    statement = of_codes(queries.organisations(), asked, (Organisation.kind, OrganisationKind))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Organisation.search_name, Organisation.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@partners.operation("GET", _PARTNER, PartnerDetailSchema)
@needs(Right.READ_COMPANIES)
def show_partner(organisation_id: int) -> dict[str, Any]:
    """Un partenaire, et ce qui l'identifie."""
    with database().reading(actor()) as session:
        return _partner(session, queries.get_organisation(session, organisation_id))


@partners.operation("POST", "", PartnerDetailSchema, body=NewPartnerBody, status=201)
@needs(Right.ADD_PARTNERS)
def create_partner(body: dict[str, Any]) -> dict[str, Any]:
    """Créer un partenaire."""
    with writing() as session:
        kind = OrganisationKind(body["kind"])
        return _partner(session, service.create_partner(session, kind, _partner_facts(body), now()))


@partners.operation("PUT", _PARTNER, PartnerDetailSchema, body=PartnerBody)
@needs(Right.WRITE_COMPANIES)
def correct_partner(body: dict[str, Any], organisation_id: int) -> dict[str, Any]:
    """Corriger ce qui est connu d'un partenaire."""
    with writing() as session:
        organisation = queries.get_organisation(session, organisation_id)
        service.correct_partner(session, organisation, _partner_facts(body))
        return _partner(session, organisation)


@doctors.operation("GET", "", DoctorPageSchema, arguments=PageArguments)
@needs(Right.READ_COMPANIES)
def list_doctors(asked: dict[str, Any]) -> dict[str, Any]:
    """Les médecins, les derniers ajoutés d'abord."""
    with database().reading(actor()) as session:
        page = asked_page(session, queries.doctors(), (Doctor.created_at, Doctor.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@doctors.operation("GET", _DOCTOR, DoctorSchema)
@needs(Right.READ_COMPANIES)
def show_doctor(doctor_id: int) -> Doctor:
    """Un médecin."""
    with database().reading(actor()) as session:
        return queries.get_doctor(session, doctor_id)


@doctors.operation("POST", "", DoctorSchema, body=NewDoctorBody, status=201)
@needs(Right.WRITE_COMPANIES)
def add_doctor(body: dict[str, Any]) -> Doctor:
    """Ajouter un médecin."""
    with writing() as session:
        number = body["organisation_id"]
        firm = None if number is None else queries.get_organisation(session, number)
        return service.add_doctor(session, _doctor_facts(body), firm, now())


@doctors.operation("PUT", _DOCTOR, DoctorSchema, body=DoctorBody)
@needs(Right.WRITE_COMPANIES)
def correct_doctor(body: dict[str, Any], doctor_id: int) -> Doctor:
    """Corriger ce qui est connu d'un médecin."""
    with writing() as session:
        doctor = queries.get_doctor(session, doctor_id)
        service.correct_doctor(session, doctor, _doctor_facts(body))
        return doctor


@doctors.operation("POST", f"{_DOCTOR}/end", DoctorSchema)
@needs(Right.WRITE_COMPANIES)
def end_doctor(doctor_id: int) -> Doctor:
    """Ne plus proposer un médecin ; ce qu'il a fait reste."""
    with writing() as session:
        doctor = queries.get_doctor(session, doctor_id)
        service.end_doctor(session, doctor, now())
        return doctor
