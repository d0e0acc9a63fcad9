"""Pages of quotes: the list, one quote with its prices, decisions, sending and acceptance."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, send_file, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.queries import get_company
from atmp_insure.policies.queries import find_policy_of_quote, list_insurers_of
from atmp_insure.policies.quote_use_service import find_insuring
from atmp_insure.underwriting import queries, referral_service, sending_service, shown
from atmp_insure.underwriting.blueprint import blueprint, paper_of, practice, printed, put_and_send
from atmp_insure.underwriting.forms import DecideForm, ReferForm, SendForm
from atmp_insure.underwriting.lists import QUOTES
from atmp_insure.underwriting.referral_service import Answered
from atmp_insure.underwriting.sending_service import Addressee
from atmp_insure.web import history, listing
from atmp_insure.web.explanations import explained
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.agreement_models import AgreementVersion
    from atmp_insure.policies.models import Policy
    from atmp_insure.underwriting.models import Quote
    from atmp_insure.web.forms import Form

PDF = "application/pdf"


@blueprint.get("/quotes")
@needs(Right.READ_QUOTES)
def list_quotes() -> ResponseReturnValue:
    """The quotes, the latest first; `?waits_for=underwriter` shows the exceptions that await an underwriter."""
    return listing.page(QUOTES, "quotes/quotes.html", may_write=actor().may(Right.WRITE_QUOTES),
                        may_decide=actor().may(Right.DECIDE_QUOTES))  # fmt: skip


@blueprint.get("/quotes/<int:quote_id>")
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
        issuing = _issuing(session, found)
    forms = refer or ReferForm(formdata=None), decide or DecideForm(formdata=None), send or SendForm(formdata=None)
    answer = render_template(
        "quotes/quote.html", found=found, company=company, answer=found.answer, trail=trail, accord=accord,
        acts=shown.acts_offered(found, may_write=may_write, may_decide=may_decide, accord=accord),
        may_write=may_write, reads_pricing=actor().may(Right.READ_PRICING), refer_form=forms[0],
        decide_form=forms[1], send_form=forms[2],
        state=shown.QUOTE_STATES[found.state], verdicts=shown.VERDICTS, reason_tones=shown.REASON_TONES,
        decided_by=shown.DECIDED_BY, waits_for=shown.WAITS_FOR, issuing=issuing,
        **shown.quote_picture(found.answer, request.args.get("variant")),
    )  # fmt: skip
    return answer, status_of(*forms)


@dataclass(frozen=True, slots=True)
class Issuing:
    """The policy of an accepted quote, or the agreements under which the viewer may issue it.

    Attributes:
        insuring: the policy that insures its sections already: its terms come into that one.
    """

    policy: Policy | None
    insuring: Policy | None
    agreements: Sequence[AgreementVersion]
    may_issue: bool


def _issuing(session: ScopedSession, found: Quote) -> Issuing | None:
    """None for a quote that is not accepted, and for who sees no policy."""
    if found.acceptance is None or not actor().may(Right.READ_POLICIES):
        return None
    policy = find_policy_of_quote(session, found.id)
    may_issue = policy is None and has_right_there(session, Right.WRITE_POLICIES, found.company_id)
    insuring = find_insuring(session, found) if may_issue else None
    able = list_insurers_of(session, found.answer["product"], found.starts_on) if may_issue and not insuring else ()
    return Issuing(policy, insuring, able, may_issue)


@blueprint.get("/quotes/<int:quote_id>/variants/<int:at>/explanation")
@needs(Right.READ_PRICING)
def explain_premium(quote_id: int, at: int) -> ResponseReturnValue:
    """How the premium of a variant was found."""
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
    if not 0 <= at < len(found.answer["variants"]):
        raise NotFound(_("Ce devis ne comporte pas cette formule."))
    return explained(shown.premium_explained(found, at))


@blueprint.get("/quotes/<int:quote_id>/pdf")
@needs(Right.READ_QUOTES)
def print_quote(quote_id: int) -> ResponseReturnValue:
    """The quote as a PDF: the very paper that was sent, else as it would be sent today."""
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
        if found.sending is not None:
            return redirect(url_for("documents.download", document_id=found.sending.document_id, number=1))
        paper = paper_of(session, found)
    content = io.BytesIO(printed(paper))
    answer = send_file(content, PDF, as_attachment=True, download_name=f"devis_{found.reference}.pdf",
                       etag=False)  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/quotes/<int:quote_id>/refer")
@needs(Right.WRITE_QUOTES)
def refer_quote(quote_id: int) -> ResponseReturnValue:
    """Hand a quote outside the rules to the underwriters."""
    return _handed(quote_id, referral_service.refer_quote, _("Devis soumis au service souscription."))


@blueprint.post("/quotes/<int:quote_id>/to-insurer")
@needs(Right.DECIDE_QUOTES)
def refer_to_insurer(quote_id: int) -> ResponseReturnValue:
    """Hand a referred quote on to the insurer."""
    said = _("Devis transmis à l'assureur : noter ici sa réponse.")
    return _handed(quote_id, referral_service.refer_to_insurer, said)


def _handed(
    quote_id: int, hand: Callable[[ScopedSession, Quote, str, datetime], None], said: str
) -> ResponseReturnValue:
    """Hand a quote on with the words of the form, and say so."""
    form = ReferForm()
    if not form.validate_on_submit():
        return _quote_page(quote_id, refer=form)
    words = form.words.data or ""
    _acted(quote_id, lambda session, quote: hand(session, quote, words, now()))
    flash(said, "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@blueprint.post("/quotes/<int:quote_id>/decide")
@needs(Right.DECIDE_QUOTES)
def decide_quote(quote_id: int) -> ResponseReturnValue:
    """Answer a referred quote, as underwriter, or as the insurer answered."""
    form = DecideForm()
    is_applied = written(form, lambda session: _decided(session, quote_id, form))
    if is_applied is None:
        return _quote_page(quote_id, decide=form)
    if is_applied:
        flash(_("Décision enregistrée."), "success")
    else:
        flash(_("Cette décision dépasse votre plafond : elle prendra effet après une seconde validation."), "info")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


def _decided(session: ScopedSession, quote_id: int, form: DecideForm) -> bool:
    """Whether the decision takes effect at once."""
    answered = Answered(form.granted.data == "yes", form.reason.data or "", form.conditions.data or "")
    decision = referral_service.decide_quote(session, queries.get_quote(session, quote_id), answered, now())
    return decision.applied_at is not None


@blueprint.post("/quotes/<int:quote_id>/apply-decision")
@needs(Right.DECIDE_QUOTES)
def apply_decision(quote_id: int) -> ResponseReturnValue:
    """Give effect to the decision that a second person agreed to."""
    _acted(quote_id, lambda session, quote: referral_service.apply_decision(session, quote, now()))
    flash(_("Décision enregistrée."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@blueprint.post("/quotes/<int:quote_id>/send")
@needs(Right.WRITE_QUOTES)
def send_quote(quote_id: int) -> ResponseReturnValue:
    """Send a quote to its client."""
    form = SendForm()
    content = _to_send(quote_id) if form.validate_on_submit() else b""
    to = Addressee(form.addressee.data or "", form.email.data or "")
    if written(form, lambda session: put_and_send(session, quote_id, content, to)) is None:
        return _quote_page(quote_id, send=form)
    flash(_("Devis envoyé : la page du client est ouverte."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


def _to_send(quote_id: int) -> bytes:
    """The paper of a quote that may be sent, printed before anything is written: it takes a second."""
    with database().reading(actor()) as session:
        found = queries.get_quote(session, quote_id)
        sending_service.require_sendable(found, practice())
        paper = paper_of(session, found)
    return printed(paper)


@blueprint.post("/quotes/<int:quote_id>/send-again")
@needs(Right.WRITE_QUOTES)
def send_again(quote_id: int) -> ResponseReturnValue:
    """Write to the client again, who lost its mail."""
    _acted(quote_id, lambda session, quote: sending_service.send_again(session, quote, practice()))
    flash(_("Courriel renvoyé au client, avec le même lien."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id))


@blueprint.post("/quotes/<int:quote_id>/questions/<int:question_id>")
@needs(Right.WRITE_QUOTES)
def answer_question(quote_id: int, question_id: int) -> ResponseReturnValue:
    """Answer a question of the client."""
    text = request.form.get("answer", "")
    if carried_out(lambda session: _answer(session, quote_id, question_id, text)):
        flash(_("Réponse envoyée au client."), "success")
    return redirect(url_for("quotes.show_quote", quote_id=quote_id) + "#questions")


def _answer(session: ScopedSession, quote_id: int, question_id: int, text: str) -> None:
    quote = queries.get_quote(session, quote_id)
    asked = () if quote.sending is None else quote.sending.questions
    question = next((one for one in asked if one.id == question_id), None)
    if question is None:
        raise NotFound(_("Cette question n'est pas de ce devis."))
    sending_service.answer_question(session, quote, question, text, practice())


def _acted(quote_id: int, act: Callable[[ScopedSession, Quote], object]) -> None:
    with database().writing(actor()) as session:
        act(session, queries.get_quote(session, quote_id))
