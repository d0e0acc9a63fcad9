"""Pages of the watch over letters: the register, one channel with its looks, one awaited letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary import awaited_service, awaited_shown, shown
from atmp_insure.diary import watch_queries as queries
from atmp_insure.diary import watch_service as service
from atmp_insure.diary.awaited_service import Moment
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.watch_forms import (
    AnnounceForm,
    AwaitForm,
    DownloadForm,
    KeepForm,
    LookForm,
    NewWatchForm,
    ReadingForm,
    WatchForm,
)
from atmp_insure.diary.watch_lists import AWAITED, WATCHES
from atmp_insure.documents.blueprint import vault
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import get_company
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.watch_models import AwaitedLetter
    from atmp_insure.web.forms import Form

_LOOKS_SHOWN = 50


def _moment(region: str = MAINLAND) -> Moment:
    return Moment(installed_deadlines(settings().config_overlay), now(), region)


@blueprint.get("/watch")
@needs(Right.READ_DIARY)
def list_watches() -> ResponseReturnValue:
    """The register of channels, those to look at first."""
    with database().reading(actor()) as session:
        outages = queries.list_outages(session)
    return listing.page(WATCHES, "diary/watches.html", may_write=actor().may(Right.WRITE_DIARY), outages=outages)


@blueprint.get("/watch/letters")
@needs(Right.READ_DIARY)
def list_awaited() -> ResponseReturnValue:
    """The letters awaited by all channels."""
    return listing.page(AWAITED, "diary/awaited_letters.html")


@blueprint.route("/watch/new", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def add_watch() -> ResponseReturnValue:
    """Watch a channel of a client."""
    form = NewWatchForm(siren=request.args.get("siren", ""))
    made = written(form, lambda session: service.open_watch(session, form.watch(session), now()))
    if made is not None:
        return redirect(url_for("diary.show_watch", watch_id=made.id))
    return render_template("diary/new_watch.html", form=form), status_of(form)


@blueprint.get("/watch/<int:watch_id>")
@needs(Right.READ_DIARY)
def show_watch(watch_id: int) -> ResponseReturnValue:
    """A channel: how it stands, its looks, the letters it should bring."""
    return _watch_page(watch_id)


def _watch_page(watch_id: int, look: LookForm | None = None, edit: WatchForm | None = None) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        watch = queries.get_watch(session, watch_id)
        company = get_company(session, watch.company_id)
        looks = queries.list_looks(session, watch_id, _LOOKS_SHOWN)
        awaited = queries.list_awaited_by(session, watch_id)
        may_write = has_right_there(session, Right.WRITE_DIARY, watch.company_id, watch.establishment_id)
        trail = history.trail_of(session, watch)
    look_form, edit_form = look or LookForm(formdata=None), edit or WatchForm.of(watch)
    answer = render_template(
        "diary/watch.html", watch=watch, company=company, looks=looks, awaited=awaited, may_write=may_write,
        look_form=look_form, edit_form=edit_form, trail=trail, state=shown.watch_state(watch),
        outcomes=shown.LOOK_OUTCOMES, awaited_states=shown.AWAITED_STATES,
    )  # fmt: skip
    return answer, status_of(look_form, edit_form)


@blueprint.post("/watch/<int:watch_id>/look")
@needs(Right.WRITE_DIARY)
def note_look(watch_id: int) -> ResponseReturnValue:
    """Keep what a look gave."""
    form = LookForm()
    look = written(form, lambda session: service.note_look(
        session, queries.get_watch(session, watch_id), form.look(), now()
    ))  # fmt: skip
    if look is None:
        return _watch_page(watch_id, look=form)
    flash(awaited_shown.after_look(look), "success")
    return redirect(url_for("diary.show_watch", watch_id=watch_id))


@blueprint.post("/watch/nothing-new")
@needs(Right.WRITE_DIARY)
def note_nothing_new() -> ResponseReturnValue:
    """Keep that the channels that were chosen were looked at, and showed nothing new: a morning's round."""
    chosen = [int(one) for one in request.form.getlist("selected") if one.isdecimal()]
    with database().writing(actor()) as session:
        found = service.note_round(session, chosen, now())
    flash(_("Relevés notés : %(count)s.", count=len(found)), "success")
    return redirect(url_for("diary.list_watches"))


@blueprint.post("/watch/<int:watch_id>/correct")
@needs(Right.WRITE_DIARY)
def correct_watch(watch_id: int) -> ResponseReturnValue:
    """Change how a channel is watched."""
    form = WatchForm()
    if not carried_out(lambda session: _corrected(session, watch_id, form), form):
        return _watch_page(watch_id, edit=form)
    flash(_("Suivi du canal corrigé."), "success")
    return redirect(url_for("diary.show_watch", watch_id=watch_id))


def _corrected(session: ScopedSession, watch_id: int, form: WatchForm) -> None:
    watch = queries.get_watch(session, watch_id)
    said = form.watch_of(watch.company_id, watch.channel, watch.establishment_id)
    service.correct_watch(session, watch, said)


@blueprint.post("/watch/<int:watch_id>/close")
@needs(Right.WRITE_DIARY)
def close_watch(watch_id: int) -> ResponseReturnValue:
    """Watch a channel no more."""
    try:
        with database().writing(actor()) as session:
            service.close_watch(session, queries.get_watch(session, watch_id), request.form.get("reason", ""), now())
    except InvalidInput as error:
        flash(_said(error), "error")
    return redirect(url_for("diary.show_watch", watch_id=watch_id))


