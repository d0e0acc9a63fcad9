"""The resources of rates and findings: what was notified, what is recomputed, why it moved, what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Resources
from atmp_insure.api.values import Euros, Percent, codes_filter, codes_of, filter_field
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.api.schemas import FindingSchema
from atmp_insure.rate_records.api.trace import RateTraceSchema, trace_of
from atmp_insure.rate_records.blueprint import office
from atmp_insure.rate_records.documents import Severity
from atmp_insure.rate_records.models import RateFinding, RateYear
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.rate_records.shown import account_years, change_sentences, year_rows
from atmp_insure.rate_records.simulation import missing_for_simulation
from atmp_insure.rate_records.unit_rates import rates_of
from atmp_insure.regulation.vocabulary import CostCategory, Mode
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from atmp_insure.rate_records.unit_rates import UnitRates

resources = Resources("rates", "Taux notifiés et recalculés, constats, et explication de chaque taux.", "")
_OF_ESTABLISHMENT = "/establishments/<int:establishment_id>/rates"


class RateArguments(PageArguments):
    """Which rates are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    establishment_id = filter_field("ceux de cet établissement")
    rate_year = fields.Integer(validate=validate.Range(1990, 2200), metadata={"description": "de cette année"})


class FindingArguments(PageArguments):
    """Which findings are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    establishment_id = filter_field("ceux de cet établissement")
    severity = codes_filter(codes_of(Severity), "une suite ou plusieurs")


class RateSchema(Schema):
    """A rate year of a unit."""

    rate_year = fields.Integer(required=True)
    notified_percent = Percent(required=True, attribute="notified")
    recomputed_percent = Percent(required=True, allow_none=True, attribute="recomputed")
    status = fields.String(
        required=True, allow_none=True,
        metadata={"enum": [*codes_of(Status), None], "description": "nul : connu d'une simple liste de taux"},
    )  # fmt: skip
    mode = fields.String(required=True, allow_none=True, metadata={"enum": [*codes_of(Mode), None]})
    notified_on = fields.Date(required=True, allow_none=True)
    missing = fields.String(required=True, metadata={"description": "ce qui manque pour recalculer"})
    paper_id = fields.Integer(required=True)


class PlacedRateSchema(RateSchema):
    """A rate year, with the unit that has it."""

    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True)
    section = fields.String(required=True)
    risk_code = fields.String(required=True)


class RatePageSchema(Schema):
    """A page of rates, by establishment, section and year."""

    items = fields.List(fields.Nested(PlacedRateSchema), required=True)
    next_cursor = next_cursor_field()


class ExplainedRateSchema(RateSchema):
    """A rate year, and why it moved since the year before."""

    reasons = fields.List(fields.String(), required=True)


class AccountYearSchema(Schema):
    """What an account year holds."""

    year = fields.Integer(required=True)
    claims = fields.Integer(required=True)
    value_eur = Euros(required=True)
    grave = fields.List(fields.String(), required=True, metadata={"description": "catégories graves"})


class ChargeSchema(Schema):
    """What a claim charges to an account year."""

    account_year = fields.Integer(required=True)
    category = fields.String(required=True, metadata={"enum": codes_of(CostCategory)})


class ClaimSchema(Schema):
    """A claim of the accounts, as a simulation names it."""

    ref = fields.String(required=True, metadata={"description": "à donner en « removed » à une simulation"})
    name = fields.String(required=True)
    charges = fields.List(fields.Nested(ChargeSchema), required=True)


class UnitSchema(Schema):
    """A tariff unit of an establishment."""

    key = fields.String(required=True, metadata={"description": "à donner en « unit » à une simulation"})
    section = fields.String(required=True)
    risk_code = fields.String(required=True)
    rates = fields.List(fields.Nested(ExplainedRateSchema), required=True)
    accounts = fields.List(fields.Nested(AccountYearSchema), required=True)
    claims = fields.List(fields.Nested(ClaimSchema), required=True)
    cannot_simulate = fields.String(
        required=True, metadata={"description": "pourquoi aucune simulation n'est possible ; vide : elle l'est"}
    )


class EstablishmentRatesSchema(Schema):
    """The rates of an establishment, unit by unit."""

    establishment_id = fields.Integer(required=True)
    units = fields.List(fields.Nested(UnitSchema), required=True)


class PlacedFindingSchema(FindingSchema):
    """A finding that is stored."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    paper_id = fields.Integer(required=True, allow_none=True)


