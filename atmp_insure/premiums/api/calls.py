"""The resource of premium calls: those that were made, what is to be called of a policy or of all, calling it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import Euros, codes_filter, codes_of, day_field, filter_field, member_of
from atmp_insure.api.writes import writing
from atmp_insure.policies.queries import get_policy
from atmp_insure.premiums import jobs, queries, service
from atmp_insure.premiums.api.schemas import (
    PolicyCalledSchema,
    PolicyPremiumsSchema,
    PremiumCallDetailSchema,
    PremiumCallPageSchema,
    call_plain,
    due_plain,
)
from atmp_insure.premiums.blueprint import calling, last_called_day
from atmp_insure.premiums.call_states import CallState
from atmp_insure.premiums.due_calls import due_calls
from atmp_insure.premiums.lists import state_is
from atmp_insure.premiums.models import PremiumCall, PremiumSchedule
from atmp_insure.premiums.shown import shown_years
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.shown import ShownYear

resources = Resources("premium-calls", "Appels de prime : faits, à faire, en nombre.", "/premium-calls")
of_policies = Resources("policy-premiums", "Primes d'un contrat.", "/policies")
_PREMIUMS = "/<int:policy_id>/premiums"
_ZERO = Decimal(0)


class PremiumCallArguments(PageArguments):
    """Which calls are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    policy_id = filter_field("ceux de ce contrat")
    state = codes_filter(codes_of(CallState), "un état ou plusieurs")
    first_day = day_field("échéance à partir de ce jour", required=False)
    last_day = day_field("échéance jusqu'à ce jour", required=False)


class DuePremiumArguments(PageArguments):
    """Which policies are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    until = day_field("de quoi quelque chose est à appeler d'ici là ; absent : à tout jour", required=False)


class DuePremiumSchema(Schema):
    """A policy of which something is still to be called."""

    policy_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    charged_eur = Euros(required=True, metadata={"description": "tout ce qu'il doit, échu ou non"})
    called_eur = Euros(required=True, metadata={"description": "ce qui en a été appelé"})
    next_due_on = day_field("première échéance à appeler ; passée : à appeler sans attendre")
    next_eur = Euros(required=True, metadata={"description": "à appeler alors ; négatif : à rendre"})


class DuePremiumPageSchema(Schema):
    """A page of policies of which something is to be called, the nearest due date first."""

    items = fields.List(fields.Nested(DuePremiumSchema), required=True)
    next_cursor = next_cursor_field()


class PremiumRunBody(Arguments):
    """Up to which due date everything is called."""

    until = day_field("dernière échéance appelée")


class PremiumRunSchema(Schema):
    """A run that calls premiums: of how many policies, and how much of what is due first."""

    run_id = fields.Integer(required=True, metadata={"description": "dans /runs"})
    policies = fields.Integer(required=True)
    amount_eur = Euros(required=True)


@resources.operation("GET", "", PremiumCallPageSchema, arguments=PremiumCallArguments)
@needs(Right.READ_POLICIES)
def list_premium_calls(asked: dict[str, Any]) -> dict[str, Any]:
    """Les appels de prime, la dernière échéance d'abord."""
    statement = of_values(queries.calls(), asked, PremiumCall.company_id, PremiumCall.policy_id)
    statement = within_days(statement, asked, PremiumCall.due_on)
    if asked.get("state"):
        statement = statement.where(state_is([member_of(CallState, code) for code in asked["state"]], today()))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PremiumCall.due_on, PremiumCall.id), asked, descending=True)
        return {"items": _plain(session, page.rows), "next_cursor": page.next_cursor}


@resources.operation("GET", "/<int:call_id>", PremiumCallDetailSchema)
@needs(Right.READ_POLICIES)
def show_premium_call(call_id: int) -> dict[str, Any]:
    """Un appel de prime, ses lignes, ce qui en reste dû, son document."""
    with database().reading(actor()) as session:
        call = queries.get_call(session, call_id)
        paper = queries.find_paper(session, call.id)
        [said] = _plain(session, [call])
        return said | {
            "lines": call.lines, "document_id": None if paper is None else paper.document_id,
            "mailed": paper is not None and paper.mail_id is not None,
        }  # fmt: skip


@resources.operation("GET", "/due", DuePremiumPageSchema, arguments=DuePremiumArguments)
@needs(Right.READ_POLICIES)
def list_due_premiums(asked: dict[str, Any]) -> dict[str, Any]:
    """Les contrats dont quelque chose reste à appeler, la première échéance d'abord."""
    statement = of_values(queries.schedules_due(), asked, PremiumSchedule.company_id)
    if "until" in asked:
        statement = statement.where(PremiumSchedule.next_due_on <= asked["until"])
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PremiumSchedule.next_due_on, PremiumSchedule.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("POST", "/run", PremiumRunSchema, body=PremiumRunBody, status=201)
@needs(Right.COLLECT_POLICIES)
def call_all_premiums(body: dict[str, Any]) -> dict[str, Any]:
    """Appeler tout ce qui est exigible d'ici un jour, par un traitement ; à l'essai, ce qu'il appellerait."""
    with writing() as session:
        policies, amount_eur = queries.sum_due(session, body["until"])
        run = jobs.start_calling(session, body["until"], now())
        return {"run_id": run.id, "policies": policies, "amount_eur": amount_eur}


@of_policies.operation("GET", _PREMIUMS, PolicyPremiumsSchema)
@needs(Right.READ_POLICIES)
def show_policy_premiums(policy_id: int) -> dict[str, Any]:
    """Les primes d'un contrat : dues et appelées, année par année ; ce qui serait appelé aujourd'hui ; ses appels."""
    with database().reading(actor()) as session:
        policy = get_policy(session, policy_id)
        due = due_calls(service.owed_years(session, policy), today(), last_called_day())
        return {
            "policy_id": policy.id, "until": last_called_day(), "due": [due_plain(one) for one in due],
            "years": [_year_plain(one) for one in shown_years(session, policy)],
            "calls": _plain(session, queries.list_calls_of(session, policy.id)),
        }  # fmt: skip


@of_policies.operation("POST", f"{_PREMIUMS}/call", PolicyCalledSchema)
@needs(Right.COLLECT_POLICIES)
def call_policy_premiums(policy_id: int) -> dict[str, Any]:
    """Appeler ce qu'un contrat doit et qui n'a pas été appelé ; redemandé, rien ne l'est."""
    with writing() as session:
        made = service.call_premiums(session, policy_id, calling())
        return {"calls": _plain(session, [queries.get_call(session, one.id) for one in made])}


def _plain(session: ScopedSession, calls: Iterable[PremiumCall]) -> list[dict[str, Any]]:
    found = list(calls)
    left = queries.left_of(session, {one.reference for one in found})
    return [call_plain(one, left.get(one.reference, _ZERO)) for one in found]


def _year_plain(one: ShownYear) -> dict[str, Any]:
    return {
        "first_day": one.year.first_day, "last_day": one.year.last_day, "owed_eur": one.owed_eur,
        "called_eur": one.called_eur, "due_days": [part.due_on for part in one.instalments],
    }  # fmt: skip