@blueprint.route("/watch/<int:watch_id>/letters/new", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def await_letter(watch_id: int) -> ResponseReturnValue:
    """Expect a letter of a channel, or keep that the channel announces it."""
    with database().reading(actor()) as session:
        watch = queries.get_watch(session, watch_id)
        company = get_company(session, watch.company_id)
    form = AwaitForm.offered()
    made = written(form, lambda session: awaited_service.await_letter(
        session, queries.get_watch(session, watch_id), form.new_letter(), _moment(form.region.data or MAINLAND)
    ))  # fmt: skip
    if made is not None:
        return redirect(url_for("diary.show_awaited", awaited_id=made.id))
    answer = render_template("diary/new_awaited.html", form=form, watch=watch, company=company)
    return answer, status_of(form)


@blueprint.get("/watch/letters/<int:awaited_id>")
@needs(Right.READ_DIARY)
def show_awaited(awaited_id: int) -> ResponseReturnValue:
    """An awaited letter: where it stands, what opening it starts, its next step."""
    return _awaited_page(awaited_id)


def _awaited_page(awaited_id: int, faulty: Form | None = None) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        letter = queries.get_awaited(session, awaited_id)
        company = get_company(session, letter.company_id)
        may_write = has_right_there(session, Right.WRITE_DIARY, letter.company_id, letter.establishment_id)
        trail = history.trail_of(session, letter)
        clocks = awaited_shown.clocks_of(session, letter)
        consequence = awaited_shown.if_opened(letter, _moment(clocks.region), today())
    answer = render_template(
        "diary/awaited_letter.html", letter=letter, company=company, may_write=may_write, trail=trail, clocks=clocks,
        consequence=consequence, states=shown.AWAITED_STATES, deadline_states=shown.DEADLINE_STATES,
        forms_of=awaited_shown.forms_of(letter, clocks.region, faulty),
    )  # fmt: skip
    return answer, 422 if faulty is not None else 200


@blueprint.post("/watch/letters/<int:awaited_id>/announce")
@needs(Right.WRITE_DIARY)
def announce_letter(awaited_id: int) -> ResponseReturnValue:
    """Keep since when a letter is on its portal."""
    form = AnnounceForm()
    return _changed(awaited_id, form, lambda session, letter: awaited_service.announce(
        session, letter, form.available(), form.mailed(), _moment(form.region.data or MAINLAND)
    ))  # fmt: skip


@blueprint.post("/watch/letters/<int:awaited_id>/read")
@needs(Right.WRITE_DIARY)
def note_first_reading(awaited_id: int) -> ResponseReturnValue:
    """Keep who opened a letter, and when."""
    form = ReadingForm()
    return _changed(awaited_id, form, lambda session, letter: awaited_service.note_first_reading(
        session, letter, form.moment(), _moment(awaited_shown.clocks_of(session, letter).region)
    ))  # fmt: skip


@blueprint.post("/watch/letters/<int:awaited_id>/taken")
@needs(Right.WRITE_DIARY)
def note_download(awaited_id: int) -> ResponseReturnValue:
    """Keep when a letter was taken from its portal."""
    form = DownloadForm()
    return _changed(awaited_id, form, lambda session, letter: awaited_service.note_download(
        session, letter, form.moment(), _moment(awaited_shown.clocks_of(session, letter).region)
    ))  # fmt: skip


def _changed(
    awaited_id: int, form: Form, change: Callable[[ScopedSession, AwaitedLetter], None]
) -> ResponseReturnValue:
    """The page of a letter after a change, or with what the form refuses."""
    if not carried_out(lambda session: change(session, queries.get_awaited(session, awaited_id)), form):
        return _awaited_page(awaited_id, form)
    flash(_("C'est noté : les délais qui en partent sont à jour."), "success")
    return redirect(url_for("diary.show_awaited", awaited_id=awaited_id))


@blueprint.post("/watch/letters/<int:awaited_id>/keep")
@needs(Right.WRITE_DIARY)
def keep_letter(awaited_id: int) -> ResponseReturnValue:
    """Put the letter itself into the vault."""
    form = KeepForm()

    def keep(session: ScopedSession, letter: AwaitedLetter) -> None:
        file = form.accepted_file(settings().vault.largest_bytes)
        new = awaited_shown.document_of(letter)
        awaited_service.keep_file(session, vault(), letter, new, file, moment=_moment())

    return _changed(awaited_id, form, keep)


@blueprint.post("/watch/letters/<int:awaited_id>/set-aside")
@needs(Right.WRITE_DIARY)
def set_aside_letter(awaited_id: int) -> ResponseReturnValue:
    """Await a letter no more."""
    try:
        with database().writing(actor()) as session:
            letter = queries.get_awaited(session, awaited_id)
            awaited_service.set_aside(session, letter, request.form.get("reason", ""), now())
    except InvalidInput as error:
        flash(_said(error), "error")
    return redirect(url_for("diary.show_awaited", awaited_id=awaited_id))


def _said(error: InvalidInput) -> str:
    return " ".join(shown.fault_text(fault) for fault in error.faults)
