"""Writing a note on any object, which then shows on the page of its object; and all notes, by their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request

from atmp_insure.access.roles import Right
from atmp_insure.diary import queries, service
from atmp_insure.diary.lists import NOTES
from atmp_insure.diary.models import NoteReaders
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import search_text
from atmp_insure.web import history, listing
from atmp_insure.web.log_sentences import object_name
from atmp_insure.web.request_scope import actor, database, needs, now, signed_in_viewer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("history", __name__)
_MOST_TAGS, _MOST_OFFERED = 30, 8
_RELEASED_TO = (NoteReaders.OFFICE, NoteReaders.SHARED)


@blueprint.post("/notes/<subject>")
@needs(Right.WRITE_NOTES)
def add_note(subject: str) -> ResponseReturnValue:
    """Write a note on an object that one sees, then go back to its page."""
    try:
        with database().writing(actor()) as session:
            about = history.about(session, subject)
            text, readers = request.form.get("text", ""), _chosen_readers()
            author, tags = signed_in_viewer().display_name, request.form.get("tags", "")
            service.write_note(session, about, text, readers, author_name=author, now=now(), tags=tags)
    except InvalidInput as error:
        return _note_again(subject, error)
    flash(_("Note ajoutée."), "success")
    return redirect(f"{history.address_of(subject)}#notes")


def _chosen_readers() -> NoteReaders | None:
    """For whom the form says; None when it offers no choice."""
    chosen = request.form.get("readers", "")
    return next((one for one in NoteReaders if one.value == chosen), None)


def _note_again(subject: str, error: InvalidInput) -> ResponseReturnValue:
    """What is wrong with the note, and the note itself: nothing typed is lost."""
    with database().reading(actor()) as session:
        readers = service.possible_readers(session, history.about(session, subject))
    answer = render_template(
        "history/note.html",
        name=object_name(subject),
        subject=subject,
        faults=[fault.line() for fault in error.faults],
        text=request.form.get("text", ""),
        tags=request.form.get("tags", ""),
        readers=history.reader_options(readers),
        chosen=request.form.get("readers", ""),
        longest=service.LONGEST_NOTE,
        back_url=history.address_of(subject),
    )
    return answer, 422


@blueprint.get("/notes/<int:note_id>/release")
@needs(Right.WRITE_NOTES)
def ask_release(note_id: int) -> ResponseReturnValue:
    """Ask to whom a note between lawyer and client is opened, and say that it is for good."""
    with database().reading(actor()) as session:
        note = queries.get_note(session, note_id)
        service.require_release(session, note, history.about(session, note.subject))
        return render_template(
            "history/release.html",
            note=note,
            about=history.named(session, note.subject),
            readers=history.reader_options(_RELEASED_TO),
        )


@blueprint.post("/notes/<int:note_id>/release")
@needs(Right.WRITE_NOTES)
def release_note(note_id: int) -> ResponseReturnValue:
    """Open a note between lawyer and client to others, then go back to what it is about."""
    readers, name = _chosen_readers() or NoteReaders.LAWYERS, signed_in_viewer().display_name
    with database().writing(actor()) as session:
        note = queries.get_note(session, note_id)
        about = history.about(session, note.subject)
        service.release_note(session, note, about, readers, released_by=name, now=now())
    flash(_("Le secret de cette note est levé."), "success")
    return redirect(f"{history.address_of(about.subject)}#notes")


@blueprint.get("/notes")
@needs(Right.READ_NOTES)
def list_notes() -> ResponseReturnValue:
    """All notes that one may read, the latest first; searched by their tags."""
    with database().reading(actor()) as session:
        tags = queries.list_tags(session, "", _MOST_TAGS)
    return listing.page(NOTES, "history/notes.html", tags=tags)


@blueprint.get("/notes/tags")
@needs(Right.WRITE_NOTES)
def offer_tags() -> ResponseReturnValue:
    """The tags that begin as the last word typed, after those typed before it."""
    before, comma, typed = request.args.get("tags", "").rpartition(",")
    with database().reading(actor()) as session:
        known = queries.list_tags(session, search_text(typed), _MOST_OFFERED)
    start = f"{before}{comma} " if comma else ""
    return render_template("history/_tags.html", offered=[f"{start}{tag}" for tag, _uses in known])
