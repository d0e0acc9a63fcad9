"""Pages of deposits: files given for a company, what was read of them, what keeping them would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.shown import kinds, label_of
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import get_company
from atmp_insure.rate_records import deposit_service as coming
from atmp_insure.rate_records import paper_views, queries, service, shown, simulation_views
from atmp_insure.rate_records.blueprint import (
    beside,
    blueprint,
    note_reading,
    office,
    read_from_vault,
)
from atmp_insure.rate_records.effects import effect_of
from atmp_insure.rate_records.forms import PapersForm
from atmp_insure.rate_records.lists import DEPOSITS, FINDINGS
from atmp_insure.rate_records.models import DepositState
from atmp_insure.rate_records.paper_values import values_of
from atmp_insure.web import history, listing
from atmp_insure.web.addresses import keys_among
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.rate_records.blueprint import Beside
    from atmp_insure.rate_records.deposit_service import Deposited
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.models import PaperDeposit, RatePaper
    from atmp_insure.rate_records.paper_values import PaperValue

__all__ = ["blueprint"]

ROUTES_ELSEWHERE = (paper_views, simulation_views)  # importing them gives the blueprint their routes


@blueprint.get("/companies/<int:company_id>/papers")
@needs(Right.READ_RATES)
def show_papers(company_id: int) -> ResponseReturnValue:
    """The papers of a company, and where files are given."""
    return _papers_page(company_id, PapersForm())


@blueprint.post("/companies/<int:company_id>/papers")
@needs(Right.WRITE_RATES)
def deposit(company_id: int) -> ResponseReturnValue:
    """Take files given together: they are put in the vault, and read."""
    form = PapersForm()
    if not form.validate_on_submit():
        return _papers_page(company_id, form)
    try:
        files = form.accepted_files(settings().vault.largest_bytes)
    except InvalidInput as error:
        form.take_faults(error)
        return _papers_page(company_id, form)
    read = [coming.ReadFile(file, office().read(file.name, file.content, today())) for file in files]
    with database().writing(actor()) as session:
        shelf = coming.DepositShelf(vault(), kinds(), get_company(session, company_id), now())
        done = coming.deposit_papers(session, shelf, read)
    return _after_deposit(company_id, done)


@blueprint.post("/companies/<int:company_id>/papers/from-vault")
@needs(Right.WRITE_RATES)
def deposit_from_vault(company_id: int) -> ResponseReturnValue:
    """Read papers that lie in the vault already: `documents` names them, in the form or in the address."""
    try:
        read = read_from_vault(company_id, keys_among(request.values.getlist("documents")))
        with database().writing(actor()) as session:
            shelf = coming.DepositShelf(vault(), kinds(), get_company(session, company_id), now())
            done = coming.deposit_from_vault(session, shelf, read)
    except InvalidInput as error:
        for fault in error.faults:
            flash(fault.sentence, "error")
        return redirect(url_for("rate_records.show_papers", company_id=company_id))
    return _after_deposit(company_id, done)


def _after_deposit(company_id: int, done: Deposited) -> ResponseReturnValue:
    for name in done.repeated:
        flash(_("« %(name)s » était déjà lu : rien n'a été fait deux fois.", name=name), "info")
    if done.deposit is None:
        for fault in done.foreign:
            flash(f"{fault.source} : {fault.message}. {fault.remedy}.", "warning")
        return redirect(url_for("rate_records.show_papers", company_id=company_id))
    return redirect(url_for("rate_records.show_deposit", deposit_id=done.deposit.id))


def _papers_page(company_id: int, form: PapersForm) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        company = get_company(session, company_id)
        papers = queries.list_papers(session, company_id)
        waiting = queries.list_open_deposits(session, company_id)
        found = queries.list_findings_of_company(session, company_id)
        may_write = has_right_there(session, Right.WRITE_RATES, company_id)
        unread = queries.list_unread_documents(session, company_id, coming.RATE_PAPER_KINDS) if may_write else ()
    answer = render_template(
        "rate_records/papers.html", company=company, papers=papers, waiting=waiting, findings=found, form=form,
        may_write=may_write, kind_labels=shown.KIND_LABELS, states=shown.PAPER_STATES, severities=shown.SEVERITIES,
        worth=shown.largest_worth(found), unread=unread, label_of=label_of, most_unread=queries.MOST_UNREAD,
    )  # fmt: skip
    return answer, status_of(form)


@blueprint.get("/rate-papers/deposits")
@needs(Right.WRITE_RATES)
def list_deposits() -> ResponseReturnValue:
    """The deposits, those to read again first."""
    return listing.page(DEPOSITS, "rate_records/deposits.html")


@blueprint.get("/rate-findings")
@needs(Right.READ_RATES)
def list_findings() -> ResponseReturnValue:
    """The findings of every company."""
    return listing.page(FINDINGS, "rate_records/findings.html")


@blueprint.get("/rate-papers/deposits/<int:deposit_id>")
@needs(Right.WRITE_RATES)
def show_deposit(deposit_id: int) -> ResponseReturnValue:
    """What was read of the files, beside their pages, and what keeping them would change."""
    return _deposit_page(deposit_id)


def _deposit_page(deposit_id: int, faults: tuple[str, ...] = ()) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        found = queries.get_deposit(session, deposit_id)
        company = get_company(session, found.company_id)
        counting = queries.list_counting(session, found.company_id)
        named = shown.sees_names(session, found.company_id)
        trail = history.trail_of(session, found)
    chosen = _chosen_paper(found)
    document = None if chosen is None else office().document(chosen)
    is_open = found.state is DepositState.PROPOSED
    values = () if document is None else values_of(document)
    answer = render_template(
        "rate_records/deposit.html", deposit=found, company=company, paper=chosen, document=document, named=named,
        values=values, beside=_beside(chosen, document, values, named=named), is_open=is_open,
        lines=() if document is None else shown.account_rows(document, named=named), faults=faults,
        told=coming.told_faults(found), kind_labels=shown.KIND_LABELS, states=shown.PAPER_STATES,
        deposit_states=shown.DEPOSIT_STATES, severities=shown.SEVERITIES,
        effect=effect_of(office(), counting, found.papers) if is_open else None, trail=trail,
    )  # fmt: skip
    if chosen is not None and named:
        note_reading(chosen)
    return answer, 422 if faults else 200


def _beside(
    paper: RatePaper | None, document: Document | None, values: tuple[PaperValue, ...], *, named: bool
) -> Beside | None:
    if paper is None or document is None:
        return None
    return beside(paper, document, [one.place for one in values], named=named)


def _chosen_paper(found: PaperDeposit) -> RatePaper | None:
    asked = request.args.get("paper", type=int)
    return next((one for one in found.papers if one.id == asked), next(iter(found.papers), None))


@blueprint.post("/rate-papers/deposits/<int:deposit_id>/keep")
@needs(Right.WRITE_RATES)
def keep_deposit(deposit_id: int) -> ResponseReturnValue:
    """Make the papers that were chosen count."""
    chosen = {int(one) for one in request.form.getlist("papers") if one.isdecimal()}
    try:
        with database().writing(actor()) as session:
            found = queries.get_deposit(session, deposit_id)
            left_out = {paper.id for paper in found.papers} - chosen
            service.keep_deposit(session, office(), found, left_out, now())
    except InvalidInput as error:
        return _deposit_page(deposit_id, tuple(f"{fault.message}. {fault.remedy}." for fault in error.faults))
    flash(_("Pièces enregistrées ; les taux et les constats de l'entreprise sont à jour."), "success")
    return redirect(url_for("rate_records.show_papers", company_id=found.company_id))


@blueprint.post("/rate-papers/deposits/<int:deposit_id>/discard")
@needs(Right.WRITE_RATES)
def discard_deposit(deposit_id: int) -> ResponseReturnValue:
    """Leave a deposit aside."""
    with database().writing(actor()) as session:
        found = queries.get_deposit(session, deposit_id)
        service.discard_deposit(session, found, now())
    flash(_("Dépôt abandonné : rien n'en est retenu, ses fichiers restent dans le coffre."), "success")
    return redirect(url_for("rate_records.show_papers", company_id=found.company_id))
