"""Every question about notes and their tags, and about what happened to an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.db.paging import starts_with
from atmp_insure.db.scope import unscoped
from atmp_insure.db.session import mapped_classes
from atmp_insure.diary.models import Note, NoteTag
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

MOST_EVENTS = 100


def notes() -> Select[Note]:
    """All notes, with their tags."""
    return select(Note).options(selectinload(Note.tags))


def notes_on(subject: str) -> Select[Note]:
    """The notes on an object, with their tags."""
    return notes().where(Note.subject == subject)


def get_note(session: ScopedSession, note_id: int) -> Note:
    """A note, with its tags.

    Raises:
        NotFound: none, or none that the actor may read.
    """
    found = session.scalar(notes().where(Note.id == note_id))
    if found is None:
        raise NotFound("Cette note n'existe pas, ou vous ne pouvez pas la lire.")
    return found


def list_notes(session: ScopedSession, subject: str, search_tag: str = "") -> Sequence[Note]:
    """The notes on an object, the latest first; those that carry a tag when one is named."""
    statement = notes_on(subject)
    if search_tag:
        statement = statement.where(carrying(search_tag))
    return session.scalars(statement.order_by(Note.id.desc())).all()


def carrying(search_tag: str) -> ColumnElement[bool]:
    """Notes that carry a tag."""
    return Note.id.in_(select(NoteTag.note_id).where(NoteTag.search_tag == search_tag))


def tagged(beginning: str) -> ColumnElement[bool]:
    """Notes that carry a tag that begins so."""
    return Note.id.in_(select(NoteTag.note_id).where(starts_with(NoteTag.search_tag, beginning)))


def list_tags(session: ScopedSession, beginning: str, most: int) -> list[tuple[str, int]]:
    """The tags of the notes that the actor reads, and how many carry each, the most used first."""
    uses = func.count(NoteTag.id)
    statement = (
        select(func.min(NoteTag.tag), uses)
        .where(starts_with(NoteTag.search_tag, beginning))
        .group_by(NoteTag.search_tag)
        .order_by(uses.desc(), NoteTag.search_tag)
    )
    return [(str(tag), int(count)) for tag, count in session.execute(statement.limit(most))]


def list_history(session: ScopedSession, rows: Iterable[Base]) -> Sequence[ChangeLogEntry]:
    """What happened to some rows, the latest first, as far as the actor sees these rows now.

    Whoever sees an object may know who changed it and when; values from before and after are for those who read the
    logs, and whoever shows an entry leaves them out for the others.
    """
    return _entries_of(session, list_seen(session, [f"{row.__tablename__}:{row.id}" for row in rows]))


def list_seen(session: ScopedSession, subjects: Iterable[str]) -> list[str]:
    """Of some objects, `documents:12`, those that the actor sees now."""
    numbers: dict[str, list[int]] = {}
    for subject in dict.fromkeys(subjects):
        table, _sign, number = subject.partition(":")
        numbers.setdefault(table, []).append(int(number))
    return [
        f"{kind.__tablename__}:{number}"
        for kind in mapped_classes()
        if kind.__tablename__ in numbers
        for number in session.scalars(select(kind.id).where(kind.id.in_(numbers[kind.__tablename__])))
    ]


@unscoped("whoever sees an object sees what happened to it")
def _entries_of(session: ScopedSession, subjects: Sequence[str]) -> Sequence[ChangeLogEntry]:
    statement = select(ChangeLogEntry).where(ChangeLogEntry.subject.in_(subjects))
    return session.scalars(statement.order_by(ChangeLogEntry.id.desc()).limit(MOST_EVENTS)).all()


def list_readings(session: ScopedSession, subject: str) -> Sequence[ReadingLogEntry]:
    """Who read, downloaded or exported an object, the latest first, for those who read the logs."""
    statement = select(ReadingLogEntry).where(ReadingLogEntry.subject == subject)
    return session.scalars(statement.order_by(ReadingLogEntry.id.desc()).limit(MOST_EVENTS)).all()
