"""How much work waits and what went wrong, as numbers for whoever watches the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select

from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.runs import ItemState, Run, RunItem, RunState
from atmp_insure.db.scope import unscoped
from atmp_insure.db.work_queue import EntryState, QueueEntry

if TYPE_CHECKING:
    from sqlalchemy import Select

    from atmp_insure.db.session import ScopedSession

K = TypeVar("K")
_LOOKED_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Load:
    """The load of an installation at a moment.

    Attributes:
        entries: entries of the queue by state; those done are not counted.
        oldest_due_seconds: how long the oldest due entry has waited.
        runs: runs by state.
        failed_items: items of runs that wait for someone to look.
        failed_jobs: failed executions of the last day, by job.
        last_done: when each job last ended well.
    """

    entries: dict[EntryState, int]
    oldest_due_seconds: float
    runs: dict[RunState, int]
    failed_items: int
    failed_jobs: dict[str, int]
    last_done: dict[str, datetime]


@unscoped("numbers only, of all companies")
def load_of(session: ScopedSession, now: datetime) -> Load:
    """The load as it stands."""
    waiting = (EntryState.WAITING, EntryState.TAKEN, EntryState.FAILED)
    entries = select(QueueEntry.state, func.count()).where(QueueEntry.state.in_(waiting)).group_by(QueueEntry.state)
    oldest = session.scalar(
        select(func.min(QueueEntry.due_at)).where(QueueEntry.state == EntryState.WAITING, QueueEntry.due_at <= now)
    )
    failed_jobs = (
        select(JobRun.job, func.count())
        .where(JobRun.state == JobState.FAILED, JobRun.started_at > now - _LOOKED_BACK)
        .group_by(JobRun.job)
    )
    last_done = select(JobRun.job, func.max(JobRun.ended_at)).where(JobRun.state == JobState.DONE).group_by(JobRun.job)
    unfinished = select(Run.id).where(Run.state.in_((RunState.WORKING, RunState.DONE_WITH_ERRORS)))
    failed_items = (
        select(func.count())
        .select_from(RunItem)
        .where(RunItem.run_id.in_(unfinished), RunItem.state == ItemState.FAILED)
    )
    return Load(
        entries=_counts(session, entries),
        oldest_due_seconds=(now - oldest).total_seconds() if oldest is not None else 0.0,
        runs=_counts(session, select(Run.state, func.count()).group_by(Run.state)),
        failed_items=session.scalar(failed_items) or 0,
        failed_jobs=_counts(session, failed_jobs),
        last_done={job: at for job, at in session.execute(last_done) if at is not None},
    )


def _counts(session: ScopedSession, statement: Select[K, int]) -> dict[K, int]:
    return {key: int(count) for key, count in session.execute(statement)}
