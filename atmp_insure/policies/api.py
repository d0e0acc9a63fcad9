"""The resource of policies: the portfolio, one as of a day as it was known on another, its transactions, its acts.

Endorsements are made on screen, where their effect is shown first; every other act may be tried with `preview`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    Euros,
    day_field,
    filter_field,
    key_field,
    moment_field,
    needed_text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.paris import PARIS
from atmp_insure.policies import issue_service, queries, service
from atmp_insure.policies.blueprint import catalogue, grounds
from atmp_insure.policies.grounds import Notice, ends_on
from atmp_insure.policies.issue_service import Issuing
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.models import PolicyStanding
from atmp_insure.policies.policy_schemas import policy_plain, transaction_plain
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, latest_state, stack_of
from atmp_insure.policies.state import state_at
from atmp_insure.policies.transactions import Renewal, Resumption, Suspension, Termination
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from atmp_insure.policies.models import Policy

resources = Resources("policies", "Contrats : portefeuille, état à une date, transactions, actes.", "/policies")
_ONE = "/<int:policy_id>"
LONGEST = 2000


class PolicyStandingSchema(Schema):
    """Where a policy stands, after all that is recorded."""

    policy_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    product = fields.String(required=True)
    product_version = fields.String(required=True)
    began_on = day_field("premier jour de garantie")
    year_first_day = day_field("premier jour de la dernière année d'assurance ouverte")
    year_last_day = day_field("son dernier jour")
    suspended_on = day_field("premier jour sans garantie d'une suspension qui dure", allow_none=True)
    ended_on = day_field("premier jour sans garantie, une fois résilié", allow_none=True)
    is_void = fields.Boolean(required=True)
    net_eur = Euros(required=True, metadata={"description": "prime nette d'une année entière"})
    section_count = fields.Integer(required=True)


class PolicyPageSchema(Schema):
    """A page of policies, those whose year ends first before the others."""

    items = fields.List(fields.Nested(PolicyStandingSchema), required=True)
    next_cursor = next_cursor_field()


class PolicyChargeSchema(Schema):
    """An amount that a transaction adds to what is owed, or takes off it."""

    code = fields.String(required=True)
    first_day = day_field()
    last_day = day_field()
    net_eur = Euros(required=True)
    surcharge_eur = Euros(required=True)
    tax_eur = Euros(required=True)
    commission_eur = Euros(required=True)


class PolicyTransactionSchema(Schema):
    """A transaction of a policy, as it was recorded."""

    number = fields.Integer(required=True)
    act_number = fields.Integer(required=True, metadata={"description": "première transaction du même acte"})
    kind = fields.String(required=True)
    effective_on = day_field("premier jour auquel elle vaut")
    recorded_at = moment_field()
    reason = fields.String(required=True)
    reverses_number = fields.Integer(required=True, allow_none=True)
    replays_number = fields.Integer(required=True, allow_none=True)
    wording = fields.Dict(required=True, metadata={"description": "ce qu'elle dit, selon sa nature"})
    total_eur = Euros(required=True)
    charges = fields.List(fields.Nested(PolicyChargeSchema), required=True)
    document_ids = fields.List(fields.Integer(), required=True)


class PolicySchema(Schema):
    """A policy on a day, as it was known on another, with all its transactions."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    on = day_field("le jour auquel il est montré")
    standing = fields.String(required=True, allow_none=True, metadata={"description": "nul : pas encore de contrat"})
    terms = fields.Dict(required=True, allow_none=True, metadata={"description": "ce qu'il dit ce jour-là"})
    net_eur = Euros(required=True, allow_none=True)
    transactions = fields.List(fields.Nested(PolicyTransactionSchema), required=True)


class PolicyArguments(PageArguments):
    """Which policies are asked for."""

    company_id = filter_field("ceux de cette entreprise")


class PolicyDayArguments(Arguments):
    """On which day a policy is shown, and as it was known on which; today when nothing is said."""

    on = day_field("état à ce jour", required=False)
    known_on = day_field("tel que connu à la fin de ce jour", required=False)


class PolicyIssueBody(Arguments):
    """Of which accepted quote a policy is issued."""

    quote_id = key_field("devis accepté par le client")
    agreement_version_id = key_field("version de la convention qui le porte ; nul : la seule possible", allow_none=True)


class PolicyReasonBody(Arguments):
    """Why something is done."""

    reason = needed_text_field(LONGEST, "motif")


class PolicyActBody(PolicyReasonBody):
    """Why something is done, and from which day."""

    effective_on = day_field("premier jour auquel cela vaut")


class PolicyEndBody(PolicyReasonBody):
    """A notice of termination."""

    ground = needed_text_field(description="code du motif légal")
    sent_on = day_field("notification envoyée le")
    received_on = day_field("reçue le", allow_none=True)
    event_on = day_field("événement du", allow_none=True)
    wanted_on = day_field("premier jour sans garantie convenu", allow_none=True)


