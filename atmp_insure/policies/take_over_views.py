"""Books of policies: brought, looked at policy by policy with their totals, taken over and taken back by runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.db.run_queries import get_run
from atmp_insure.db.runs import progress_of
from atmp_insure.documents import service as documents
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.models import Confidentiality
from atmp_insure.documents.service import NewDocument
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_euros, french_number
from atmp_insure.parties import import_service
from atmp_insure.parties.body_models import ImportState
from atmp_insure.parties.shown import IMPORT_STATES
from atmp_insure.policies import take_over_jobs, take_over_queries, take_over_service
from atmp_insure.policies.book_controls import Control
from atmp_insure.policies.book_readers import sheets_in
from atmp_insure.policies.loader import installed_rulebook
from atmp_insure.policies.take_over_course import Course
from atmp_insure.policies.take_over_forms import TakeOverForm, empty_book
from atmp_insure.web import history
from atmp_insure.web.display import State, Tone
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from fractions import Fraction

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import PartyImport
    from atmp_insure.policies.book_controls import Controlled
    from atmp_insure.policies.take_over_judging_service import Judged

blueprint = Blueprint("take_overs", __name__, url_prefix="/policies/take-overs")
_ROWS_SHOWN = 200
_KIND_OF_PAPER = "other"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COURSES = {
    None: State(_l("en faute"), Tone.BAD),
    Course.WRITE: State(_l("nouveau"), Tone.GOOD),
    Course.SAME: State(_l("déjà repris"), Tone.NEUTRAL),
    Course.REWRITE: State(_l("repris de nouveau"), Tone.INFO),
    Course.DIFFERS: State(_l("diffère"), Tone.CARE),
    Course.ACTED: State(_l("modifié depuis"), Tone.CARE),
}


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Right.TAKE_OVER_POLICIES)
def add_take_over() -> ResponseReturnValue:
    """Bring a book: it is kept in the vault and read; nothing of it is written yet."""
    form = TakeOverForm()
    if form.validate_on_submit():
        try:
            found = _keep(form)
        except InvalidInput as error:
            form.take_faults(error)
        else:
            return redirect(url_for("take_overs.show_take_over", book_id=found.id))
    return render_template("policies/new_take_over.html", form=form, controls=tuple(Control)), status_of(form)


def _keep(form: TakeOverForm) -> PartyImport:
    file = form.accepted_file(settings().vault.largest_bytes)
    sheets, expected = sheets_in(file.name, file.content), form.expected()
    paper = NewDocument(
        kinds()[_KIND_OF_PAPER], None, _("Portefeuille repris"), Confidentiality.NAMED, channel="import"
    )
    with database().writing(actor()) as session:
        kept = documents.deposit_document(session, vault(), paper, file, now())
        new = form.new_book(file, kept.document.id)
        return take_over_service.keep_book(session, new, sheets, expected, now())


@blueprint.get("/<int:book_id>")
@needs(Right.TAKE_OVER_POLICIES)
def show_take_over(book_id: int) -> ResponseReturnValue:
    """A book, and what each of its policies would become; or the runs that took it over, and back."""
    with database().reading(actor()) as session:
        found = take_over_queries.get_book(session, book_id)
        waits = found.state is ImportState.PREVIEWED
        shown = _preview(session, found) if waits else _runs(session, found)
        return render_template(
            "policies/take_over.html", found=found, state=IMPORT_STATES[found.state], waits=waits,
            trail=history.trail_of(session, found), **shown,
        )  # fmt: skip


def _preview(session: ScopedSession, found: PartyImport) -> dict[str, Any]:
    """Policies in fault first: they are what there is to do before writing."""
    preview = take_over_service.preview_book(session, found, installed_rulebook(settings().config_overlay))
    counts = Counter(one.course for one in preview.policies)
    in_order = sorted(preview.policies, key=lambda one: list(COURSES).index(one.course))
    return {
        "policies": [_policy_row(one) for one in in_order[:_ROWS_SHOWN]],
        "hidden": max(0, len(in_order) - _ROWS_SHOWN),
        "counts": [(shown, counts[course]) for course, shown in COURSES.items() if counts[course]],
        "useful": counts[Course.WRITE] + counts[Course.REWRITE],
        "controls": [_control_row(one) for one in preview.controls],
        "differences": [one.control.value for one in preview.differences],
        "faults": preview.faults,
        "kept": [(sheet.label, count, sheet.taken_by) for sheet, count in preview.kept.items()],
    }


def _policy_row(one: Judged) -> tuple[str, str, State, list[str]]:
    """A policy, where the book begins to speak of it, what it becomes, and why."""
    told = [f"{fault.place} : {fault.sentence}" for fault in one.faults]
    if one.course is not None:
        told = [_("%(label)s (transactions : %(count)s)", label=one.course.label, count=len(one.entries))]
    return one.former.reference, one.former.first_place, COURSES[one.course], told


def _control_row(one: Controlled) -> tuple[str, str, str, State]:
    expected = _("non donné") if one.expected is None else _total(one.control, one.expected)
    state = State(_("différent"), Tone.BAD) if one.differs else State(_("conforme"), Tone.GOOD)
    if one.expected is None:
        state = State(_("sans contrôle"), Tone.NEUTRAL)
    return one.control.label, _total(one.control, one.read), expected, state


def _total(control: Control, value: Fraction) -> str:
    return french_euros(value) if control.is_amount else french_number(value)


def _runs(session: ScopedSession, found: PartyImport) -> dict[str, Any]:
    back = take_over_queries.find_run(session, take_over_jobs.TAKE_BACK.name, f"book:{found.id}")
    run = None if found.run_id is None else get_run(session, found.run_id)
    return {"run": run, "back": back, "progress": None if run is None else progress_of(session, run)}


@blueprint.post("/<int:book_id>/start")
@needs(Right.TAKE_OVER_POLICIES)
def start_take_over(book_id: int) -> ResponseReturnValue:
    """Hand a book to the run that takes it over; differing totals are those that the page showed."""
    confirmed = [one for one in Control if one.value in request.args.getlist("confirmed")]
    with database().writing(actor()) as session:
        found = take_over_queries.get_book(session, book_id)
        run = take_over_jobs.start_take_over(session, found, confirmed, now())
        return redirect(url_for("runs.show_run", run_id=run.id))


@blueprint.post("/<int:book_id>/take-back")
@needs(Right.TAKE_OVER_POLICIES)
def take_back(book_id: int) -> ResponseReturnValue:
    """Take a whole book back, policy by policy, by a run."""
    with database().writing(actor()) as session:
        found = take_over_queries.get_book(session, book_id)
        return redirect(url_for("runs.show_run", run_id=take_over_jobs.start_take_back(session, found, now()).id))


@blueprint.post("/<int:book_id>/discard")
@needs(Right.TAKE_OVER_POLICIES)
def discard_take_over(book_id: int) -> ResponseReturnValue:
    """Give a book up."""
    with database().writing(actor()) as session:
        import_service.discard_import(session, take_over_queries.get_book(session, book_id))
    flash(_("Classeur abandonné : rien n'en a été repris."), "success")
    return redirect(url_for("imports.list_imports"))


@blueprint.get("/model")
@needs(Right.TAKE_OVER_POLICIES)
def download_model() -> Response:
    """The empty workbook."""
    headers = {"Content-Disposition": 'attachment; filename="reprise.xlsx"', "Cache-Control": "no-store"}
    return Response(empty_book(), content_type=_XLSX, headers=headers)
