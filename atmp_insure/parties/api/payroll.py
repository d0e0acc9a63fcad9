"""The resource of payroll and headcount by section and year: what is in use, and what each source states."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import amount_field, day_field, filter_field, key_field, text_field
from atmp_insure.api.writes import writing
from atmp_insure.parties import payroll_queries, payroll_service, queries
from atmp_insure.parties.payroll_models import PayrollSource, PayrollYear
from atmp_insure.parties.payroll_service import Report
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.payroll_models import PayrollStatement

resources = Resources(
    "payroll_years", "Masse salariale et effectif par section et par année, avec leurs sources.", "/payroll-years"
)


class PayrollArguments(PageArguments):
    """Which years are asked for."""

    company_id = filter_field("celles de cette entreprise")
    section_id = filter_field("celles de cette section")
    year = fields.Integer(validate=validate.Range(1990, 2200), metadata={"description": "cette année"})
    differs = fields.Boolean(metadata={"description": "avec une différence que personne n'a tranchée, ou sans"})


class ReportBody(Arguments):
    """What a source states of a section for a year; the values in use are not replaced by it."""

    section_id = key_field("section")
    year = fields.Integer(required=True, strict=True, validate=validate.Range(1990, 2200))
    payroll_eur = amount_field("salaires bruts de l'année, en euros ; nul : la source ne les donne pas")
    headcount = amount_field("effectif moyen, au centième ; nul : la source ne le donne pas")
    source = fields.String(required=True, validate=validate.OneOf([one.value for one in PayrollSource]))
    stated_on = day_field("jour de la source")
    is_estimate = fields.Boolean(required=True, truthy={True}, falsy={False})
    detail = text_field()


class ChoiceBody(Arguments):
    """Which statements are used from now on, and why; null leaves a value as it is."""

    payroll_statement_id = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(1, 2**63 - 1)
    )
    headcount_statement_id = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(1, 2**63 - 1)
    )
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class StatementSchema(Schema):
    """What one source stated."""

    id = fields.Integer(required=True)
    payroll_eur = fields.String(required=True, allow_none=True)
    headcount = fields.String(required=True, allow_none=True)
    source = fields.Enum(PayrollSource, by_value=fields.String, required=True)
    stated_on = fields.Date(required=True)
    is_estimate = fields.Boolean(required=True)
    detail = fields.String(required=True, allow_none=True)
    recorded_by = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class PayrollYearSchema(Schema):
    """The values in use of a section for a year."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True)
    section_id = fields.Integer(required=True)
    year = fields.Integer(required=True)
    payroll_eur = fields.String(required=True, allow_none=True)
    payroll_statement_id = fields.Integer(required=True, allow_none=True)
    headcount = fields.String(required=True, allow_none=True)
    headcount_statement_id = fields.Integer(required=True, allow_none=True)
    differs = fields.Boolean(required=True, metadata={"description": "une source dit autrement, à trancher"})
    reason = fields.String(required=True, allow_none=True)
    chosen_by = fields.String(required=True)
    chosen_at = fields.AwareDateTime(required=True)


class PayrollYearDetailSchema(PayrollYearSchema):
    """The values in use, and what each source stated, the latest first."""

    statements = fields.List(fields.Nested(StatementSchema), required=True)


class PayrollYearPageSchema(Schema):
    """A page of years, those chosen last first."""

    items = fields.List(fields.Nested(PayrollYearSchema), required=True)
    next_cursor = next_cursor_field()


def _values(row: PayrollYear | PayrollStatement, schema: type[Schema]) -> dict[str, Any]:
    """The columns of a row that a schema shows, its exact numbers as texts."""
    shown = {name: getattr(row, name) for name in schema().fields if name != "statements"}
    return {name: f"{value:.2f}" if isinstance(value, Decimal) else value for name, value in shown.items()}


def _detail(session: ScopedSession, used: PayrollYear) -> dict[str, Any]:
    statements = payroll_queries.list_statements(session, used.section_id, used.year)
    return _values(used, PayrollYearSchema) | {"statements": [_values(one, StatementSchema) for one in statements]}


@resources.operation("GET", "", PayrollYearPageSchema, arguments=PayrollArguments)
@needs(Right.READ_COMPANIES)
def list_payroll_years(asked: dict[str, Any]) -> dict[str, Any]:
    """Les masses salariales et effectifs en usage, les derniers choisis d'abord."""
    columns = PayrollYear.company_id, PayrollYear.section_id, PayrollYear.year, PayrollYear.differs
    statement = of_values(payroll_queries.payroll_years(), asked, *columns)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PayrollYear.chosen_at, PayrollYear.id), asked, descending=True)
    return {"items": [_values(one, PayrollYearSchema) for one in page.rows], "next_cursor": page.next_cursor}


@resources.operation("GET", "/<int:payroll_year_id>", PayrollYearDetailSchema)
@needs(Right.READ_COMPANIES)
def show_payroll_year(payroll_year_id: int) -> dict[str, Any]:
    """Les valeurs en usage d'une section pour une année, et ce que dit chaque source."""
    with database().reading(actor()) as session:
        return _detail(session, payroll_queries.get_payroll_year(session, payroll_year_id))


@resources.operation("POST", "", PayrollYearDetailSchema, body=ReportBody, status=201)
@needs(Right.WRITE_PAYROLL)
def report_payroll(body: dict[str, Any]) -> dict[str, Any]:
    """Garder ce que dit une source ; une valeur en usage n'est jamais remplacée en silence."""
    with writing() as session:
        section = queries.get_section(session, body["section_id"])
        return _detail(session, payroll_service.report_payroll(session, section, _report(body), now()).used)


def _report(body: dict[str, Any]) -> Report:
    return Report(
        year=body["year"],
        payroll_eur=Decimal(body["payroll_eur"]) if body["payroll_eur"] is not None else None,
        headcount=Decimal(body["headcount"]) if body["headcount"] is not None else None,
        source=next(one for one in PayrollSource if one.value == body["source"]),
        stated_on=body["stated_on"],
        is_estimate=body["is_estimate"],
        detail=body["detail"] or "",
    )


@resources.operation("PUT", "/<int:payroll_year_id>", PayrollYearDetailSchema, body=ChoiceBody)
@needs(Right.WRITE_PAYROLL)
def choose_payroll(body: dict[str, Any], payroll_year_id: int) -> dict[str, Any]:
    """Choisir quelles sources sont en usage, et dire pourquoi."""
    with writing() as session:
        used = payroll_queries.get_payroll_year(session, payroll_year_id)
        chosen = (body["payroll_statement_id"], body["headcount_statement_id"])
        payroll_service.choose_payroll(session, used, *chosen, reason=body["reason"], now=now())
        return _detail(session, used)
