"""Scheduled work on the logs and on what signing in leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from atmp_insure.access import kept_answers, sealing
from atmp_insure.access.models import Ticket, WebSession
from atmp_insure.db.actor import system
from atmp_insure.db.scope import unscoped

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.scheduled_job import JobContext
    from atmp_insure.db.session import ScopedSession

_SEALER = system("sealer")
_KEPT_AFTER_END = timedelta(days=30)  # ended sessions and used links stay a month, for whoever looks into a sign-in
_ROWS_AT_ONCE = 500
_READING_LOG = "reading_log"


def seal_logs(context: JobContext) -> str:
    """Seal every committed row of both logs."""
    counts = seal_all(context.database, context.now)
    return ", ".join(f"{name} : {count} ligne(s) scellée(s)" for name, count in counts.items())


def seal_all(database: Database, now: datetime) -> dict[str, int]:
    """Rows sealed, by log; in batches, each its own transaction."""
    counts = {}
    for name in sealing.LOGS:
        counts[name] = 0
        while sealed := database.retried(lambda log=name: _seal(database, log, now)):  # type: ignore[misc]
            counts[name] += sealed
    return counts


def _seal(database: Database, log_name: str, now: datetime) -> int:
    with database.writing(_SEALER) as session:
        return sealing.seal_log(session, log_name, now)


def purge_logs(context: JobContext) -> str:
    """Delete whole sealed periods of the reading log after their retention; the change log is kept."""
    kept_for = timedelta(days=context.settings.operation.reading_log_days)
    with context.database.writing(_SEALER) as session:
        deleted = sealing.purge_log(session, _READING_LOG, kept_for, context.now)
    return f"{deleted} lecture(s) de plus de {kept_for.days} jours effacée(s)"


def purge_answers(context: JobContext) -> str:
    """Delete the answers that the API kept for requests sent twice, once their time is over."""
    purged = 0
    while count := context.database.retried(lambda: _purge_answers(context)):
        purged += count
    return f"{purged} réponse(s) gardée(s) effacée(s)"


def _purge_answers(context: JobContext) -> int:
    with context.database.writing(system("sweep")) as session:
        return kept_answers.purge_answers(session, context.now)


def sweep_sign_ins(context: JobContext) -> str:
    """Delete sessions and links that ended long ago."""
    longest = timedelta(hours=context.settings.security.session_hours)
    swept = 0
    while count := context.database.retried(lambda: _sweep(context, longest)):
        swept += count
    return f"{swept} session(s) et lien(s) effacé(s)"


def _sweep(context: JobContext, longest: timedelta) -> int:
    with context.database.writing(system("sweep")) as session:
        return _sweep_batch(session, context.now - _KEPT_AFTER_END, longest)


@unscoped("what signing in leaves behind belongs to everyone")
def _sweep_batch(session: ScopedSession, before: datetime, longest: timedelta) -> int:
    swept = 0
    over = {
        WebSession: or_(WebSession.ended_at < before, WebSession.created_at < before - longest),
        Ticket: or_(Ticket.used_at < before, Ticket.expires_at < before),
    }
    for table, condition in over.items():
        batch = session.scalars(select(table).where(condition).order_by(table.id).limit(_ROWS_AT_ONCE)).all()
        for row in batch:  # one by one: the change log tells each link that goes
            session.delete(row)
        swept += len(batch)
    session.flush()
    return swept
