"""The resources of notes and of their tags: those of an object, or all that one reads, for the readers of each."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import LARGEST, PageArguments, asked_page, next_cursor_field
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import code_field, codes_of, member_of, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.diary import queries, service
from atmp_insure.diary.models import Note, NoteReaders
from atmp_insure.diary.tags import LONGEST_TAG, MOST_TAGS
from atmp_insure.kernel.french import search_text
from atmp_insure.web import history
from atmp_insure.web.request_scope import actor, database, needs, now, signed_in_viewer

resources = Resources("notes", "Notes écrites sur un objet, pour les lecteurs choisis.", "/notes")
tags = Resources("note_tags", "Étiquettes des notes que l'on lit.", "/note-tags")
_SUBJECT = validate.Regexp(r"^[a-z_]{1,40}:[0-9]{1,18}$", error="Donner par exemple « companies:12 ».")
_ONE_TAG = validate.And(
    validate.Length(1, LONGEST_TAG), validate.Regexp(r"^[^,;\n]*$", error="Une étiquette par élément, sans virgule.")
)
_USUAL_TAGS = 30


class NoteArguments(PageArguments):
    """Which notes are asked for."""

    subject = fields.String(validate=_SUBJECT, metadata={"description": "celles de cet objet, « companies:12 »"})
    tag = fields.String(
        validate=validate.Length(1, LONGEST_TAG),
        metadata={"description": "celles qui portent cette étiquette, quels que soient accents et majuscules"},
    )


class NoteBody(Arguments):
    """A note to write."""

    subject = fields.String(required=True, validate=_SUBJECT, metadata={"description": "objet, « companies:12 »"})
    text = needed_text_field(service.LONGEST_NOTE)
    readers = code_field(codes_of(NoteReaders), "pour qui ; nul : les plus restreints possibles", allow_none=True)
    tags = fields.List(
        fields.String(validate=_ONE_TAG), required=True, validate=validate.Length(max=MOST_TAGS),
        metadata={"description": "mots courts, en clair : ni nom, ni numéro, ni adresse"},
    )  # fmt: skip


class ReleaseBody(Arguments):
    """Who reads a note from now on, once its secret is lifted."""

    readers = code_field([one.value for one in NoteReaders if one is not NoteReaders.LAWYERS], "pour de bon")


class NoteSchema(Schema):
    """A note, and its tags as they are written."""

    id = fields.Integer(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    readers = fields.Enum(NoteReaders, by_value=fields.String, required=True)
    author_name = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)
    released_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "secret levé le"})
    released_by = fields.String(required=True, allow_none=True, metadata={"description": "secret levé par"})
    tags = fields.Function(
        lambda note: [one.tag for one in note.tags], required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )  # fmt: skip


class NotePageSchema(Schema):
    """A page of notes, the latest first."""

    items = fields.List(fields.Nested(NoteSchema), required=True)
    next_cursor = next_cursor_field()


class TagArguments(Arguments):
    """Which tags are asked for."""

    beginning = fields.String(
        validate=validate.Length(max=LONGEST_TAG), load_default="",
        metadata={"description": "celles qui commencent ainsi"},
    )  # fmt: skip
    size = fields.Integer(
        load_default=_USUAL_TAGS, validate=validate.Range(1, LARGEST), metadata={"description": "combien au plus"}
    )


class TagSchema(Schema):
    """A tag, and how many of the notes that one reads carry it."""

    tag = fields.String(required=True)
    note_count = fields.Integer(required=True)


class TagsSchema(Schema):
    """Tags, the most used first."""

    tags = fields.List(fields.Nested(TagSchema), required=True)


@resources.operation("GET", "", NotePageSchema, arguments=NoteArguments, answers={404: "Objet introuvable."})
@needs(Right.READ_NOTES)
def list_notes(asked: dict[str, Any]) -> dict[str, Any]:
    """Les notes d'un objet, ou de tout ce que l'on voit, les dernières d'abord ; une page peut en avoir moins."""
    with database().reading(actor()) as session:
        statement = queries.notes()
        if "subject" in asked:
            statement = queries.notes_on(history.about(session, asked["subject"]).subject)
        if "tag" in asked:
            statement = statement.where(queries.carrying(search_text(asked["tag"])))
        page = asked_page(session, statement, (Note.id,), asked, descending=True)
        seen = queries.list_seen(session, [note.subject for note in page.rows])
    return {"items": [note for note in page.rows if note.subject in seen], "next_cursor": page.next_cursor}


@resources.operation("POST", "", NoteSchema, body=NoteBody, status=201)
@needs(Right.WRITE_NOTES)
def write_note(body: dict[str, Any]) -> Note:
    """Écrire une note, avec ses étiquettes, sur un objet que l'on voit."""
    readers = member_of(NoteReaders, body["readers"]) if body["readers"] else None
    author, words = signed_in_viewer().display_name, ",".join(body["tags"])
    with writing() as session:
        about = history.about(session, body["subject"])
        return service.write_note(session, about, body["text"], readers, author_name=author, now=now(), tags=words)


@resources.operation("POST", "/<int:note_id>/release", NoteSchema, body=ReleaseBody)
@needs(Right.WRITE_NOTES)
def release_note(body: dict[str, Any], note_id: int) -> Note:
    """Lever le secret d'une note entre l'avocat et son client, pour de bon ; un avocat de l'entreprise seul le peut."""
    readers, name = member_of(NoteReaders, body["readers"]), signed_in_viewer().display_name
    with writing() as session:
        note = queries.get_note(session, note_id)
        about = history.about(session, note.subject)
        service.release_note(session, note, about, readers, released_by=name, now=now())
        return note


@tags.operation("GET", "", TagsSchema, arguments=TagArguments)
@needs(Right.READ_NOTES)
def list_note_tags(asked: dict[str, Any]) -> dict[str, Any]:
    """Les étiquettes des notes que l'on lit, les plus employées d'abord."""
    with database().reading(actor()) as session:
        found = queries.list_tags(session, search_text(asked["beginning"]), asked["size"])
    return {"tags": [{"tag": tag, "note_count": count} for tag, count in found]}
