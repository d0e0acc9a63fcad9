"""Every question about the mail tray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from atmp_insure.diary.tray_models import LetterState, TrayLetter
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession


def letters() -> Select[TrayLetter]:
    """All letters of the tray."""
    return select(TrayLetter)


def get_letter(session: ScopedSession, letter_id: int) -> TrayLetter:
    """A letter of the tray.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(TrayLetter, letter_id)
    if found is None:
        raise NotFound("Cette lettre n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_waiting(session: ScopedSession, document_id: int) -> TrayLetter | None:
    """The letter that waits, of a paper of the office."""
    statement = select(TrayLetter).where(TrayLetter.document_id == document_id, TrayLetter.state == LetterState.WAITING)
    return session.scalar(statement.limit(1))


def find_next(session: ScopedSession, after: TrayLetter) -> TrayLetter | None:
    """The letter that waits next, the oldest first; the first of all after the last."""
    waiting = select(TrayLetter).where(TrayLetter.state == LetterState.WAITING, TrayLetter.id != after.id)
    ordered = waiting.order_by(TrayLetter.received_at, TrayLetter.id).limit(1)
    following = ordered.where(TrayLetter.received_at >= after.received_at, TrayLetter.id > after.id)
    return session.scalar(following) or session.scalar(ordered)


def list_waiting(session: ScopedSession, letter_ids: Collection[int]) -> Sequence[TrayLetter]:
    """Some of the letters that wait, in the order they came."""
    statement = select(TrayLetter).where(TrayLetter.id.in_(letter_ids), TrayLetter.state == LetterState.WAITING)
    return session.scalars(statement.order_by(TrayLetter.received_at, TrayLetter.id)).all()


def list_late(session: ScopedSession, before: datetime) -> Sequence[TrayLetter]:
    """The letters that wait since before a moment, and of which the team was not told."""
    statement = select(TrayLetter).where(
        TrayLetter.state == LetterState.WAITING, TrayLetter.received_at < before, TrayLetter.told_at.is_(None)
    )
    return session.scalars(statement.order_by(TrayLetter.received_at, TrayLetter.id)).all()


def count_waiting(session: ScopedSession) -> int:
    """How many letters wait."""
    return session.scalar(select(func.count(TrayLetter.id)).where(TrayLetter.state == LetterState.WAITING)) or 0
