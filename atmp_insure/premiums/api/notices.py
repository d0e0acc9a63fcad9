"""The resource of formal notices (mises en demeure): what each claims, its posting, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import Euros, day_field, moment_field, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.premiums import chase_queries, notice_service
from atmp_insure.premiums.blueprint import chase_desk
from atmp_insure.premiums.chase_forms import LONGEST, LONGEST_PROOF
from atmp_insure.premiums.chase_models import NoticeEnding
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from atmp_insure.premiums.chase_models import PremiumNotice

resources = Resources("premium-notices", "Mises en demeure de payer une prime.", "/premium-notices")
_ONE = "/<int:notice_id>"


class NoticeClaimSchema(Schema):
    """A call that a formal notice claims."""

    call_id = fields.Integer(required=True)
    left_eur = Euros(required=True, metadata={"description": "ce qui en restait dû"})


class NoticeSchema(Schema):
    """A formal notice: what it claims, its letter, its posting with its days, its end."""

    id = fields.Integer(required=True)
    name = fields.String(required=True, metadata={"description": "numéro, sans trou dans son année"})
    company_id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)
    dated_on = day_field("date de la lettre")
    amount_eur = Euros(required=True)
    claims = fields.List(fields.Nested(NoticeClaimSchema), required=True)
    document_id = fields.Integer(required=True, allow_none=True, metadata={"description": "nul : en préparation"})
    sent_on = day_field("expédiée le ; nul : pas encore", allow_none=True)
    proof = fields.String(required=True, allow_none=True, metadata={"description": "numéro du recommandé"})
    suspended_on = day_field("premier jour sans garantie si rien n'est payé", allow_none=True)
    terminable_on = day_field("premier jour d'une résiliation possible", allow_none=True)
    ending = fields.Enum(NoticeEnding, by_value=fields.String, required=True, allow_none=True)
    ended_at = moment_field(allow_none=True)


class NoticeSendingBody(Arguments):
    """The posting of a formal notice."""

    sent_on = day_field("expédiée le : les trente jours en courent")
    proof = needed_text_field(LONGEST_PROOF, "numéro du recommandé")


class NoticeReasonBody(Arguments):
    """Why a formal notice is withdrawn."""

    reason = needed_text_field(LONGEST, "motif")


@resources.operation("GET", _ONE, NoticeSchema)
@needs(Right.READ_POLICIES)
def show_premium_notice(notice_id: int) -> dict[str, Any]:
    """Une mise en demeure."""
    with database().reading(actor()) as session:
        return notice_plain(chase_queries.get_notice(session, notice_id))


@resources.operation("POST", f"{_ONE}/sending", NoticeSchema, body=NoticeSendingBody)
@needs(Right.COLLECT_POLICIES)
def record_notice_sending(body: dict[str, Any], notice_id: int) -> dict[str, Any]:
    """Enregistrer l'envoi d'une mise en demeure."""
    with writing() as session:
        notice = chase_queries.get_notice(session, notice_id)
        notice_service.record_sending(session, notice, body["sent_on"], body["proof"], chase_desk())
        return notice_plain(notice)


@resources.operation("POST", f"{_ONE}/withdraw", NoticeSchema, body=NoticeReasonBody)
@needs(Right.COLLECT_POLICIES)
def withdraw_premium_notice(body: dict[str, Any], notice_id: int) -> dict[str, Any]:
    """Retirer une mise en demeure : elle est sans effet, une autre peut être faite."""
    with writing() as session:
        notice = chase_queries.get_notice(session, notice_id)
        notice_service.withdraw(session, notice, body["reason"], chase_desk())
        return notice_plain(notice)


def notice_plain(notice: PremiumNotice) -> dict[str, Any]:
    """A formal notice as it is answered."""
    named = ("id", "name", "company_id", "policy_id", "dated_on", "amount_eur", "claims")
    sent, ending, paper = notice.sending, notice.ending, notice.paper
    return {name: getattr(notice, name) for name in named} | {
        "document_id": None if paper is None else paper.document_id,
        "sent_on": None if sent is None else sent.sent_on, "proof": None if sent is None else sent.proof,
        "suspended_on": None if sent is None else sent.suspended_on,
        "terminable_on": None if sent is None else sent.terminable_on,
        "ending": None if ending is None else ending.how,
        "ended_at": None if ending is None else ending.ended_at,
    }  # fmt: skip
