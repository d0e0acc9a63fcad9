"""The resource of policies: the portfolio, one as of a day as it was known on another, its transactions, its issue."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import day_field, filter_field, key_field
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.paris import PARIS
from atmp_insure.policies import issue_service, queries
from atmp_insure.policies.api.schemas import PolicyPageSchema, PolicySchema, PolicyTransactionSchema
from atmp_insure.policies.blueprint import catalogue
from atmp_insure.policies.issue_service import Issuing
from atmp_insure.policies.models import PolicyStanding
from atmp_insure.policies.policy_schemas import policy_plain, transaction_plain
from atmp_insure.policies.stack_service import Act, stack_of
from atmp_insure.policies.state import state_at
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

resources = Resources("policies", "Contrats : portefeuille, état à une date, transactions, actes.", "/policies")
ONE = "/<int:policy_id>"


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


@resources.operation("GET", "", PolicyPageSchema, arguments=PolicyArguments)
@needs(Right.READ_POLICIES)
def list_policies(asked: dict[str, Any]) -> dict[str, Any]:
    """Les contrats, par fin d'année d'assurance."""
    statement = of_values(queries.standings(), asked, PolicyStanding.company_id)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PolicyStanding.year_last_day, PolicyStanding.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", ONE, PolicySchema, arguments=PolicyDayArguments)
@needs(Right.READ_POLICIES)
def show_policy(asked: dict[str, Any], policy_id: int) -> dict[str, Any]:
    """Un contrat à une date, tel que connu à une autre, avec toutes ses transactions."""
    known_on = asked.get("known_on")
    known_at = None if known_on is None else datetime.combine(known_on, time.max, PARIS).astimezone(UTC)
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        on = asked.get("on") or today()
        return policy_plain(policy, on, state_at(stack_of(policy), on, known_at))


@resources.operation("GET", f"{ONE}/transactions/<int:number>", PolicyTransactionSchema)
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
