"""The resource of agreements with insurers and brokers, and of their versions as wholes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import day_field, filter_field, key_field, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.parties import agreement_queries as queries
from atmp_insure.parties import agreement_service as service
from atmp_insure.parties import partner_queries
from atmp_insure.parties.agreement_models import Agreement, AgreementVersion, VersionState
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.web.request_scope import actor, database, needs, now

resources = Resources("agreements", "Conventions avec les assureurs et les courtiers.", "/agreements")
_ONE = "/<int:agreement_id>"


class AgreementArguments(PageArguments):
    """Which agreements are asked for."""

    organisation_id = filter_field("celles de cet assureur ou de ce courtier")


class AgreementBody(Arguments):
    """An agreement to begin."""

    organisation_id = key_field("assureur ou courtier")
    reference = needed_text_field(80)
    title = needed_text_field(description="sur quoi elle porte")
    first_day = day_field("premier jour de sa première version")


class FirstDayBody(Arguments):
    """From which day another version would bind."""

    first_day = day_field("premier jour de la version")


class AgreementEndBody(Arguments):
    """On which day an agreement ends."""

    last_day = day_field("dernier jour de la convention")


class VersionSummarySchema(Schema):
    """A version of an agreement, in short."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    first_day = fields.Date(required=True)
    state = fields.Enum(VersionState, by_value=fields.String, required=True)
    signed_on = fields.Date(required=True, allow_none=True)


class AgreementSchema(Schema):
    """An agreement and its versions."""

    id = fields.Integer(required=True)
    organisation_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    title = fields.String(required=True)
    last_day = fields.Date(required=True, allow_none=True, metadata={"description": "nul : sans terme"})
    created_at = fields.AwareDateTime(required=True)
    versions = fields.List(fields.Nested(VersionSummarySchema), required=True)


class AgreementPageSchema(Schema):
    """A page of agreements, the latest first."""

    items = fields.List(fields.Nested(AgreementSchema), required=True)
    next_cursor = next_cursor_field()


@resources.operation("GET", "", AgreementPageSchema, arguments=AgreementArguments)
@needs(Right.READ_AGREEMENTS)
def list_agreements(asked: dict[str, Any]) -> dict[str, Any]:
    """Les conventions, les dernières ouvertes d'abord."""
    statement = of_values(queries.agreements(), asked, Agreement.organisation_id)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Agreement.created_at, Agreement.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, AgreementSchema)
@needs(Right.READ_AGREEMENTS)
def show_agreement(agreement_id: int) -> Agreement:
    """Une convention, et ses versions."""
    with database().reading(actor()) as session:
        return queries.get_agreement(session, agreement_id)


@resources.operation("POST", "", AgreementSchema, body=AgreementBody, status=201)
@needs(Right.WRITE_AGREEMENTS)
def create_agreement(body: dict[str, Any]) -> Agreement:
    """Ouvrir une convention, avec une première version à écrire."""
    with writing() as session:
        organisation = partner_queries.get_organisation(session, body["organisation_id"])
        new = NewAgreement(body["reference"], body["title"], body["first_day"])
        agreement = service.create_agreement(session, organisation, new, now())
        session.refresh(agreement, ["versions"])
        return agreement


@resources.operation("POST", f"{_ONE}/versions", VersionSummarySchema, body=FirstDayBody, status=201)
@needs(Right.WRITE_AGREEMENTS)
def begin_agreement_version(body: dict[str, Any], agreement_id: int) -> AgreementVersion:
    """Commencer une autre version, qui dit ce que dit la dernière tant qu'on n'y change rien."""
    with writing() as session:
        agreement = queries.get_agreement(session, agreement_id)
        last = queries.get_version(session, agreement.versions[-1].id)
        return service.begin_version(session, agreement, last, body["first_day"], now())


@resources.operation("POST", f"{_ONE}/end", AgreementSchema, body=AgreementEndBody)
@needs(Right.WRITE_AGREEMENTS)
def end_agreement(body: dict[str, Any], agreement_id: int) -> Agreement:
    """Dire quel jour une convention prend fin."""
    with writing() as session:
        agreement = queries.get_agreement(session, agreement_id)
        service.terminate_agreement(session, agreement, body["last_day"])
        return agreement
