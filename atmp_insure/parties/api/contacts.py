"""The resources of contacts and bodies: whom to write to or to call, and the funds, courts and boards themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    code_field,
    codes_filter,
    codes_of,
    filter_field,
    key_field,
    member_of,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties import body_queries, partner_queries, queries
from atmp_insure.parties import partner_service as service
from atmp_insure.parties.body_models import Body, BodyKind
from atmp_insure.parties.partner_models import Contact, ContactMatter
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import ContactFacts
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

contacts = Resources("contacts", "Contacts d'une entreprise, d'un partenaire ou d'un organisme.", "/contacts")
bodies = Resources("bodies", "Organismes et juridictions, avec leur source et son jour.", "/bodies")
_ONE = "/<int:contact_id>"
_OWNERS = ("company_id", "organisation_id", "body_id")


class ContactArguments(PageArguments):
    """Whose contacts are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    organisation_id = filter_field("ceux de ce partenaire")
    body_id = filter_field("ceux de cet organisme")
    ended = fields.Boolean(
        truthy={"true"}, falsy={"false"}, metadata={"description": "ceux qui sont retirés, ou ceux qui ne le sont pas"}
    )


class ContactBody(Arguments):
    """A person to write to or to call, and about what."""

    name = needed_text_field()
    duty = needed_text_field(description="fonction")
    matters = fields.List(code_field(codes_of(ContactMatter)), required=True, validate=validate.Length(max=10))
    email = text_field()
    phone = text_field(40)


class NewContactBody(ContactBody):
    """A contact to add, to one owner."""

    company_id = key_field("entreprise", allow_none=True)
    organisation_id = key_field("ou partenaire", allow_none=True)
    body_id = key_field("ou organisme", allow_none=True)


class ContactSchema(Schema):
    """A contact."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    organisation_id = fields.Integer(required=True, allow_none=True)
    body_id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    duty = fields.String(required=True)
    matters = fields.Function(
        lambda contact: contact.matters.split(), required=True,
        metadata={"type": "array", "items": {"type": "string", "enum": codes_of(ContactMatter)}},
    )  # fmt: skip
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class ContactPageSchema(Schema):
    """A page of contacts, the earliest first."""

    items = fields.List(fields.Nested(ContactSchema), required=True)
    next_cursor = next_cursor_field()


class BodyArguments(PageArguments):
    """Which bodies are asked for."""

    kind = codes_filter(codes_of(BodyKind), "une nature ou plusieurs")
    code = fields.String(validate=validate.Length(1, 40), metadata={"description": "comme sa source le numérote"})


class BodySchema(Schema):
    """A body."""

    id = fields.Integer(required=True)
    kind = fields.Enum(BodyKind, by_value=fields.String, required=True)
    code = fields.String(required=True, metadata={"description": "comme sa source le numérote"})
    name = fields.String(required=True)
    departments = fields.Function(
        lambda body: body.departments.split(), required=True, metadata={"type": "array", "items": {"type": "string"}}
    )
    address = fields.String(required=True, allow_none=True)
    postcode = fields.String(required=True, allow_none=True)
    town = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)
    checked_on = fields.Date(required=True)


class BodyPageSchema(Schema):
    """A page of bodies, by name."""

    items = fields.List(fields.Nested(BodySchema), required=True)
    next_cursor = next_cursor_field()


def _facts(body: dict[str, Any]) -> ContactFacts:
    matters = tuple(member_of(ContactMatter, code) for code in body["matters"])
    return ContactFacts(body["name"], body["duty"], matters, body["email"] or "", body["phone"] or "")


def _owner(session: ScopedSession, body: dict[str, Any]) -> ContactOwner:
    """The one owner that a body names, which the writer must see.

    Raises:
        InvalidInput: none, or several.
        NotFound: one that the actor does not see.
    """
    if sum(body[name] is not None for name in _OWNERS) != 1:
        raise InvalidInput.one(
            "une entreprise, un partenaire ou un organisme est attendu", "En donner un seul", place="company_id"
        )
    if body["company_id"] is not None:
        return ContactOwner(company_id=queries.get_company(session, body["company_id"]).id)
    if body["organisation_id"] is not None:
        organisation = partner_queries.get_organisation(session, body["organisation_id"])
        return ContactOwner(organisation_id=organisation.id)
    return ContactOwner(body_id=body_queries.get_body(session, body["body_id"]).id)


@contacts.operation("GET", "", ContactPageSchema, arguments=ContactArguments)
@needs(Right.READ_COMPANIES)
def list_contacts(asked: dict[str, Any]) -> dict[str, Any]:
    """Les contacts, les plus anciens d'abord."""
    columns = Contact.company_id, Contact.organisation_id, Contact.body_id
    statement = of_values(partner_queries.contacts(), asked, *columns)
    if "ended" in asked:
        statement = statement.where(Contact.ended_at.is_not(None) if asked["ended"] else Contact.ended_at.is_(None))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Contact.id,), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@contacts.operation("POST", "", ContactSchema, body=NewContactBody, status=201)
@needs(Right.WRITE_COMPANIES)
def add_contact(body: dict[str, Any]) -> Contact:
    """Ajouter un contact."""
    with writing() as session:
        return service.add_contact(session, _owner(session, body), _facts(body), now())


@contacts.operation("PUT", _ONE, ContactSchema, body=ContactBody)
@needs(Right.WRITE_COMPANIES)
def correct_contact(body: dict[str, Any], contact_id: int) -> Contact:
    """Corriger ce qui est connu d'un contact."""
    with writing() as session:
        contact = partner_queries.get_contact(session, contact_id)
        service.correct_contact(session, contact, _facts(body))
        return contact


@contacts.operation("POST", f"{_ONE}/end", ContactSchema)
@needs(Right.WRITE_COMPANIES)
def end_contact(contact_id: int) -> Contact:
    """Retirer un contact ; le passé le garde."""
    with writing() as session:
        contact = partner_queries.get_contact(session, contact_id)
        service.end_contact(session, contact, now())
        return contact


@bodies.operation("GET", "", BodyPageSchema, arguments=BodyArguments)
@needs(Right.READ_COMPANIES)
def list_bodies(asked: dict[str, Any]) -> dict[str, Any]:
    """Les organismes et les juridictions, par nom."""
    statement = of_values(of_codes(body_queries.bodies(), asked, (Body.kind, BodyKind)), asked, Body.code)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Body.search_name, Body.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@bodies.operation("GET", "/<int:body_id>", BodySchema)
@needs(Right.READ_COMPANIES)
def show_body(body_id: int) -> Body:
    """Un organisme ou une juridiction."""
    with database().reading(actor()) as session:
        return body_queries.get_body(session, body_id)
