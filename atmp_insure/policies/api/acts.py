"""The acts on a policy, as a program does them: each may be tried with `preview`, and answers what it wrote."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from marshmallow import fields, validate

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments
from atmp_insure.api.values import day_field, given_amount_field, member_of, needed_text_field, text_field
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.identifiers import compact_siret
from atmp_insure.policies import queries, service
from atmp_insure.policies.adjustment_service import wanted_adjustment
from atmp_insure.policies.api.asked_changes import changes_of
from atmp_insure.policies.api.change_bodies import (
    IN_THE_YEAR,
    WHEN_RENEWED,
    changes_field,
)
from atmp_insure.policies.api.policies import ONE, resources
from atmp_insure.policies.api.schemas import PolicyActedSchema, acted_plain
from atmp_insure.policies.blueprint import catalogue, grounds
from atmp_insure.policies.changes import ChangeKind
from atmp_insure.policies.endorsement_blueprint import start_of
from atmp_insure.policies.grounds import Notice, ends_on
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.rights import RIGHT_TO_CHANGE
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, latest_state
from atmp_insure.policies.terms import section_key
from atmp_insure.policies.transactions import Endorsement, Renewal, Resumption, Suspension, Termination
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import needs, now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.models import Policy

__all__ = ["resources"]

LONGEST = 2000
_MOST_SECTIONS, _MOST_DROPS = 1000, 200


class PolicyReasonBody(Arguments):
    """Why something is done."""

    reason = needed_text_field(LONGEST, "motif")


class PolicyActBody(PolicyReasonBody):
    """Why something is done, and from which day."""

    effective_on = day_field("premier jour auquel cela vaut")


class PolicyRenewBody(PolicyReasonBody):
    """The next policy year, with what changes as it begins."""

    changes = changes_field(WHEN_RENEWED, 0, allow_none=True)


class PolicyEndorseBody(PolicyActBody):
    """An endorsement."""

    insurer_accord = text_field(description="référence de l'accord de l'assureur ; nul : la convention délègue l'acte")
    drops = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 10**9)), required=True,
        validate=validate.Length(max=_MOST_DROPS),
        metadata={"description": "numéros des transactions ultérieures qui peuvent ne pas être refaites"},
    )  # fmt: skip
    changes = changes_field(IN_THE_YEAR, 1)


class SectionWagesBody(Arguments):
    """The wages that were paid in a section, for its insured days of the year."""

    siret = needed_text_field(20, "SIRET de l'établissement")
    section = needed_text_field(3, "numéro de la section")
    wages_eur = given_amount_field("masse salariale payée, des seuls jours garantis de l'année")


class PolicyAdjustBody(PolicyReasonBody):
    """The wages that were paid in a policy year, section by section."""

    year_first_day = day_field("premier jour de l'année d'assurance")
    wages = fields.List(
        fields.Nested(SectionWagesBody), required=True, validate=validate.Length(1, _MOST_SECTIONS),
        metadata={"description": "une fois chaque section qui fut assurée cette année-là"},
    )  # fmt: skip


class PolicyEndBody(PolicyReasonBody):
    """A notice of termination."""

    ground = needed_text_field(description="code du motif légal")
    sent_on = day_field("notification envoyée le")
    received_on = day_field("reçue le", allow_none=True)
    event_on = day_field("événement du", allow_none=True)
    wanted_on = day_field("premier jour sans garantie convenu", allow_none=True)


@resources.operation("POST", f"{ONE}/endorse", PolicyActedSchema, body=PolicyEndorseBody)
@needs(Right.READ_POLICIES)
def endorse_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Faire un avenant ; chaque nature de changement demande son propre droit."""

    def wanted(session: ScopedSession, policy: Policy) -> Wanted:
        on = body["effective_on"]
        return Wanted(on, Endorsement(_changes(session, policy, on, body["changes"])))

    return acted(policy_id, body, wanted)


@resources.operation("POST", f"{ONE}/renew", PolicyActedSchema, body=PolicyRenewBody)
@needs(Right.WRITE_POLICIES)
def renew_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Ouvrir l'année d'assurance suivante, aux mêmes conditions ou avec ce qui change à son premier jour."""

    def wanted(session: ScopedSession, policy: Policy) -> Wanted:
        year = next_year(latest_state(policy).year)
        changes = _changes(session, policy, year.first_day, body["changes"] or [])
        return Wanted(year.first_day, Renewal(year, changes))

    return acted(policy_id, body, wanted)


@resources.operation("POST", f"{ONE}/adjust", PolicyActedSchema, body=PolicyAdjustBody)
@needs(Right.COLLECT_POLICIES)
def adjust_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Régulariser la prime d'une année terminée sur la masse salariale payée, section par section."""
    return acted(policy_id, body, lambda _session, policy: _adjustment(policy, body))