@resources.operation("GET", "", PolicyPageSchema, arguments=PolicyArguments)
@needs(Right.READ_POLICIES)
def list_policies(asked: dict[str, Any]) -> dict[str, Any]:
    """Les contrats, par fin d'année d'assurance."""
    statement = of_values(queries.standings(), asked, PolicyStanding.company_id)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PolicyStanding.year_last_day, PolicyStanding.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, PolicySchema, arguments=PolicyDayArguments)
@needs(Right.READ_POLICIES)
def show_policy(asked: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Un contrat à une date, tel que connu à une autre, avec toutes ses transactions."""
    known_on = asked.get("known_on")
    known_at = None if known_on is None else datetime.combine(known_on, time.max, PARIS).astimezone(UTC)
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        on = asked.get("on") or today()
        return policy_plain(policy, on, state_at(stack_of(policy), on, known_at))


@resources.operation("GET", f"{_ONE}/transactions/<int:number>", PolicyTransactionSchema)
@needs(Right.READ_POLICIES)
def show_transaction(policy_id: int, number: int) -> dict[str, Any]:
    """Une transaction d'un contrat."""
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        row = next((one for one in policy.transactions if one.number == number), None)
        if row is None:
            raise NotFound("Ce contrat n'a pas de transaction de ce numéro.")
        return transaction_plain(row)


@resources.operation("POST", "", PolicySchema, body=PolicyIssueBody, status=201)
@needs(Right.WRITE_POLICIES)
def issue_policy(body: dict[str, Any]) -> dict[str, Any]:
    """Émettre le contrat d'un devis que le client a accepté ; redemandé, c'est le contrat qui existe."""
    with writing() as session:
        quote = get_quote(session, body["quote_id"])
        given = Issuing(body["agreement_version_id"])
        policy = issue_service.issue_policy(session, quote, given, catalogue(), Act("Devis accepté", now()))
        return policy_plain(policy, quote.starts_on, state_at(stack_of(policy), quote.starts_on))


@resources.operation("POST", f"{_ONE}/renew", PolicySchema, body=PolicyReasonBody)
@needs(Right.WRITE_POLICIES)
def renew_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Ouvrir l'année d'assurance suivante, aux mêmes conditions."""

    def wanted(policy: Policy) -> Wanted:
        year = next_year(latest_state(policy).year)
        return Wanted(year.first_day, Renewal(year))

    return _acted(policy_id, body, wanted)


@resources.operation("POST", f"{_ONE}/suspend", PolicySchema, body=PolicyActBody)
@needs(Right.COLLECT_POLICIES)
def suspend_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Suspendre la garantie pour une prime impayée."""
    return _acted(policy_id, body, lambda _policy: Wanted(body["effective_on"], Suspension()))


@resources.operation("POST", f"{_ONE}/resume", PolicySchema, body=PolicyActBody)
@needs(Right.COLLECT_POLICIES)
def resume_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Remettre en vigueur, à midi le lendemain du paiement complet."""
    return _acted(policy_id, body, lambda _policy: Wanted(body["effective_on"], Resumption()))


@resources.operation("POST", f"{_ONE}/terminate", PolicySchema, body=PolicyEndBody)
@needs(Right.END_POLICIES)
def terminate_policy(body: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Résilier pour un motif légal, qui fixe la date d'effet et le sort de la prime."""

    def wanted(policy: Policy) -> Wanted:
        notice = Notice(body["sent_on"], body["received_on"], body["event_on"], body["wanted_on"])
        ground = grounds().on(body["ground"], notice.sent_on)
        on = ends_on(ground, notice, latest_state(policy))
        return Wanted(on, Termination(ground.code, ground.refunding, ground.voids))

    return _acted(policy_id, body, wanted)


@resources.operation("POST", f"{_ONE}/transactions/<int:number>/take-back", PolicySchema, body=PolicyReasonBody)
@needs(Right.END_POLICIES)
def take_transaction_back(body: dict[str, Any], policy_id: int, number: int) -> dict[str, Any]:
    """Annuler une transaction au centime près ; celles qui la suivent sont refaites."""
    with writing() as session:
        policy = queries.get_policy(session, policy_id)
        service.take_back(session, policy, number, Act(body["reason"], now()), catalogue())
        return _answer(queries.get_policy(session, policy_id), today())


def _acted(policy_id: int, body: dict[str, Any], wanted: Callable[[Policy], Wanted]) -> dict[str, Any]:
    with writing() as session:
        policy = queries.locked_policy(session, policy_id)
        asked = wanted(policy)
        service.carry_out(session, policy, asked, Act(body["reason"], now()), catalogue())
        return _answer(queries.get_policy(session, policy_id), asked.on)


def _answer(policy: Policy, on: date) -> dict[str, Any]:
    return policy_plain(policy, on, state_at(stack_of(policy), on))
