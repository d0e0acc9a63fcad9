"""The resource of unpaid premiums: where each policy stands, a formal notice given to one, its procedure held."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    Euros,
    code_field,
    codes_filter,
    codes_of,
    day_field,
    filter_field,
    member_of,
    moment_field,
    needed_text_field,
    yes_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.premiums import chase_queries, chase_service, notice_service
from atmp_insure.premiums.api.notices import NoticeSchema, notice_plain
from atmp_insure.premiums.blueprint import chase_desk
from atmp_insure.premiums.chase_forms import LONGEST
from atmp_insure.premiums.chase_models import HoldKind, PremiumChase, PremiumHold, PremiumHoldEnd
from atmp_insure.premiums.chase_service import NewHold
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.web.request_scope import actor, database, needs

resources = Resources("unpaid-premiums", "Primes impayées : où en est chaque contrat.", "/unpaid-premiums")
of_policies = Resources("policy-unpaid-premiums", "Primes impayées d'un contrat.", "/policies")
_PREMIUMS = "/<int:policy_id>/premiums"


class UnpaidArguments(PageArguments):
    """Which policies are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    policy_id = filter_field("ce contrat")
    step = codes_filter(codes_of(ChaseStep), "une étape ou plusieurs")
    until = day_field("dont l'étape peut être faite d'ici là", required=False)


class UnpaidSchema(Schema):
    """A policy that has something left to pay, and what comes next of it."""

    policy_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    oldest_due_on = day_field("plus ancienne échéance impayée")
    left_eur = Euros(required=True)
    step = fields.Enum(ChaseStep, by_value=fields.String, required=True)
    step_on = day_field("jour à partir duquel l'étape peut être faite ; nul : une personne décide", allow_none=True)
    notice_id = fields.Integer(required=True, allow_none=True, metadata={"description": "mise en demeure en cours"})


class UnpaidPageSchema(Schema):
    """A page of policies with something left to pay, the oldest debt first."""

    items = fields.List(fields.Nested(UnpaidSchema), required=True)
    next_cursor = next_cursor_field()


class PremiumNoticeBody(Arguments):
    """A formal notice."""

    dated_on = day_field("date de la lettre, jour où elle partira")


class PremiumHoldBody(Arguments):
    """Why the premiums of a policy are held back, and for how long."""

    kind = code_field(codes_of(HoldKind), "cause")
    reason = needed_text_field(LONGEST, "motif")
    stops_calls = yes_field("ne rien appeler non plus")
    until = day_field("dernier jour ; nul : jusqu'à ce que quelqu'un la reprenne", allow_none=True)


class PremiumReleaseBody(Arguments):
    """Why the procedure goes on."""

    reason = needed_text_field(LONGEST, "motif")


class PremiumHoldSchema(Schema):
    """What holds the unpaid premiums of a policy back."""

    id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)
    kind = fields.Enum(HoldKind, by_value=fields.String, required=True)
    reason = fields.String(required=True)
    stops_calls = fields.Boolean(required=True)
    until = day_field(allow_none=True)
    recorded_at = moment_field()
    recorded_by = fields.String(required=True)


class PremiumReleaseSchema(Schema):
    """That a hold was released."""

    hold_id = fields.Integer(required=True)
    reason = fields.String(required=True)
    ended_at = moment_field()
    ended_by = fields.String(required=True)


@resources.operation("GET", "", UnpaidPageSchema, arguments=UnpaidArguments)
@needs(Right.READ_POLICIES)
def list_unpaid_premiums(asked: dict[str, Any]) -> dict[str, Any]:
    """Les contrats dont une prime appelée reste à payer, la plus ancienne dette d'abord."""
    statement = of_values(chase_queries.chases(), asked, PremiumChase.company_id, PremiumChase.policy_id)
    statement = of_codes(statement, asked, (PremiumChase.step, ChaseStep))
    if "until" in asked:
        statement = statement.where(PremiumChase.step_on <= asked["until"])
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PremiumChase.oldest_due_on, PremiumChase.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@of_policies.operation("POST", f"{_PREMIUMS}/notice", NoticeSchema, body=PremiumNoticeBody, status=201)
@needs(Right.COLLECT_POLICIES)
def give_premium_notice(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Mettre en demeure pour tout ce qui est impayé depuis dix jours (art. L.113-3) ; le délai court de l'envoi."""
    with writing() as session:
        made = notice_service.give_notice(session, policy_id, body["dated_on"], chase_desk())
        return notice_plain(chase_queries.get_notice(session, made.id))


@of_policies.operation("POST", f"{_PREMIUMS}/hold", PremiumHoldSchema, body=PremiumHoldBody, status=201)
@needs(Right.COLLECT_POLICIES)
def hold_policy_premiums(body: dict[str, Any], policy_id: int) -> PremiumHold:
    """Arrêter la procédure d'un contrat."""
    new = NewHold(
        member_of(HoldKind, body["kind"]), body["reason"], stops_calls=body["stops_calls"], until=body["until"]
    )  # fmt: skip
    with writing() as session:
        return chase_service.hold(session, policy_id, new, chase_desk())


@of_policies.operation("POST", f"{_PREMIUMS}/release", PremiumReleaseSchema, body=PremiumReleaseBody)
@needs(Right.COLLECT_POLICIES)
def release_policy_premiums(body: dict[str, Any], policy_id: int) -> PremiumHoldEnd:
    """Reprendre la procédure d'un contrat ; un seul appel rattrapera ce qui n'a pas été appelé."""
    with writing() as session:
        return chase_service.release(session, policy_id, body["reason"], chase_desk())
