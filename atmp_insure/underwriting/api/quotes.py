"""The resource of quotes: what each says, handed to the underwriters, sent to the client.

Deciding a quote is no part of this: a person does it, on screen. Nor is what the client does by its link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.files import file_answer
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import codes_filter, codes_of, filter_field, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.documents.accepted_files import PDF
from atmp_insure.underwriting import queries, referral_service
from atmp_insure.underwriting.api.schemas import QuoteDetailSchema, QuoteSchema, quote_detail
from atmp_insure.underwriting.blueprint import paper_of, printed, put_and_send
from atmp_insure.underwriting.forms import LONGEST
from atmp_insure.underwriting.models import Quote
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.referral_service import INSURER, UNDERWRITER
from atmp_insure.underwriting.sending_service import Addressee
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from flask import Response

resources = Resources("quotes", "Devis : versions du prix d'une demande, jusqu'à l'envoi au client.", "/quotes")
_ONE = "/<int:quote_id>"


class QuoteArguments(PageArguments):
    """Which quotes are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    submission_id = filter_field("ceux de cette demande")
    state = codes_filter(codes_of(QuoteState), "un état ou plusieurs")
    waits_for = codes_filter((UNDERWRITER, INSURER), "qui attendent sa réponse")


class ReferBody(Arguments):
    """What the underwriters must know."""

    words = needed_text_field(LONGEST, "ce qu'il faut savoir")


class SendQuoteBody(Arguments):
    """To whom a quote goes."""

    addressee = needed_text_field(120, "la personne que le courriel saluera")
    email = needed_text_field(description="son adresse électronique")


class QuotePageSchema(Schema):
    """A page of quotes, the latest first."""

    items = fields.List(fields.Nested(QuoteSchema), required=True)
    next_cursor = next_cursor_field()


@resources.operation("GET", "", QuotePageSchema, arguments=QuoteArguments)
@needs(Right.READ_QUOTES)
def list_quotes(asked: dict[str, Any]) -> dict[str, Any]:
    """Les devis, les derniers établis d'abord."""
    statement = of_values(queries.quotes(), asked, Quote.company_id, Quote.submission_id)
    statement = of_codes(statement, asked, (Quote.state, QuoteState))
    if asked.get("waits_for"):
        statement = statement.where(Quote.waits_for.in_(asked["waits_for"]))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Quote.created_at, Quote.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, QuoteDetailSchema)
@needs(Right.READ_PRICING)
def show_quote(quote_id: int) -> dict[str, Any]:
    """Un devis : tout ce qu'il dit, ce qui en fut décidé, ce que le client en fit."""
    with database().reading(actor()) as session:
        return quote_detail(queries.get_quote(session, quote_id))


@resources.operation("GET", f"{_ONE}/pdf", (PDF,))
@needs(Right.READ_QUOTES)
def print_quote(quote_id: int) -> Response:
    """Le devis en PDF, comme il partirait aujourd'hui ; celui qui est parti est le document de son envoi."""
    reference, content = _paper(quote_id)
    return file_answer(content, f"devis_{reference}.pdf", PDF)


@resources.operation("POST", f"{_ONE}/refer", QuoteDetailSchema, body=ReferBody)
@needs(Right.WRITE_QUOTES)
def refer_quote(body: dict[str, Any], quote_id: int) -> dict[str, Any]:
    """Soumettre au service souscription un devis que les règles n'acceptent pas seules."""
    with writing() as session:
        found = queries.get_quote(session, quote_id)
        referral_service.refer_quote(session, found, body["words"], now())
        return quote_detail(found)


@resources.operation("POST", f"{_ONE}/send", QuoteDetailSchema, body=SendQuoteBody)
@needs(Right.WRITE_QUOTES)
def send_quote(body: dict[str, Any], quote_id: int) -> dict[str, Any]:
    """Envoyer un devis : un courriel part, avec le PDF et le lien de la page où le client l'accepte."""
    _reference, content = _paper(quote_id)
    with writing() as session:
        return quote_detail(put_and_send(session, quote_id, content, Addressee(body["addressee"], body["email"])))


def _paper(quote_id: int) -> tuple[str, bytes]:
    """The reference of a quote and its PDF, made between two sessions: it takes a second."""
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
        reference, paper = found.reference, paper_of(session, found)
    return reference, printed(paper)
