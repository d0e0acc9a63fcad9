"""The resource of notes: those of an object that one sees, for the readers that each was written for."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import code_field, codes_of, member_of, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.diary import queries, service
from atmp_insure.diary.models import Note, NoteReaders
from atmp_insure.web import history
from atmp_insure.web.request_scope import actor, database, needs, now, signed_in_viewer

resources = Resources("notes", "Notes écrites sur un objet, pour les lecteurs choisis.", "/notes")
_SUBJECT = validate.Regexp(r"^[a-z_]{1,40}:[0-9]{1,18}$", error="Donner par exemple « companies:12 ».")


class NoteArguments(PageArguments):
    """Whose notes are asked for."""

    subject = fields.String(required=True, validate=_SUBJECT, metadata={"description": "objet, « companies:12 »"})


class NoteBody(Arguments):
    """A note to write."""

    subject = fields.String(required=True, validate=_SUBJECT, metadata={"description": "objet, « companies:12 »"})
    text = needed_text_field(service.LONGEST_NOTE)
    readers = code_field(codes_of(NoteReaders), "pour qui ; nul : les plus restreints possibles", allow_none=True)


class NoteSchema(Schema):
    """A note."""

    id = fields.Integer(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    readers = fields.Enum(NoteReaders, by_value=fields.String, required=True)
    author_name = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)


class NotePageSchema(Schema):
    """A page of notes, the latest first."""

    items = fields.List(fields.Nested(NoteSchema), required=True)
    next_cursor = next_cursor_field()


@resources.operation("GET", "", NotePageSchema, arguments=NoteArguments, answers={404: "Objet introuvable."})
@needs(Right.READ_NOTES)
def list_notes(asked: dict[str, Any]) -> dict[str, Any]:
    """Les notes d'un objet que l'on voit, les dernières d'abord."""
    with database().reading(actor()) as session:
        statement = queries.notes_on(history.about(session, asked["subject"]).subject)
        page = asked_page(session, statement, (Note.id,), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("POST", "", NoteSchema, body=NoteBody, status=201)
@needs(Right.WRITE_NOTES)
def write_note(body: dict[str, Any]) -> Note:
    """Écrire une note sur un objet que l'on voit."""
    readers = member_of(NoteReaders, body["readers"]) if body["readers"] else None
    author = signed_in_viewer().display_name
    with writing() as session:
        about = history.about(session, body["subject"])
        return service.write_note(session, about, body["text"], readers, author_name=author, now=now())
