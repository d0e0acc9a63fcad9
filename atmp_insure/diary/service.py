"""Use cases of what people write beside the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.scope import unscoped
from atmp_insure.diary.models import Note, NoteReaders, NoteTag
from atmp_insure.diary.tags import tags_of
from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.parties.models import Company

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

LONGEST_NOTE = 5000


@dataclass(frozen=True, slots=True)
class NoteSubject:
    """What notes are about: a row, the company it belongs to, and how confidential it is."""

    subject: str
    company_id: int | None = None
    confidentiality: Confidentiality = Confidentiality.PLAIN


def subject_of(row: Base) -> NoteSubject:
    """The row of a table as what notes are about: `documents:12`, its company, its confidentiality.

    A row that not everyone of its company sees says for which company notes may be shared.
    """
    company_id = row.id if isinstance(row, Company) else getattr(row, "company_id", None)
    company_id = getattr(row, "notes_company_id", company_id)
    level = getattr(row, "confidentiality", Confidentiality.PLAIN)
    return NoteSubject(f"{row.__tablename__}:{row.id}", company_id, level)


def possible_readers(session: ScopedSession, about: NoteSubject) -> tuple[NoteReaders, ...]:
    """For whom the actor may write a note on an object, the most reserved first; empty: they write none there.

    A note is never read more widely than what it is about: none on a medical paper, whose doctor reads no notes; on a
    paper between lawyer and client, for the lawyers only.
    """
    if session.actor.user_id is None or about.confidentiality is Confidentiality.MEDICAL:
        return ()
    if not has_right_there(session, Right.WRITE_NOTES, about.company_id):
        return ()
    found = []
    if about.company_id is not None and has_right_there(session, Right.READ_PRIVILEGED, about.company_id):
        found.append(NoteReaders.LAWYERS)
    if about.confidentiality is Confidentiality.PRIVILEGED:
        return tuple(found)
    if session.actor.everywhere(Right.WRITE_NOTES):
        found.append(NoteReaders.OFFICE)
    if about.company_id is not None:
        found.append(NoteReaders.SHARED)
    return tuple(found)


def write_note(
    session: ScopedSession, about: NoteSubject, text: str, readers: NoteReaders | None, *, author_name: str,
    now: datetime, tags: str = "",
) -> Note:  # fmt: skip
    """Write a note on an object that the author sees.

    Args:
        session: of its author.
        about: the object.
        text: as it was typed.
        readers: for whom; None: the most reserved of those possible.
        author_name: as pages show it.
        now: the moment it is written.
        tags: as they were typed, between commas; in clear, so without any name.

    Raises:
        InvalidInput: empty, too long, for readers who may not be chosen there, or tags that are no words.
        Refused: the system writes no notes, nor does anyone on this object.
    """
    if session.actor.user_id is None:
        raise Refused("Une note vient d'une personne.")
    possible = possible_readers(session, about)
    if not possible:
        raise Refused("Vous n'écrivez pas de note ici : d'autres que ceux qui voient cet objet la liraient.")
    written = text.strip()
    if not written:
        raise InvalidInput.one("note vide", "Écrire la note", place="text")
    if len(written) > LONGEST_NOTE:
        raise InvalidInput.one(f"note de plus de {LONGEST_NOTE} caractères", "La raccourcir", place="text")
    if readers is not None and readers not in possible:
        raise InvalidInput.one(
            "cette note ne peut pas être écrite pour eux", "Choisir d'autres lecteurs", place="readers"
        )
    whose: dict[str, Any] = {
        "company_id": about.company_id, "readers": readers or possible[0], "author_id": session.actor.user_id
    }  # fmt: skip
    note = Note(subject=about.subject, text=written, author_name=author_name, written_at=now, **whose)
    note.tags = [NoteTag(tag=tag, search_tag=search_text(tag), **whose) for tag in tags_of(tags)]
    session.add(note)
    session.flush()
    return note


def may_release(about: NoteSubject, possible: Sequence[NoteReaders]) -> bool:
    """Whether someone may open notes between lawyer and client to others: a lawyer of this company, and they alone.

    A note on a paper that is itself between lawyer and client stays there with it.

    Args:
        about: what the notes are about.
        possible: for whom they may write notes there, by `possible_readers`.
    """
    return NoteReaders.LAWYERS in possible and about.confidentiality is not Confidentiality.PRIVILEGED


def require_release(session: ScopedSession, note: Note, about: NoteSubject) -> None:
    """Refuse to open a note to others.

    Raises:
        Refused: it is open already, or the actor may not release notes there.
    """
    if note.readers is not NoteReaders.LAWYERS or not may_release(about, possible_readers(session, about)):
        raise Refused("Le secret de cette note est déjà levé, ou n'est pas à vous.")


@unscoped("a lawyer opens a note to others, whom they may not be among")
def release_note(
    session: ScopedSession, note: Note, about: NoteSubject, readers: NoteReaders, *, released_by: str, now: datetime
) -> None:
    """Open a note between lawyer and client to others, for good: what was read is not taken back.

    Args:
        session: of whoever releases it.
        note: which the actor sees.
        about: what it is about.
        readers: who reads it from now on, besides its author: the office, or whoever follows the company.
        released_by: their name, as pages show it.
        now: the moment.

    Raises:
        InvalidInput: it would stay with the lawyers.
        Refused: it is open already, or the actor may not release notes there.
    """
    require_release(session, note, about)
    if readers is NoteReaders.LAWYERS:
        raise InvalidInput.one("elle est déjà pour eux", "Choisir d'autres lecteurs", place="readers")
    note.readers, note.released_at, note.released_by = readers, now, released_by
    for tag in note.tags:
        tag.readers = readers
    session.flush()
