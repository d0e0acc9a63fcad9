"""Pages of files: the list, one file with its papers, needs and findings, its price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.identifiers import compact_siren, is_siren
from atmp_insure.parties.queries import find_company, get_company
from atmp_insure.rate_records.blueprint import office
from atmp_insure.rate_records.shown import SEVERITIES
from atmp_insure.underwriting import link_views, product_views, queries, quote_views, service, shown
from atmp_insure.underwriting.bare_exposure import NON_CONTRACTUAL, bare_exposure
from atmp_insure.underwriting.blueprint import blueprint, book, broker_of
from atmp_insure.underwriting.decision import decision
from atmp_insure.underwriting.forms import EstimateForm, NeedsEntries, SubmissionForm, VariantsForm
from atmp_insure.underwriting.lists import SUBMISSIONS
from atmp_insure.underwriting.models import SubmissionState
from atmp_insure.underwriting.needs import QUESTIONS, SCHEMES
from atmp_insure.underwriting.pricing import RANGE_SCENARIOS, Draw
from atmp_insure.underwriting.quotation import QuoteQuestion, file_seed, quotation
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.service import NewSubmission
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import EmptyForm, carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.underwriting.bare_exposure import BareFacts
    from atmp_insure.underwriting.models import Quote, Submission
    from atmp_insure.underwriting.service import Prepared

__all__ = ["blueprint"]

ROUTES_ELSEWHERE = (link_views, product_views, quote_views)  # importing them gives the blueprint their routes
# reasons that the page tells where they are mended
_TOLD_APART = frozenset({"finding_to_answer", "known_claim", "missing_paper", "needs_missing", "no_section"})


@blueprint.get("/submissions")
@needs(Right.READ_PRICING)
def list_submissions() -> ResponseReturnValue:
    """The files, the latest first."""
    return listing.page(SUBMISSIONS, "quotes/submissions.html", may_write=actor().may(Right.WRITE_QUOTES))


@blueprint.route("/submissions/new", methods=["GET", "POST"])
@needs(Right.WRITE_QUOTES)
def add_submission() -> ResponseReturnValue:
    """Open a file; `?siren=…` fills the form."""
    form = SubmissionForm.offered(request.args.get("siren", ""))
    made = written(form, lambda session: _open(session, form))
    if made is not None:
        return redirect(url_for("quotes.show_submission", submission_id=made.id))
    return render_template("quotes/new_submission.html", form=form, **_instead(form)), status_of(form)


def _instead(form: SubmissionForm) -> dict[str, object]:
    """What to do about a SIREN that was refused: add the company that one has not, or go on with the open file."""
    siren = compact_siren(form.siren.data or "")
    unknown_siren, open_file = "", None
    if form.siren.errors and siren:
        with database().reading(actor()) as session:
            company = find_company(session, siren)
            if company is not None:
                same = queries.open_submissions(company.id, form.product.data, form.first_day())
                open_file = session.scalar(same)
            elif is_siren(siren) and actor().may(Right.ADD_COMPANIES):
                unknown_siren = siren
    return {"unknown_siren": unknown_siren, "open_file": open_file}


def _open(session: ScopedSession, form: SubmissionForm) -> Submission:
    company_id = form.company_id(session)
    new = NewSubmission(company_id, form.product.data, form.first_day(), broker_of(session, company_id))
    return service.open_submission(session, new, book(), now())


@blueprint.route("/submissions/estimate", methods=["GET", "POST"])
@needs(Right.WRITE_QUOTES)
def estimate() -> ResponseReturnValue:
    """Eligibility and an order of magnitude, before any paper; nothing is kept."""
    form = EstimateForm(siren=request.args.get("siren", ""))
    answer = None
    if form.validate_on_submit():
        try:
            answer = _estimated(form.facts())
        except InvalidInput as error:
            form.take_faults(error)
    page = render_template(
        "quotes/estimate.html", form=form, answer=answer, said=NON_CONTRACTUAL, reason_tones=shown.REASON_TONES,
        verdicts=shown.VERDICTS, variants=() if answer is None else shown.variants_of(answer),
        illustrations=() if answer is None else shown.illustrations_of(answer),
    )  # fmt: skip
    return page, status_of(form)


def _estimated(facts: BareFacts) -> dict[str, Any]:
    first_day = today().replace(year=today().year + 1, month=1, day=1)
    tariff = book().tariff(book().catalogue.products()[0], first_day)
    found = bare_exposure(facts, book().law, today())
    draw = Draw(file_seed(found, first_day), RANGE_SCENARIOS)
    return quote_answer(quotation(found, QuoteQuestion(first_day, draw=draw), tariff))


@blueprint.get("/submissions/<int:submission_id>")
@needs(Right.READ_PRICING)
def show_submission(submission_id: int) -> ResponseReturnValue:
    """A file: what it rests on, what is missing, its quotes."""
    with database().reading(actor()) as session:
        found = queries.get_submission(session, submission_id)
        company = get_company(session, found.company_id)
        prepared = service.prepare(session, found, office(), book(), today())
        may_write = has_right_there(session, Right.WRITE_QUOTES, found.company_id)
        trail = history.trail_of(session, found, *found.needs, *found.answers)
    return render_template(
        "quotes/submission.html", found=found, company=company, trail=trail,
        may_write=may_write and found.state is SubmissionState.OPEN, state=shown.SUBMISSION_STATES[found.state],
        quote_states=shown.QUOTE_STATES, verdicts=shown.VERDICTS, reason_tones=shown.REASON_TONES, modes=shown.MODES,
        answered=shown.answered(found.needs[-1]) if found.needs else (), severities=SEVERITIES,
        **_studied(prepared, found),
    )  # fmt: skip


def _studied(prepared: Prepared, found: Submission) -> dict[str, Any]:
    """What the rules say of a file before its price."""
    decided = decision(prepared.exposure, (), prepared.declared, prepared.tariff.product, found.starts_on)
    return {
        "exposure": prepared.exposure, "product": prepared.tariff.product, "decided": decided,
        "reasons": [one for one in decided.reasons if one.code not in _TOLD_APART],
        "to_answer": service.findings_to_answer(prepared, found),
        "accumulated_eur": prepared.declared.group_wages_eur if actor().may(Right.DECIDE_QUOTES) else 0,
    }  # fmt: skip


@blueprint.route("/submissions/<int:submission_id>/needs", methods=["GET", "POST"])
@needs(Right.WRITE_QUOTES)
def write_needs(submission_id: int) -> ResponseReturnValue:
    """Keep what the client answered, as a new version of the form of needs."""
    with database().reading(actor()) as session:
        found = queries.get_submission(session, submission_id)
        company = get_company(session, found.company_id)
    last = found.needs[-1] if found.needs else None
    entries = NeedsEntries({} if last is None else last.answers, "" if last is None else last.advice)
    if EmptyForm().validate_on_submit() and _needs_written(submission_id, entries):
        flash(_("Fiche de besoins enregistrée."), "success")
        return redirect(url_for("quotes.show_submission", submission_id=submission_id))
    answer = render_template(
        "quotes/needs.html", found=found, company=company, entries=entries, questions=QUESTIONS, schemes=SCHEMES
    )
    return answer, 422 if entries.faults else 200


def _needs_written(submission_id: int, entries: NeedsEntries) -> bool:
    try:
        with database().writing(actor()) as session:
            kept = queries.get_submission(session, submission_id)
            service.write_needs(session, kept, entries.typed(), entries.advice, now())
    except InvalidInput as error:
        entries.take_faults(error)
    return not entries.faults


@blueprint.post("/submissions/<int:submission_id>/findings")
@needs(Right.WRITE_QUOTES)
def answer_finding(submission_id: int) -> ResponseReturnValue:
    """Keep the answer to a finding of severity error."""
    key, text = request.form.get("key", ""), request.form.get("text", "")
    with database().reading(actor()) as session:
        found = queries.get_submission(session, submission_id)
        prepared = service.prepare(session, found, office(), book(), today())
    finding = service.findings_to_answer(prepared, found).get(key)
    if finding is None:
        flash(_("Ce constat n'attend pas de réponse."), "error")
    elif carried_out(lambda session: service.answer_finding(
        session, queries.get_submission(session, submission_id), key, message=finding.message_fr, text=text, now=now()
    )):  # fmt: skip
        flash(_("Réponse enregistrée."), "success")
    return redirect(url_for("quotes.show_submission", submission_id=submission_id) + "#findings")


@blueprint.route("/submissions/<int:submission_id>/price", methods=["GET", "POST"])
@needs(Right.WRITE_QUOTES)
def price_submission(submission_id: int) -> ResponseReturnValue:
    """Price the variants of a file: a new version of its quote."""
    with database().reading(actor()) as session:
        found = queries.get_submission(session, submission_id)
        company = get_company(session, found.company_id)
        prepared = service.prepare(session, found, office(), book(), today())
    form = VariantsForm.offered(prepared.tariff.product)
    quote = _priced(submission_id, prepared, form) if form.validate_on_submit() else None
    if quote is not None:
        return redirect(url_for("quotes.show_quote", quote_id=quote.id))
    page = render_template("quotes/price.html", form=form, found=found, company=company)
    return page, status_of(form)


def _priced(submission_id: int, prepared: Prepared, form: VariantsForm) -> Quote | None:
    """The quote that was kept; computed between two sessions, since it takes a second."""
    try:
        answer = service.priced(prepared, form.variants(prepared.tariff.product))
        with database().writing(actor()) as session:
            kept = queries.get_submission(session, submission_id)
            return service.keep_quote(session, kept, prepared, answer, now())
    except InvalidInput as error:
        form.take_faults(error)
        return None


@blueprint.post("/submissions/<int:submission_id>/close")
@needs(Right.WRITE_QUOTES)
def close_submission(submission_id: int) -> ResponseReturnValue:
    """Give a file up."""
    reason = request.form.get("reason", "")
    if carried_out(lambda session: service.close_submission(
        session, queries.get_submission(session, submission_id), reason, now()
    )):  # fmt: skip
        flash(_("Demande close : ses devis ne peuvent plus être acceptés."), "success")
    return redirect(url_for("quotes.show_submission", submission_id=submission_id))
