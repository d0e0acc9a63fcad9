"""Use cases of what people write beside the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.diary.models import Note
from atmp_insure.kernel.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

LONGEST_NOTE = 5000


def write_note(
    session: ScopedSession, subject: str, text: str, *, author_name: str, now: datetime, company_id: int | None
) -> Note:
    """Write a note on an object that the author sees; whoever reaches its company and reads notes will read it.

    Raises:
        InvalidInput: empty, or too long.
        Refused: the system writes no notes.
    """
    if session.actor.user_id is None:
        raise Refused("Une note vient d'une personne.")
    written = text.strip()
    if not written:
        raise InvalidInput.one("note vide", "Écrire la note", place="text")
    if len(written) > LONGEST_NOTE:
        raise InvalidInput.one(f"note de plus de {LONGEST_NOTE} signes", "La raccourcir", place="text")
    note = Note(
        subject=subject, company_id=company_id, text=written, author_id=session.actor.user_id,
        author_name=author_name, written_at=now,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note