class FindingPageSchema(Schema):
    """A page of findings, those of most worth first."""

    items = fields.List(fields.Nested(PlacedFindingSchema), required=True)
    next_cursor = next_cursor_field()


def _unit(unit: UnitRates) -> dict[str, Any]:
    names = {claim.ref: claim.name for claim in unit.claims}
    rows = zip(unit.rates, year_rows(unit, office().law), strict=True)
    return {
        "key": unit.key,
        "section": unit.rates[0].section,
        "risk_code": unit.rates[0].risk_code,
        "rates": [
            {name: getattr(rate, field.attribute or name) for name, field in _RATE.items()}
            | {"notified": rate.notified, "recomputed": rate.recomputed}
            | {"reasons": [] if row.change is None else change_sentences(row.change, names)}
            for rate, row in rows
        ],
        "accounts": account_years(unit),
        "claims": [
            {"ref": one.ref, "name": one.name, "charges": [_charge(line) for line in one.charges]}
            for one in unit.claims
        ],
        "cannot_simulate": _NO_PAPERS if unit.papers is None else missing_for_simulation(unit.papers),
    }


_RATE = RateSchema().fields
_NO_PAPERS = "Seule une liste de taux est connue : déposer les feuilles de calcul et les comptes employeur."


def _charge(line: Any) -> dict[str, Any]:
    return {"account_year": line.account_year, "category": line.category.value}


@resources.operation("GET", "/rates", RatePageSchema, arguments=RateArguments)
@needs(Right.READ_RATES)
def list_rates(asked: dict[str, Any]) -> dict[str, Any]:
    """Les taux, par établissement, section et année."""
    columns = RateYear.company_id, RateYear.establishment_id, RateYear.rate_year
    statement = of_values(queries.rate_years(), asked, *columns)
    keys = (RateYear.establishment_id, RateYear.section, RateYear.risk_code, RateYear.rate_year)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, keys, asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _OF_ESTABLISHMENT, EstablishmentRatesSchema)
@needs(Right.READ_RATES)
def show_rates(establishment_id: int) -> dict[str, Any]:
    """Les taux d'un établissement, section par section : leur historique, pourquoi ils bougent, ses comptes."""
    with database().reading(actor()) as session:
        found = rates_of(session, office(), establishment_id)
    return {"establishment_id": establishment_id, "units": [_unit(unit) for unit in found.units]}


@resources.operation("GET", f"{_OF_ESTABLISHMENT}/<unit>/<int:rate_year>", RateTraceSchema)
@needs(Right.READ_RATES)
def explain_rate(establishment_id: int, unit: str, rate_year: int) -> dict[str, Any]:
    """Comment un taux notifié a été recalculé, étape par étape."""
    with database().reading(actor()) as session:
        rate = rates_of(session, office(), establishment_id).unit(unit).recomputed(rate_year)
    assert rate.result is not None, "a rate that was recomputed has a result"
    return trace_of(rate.result, rate.said_fr)


@resources.operation("GET", "/rate-findings", FindingPageSchema, arguments=FindingArguments)
@needs(Right.READ_RATES)
def list_findings(asked: dict[str, Any]) -> dict[str, Any]:
    """Les constats, ceux qui valent le plus d'abord."""
    statement = of_values(queries.findings(), asked, RateFinding.company_id, RateFinding.establishment_id)
    if asked.get("severity"):
        statement = statement.where(RateFinding.severity.in_(asked["severity"]))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (RateFinding.worth_eur, RateFinding.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}
