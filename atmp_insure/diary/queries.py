"""Every question about notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.diary.models import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession


def list_notes(session: ScopedSession, subject: str) -> Sequence[Note]:
    """The notes on an object, the latest first."""
    statement = select(Note).where(Note.subject == subject)
    return session.scalars(statement.order_by(Note.id.desc())).all()
