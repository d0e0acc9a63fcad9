"""What the resources of files and quotes share: a quote in answers, from its state to its client's acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.api.values import Euros
from atmp_insure.underwriting.api.answer_schemas import CoverReasonSchema, QuotationSchema
from atmp_insure.underwriting.models import DecisionKind
from atmp_insure.underwriting.quote_course import QuoteState

if TYPE_CHECKING:
    from atmp_insure.underwriting.models import Quote


class QuoteSchema(Schema):
    """A version of the price of a file."""

    id = fields.Integer(required=True)
    submission_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    number = fields.Integer(required=True, metadata={"description": "version dans sa demande, à partir de 1"})
    reference = fields.String(required=True, metadata={"description": "comme le client la lit"})
    state = fields.Enum(QuoteState, by_value=fields.String, required=True)
    waits_for = fields.String(
        required=True, allow_none=True, metadata={"description": "qui doit répondre : underwriter ou insurer"}
    )
    product_version = fields.String(required=True)
    starts_on = fields.Date(required=True)
    valid_until = fields.Date(required=True, metadata={"description": "dernier jour pour l'accepter"})
    wages_eur = Euros(required=True, metadata={"description": "masse salariale garantie"})
    largest_net_eur = Euros(required=True, allow_none=True, metadata={"description": "prime nette la plus haute"})
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)


class QuoteDecisionSchema(Schema):
    """A decision on a quote; a later one takes its place, both stay."""

    kind = fields.Enum(DecisionKind, by_value=fields.String, required=True)
    verdict = fields.String(required=True, metadata={"description": "accept, refer ou refuse"})
    reasons = fields.List(fields.Nested(CoverReasonSchema), required=True)
    conditions = fields.String(required=True, metadata={"description": "vide : sans condition"})
    decided_by = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True)
    applied_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "nul : attend sa seconde validation, ou ne l'a pas eue"},
    )


class ClientQuestionSchema(Schema):
    """A question that the client asked on its page."""

    id = fields.Integer(required=True)
    text = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    answer = fields.String(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_by = fields.String(required=True, allow_none=True)


class QuoteSendingSchema(Schema):
    """A quote on its way to the client; the secret of its link is no part of it."""

    addressee = fields.String(required=True)
    email = fields.String(required=True)
    document_id = fields.Integer(required=True, metadata={"description": "le PDF qui est parti"})
    sent_at = fields.AwareDateTime(required=True)
    sent_by = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "nul : pas encore"})
    last_opened_at = fields.AwareDateTime(required=True, allow_none=True)
    openings = fields.Integer(required=True)
    questions = fields.List(fields.Nested(ClientQuestionSchema), required=True)


class QuoteAcceptanceSchema(Schema):
    """The client's acceptance."""

    variant = fields.Integer(required=True, metadata={"description": "place de la formule, à partir de 0"})
    premium_eur = Euros(required=True, metadata={"description": "prime annuelle, taxe comprise"})
    signatory = fields.String(required=True)
    signatory_role = fields.String(required=True)
    consents = fields.List(fields.String(), required=True)
    accepted_at = fields.AwareDateTime(required=True)
    mandate_id = fields.Integer(required=True)
    request_id = fields.Integer(required=True, allow_none=True, metadata={"description": "pièces encore demandées"})


class QuotedPaperSchema(Schema):
    """A rate paper that a quote rests on."""

    paper_id = fields.Integer(required=True)
    corrections = fields.Integer(required=True, metadata={"description": "corrections qu'elle avait alors"})


class QuoteDetailSchema(QuoteSchema):
    """A quote, all that it says, what was decided of it, what the client did."""

    papers = fields.List(fields.Nested(QuotedPaperSchema), required=True)
    answer = fields.Nested(QuotationSchema, required=True)
    decisions = fields.List(fields.Nested(QuoteDecisionSchema), required=True)
    sending = fields.Nested(QuoteSendingSchema, required=True, allow_none=True)
    acceptance = fields.Nested(QuoteAcceptanceSchema, required=True, allow_none=True)


_OWN = tuple(name for name in QuoteDetailSchema().fields if name != "papers")


def quote_detail(found: Quote) -> dict[str, Any]:
    """A quote as its page tells it."""
    papers = [{"paper_id": paper_id, "corrections": count} for paper_id, count in found.papers]
    return {name: getattr(found, name) for name in _OWN} | {"papers": papers}
