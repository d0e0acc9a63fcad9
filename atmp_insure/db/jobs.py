"""Scheduled work on what work itself leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from atmp_insure.db.actor import system
from atmp_insure.db.leases import JobRun
from atmp_insure.db.scope import unscoped
from atmp_insure.db.work_queue import EntryState, QueueEntry

if TYPE_CHECKING:
    from atmp_insure.db.scheduled_job import JobContext
    from atmp_insure.db.session import ScopedSession

_KEPT = timedelta(days=60)
_ROWS_AT_ONCE = 1000


def sweep_work(context: JobContext) -> str:
    """Delete old executions of jobs, the last of each kept, and entries of the queue done long ago; runs stay."""
    swept = 0
    while count := context.database.retried(lambda: _sweep(context)):
        swept += count
    return f"{swept} ligne(s) d'historique effacée(s)"


def _sweep(context: JobContext) -> int:
    with context.database.writing(system("sweep")) as session:
        return _sweep_batch(session, context.now - _KEPT)


@unscoped("the history of work belongs to the installation")
def _sweep_batch(session: ScopedSession, before: datetime) -> int:
    last_ones = select(func.max(JobRun.id)).group_by(JobRun.job)
    old_runs = select(JobRun.id).where(JobRun.started_at < before, JobRun.id.not_in(last_ones))
    old_entries = select(QueueEntry.id).where(QueueEntry.state == EntryState.DONE, QueueEntry.due_at < before)
    swept = 0
    for table, old in ((JobRun, old_runs), (QueueEntry, old_entries)):
        numbers = list(session.scalars(old.limit(_ROWS_AT_ONCE)))
        if numbers:
            session.execute(delete(table).where(table.id.in_(numbers)))
        swept += len(numbers)
    return swept
