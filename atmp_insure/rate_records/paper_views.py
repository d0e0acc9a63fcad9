"""The page of one paper: what was read beside the page it was read from, its corrections, the versions it replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.parties.queries import get_company
from atmp_insure.rate_records import queries, service, shown
from atmp_insure.rate_records.blueprint import beside, blueprint, note_reading, office
from atmp_insure.rate_records.documents import EmployerAccount
from atmp_insure.rate_records.effects import difference
from atmp_insure.rate_records.forms import CorrectionForm
from atmp_insure.rate_records.models import DepositState, PaperState
from atmp_insure.rate_records.paper_values import label_of, line_values, values_of
from atmp_insure.web import history
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now, signed_in_viewer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.paper_values import PaperValue


@blueprint.get("/rate-papers/<int:paper_id>")
@needs(Right.READ_RATES)
def show_paper(paper_id: int) -> ResponseReturnValue:
    """A paper, value by value; `?line=3` opens the values of one of its lines."""
    return _paper_page(paper_id, CorrectionForm())


@blueprint.post("/rate-papers/<int:paper_id>/corrections")
@needs(Right.WRITE_RATES)
def correct(paper_id: int) -> ResponseReturnValue:
    """Put a value of a paper right."""
    form = CorrectionForm()
    viewer = signed_in_viewer().display_name
    typed = service.TypedValue(form.name.data or "", form.value.data or "", form.reason.data or "", viewer)
    changed = written(form, lambda session: service.correct_value(
        session, office(), queries.get_paper(session, paper_id), typed, now()
    ))  # fmt: skip
    if changed is None:
        return _paper_page(paper_id, form)
    flash(_("Valeur corrigée.") if changed else _("Cette valeur était déjà celle de la pièce."), "success")
    return redirect(url_for("rate_records.show_paper", paper_id=paper_id, line=request.args.get("line")))


def _paper_page(paper_id: int, form: CorrectionForm) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        paper = queries.get_paper(session, paper_id)
        company = get_company(session, paper.company_id)
        former = queries.list_superseded_by(session, paper_id)
        findings = [one for one in queries.list_findings_of_company(session, company.id) if one.paper_id == paper_id]
        may_write = has_right_there(session, Right.WRITE_RATES, company.id)
        named = shown.sees_names(session, company.id, paper.establishment_id)
        trail = history.trail_of(session, paper)
        deposit = queries.find_open_deposit(session, paper)
    document = office().document(paper)
    at, lines = _line_at(document), shown.account_rows(document, named=named)
    values = _shown_values(document, at, named=named)
    editing = form.name.data or request.args.get("correct", "")
    if lines and named:
        note_reading(paper)
    answer = render_template(
        "rate_records/paper.html", paper=paper, company=company, document=document, trail=trail, form=form,
        values=values, at=at, editing=editing, findings=findings,
        lines=lines, deposit=deposit, beside=beside(paper, document, [one.place for one in values], named=named),
        differences=[difference(paper, document, one, office().document(one)) for one in former], named=named,
        may_write=may_write and paper.state in {PaperState.PROPOSED, PaperState.KEPT},
        label_of=lambda name: label_of(document, name), states=shown.PAPER_STATES, kind_labels=shown.KIND_LABELS,
        severities=shown.SEVERITIES, deposit_state=DepositState.PROPOSED,
    )  # fmt: skip
    return answer, status_of(form)


def _line_at(document: Document) -> int | None:
    """The line that is asked for; None for the head of the paper."""
    at = request.args.get("line", type=int)
    lines = document.lines if isinstance(document, EmployerAccount) else ()
    return at if at is not None and 0 <= at < len(lines) else None


def _shown_values(document: Document, at: int | None, *, named: bool) -> tuple[PaperValue, ...]:
    if at is None or not isinstance(document, EmployerAccount):
        return values_of(document)
    return tuple(one for one in line_values(document, at) if named or not one.names_people)
