"""Writing a note on any object: one route for all of them; the notes themselves show on the page of their object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request

from atmp_insure.access.roles import Right
from atmp_insure.access.sentences import object_name
from atmp_insure.diary import service
from atmp_insure.diary.models import NoteReaders
from atmp_insure.kernel.errors import InvalidInput, NotFound
from atmp_insure.web import history
from atmp_insure.web.request_scope import actor, database, needs, now, signed_in_viewer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession

blueprint = Blueprint("history", __name__)


@blueprint.post("/notes/<subject>")
@needs(Right.WRITE_NOTES)
def add_note(subject: str) -> ResponseReturnValue:
    """Write a note on an object that one sees, then go back to its page."""
    try:
        with database().writing(actor()) as session:
            about = _about(session, subject)
            text, readers = request.form.get("text", ""), _chosen_readers()
            author = signed_in_viewer().display_name
            service.write_note(session, about, text, readers, author_name=author, now=now())
    except InvalidInput as error:
        return _note_again(subject, error)
    flash(_("Note ajoutée."), "success")
    return redirect(f"{history.address_of(subject)}#notes")


def _about(session: ScopedSession, subject: str) -> service.NoteSubject:
    """The object, which has a page to come back to.

    Raises:
        NotFound: no such object, no page for its kind, or none that the writer may see.
    """
    if not history.address_of(subject):
        raise NotFound(_("Il n'y a pas de note à écrire sur cela."))
    return service.subject_of(history.find_object(session, subject))


def _chosen_readers() -> NoteReaders | None:
    """For whom the form says; None when it offers no choice."""
    chosen = request.form.get("readers", "")
    return next((one for one in NoteReaders if one.value == chosen), None)


def _note_again(subject: str, error: InvalidInput) -> ResponseReturnValue:
    """What is wrong with the note, and the note itself: nothing typed is lost."""
    with database().reading(actor()) as session:
        readers = service.possible_readers(session, _about(session, subject))
    answer = render_template(
        "history/note.html",
        name=object_name(subject),
        subject=subject,
        faults=[fault.line() for fault in error.faults],
        text=request.form.get("text", ""),
        readers=history.reader_options(readers),
        chosen=request.form.get("readers", ""),
        longest=service.LONGEST_NOTE,
        back_url=history.address_of(subject),
    )
    return answer, 422
