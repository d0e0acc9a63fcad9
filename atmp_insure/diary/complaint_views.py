"""Pages of complaints: the register, one complaint, registering and correcting one, a year in figures."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.roles import Right
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary import complaint_shown as shown
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.complaint_forms import ComplaintForm, NewComplaintForm, insurers_of
from atmp_insure.diary.complaint_lists import COMPLAINTS
from atmp_insure.diary.service import NoteSubject, subject_of
from atmp_insure.parties.queries import names_of
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.complaint_models import Complaint

_MOST_YEARS = 12


@blueprint.get("/complaints")
@needs(Right.READ_COMPLAINTS)
def list_complaints() -> ResponseReturnValue:
    """The register: all complaints that one may see, the latest first."""
    may_write = actor().may(Right.WRITE_DIARY)
    missing = shown.office_remedies().missing if actor().everywhere(Right.WRITE_DIARY) else ()
    return listing.page(COMPLAINTS, "diary/complaints.html", may_write=may_write, missing=missing)


@blueprint.route("/complaints/new", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def add_complaint() -> ResponseReturnValue:
    """Register a complaint, about an object when one comes from its page."""
    subject = request.args.get("about", "")
    with database().reading(actor()) as session:
        form = NewComplaintForm.about(session, _about(session, subject))
    made = written(form, lambda session: _registered(session, form, subject))
    if made is None:
        return _new_page(form, subject)
    flash(_("Réclamation enregistrée sous le numéro %(number)s.", number=made.number), "success")
    return redirect(url_for("diary.show_complaint", complaint_id=made.id))


def _about(session: ScopedSession, subject: str) -> NoteSubject | None:
    if not subject:
        return None
    about = subject_of(history.find_object(session, subject))
    service.require_registrable(session, about)
    return about


def _new_page(form: NewComplaintForm, subject: str) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        handles, origin = service.handles(session), history.named(session, subject)
    answer = render_template(
        "diary/new_complaint.html", form=form, subject=subject, origin=origin, handles=handles,
        is_lawyer=actor().may(Right.READ_PRIVILEGED),
    )  # fmt: skip
    return answer, status_of(form)


def _registered(session: ScopedSession, form: NewComplaintForm, subject: str) -> Complaint:
    about, facts = _about(session, subject), form.facts(session)
    return service.register_complaint(session, shown.desk(), facts, about, form.solved.data or "")


@blueprint.get("/complaints/<int:complaint_id>")
@needs(Right.READ_COMPLAINTS)
def show_complaint(complaint_id: int) -> ResponseReturnValue:
    """A complaint: what it is, its state, what comes next, its clocks, its story."""
    with database().reading(actor()) as session:
        found = queries.get_complaint(session, complaint_id)
        page = {**_facts(session, found), **_course(session, found), "trail": history.trail_of(session, found)}
    return render_template(
        "diary/complaint.html", complaint=found, **page, state=shown.state_of(found, today()),
        warnings=shown.warnings_of(found), missing=shown.office_remedies().missing,
    )  # fmt: skip


def _facts(session: ScopedSession, found: Complaint) -> dict[str, Any]:
    """Who and what a complaint is about, as far as the viewer may read it."""
    insurer = _insurer_name(session, found.insurer_id)
    office = _("le bureau et ceux qui suivent l'entreprise") if found.is_shared else _("le bureau")
    return {
        "company": names_of(session, {found.company_id or 0}).get(found.company_id or 0),
        "handler": access_queries.names_of_users(session).get(found.handler_id or 0),
        "insurer": insurer,
        "seen_by": f"{office}, {insurer}" if found.insurer_told_on else office,
        "reads_words": service.reads_words(session, found),
        "origin": history.named(session, found.subject or ""),
    }


def _course(session: ScopedSession, found: Complaint) -> dict[str, Any]:
    """Where a complaint stands, and what the viewer may do about it."""
    may_act, step = service.handles(session), shown.step_of(found, insurers_of(session, found))
    clocks, papers = queries.list_clocks_of(session, found), queries.list_papers_of(session, found)
    return {
        "may_act": may_act, "course": shown.course_of(found, step),
        "side": shown.side_of(found, step, clocks, papers, may_act=may_act),
        "letters": shown.letters_of(found) if may_act and actor().everywhere(Right.WRITE_LETTERS) else (),
        "paper_ids": {paper.id for paper in papers},
    }  # fmt: skip


def _insurer_name(session: ScopedSession, insurer_id: int | None) -> str:
    names = {one.id: one.name for one in access_queries.list_organisations(session)} if insurer_id else {}
    return names.get(insurer_id or 0, "")


@blueprint.route("/complaints/<int:complaint_id>/edit", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def edit_complaint(complaint_id: int) -> ResponseReturnValue:
    """Correct what is known of a complaint."""
    with database().reading(actor()) as session:
        found = queries.get_complaint(session, complaint_id)
        service.require_handler(session)
        form = ComplaintForm.of(session, found)
    if carried_out(lambda session: service.correct_complaint(
        session, shown.desk(), queries.get_complaint(session, complaint_id), form.facts(session)
    ), form):  # fmt: skip
        return redirect(url_for("diary.show_complaint", complaint_id=complaint_id))
    return render_template("diary/edit_complaint.html", form=form, complaint=found), status_of(form)


@blueprint.get("/complaints/year")
@needs(Right.READ_COMPLAINTS)
def show_complaint_year() -> ResponseReturnValue:
    """A year of complaints: by theme, by cause, delays kept; `?year=2026`."""
    with database().reading(actor()) as session:
        first = queries.find_first_received(session) or today()
        years = range(today().year, max(first.year, today().year - _MOST_YEARS) - 1, -1)
        year = next((one for one in years if one == request.args.get("year", type=int)), today().year)
        found = queries.list_received_between(session, date(year, 1, 1), date(year, 12, 31))
    tabs = [(str(one), url_for("diary.show_complaint_year", year=one), None) for one in years]
    return render_template("diary/complaint_year.html", year=year, tabs=tabs, shown=shown.year_of(found, year))
