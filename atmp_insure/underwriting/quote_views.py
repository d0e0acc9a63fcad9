"""Pages of quotes: the list, one quote with its prices, decisions, sending and acceptance."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, send_file, url_for

from atmp_insure.access.roles import Right
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.blueprint import MEGABYTE, vault
from atmp_insure.documents.service import NewDocument, deposit_document, has_right_there
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import InvalidInput, NotFound
from atmp_insure.parties.queries import get_company
from atmp_insure.underwriting import queries, referral_service, sending_service, shown
from atmp_insure.underwriting.blueprint import paper_of, practice
from atmp_insure.underwriting.forms import DecideForm, ReferForm, SendForm
from atmp_insure.underwriting.lists import QUOTES
from atmp_insure.underwriting.quote_chart import quote_chart
from atmp_insure.underwriting.quote_pdf import quote_pdf
from atmp_insure.underwriting.referral_service import Answered
from atmp_insure.underwriting.sending_service import Addressee
from atmp_insure.web import history, listing
from atmp_insure.web.languages import current_language
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.underwriting.models import Quote
    from atmp_insure.web.forms import Form

PDF = "application/pdf"


@needs(Right.READ_QUOTES)
def list_quotes() -> ResponseReturnValue:
    """The quotes, the latest first; `?waits_for=underwriter` shows the exceptions that await an underwriter."""
    return listing.page(QUOTES, "quotes/quotes.html", may_write=actor().may(Right.WRITE_QUOTES),
                        may_decide=actor().may(Right.DECIDE_QUOTES))  # fmt: skip


@needs(Right.READ_QUOTES)
def show_quote(quote_id: int) -> ResponseReturnValue:
    """A quote: its picture, its variants, what was decided, what the client did."""
    return _quote_page(quote_id)


def _quote_page(quote_id: int, *, refer: Form | None = None, decide: Form | None = None,
                send: Form | None = None) -> ResponseReturnValue:  # fmt: skip
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
        company = get_company(session, found.company_id)
        may_write = has_right_there(session, Right.WRITE_QUOTES, found.company_id)
        may_decide = has_right_there(session, Right.DECIDE_QUOTES, found.company_id)
        trail = history.trail_of(session, found, *found.decisions)
        pending = referral_service.pending_decision(session, found)
        accord = None if pending is None else queries.approval_state(session, pending.approval_id)
    variant, variants = _chosen(found), shown.variants_of(found.answer)
    worst = shown.worst_of(found.answer)
    chart = None if worst is None else quote_chart(found.answer, *worst, variant, current_language())
    forms = refer or ReferForm(formdata=None), decide or DecideForm(formdata=None), send or SendForm(formdata=None)
    answer = render_template(
        "quotes/quote.html", found=found, company=company, answer=found.answer, chart=chart, variant=variant,
        variants=variants, lines=shown.premium_lines(variants), illustrations=shown.illustrations_of(found.answer),
        may_write=may_write, may_decide=may_decide, pending=pending, accord=accord, trail=trail,
        refer_form=forms[0], decide_form=forms[1],
        send_form=forms[2], state=shown.QUOTE_STATES[found.state], verdicts=shown.VERDICTS,
        reason_tones=shown.REASON_TONES, decided_by=shown.DECIDED_BY, waits_for=shown.WAITS_FOR,
        link=sending_service.link_of(found.sending, practice()) if found.sending and may_write else "",
    )  # fmt: skip
    return answer, 422 if any(form.errors for form in forms) else 200


def _chosen(quote: Quote) -> int:
    """The variant that the picture shows: the one asked for by the address, else the first."""
    at = request.args.get("variant", default=0, type=int)
    return at if 0 <= at < len(quote.answer["variants"]) else 0


@needs(Right.READ_QUOTES)
def explain_premium(quote_id: int, at: int) -> ResponseReturnValue:
    """How the premium of a variant was found."""
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
    if not 0 <= at < len(found.answer["variants"]):
        raise NotFound(_("Ce devis ne comporte pas cette formule."))
    return render_template("_explanation.html", explanation=shown.premium_explained(found, at))


@needs(Right.READ_QUOTES)
def print_quote(quote_id: int) -> ResponseReturnValue:
    """The quote as a PDF: the one that was sent, else as it would be sent today."""
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
        content = quote_pdf(paper_of(session, found), overlay=settings().config_overlay)
    answer = send_file(io.BytesIO(content), PDF, as_attachment=True, download_name=f"devis_{found.reference}.pdf",
                       etag=False)  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(Right.WRITE_QUOTES)
def refer_quote(quote_id: int) -> ResponseReturnValue:
    """Hand a quote outside the rules to the underwriters."""
    form = ReferForm()
    if not form.validate_on_submit():
        return _quote_page(quote_id, refer=form)
    words = form.words.data or ""
    _acted(quote_id, lambda session, quote: referral_service.refer_quote(session, quote, words, now()))
    flash(_("Devis soumis au service souscription."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@needs(Right.DECIDE_QUOTES)
def refer_to_insurer(quote_id: int) -> ResponseReturnValue:
    """Hand a referred quote on to the insurer."""
    form = ReferForm()
    if not form.validate_on_submit():
        return _quote_page(quote_id, refer=form)
    words = form.words.data or ""
    _acted(quote_id, lambda session, quote: referral_service.refer_to_insurer(session, quote, words, now()))
    flash(_("Devis transmis à l'assureur : noter ici sa réponse."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@needs(Right.DECIDE_QUOTES)
def decide_quote(quote_id: int) -> ResponseReturnValue:
    """Answer a referred quote, as underwriter, or as the insurer answered."""
    form = DecideForm()
    if not form.validate_on_submit():
        return _quote_page(quote_id, decide=form)
    answered = Answered(form.granted.data == "yes", form.reason.data or "", form.conditions.data or "")
    try:
        with database().writing(actor()) as session:
            quote = queries.get_quote(session, quote_id)
            decision = referral_service.decide_quote(session, quote, answered, now())
            is_applied = decision.applied_at is not None
    except InvalidInput as error:
        form.take_faults(error)
        return _quote_page(quote_id, decide=form)
    if is_applied:
        flash(_("Décision enregistrée."), "success")
    else:
        flash(_("Cette décision dépasse votre plafond : elle prendra effet après une seconde validation."), "info")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@needs(Right.DECIDE_QUOTES)
def apply_decision(quote_id: int) -> ResponseReturnValue:
    """Give effect to the decision that a second person agreed to."""
    _acted(quote_id, lambda session, quote: referral_service.apply_decision(session, quote, now()))
    flash(_("Décision enregistrée."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@needs(Right.WRITE_QUOTES)
def send_quote(quote_id: int) -> ResponseReturnValue:
    """Send a quote to its client."""
    form = SendForm()
    if not form.validate_on_submit():
        return _quote_page(quote_id, send=form)
    to = Addressee(form.addressee.data or "", form.email.data or "")
    try:
        with database().reading(actor()) as session:
            found = queries.get_quote(session, quote_id)
            sending_service.require_sendable(found, practice())
            content = quote_pdf(paper_of(session, found), overlay=settings().config_overlay)
        with database().writing(actor()) as session:
            quote = queries.get_quote(session, quote_id)
            largest = settings().vault.largest_megabytes * MEGABYTE
            file = accepted(f"devis_{quote.reference}.pdf", content, largest)
            new = NewDocument(kinds()["quote"], quote.company_id, f"Devis {quote.reference}", channel="made")
            put = deposit_document(session, vault(), new, file, now())
            sending_service.send_quote(session, quote, to, put.document.id, practice())
    except InvalidInput as error:
        form.take_faults(error)
        return _quote_page(quote_id, send=form)
    flash(_("Devis envoyé : la page du client est ouverte."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@needs(Right.WRITE_QUOTES)
def answer_question(quote_id: int, question_id: int) -> ResponseReturnValue:
    """Answer a question of the client."""

    def answer(session: ScopedSession, quote: Quote) -> None:
        asked = () if quote.sending is None else quote.sending.questions
        question = next((one for one in asked if one.id == question_id), None)
        if question is None:
            raise NotFound(_("Cette question n'est pas de ce devis."))
        sending_service.answer_question(session, quote, question, request.form.get("answer", ""), practice())

    try:
        _acted(quote_id, answer)
    except InvalidInput as error:
        flash(" ".join(f"{one.message[:1].upper()}{one.message[1:]}. {one.remedy}." for one in error.faults), "error")
    else:
        flash(_("Réponse envoyée au client."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id) + "#questions")


def _acted(quote_id: int, act: Callable[[ScopedSession, Quote], object]) -> None:
    with database().writing(actor()) as session:
        act(session, queries.get_quote(session, quote_id))
