"""The resource of simulations: claims added or taken away, another payroll, another headcount, and the chain at once.

Nothing is written: it is asked with POST because a scenario is a body.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import AMOUNT, PERCENT, Euros, amount_field, code_field, key_field, yes_field
from atmp_insure.kernel.errors import MissingParameter, Refused
from atmp_insure.kernel.rates import notified_text
from atmp_insure.kernel.rounding import decimal_text
from atmp_insure.rate_records.api.trace import RateTraceSchema, trace_of
from atmp_insure.rate_records.blueprint import office
from atmp_insure.rate_records.calculation_report import renamed
from atmp_insure.rate_records.simulation import MOST_ADDED, AddedClaim, Scenario, simulate
from atmp_insure.rate_records.unit_rates import rates_of
from atmp_insure.regulation.vocabulary import CostCategory
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from atmp_insure.rate_records.reconciliation import UnitReconciliation
    from atmp_insure.rate_records.simulation import SimulatedYear, Simulation

resources = Resources("simulations", "Simulations de taux : ce que deviendrait la chaîne des taux.", "/simulations")
_YEAR = validate.Range(1990, 2100)
_CATEGORIES = {category.value: category for category in CostCategory}


class AddedClaimBody(Arguments):
    """A claim that is on no account."""

    category = code_field(_CATEGORIES, "catégorie de coût")
    account_year = fields.Integer(
        required=True, strict=True, validate=_YEAR, metadata={"description": "exercice qui le porte"}
    )
    third_party_percent = fields.String(
        required=True, validate=PERCENT, metadata={"description": "part payée par un tiers, « 0 » à « 100 »"}
    )


class ScenarioBody(Arguments):
    """What would change; a claim that changes is one taken away and one added."""

    establishment_id = key_field("établissement")
    unit = fields.String(
        required=True, validate=validate.Length(1, 60), metadata={"description": "section, « key » de ses taux"}
    )
    removed = fields.List(
        fields.String(validate=validate.Length(1, 60)), required=True, validate=validate.Length(max=500),
        metadata={"description": "« ref » des sinistres retirés"},
    )  # fmt: skip
    added = fields.List(fields.Nested(AddedClaimBody), required=True, validate=validate.Length(max=MOST_ADDED))
    payroll_eur = fields.Dict(
        fields.Integer(validate=_YEAR), fields.String(validate=AMOUNT), required=True,
        metadata={"description": "salaires par année civile : {\"2026\": \"1250000\"}"},
    )  # fmt: skip
    headcount = amount_field("effectif de l'entreprise à venir ; nul : le dernier connu")
    explain = yes_field("avec le calcul de chaque taux, étape par étape")


class SimulatedYearSchema(Schema):
    """A rate year of both chains."""

    rate_year = fields.Integer(required=True)
    notified_percent = fields.String(required=True, allow_none=True, metadata={"description": "nul : à venir"})
    known_percent = fields.String(required=True, metadata={"description": "sans changement"})
    simulated_percent = fields.String(required=True)
    difference_points = fields.String(required=True)
    payroll_eur = Euros(required=True, metadata={"description": "salaires du scénario"})
    difference_eur = Euros(required=True)
    known_trace = fields.Nested(RateTraceSchema, required=True, allow_none=True)
    simulated_trace = fields.Nested(RateTraceSchema, required=True, allow_none=True)


class SimulationSchema(Schema):
    """Both chains of rates, each capped against its own past, and what was assumed."""

    years = fields.List(fields.Nested(SimulatedYearSchema), required=True)
    total_eur = Euros(required=True)
    assumptions = fields.List(fields.String(), required=True)


def _scenario(body: dict[str, Any]) -> Scenario:
    return Scenario(
        removed=frozenset(body["removed"]),
        added=tuple(
            AddedClaim(_CATEGORIES[one["category"]], one["account_year"], Fraction(one["third_party_percent"]) / 100)
            for one in body["added"]
        ),
        payroll_eur={year: Fraction(amount) for year, amount in body["payroll_eur"].items()},
        headcount=None if body["headcount"] is None else Fraction(body["headcount"]),
    )


def _year(year: SimulatedYear, *, explain: bool) -> dict[str, Any]:
    notified = year.notified_percent
    return {
        "rate_year": year.rate_year,
        "notified_percent": None if notified is None else notified_text(notified),
        "known_percent": notified_text(year.known.rate_percent),
        "simulated_percent": notified_text(year.simulated.rate_percent),
        "difference_points": decimal_text(year.difference_points, 2),
        "payroll_eur": year.payroll_eur,
        "difference_eur": year.difference_eur,
        "known_trace": trace_of(year.known) if explain else None,
        "simulated_trace": trace_of(year.simulated) if explain else None,
    }


def _simulated(unit: UnitReconciliation, scenario: Scenario) -> Simulation:
    """Both chains.

    Raises:
        Refused: a table lacks a value of the law that the chain needs: whoever keeps it must add it.
    """
    try:
        return simulate(unit, scenario, office().law)
    except MissingParameter as error:
        raise Refused(str(error)) from error


@resources.operation("POST", "", SimulationSchema, body=ScenarioBody)
@needs(Right.READ_RATES)
def simulate_rates(body: dict[str, Any]) -> dict[str, Any]:
    """La chaîne des taux d'une section avec le scénario, et sans lui ; rien n'est enregistré."""
    with database().reading(actor()) as session:
        unit = rates_of(session, office(), body["establishment_id"]).unit(body["unit"])
    found = _simulated(unit.reconciled, _scenario(body))
    names = {claim.ref: claim.name for claim in unit.claims}
    return {
        "years": [_year(year, explain=body["explain"]) for year in found.years],
        "total_eur": found.total_eur,
        "assumptions": renamed(found.assumptions, names),
    }
