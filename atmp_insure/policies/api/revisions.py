"""The resource of yearly revisions: where each stands, what it proposes, what a person decides of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Resources
from atmp_insure.api.values import Euros, codes_filter, codes_of, day_field, filter_field
from atmp_insure.api.writes import writing
from atmp_insure.policies import revision_jobs, revision_queries, revision_service
from atmp_insure.policies.api.acts import PolicyReasonBody
from atmp_insure.policies.revising import RevisionReason, RevisionState
from atmp_insure.policies.revision_models import PolicyRevision
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.web.request_scope import actor, database, needs, now, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.revision_service import RevisionDesk

resources = Resources("policy-revisions", "Révisions annuelles des contrats.", "/policy-revisions")
_ONE = "/<int:revision_id>"


class PolicyRevisionArguments(PageArguments):
    """Which revisions are asked for."""

    company_id = filter_field("celles de cette entreprise")
    policy_id = filter_field("celles de ce contrat")
    state = codes_filter(codes_of(RevisionState), "un état ou plusieurs")


class PolicyRevisionSchema(Schema):
    """A yearly revision: the premium as it stood, the one proposed, why a person decides."""

    id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    due_on = day_field("premier jour de l'année d'assurance qu'elle prépare")
    state = fields.Enum(RevisionState, by_value=fields.String, required=True)
    answer_by = day_field("jour pour lequel les pièces de l'année sont demandées")
    reasons = fields.List(fields.Enum(RevisionReason, by_value=fields.String), required=True)
    request_id = fields.Integer(required=True, allow_none=True)
    submission_id = fields.Integer(required=True, allow_none=True)
    quote_id = fields.Integer(required=True, allow_none=True)
    net_before_eur = Euros(required=True, metadata={"description": "prime nette d'une année entière au contrat"})
    net_after_eur = Euros(required=True, allow_none=True, metadata={"description": "celle qui est proposée"})
    is_to_tell = fields.Boolean(required=True, metadata={"description": "à notifier au client"})
    notified_on = day_field("notifiée le", allow_none=True)
    notice_id = fields.Integer(required=True, allow_none=True)
    settled_reason = fields.String(required=True, allow_none=True)


class PolicyRevisionPageSchema(Schema):
    """A page of revisions, those whose due date comes first before the others."""

    items = fields.List(fields.Nested(PolicyRevisionSchema), required=True)
    next_cursor = next_cursor_field()


@resources.operation("GET", "", PolicyRevisionPageSchema, arguments=PolicyRevisionArguments)
@needs(Right.WRITE_POLICIES)
def list_revisions(asked: dict[str, Any]) -> dict[str, Any]:
    """Les révisions annuelles, par échéance."""
    statement = of_values(
        revision_queries.revisions(), asked, PolicyRevision.company_id, PolicyRevision.policy_id
    )  # fmt: skip
    statement = of_codes(statement, asked, (PolicyRevision.state, RevisionState))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PolicyRevision.due_on, PolicyRevision.id), asked)
        return {"items": [_plain(one) for one in page.rows], "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, PolicyRevisionSchema)
@needs(Right.WRITE_POLICIES)
def show_revision(revision_id: int) -> dict[str, Any]:
    """Une révision annuelle."""
    with database().reading(actor()) as session:
        return _plain(revision_queries.get_revision(session, revision_id))


@resources.operation("POST", f"{_ONE}/propose", PolicyRevisionSchema, body=PolicyReasonBody)
@needs(Right.WRITE_POLICIES)
def propose_revision(body: dict[str, Any], revision_id: int) -> dict[str, Any]:
    """Retenir des conditions qui passent les bornes du bureau."""
    return _decided(revision_id, body["reason"], revision_service.propose)


@resources.operation("POST", f"{_ONE}/keep", PolicyRevisionSchema, body=PolicyReasonBody)
@needs(Right.WRITE_POLICIES)
def keep_terms(body: dict[str, Any], revision_id: int) -> dict[str, Any]:
    """Maintenir les conditions du contrat pour l'année suivante."""
    return _decided(revision_id, body["reason"], revision_service.keep)


def _decided(
    revision_id: int, words: str, decide: Callable[[ScopedSession, PolicyRevision, str, RevisionDesk], None]
) -> dict[str, Any]:
    desk = revision_jobs.open_desk(settings(), database().key_ring, installed_mappings(), now())
    with writing() as session:
        decide(session, revision_queries.get_revision(session, revision_id), words, desk)
        return _plain(revision_queries.get_revision(session, revision_id))


def _plain(one: PolicyRevision) -> dict[str, Any]:
    named = (
        "id", "policy_id", "company_id", "due_on", "state", "answer_by", "request_id", "submission_id", "quote_id",
        "net_before_eur", "net_after_eur", "is_to_tell", "notified_on", "notice_id", "settled_reason",
    )  # fmt: skip
    return {name: getattr(one, name) for name in named} | {"reasons": [RevisionReason(code) for code in one.reasons]}
