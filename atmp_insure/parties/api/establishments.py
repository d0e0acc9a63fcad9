"""The resource of establishments."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import DIGITS, LONGEST, day_field, filter_field, key_field, text_field
from atmp_insure.api.writes import writing
from atmp_insure.parties import queries, service
from atmp_insure.parties.models import Establishment
from atmp_insure.parties.service import EstablishmentFacts
from atmp_insure.web.request_scope import actor, database, needs

resources = Resources("establishments", "Établissements, par leur SIRET.", "/establishments")


class EstablishmentArguments(PageArguments):
    """Which establishments are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    siret = fields.String(validate=DIGITS, metadata={"description": "celui de ce SIRET"})


class EstablishmentBody(Arguments):
    """What is known of an establishment beside its SIRET."""

    name = fields.String(required=True, validate=validate.Length(1, LONGEST))
    address = text_field()
    postcode = text_field()
    town = text_field()
    naf_code = text_field()
    is_head_office = fields.Boolean(required=True, truthy={True}, falsy={False})
    opened_on = day_field("premier jour", allow_none=True)
    closed_on = day_field("dernier jour", allow_none=True)


class NewEstablishmentBody(EstablishmentBody):
    """An establishment to create."""

    company_id = key_field("entreprise dont il a le SIREN")
    siret = fields.String(required=True, validate=DIGITS)


class EstablishmentSchema(Schema):
    """An establishment; both of its days included."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    siret = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    postcode = fields.String(required=True, allow_none=True)
    town = fields.String(required=True, allow_none=True)
    naf_code = fields.String(required=True, allow_none=True)
    is_head_office = fields.Boolean(required=True)
    opened_on = fields.Date(required=True, allow_none=True)
    closed_on = fields.Date(required=True, allow_none=True)


class EstablishmentPageSchema(Schema):
    """A page of establishments, by SIRET."""

    items = fields.List(fields.Nested(EstablishmentSchema), required=True)
    next_cursor = next_cursor_field()


def _establishment_facts(body: dict[str, Any]) -> EstablishmentFacts:
    texts = {name: body[name] or "" for name in ("name", "address", "postcode", "town", "naf_code")}
    return EstablishmentFacts(
        **texts, is_head_office=body["is_head_office"], opened_on=body["opened_on"], closed_on=body["closed_on"]
    )


@resources.operation("GET", "", EstablishmentPageSchema, arguments=EstablishmentArguments)
@needs(Right.READ_COMPANIES)
def list_establishments(asked: dict[str, Any]) -> dict[str, Any]:
    """Les établissements des entreprises suivies, par SIRET."""
    statement = of_values(queries.establishments(), asked, Establishment.company_id)
    if "siret" in asked:
        statement = statement.where(Establishment.siret == "".join(asked["siret"].split()))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Establishment.siret,), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", "/<int:establishment_id>", EstablishmentSchema)
@needs(Right.READ_COMPANIES)
def show_establishment(establishment_id: int) -> Establishment:
    """Un établissement."""
    with database().reading(actor()) as session:
        return queries.get_establishment(session, establishment_id)


@resources.operation("POST", "", EstablishmentSchema, body=NewEstablishmentBody, status=201)
@needs(Right.ADD_COMPANIES)
def create_establishment(body: dict[str, Any]) -> Establishment:
    """Ajouter un établissement à une entreprise."""
    with writing() as session:
        company = queries.get_company(session, body["company_id"])
        return service.add_establishment(session, company, body["siret"], _establishment_facts(body))


@resources.operation("PUT", "/<int:establishment_id>", EstablishmentSchema, body=EstablishmentBody)
@needs(Right.WRITE_COMPANIES)
def correct_establishment(body: dict[str, Any], establishment_id: int) -> Establishment:
    """Corriger ce qui est connu d'un établissement, sa fermeture comprise."""
    with writing() as session:
        establishment = queries.get_establishment(session, establishment_id)
        service.correct_establishment(session, establishment, _establishment_facts(body))
        return establishment
