"""A policy with a life, and how a foreign actor asks each query of policies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.parties import account_queries
from atmp_insure.policies import queries, revision_queries
from atmp_insure.policies.models import Policy, PolicyPaper, PolicyTransaction
from atmp_insure.policies.revising import RevisionReason, RevisionState
from atmp_insure.policies.revision_models import PolicyRevision
from atmp_insure.policies.sequence import insertion
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.terms import InsurerShare
from atmp_insure.policies.transactions import Endorsement, Opening, Renewal
from tests.policies.builders import FIRST_DAY, SIRET, TAX, Y2027, Y2028, opened, paid, some_terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.transactions import Content

NOW = datetime(2026, 11, 20, tzinfo=UTC)
REVISED = date(2029, 1, 1)

POLICIES: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.standings: lambda *_: queries.standings(),
    queries.get_policy: lambda session, _: queries.get_policy(session, 1),
    queries.find_policy_of_quote: lambda session, _: queries.find_policy_of_quote(session, 1),
    queries.find_standing: lambda session, _: queries.find_standing(session, 1),
    queries.list_standings_of: lambda session, _: queries.list_standings_of(session, 1, 9),
    queries.find_filed: lambda session, _: queries.find_filed(
        session, PolicyTransaction(papers=[PolicyPaper(document_id=1)]), "employer_account"
    ),
    queries.kinds_filed: lambda session, _: queries.kinds_filed(
        session, PolicyTransaction(papers=[PolicyPaper(document_id=1)])
    ),
    queries.list_due: lambda session, _: queries.list_due(session, "taux_atmp", date(2029, 1, 1), date(2029, 1, 1)),
    queries.list_in_force: lambda session, _: queries.list_in_force(session, "taux_atmp", FIRST_DAY, None, None),
    queries.count_ending: lambda session, _: (
        queries.count_ending(session, date(2028, 12, 1), date(2028, 12, 31)) or None
    ),
    queries.list_living_of: lambda session, _: queries.list_living_of(session, 1, "taux_atmp", FIRST_DAY),
    revision_queries.revisions: lambda *_: revision_queries.revisions(),
    revision_queries.get_revision: lambda session, _: revision_queries.get_revision(session, 1),
    revision_queries.revision_of: lambda *_: revision_queries.revision_of(1, REVISED),
    revision_queries.find_revision: lambda session, _: revision_queries.find_revision(session, 1, REVISED),
    revision_queries.list_of_policy: lambda session, _: revision_queries.list_of_policy(session, 1),
    revision_queries.revisions_due: lambda session, _: revision_queries.revisions_due(session, REVISED, REVISED),
    revision_queries.list_movable: lambda session, _: revision_queries.list_movable(session),
    revision_queries.count_in: lambda session, _: revision_queries.count_in(session, RevisionState.REFERRED) or None,
    account_queries.list_mandates_of: lambda session, _: account_queries.list_mandates_of(session, 1),
}
NO_ROWS = {
    queries.list_insurers_of: "agreements of parties, which have their own cases",
    revision_queries.locked_revision: "locks what is about to be written, in a session that may write",
    revision_queries.has_revision: "whoever changes a policy may not see its revisions",
    revision_queries.ready_revision: "the revision of a policy, which has its case, once it is ready",
    revision_queries.list_to_notify: "those of all movable ones, which have their case, that wait to be told",
    revision_queries.count_to_tell: "those of all movable ones, which have their case, that wait to be told",
    revision_queries.find_addressee: "contacts of parties, which have their own cases",
    queries.insured_wages: "summed over a group, for whoever prices one of its companies",
    queries.lock_ahead: "locks what is about to be written, in a session that may write",
    queries.locked_policies: "locks what is about to be written, in a session that may write",
    queries.locked_policy: "locks what is about to be written, in a session that may write",
    queries.all_policies: "a rebuild reads every policy",
}


def add_policy(
    session: ScopedSession, company_id: int, *, version: int = 1, insurer: int = 1, mark: str = "x",
    document_id: int | None = None,
) -> Policy:  # fmt: skip
    """A policy that was issued, changed and renewed; its first quote is the first there is."""
    policy = Policy(company_id=company_id, reference=f"P-{mark}", product="taux_atmp", quote_id=1, created_at=NOW,
                    created_by="test", transactions=[])  # fmt: skip
    session.add(policy)
    session.flush()
    terms = some_terms(
        agreement_version_id=version, shares=(InsurerShare(insurer, Fraction(1), True),), broker_id=insurer
    )
    for on, content in _life(terms):
        plan = insertion(stack_of(policy), on, content, TAX)
        rows = write_entries(session, policy, plan.entries, Act(mark, NOW))
    if document_id is not None:
        session.add(PolicyPaper(company_id=company_id, policy_id=policy.id, transaction_id=rows[0].id,
                                document_id=document_id, filed_at=NOW))  # fmt: skip
    session.add(PolicyRevision(
        policy_id=policy.id, company_id=company_id, due_on=REVISED, state=RevisionState.REFERRED,
        answer_by=date(2028, 10, 1), reasons=[RevisionReason.RISE.value], submission_id=1, quote_id=1,
        net_before_eur=Decimal(20_000), net_after_eur=Decimal(24_000), settled_reason=mark, opened_at=NOW,
        opened_by="test", moved_at=NOW,
    ))  # fmt: skip
    session.flush()
    return policy


def _life(terms: Any) -> list[tuple[date, Content]]:
    return [
        (FIRST_DAY, Opening(terms, Y2027)),
        (date(2027, 7, 1), Endorsement((opened(), paid(SIRET, 5_000_000)))),
        (Y2028.first_day, Renewal(Y2028)),
    ]
