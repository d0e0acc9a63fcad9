"""The resource of companies."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import DIGITS, LONGEST, text_field
from atmp_insure.api.writes import writing
from atmp_insure.parties import queries, service
from atmp_insure.parties.models import Company
from atmp_insure.parties.service import CompanyFacts
from atmp_insure.web.request_scope import actor, database, needs, now

resources = Resources("companies", "Entreprises, par leur SIREN.", "/companies")


class CompanyArguments(PageArguments):
    """Which companies are asked for."""

    siren = fields.String(validate=DIGITS, metadata={"description": "celle de ce SIREN"})


class CompanyBody(Arguments):
    """What is known of a company beside its SIREN."""

    name = fields.String(required=True, validate=validate.Length(1, LONGEST))
    naf_code = text_field()
    activity = text_field()


class NewCompanyBody(CompanyBody):
    """A company to create."""

    siren = fields.String(required=True, validate=DIGITS)


class CompanySchema(Schema):
    """A company."""

    id = fields.Integer(required=True)
    siren = fields.String(required=True)
    name = fields.String(required=True)
    naf_code = fields.String(required=True, allow_none=True)
    activity = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class CompanyPageSchema(Schema):
    """A page of companies, by name."""

    items = fields.List(fields.Nested(CompanySchema), required=True)
    next_cursor = next_cursor_field()


def _company_facts(body: dict[str, Any]) -> CompanyFacts:
    return CompanyFacts(body["name"], body["naf_code"] or "", body["activity"] or "")


@resources.operation("GET", "", CompanyPageSchema, arguments=CompanyArguments)
@needs(Right.READ_COMPANIES)
def list_companies(asked: dict[str, Any]) -> dict[str, Any]:
    """Les entreprises suivies, par nom."""
    statement = queries.companies()
    if "siren" in asked:
        statement = statement.where(Company.siren == "".join(asked["siren"].split()))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Company.search_name, Company.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", "/<int:company_id>", CompanySchema)
@needs(Right.READ_COMPANIES)
def show_company(company_id: int) -> Company:
    """Une entreprise."""
    with database().reading(actor()) as session:
        return queries.get_company(session, company_id)


@resources.operation("POST", "", CompanySchema, body=NewCompanyBody, status=201)
@needs(Right.ADD_COMPANIES)
def create_company(body: dict[str, Any]) -> Company:
    """Créer une entreprise sous son SIREN."""
    with writing() as session:
        return service.create_company(session, body["siren"], _company_facts(body), now())


@resources.operation("PUT", "/<int:company_id>", CompanySchema, body=CompanyBody)
@needs(Right.WRITE_COMPANIES)
def correct_company(body: dict[str, Any], company_id: int) -> Company:
    """Corriger ce qui est connu d'une entreprise."""
    with writing() as session:
        company = queries.get_company(session, company_id)
        service.correct_company(session, company, _company_facts(body))
        return company