@resources.operation("POST", f"{ONE}/suspend", PolicyActedSchema, body=PolicyActBody)
@needs(Right.COLLECT_POLICIES)
def suspend_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Suspendre la garantie pour une prime impayée."""
    return acted(policy_id, body, lambda _session, _policy: Wanted(body["effective_on"], Suspension()))


@resources.operation("POST", f"{ONE}/resume", PolicyActedSchema, body=PolicyActBody)
@needs(Right.COLLECT_POLICIES)
def resume_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Remettre en vigueur, à midi le lendemain du paiement complet."""
    return acted(policy_id, body, lambda _session, _policy: Wanted(body["effective_on"], Resumption()))


@resources.operation("POST", f"{ONE}/terminate", PolicyActedSchema, body=PolicyEndBody)
@needs(Right.END_POLICIES)
def terminate_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Résilier pour un motif légal, qui fixe la date d'effet et le sort de la prime."""

    def wanted(_session: ScopedSession, policy: Policy) -> Wanted:
        notice = Notice(body["sent_on"], body["received_on"], body["event_on"], body["wanted_on"])
        ground = grounds().on(body["ground"], notice.sent_on)
        on = ends_on(ground, notice, latest_state(policy))
        return Wanted(on, Termination(ground.code, ground.refunding, ground.voids))

    return acted(policy_id, body, wanted)


@resources.operation("POST", f"{ONE}/transactions/<int:number>/take-back", PolicyActedSchema, body=PolicyReasonBody)
@needs(Right.END_POLICIES)
def take_transaction_back(body: dict[str, Any], policy_id: int, number: int) -> dict[str, Any]:
    """Annuler une transaction au centime près ; celles qui la suivent sont refaites."""
    with writing() as session:
        policy = queries.locked_policy(session, policy_id)
        plan = service.plan_withdrawal(session, policy, number, catalogue())
        rows = service.take_back(session, policy, number, Act(body["reason"], now()), catalogue())
        return acted_plain(queries.get_policy(session, policy_id), today(), rows, plan.dropped)


def acted(
    policy_id: int, body: dict[str, Any], wanted: Callable[[ScopedSession, Policy], Wanted]
) -> dict[str, Any]:  # fmt: skip
    """An act on a policy: planned, written, and answered with what it wrote."""
    with writing() as session:
        policy = queries.locked_policy(session, policy_id)
        asked = wanted(session, policy)
        plan = service.plan_act(session, policy, asked, catalogue())
        drops = tuple(body.get("drops", ()))
        _require_known(policy, drops)
        act = Act(body["reason"], now(), insurer_accord=body.get("insurer_accord"), drops=drops)
        rows = service.carry_out(session, policy, asked, act, catalogue())
        return acted_plain(queries.get_policy(session, policy_id), asked.on, rows, plan.dropped)


def _require_known(policy: Policy, drops: tuple[int, ...]) -> None:
    """Refuse numbers of transactions that the policy does not have."""
    known = {one.number for one in policy.transactions}
    faults = [
        Fault(f"ce contrat n'a pas de transaction n° {number}", "Retirer ce numéro", f"drops.{at}")
        for at, number in enumerate(drops) if number not in known
    ]  # fmt: skip
    if faults:
        raise InvalidInput(faults)


def _changes(session: ScopedSession, policy: Policy, on: date, asked: list[dict[str, Any]]) -> tuple[Change, ...]:
    """The changes that are asked for, by whoever may make each."""
    for kind in {member_of(ChangeKind, one["kind"]) for one in asked}:
        require_right_there(session, RIGHT_TO_CHANGE[kind], policy.company_id)
    if not asked:
        return ()
    start = start_of(session, policy, on)
    versions = [start.product, catalogue().version_on(policy.product, on)]
    return changes_of(asked, start, on, list({one.version: one for one in versions if one is not None}.values()))


def _adjustment(policy: Policy, body: dict[str, Any]) -> Wanted:
    """The adjustment that is asked for; faults of a section are placed where the body names it."""
    keys = [section_key(compact_siret(one["siret"]), one["section"].strip()) for one in body["wages"]]
    twice = [at for at, key in enumerate(keys) if keys.index(key) != at]
    if twice:
        raise InvalidInput(
            Fault(f"section {keys[at]} donnée deux fois", "N'en garder qu'une", f"wages.{at}") for at in twice
        )
    wages = {key: Fraction(one["wages_eur"]) for key, one in zip(keys, body["wages"], strict=True)}
    try:
        return wanted_adjustment(policy, body["year_first_day"], wages, today())
    except InvalidInput as error:
        raise InvalidInput(_placed(one, keys) for one in error.faults) from error


def _placed(fault: Fault, keys: list[str]) -> Fault:
    if fault.place in keys:
        return replace(fault, place=f"wages.{keys.index(fault.place)}")
    return fault if fault.place == "year_first_day" else replace(fault, place="wages")
