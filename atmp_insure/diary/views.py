"""Pages of live deadlines: the list, the wall calendar, one deadline with its reasoning and its answer, the feed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.actors import actor_of
from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right, role_of
from atmp_insure.db.actor import system
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import (
    complaint_act_views,
    complaint_views,
    request_views,
    shown,
    task_views,
    tray_views,
    watch_views,
)
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary import deadline_service as service
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.calendar_file import calendar_file
from atmp_insure.diary.forms import AnswerForm, ForSomeone, ReasonForm, TypedDeadlineForm
from atmp_insure.diary.lists import DEADLINES
from atmp_insure.documents.queries import list_documents_of
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import names_of
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.explanations import explained
from atmp_insure.web.forms import carried_out, flash_faults, status_of, written
from atmp_insure.web.request_scope import ANYONE, actor, database, needs, now, settings, signed_in_viewer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.deadlines.law import DeadlineLaw

__all__ = ["blueprint"]

# importing them gives the blueprint their routes
ROUTES_ELSEWHERE = (complaint_act_views, complaint_views, request_views, task_views, tray_views, watch_views)
_PAPERS_OFFERED = 50
_FEED_DAYS = 400


def _clocks() -> DeadlineLaw:
    return installed_deadlines(settings().config_overlay)


@blueprint.get("/deadlines")
@needs(Right.READ_DIARY)
def list_deadlines() -> ResponseReturnValue:
    """All deadlines that one may see, the nearest first."""
    return listing.page(DEADLINES, "diary/deadlines.html", may_write=actor().may(Right.WRITE_DIARY))


@blueprint.get("/deadlines/calendar")
@needs(Right.READ_DIARY)
def show_calendar() -> ResponseReturnValue:
    """A month of deadlines on the wall; `?month=2026-11`."""
    first = _month()
    last = (first + timedelta(days=31)).replace(day=1)
    with database().reading(actor()) as session:
        found = queries.list_deadlines_between(session, first - timedelta(days=7), last + timedelta(days=7))
    weeks = shown.month_weeks(first, found, today())
    before, after = (first - timedelta(days=1)).replace(day=1), last
    return render_template(
        "diary/calendar.html", first=first, weeks=weeks, before=before, after=after, states=shown.DEADLINE_STATES
    )


def _month() -> date:
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return today().replace(day=1)


@blueprint.route("/deadlines/new", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def add_deadline() -> ResponseReturnValue:
    """Keep a day typed by hand."""
    with database().reading(actor()) as session:
        form = TypedDeadlineForm.among(access_queries.names_of_users(session), siren=request.args.get("siren", ""))
    made = written(form, lambda session: service.add_typed_deadline(
        session, form.typed(company_id_of(session, form.siren.data or "")), now()
    ))  # fmt: skip
    if made is not None:
        return redirect(url_for("diary.show_deadline", deadline_id=made.id))
    return render_template("diary/new_deadline.html", form=form), status_of(form)


@blueprint.get("/deadlines/<int:deadline_id>")
@needs(Right.READ_DIARY)
def show_deadline(deadline_id: int) -> ResponseReturnValue:
    """A deadline: its days, why, who, its answer."""
    return _deadline_page(deadline_id)


def _deadline_page(deadline_id: int, form: AnswerForm | None = None) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        found = queries.get_deadline(session, deadline_id)
        names = names_of(session, {found.company_id}) if found.company_id is not None else {}
        people = access_queries.names_of_users(session)
        papers = list_documents_of(session, found.company_id, _PAPERS_OFFERED)
        may_write = has_right_there(session, Right.WRITE_DIARY, found.company_id, found.establishment_id)
        trail = history.trail_of(session, found)
        subject_url = history.address_of_seen(session, found.subject)
    answer_form = form or AnswerForm.offering(list(papers))
    hand_over = ForSomeone.among(people, team=found.team.value, person=str(found.owner_id or ""))
    answer = render_template(
        "diary/deadline.html", deadline=found, company=names.get(found.company_id or 0), form=answer_form,
        hand_over=hand_over, may_write=may_write, explanation=shown.reasoning_of(found), trail=trail,
        states=shown.DEADLINE_STATES, outcomes=shown.OUTCOMES, owner=people.get(found.owner_id or 0),
        subject_url=subject_url, reason_form=ReasonForm(),
    )  # fmt: skip
    return answer, status_of(answer_form)


@blueprint.post("/deadlines/<int:deadline_id>/answer")
@needs(Right.WRITE_DIARY)
def answer_deadline(deadline_id: int) -> ResponseReturnValue:
    """Say that the act was done."""
    with database().reading(actor()) as session:
        found = queries.get_deadline(session, deadline_id)
        form = AnswerForm.offering(list(list_documents_of(session, found.company_id, _PAPERS_OFFERED)))
    if not carried_out(lambda session: service.answer_deadline(
        session, _clocks(), queries.get_deadline(session, deadline_id), form.answer(), now()
    ), form):  # fmt: skip
        return _deadline_page(deadline_id, form)
    flash(_("Échéance traitée."), "success")
    return redirect(url_for("diary.show_deadline", deadline_id=deadline_id))


@blueprint.post("/deadlines/<int:deadline_id>/void")
@needs(Right.WRITE_DIARY)
def void_deadline(deadline_id: int) -> ResponseReturnValue:
    """Say that what the deadline was for is gone."""
    try:
        with database().writing(actor()) as session:
            found = queries.get_deadline(session, deadline_id)
            service.void_deadline(session, found, request.form.get("reason", ""), now())
    except InvalidInput as error:
        flash_faults(error)
    return redirect(url_for("diary.show_deadline", deadline_id=deadline_id))


@blueprint.post("/deadlines/<int:deadline_id>/hand-over")
@needs(Right.WRITE_DIARY)
def hand_over(deadline_id: int) -> ResponseReturnValue:
    """Give a deadline to a person, or to a team."""
    with database().writing(actor()) as session:
        form = ForSomeone.among(access_queries.names_of_users(session))
        if form.validate_on_submit():
            found = queries.get_deadline(session, deadline_id)
            service.hand_over(session, found, form.person_id(), role_of(form.team.data))
            flash(_("Échéance confiée."), "success")
    return redirect(url_for("diary.show_deadline", deadline_id=deadline_id))


@blueprint.get("/deadlines/<int:deadline_id>/explanation")
@needs(Right.READ_DIARY)
def explain_deadline(deadline_id: int) -> ResponseReturnValue:
    """Why a deadline falls on its day."""
    with database().reading(actor()) as session:
        found = queries.get_deadline(session, deadline_id)
    return explained(shown.reasoning_of(found))


@blueprint.get("/deadlines/feed")
@needs(Right.READ_DIARY)
def show_feed() -> ResponseReturnValue:
    """The address of one's deadlines for one's own calendar."""
    with database().reading(actor()) as session:
        feed = queries.find_feed(session, signed_in_viewer().user_id)
    return render_template("diary/feed.html", feed=feed, address="")


@blueprint.post("/deadlines/feed")
@needs(Right.READ_DIARY)
def open_feed() -> ResponseReturnValue:
    """A new address, shown once; the former one closes."""
    user_id = signed_in_viewer().user_id
    with database().writing(actor()) as session:
        token = service.open_feed(session, user_id, now())
    with database().reading(actor()) as session:
        feed = queries.find_feed(session, user_id)
    address = f"{settings().site.address}{url_for('diary.read_feed', token=token)}"
    return render_template("diary/feed.html", feed=feed, address=address)


@blueprint.post("/deadlines/feed/close")
@needs(Right.READ_DIARY)
def close_feed() -> ResponseReturnValue:
    """Close the address."""
    with database().writing(actor()) as session:
        service.revoke_feeds(session, signed_in_viewer().user_id, now())
    flash(_("Adresse fermée : plus aucun agenda ne lit vos échéances par elle."), "success")
    return redirect(url_for("diary.show_feed"))


@blueprint.get("/calendars/<token>.ics")
@needs(ANYONE)
def read_feed(token: str) -> ResponseReturnValue:
    """The deadlines of whoever was given this address, as an iCalendar file."""
    with database().reading(system("calendar feed")) as session:
        feed = queries.find_feed_by_digest(session, service.feed_digest(session, token))
        if feed is None:
            abort(404)
        user = access_queries.get_user(session, feed.user_id)
        reader = actor_of(user, access_queries.list_grants_of(session, user.id), today())
    with database().reading(reader) as session:
        found = queries.list_deadlines_between(
            session, today() - timedelta(days=30), today() + timedelta(days=_FEED_DAYS)
        )
    return Response(calendar_file(found, settings().site.address), mimetype="text/calendar")
