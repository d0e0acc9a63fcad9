"""The client's page: a quote read, questioned and accepted by the secret of its link, without an account."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, send_file, url_for

from atmp_insure.access.roles import Right
from atmp_insure.db.actor import system
from atmp_insure.documents import queries as documents_queries
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.service import Reader
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.queries import get_company
from atmp_insure.underwriting import sending_service, shown
from atmp_insure.underwriting.blueprint import blueprint, practice
from atmp_insure.underwriting.consents import CONSENTS, mandate_text
from atmp_insure.underwriting.forms import AcceptForm
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.sending_service import Acceptance
from atmp_insure.web.forms import carried_out, choices, status_of, written
from atmp_insure.web.languages import french
from atmp_insure.web.limits import limiter
from atmp_insure.web.request_scope import ANYONE, actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company
    from atmp_insure.underwriting.models import Quote, QuoteAcceptance

DOOR = system("quote link")
CHECKLIST = ("company_extract", "bank_details")


@blueprint.get("/q/<quote_token>")
@limiter.limit("60 per minute")
@needs(ANYONE)
def show_link(quote_token: str) -> ResponseReturnValue:
    """The quote as its client reads it; the opening is kept, unless whoever quotes looks at what the client sees."""
    if not actor().may(Right.WRITE_QUOTES):
        with database().writing(DOOR) as session:
            sending_service.note_opening(session, sending_service.find_sending_of(session, quote_token), now())
    return _link_page(quote_token, None)


def _link_page(token: str, form: AcceptForm | None) -> ResponseReturnValue:
    with database().reading(DOOR) as session:
        sending = sending_service.find_sending_of(session, token)
        quote = sending.quote
        company = get_company(session, sending.company_id)
    is_open = quote.state is QuoteState.SENT and practice().on <= quote.valid_until
    picture = shown.quote_picture(quote.answer, request.args.get("variant"))
    accept_form = form or _form(quote, AcceptForm(formdata=None, variant=str(picture["variant"])))
    answer = render_template(
        "quotes/link.html", quote=quote, sending=sending, company=company, token=token, is_open=is_open,
        form=accept_form, consents=CONSENTS, mandate=_mandate(company), office=settings().site.office_name,
        longest=sending_service.LONGEST_QUESTION, conditions=_conditions(quote), **picture,
    )  # fmt: skip
    return answer, status_of(accept_form)


def _form(quote: Quote, form: AcceptForm) -> AcceptForm:
    form.variant.choices = choices((str(one.at), one.whole_title) for one in shown.variants_of(quote.answer))
    form.consents.choices = choices((str(at), french(text)) for at, text in enumerate(CONSENTS))
    return form


def _conditions(quote: Quote) -> list[str]:
    """The conditions under which the quote was accepted by an underwriter or an insurer."""
    return [one.conditions for one in quote.decisions if one.conditions and one.applied_at is not None]


def _mandate(company: Company) -> str:
    return mandate_text(settings().site.office_name, company.name)


@blueprint.get("/q/<quote_token>/pdf")
@limiter.limit("20 per minute")
@needs(ANYONE)
def download(quote_token: str) -> ResponseReturnValue:
    """The PDF that was sent."""
    with database().reading(DOOR) as session:
        sending = sending_service.find_sending_of(session, quote_token)
        document = documents_queries.get_document(session, sending.document_id)
    version = document.versions[-1]
    content = Reader(database(), DOOR, vault()).read(document, version, "devis, page du client")
    answer = send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=version.file_name,
                       etag=False)  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/q/<quote_token>/question")
@limiter.limit("10 per minute")
@needs(ANYONE)
def ask_question(quote_token: str) -> ResponseReturnValue:
    """Keep a question of the client."""
    text = request.form.get("text", "")
    if carried_out(lambda session: sending_service.ask_question(
        session, sending_service.find_sending_of(session, quote_token), text, now()
    ), by=DOOR):  # fmt: skip
        flash(_("Question envoyée. La réponse s'affichera ici, et un courriel vous préviendra."), "success")
    return redirect(url_for("quotes.show_link", quote_token=quote_token) + "#questions")


@blueprint.post("/q/<quote_token>/accept")
@limiter.limit("10 per minute")
@needs(ANYONE)
def accept_quote(quote_token: str) -> ResponseReturnValue:
    """Accept a quote: signature, mandate and papers to come in one step."""
    with database().reading(DOOR) as session:
        quote = sending_service.find_sending_of(session, quote_token).quote
    form = _form(quote, AcceptForm())
    try:
        accepted = written(form, lambda session: _accepted(session, quote_token, form), DOOR)
    except Refused as error:
        flash(str(error), "error")
    else:
        if accepted is None:
            return _link_page(quote_token, form)
        flash(_("Merci : votre accord est enregistré."), "success")
    return redirect(url_for("quotes.show_link", quote_token=quote_token))


def _accepted(session: ScopedSession, token: str, form: AcceptForm) -> QuoteAcceptance:
    sending = sending_service.find_sending_of(session, token)
    company = get_company(session, sending.company_id)
    return sending_service.accept_quote(session, sending, _given(form, company), practice())


def _given(form: AcceptForm, company: Company) -> Acceptance:
    known = kinds()
    return Acceptance(
        variant=int(form.variant.data), signatory=form.signatory.data or "",
        signatory_role=form.signatory_role.data or "",
        holder=form.holder.data or "", iban=form.iban.data or "", bic=form.bic.data or "",
        consents=tuple(CONSENTS[int(at)] for at in form.consents.data or []), wanted_consents=CONSENTS,
        mandate_text=_mandate(company), papers=[(known[code], known[code].label) for code in CHECKLIST],
    )  # fmt: skip
