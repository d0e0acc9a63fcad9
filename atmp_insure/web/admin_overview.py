"""What an administrator looks at first: locked accounts, expiring roles, failures, how far the logs are sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from atmp_insure.access.logs import Seal
from atmp_insure.access.models import AuthorityLimit, Grant, User
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.runs import Run, RunState
from atmp_insure.db.work_queue import EntryState, QueueEntry
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

_SOON = timedelta(days=30)
_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the installation.

    Attributes:
        locked_users: accounts that too many failures shut for a while.
        ending_grants: roles that end within a month.
        ending_limits: authority that ends within a month.
        runs_working: runs under way.
        waiting_work: entries of the queue that wait.
        failed_work: entries given up.
        failed_jobs: executions of scheduled jobs that failed since yesterday.
        seals: the last link of each log's chain.
        users: names by number, for what refers to them.
    """

    locked_users: Sequence[User]
    ending_grants: Sequence[Grant]
    ending_limits: Sequence[AuthorityLimit]
    runs_working: int
    waiting_work: int
    failed_work: int
    failed_jobs: int
    seals: Sequence[Seal]
    users: dict[int, str]


def overview(session: ScopedSession, now: datetime) -> Overview:
    """Everything at once; what the actor may not see counts for nothing."""
    soon, today = paris_day(now + _SOON), paris_day(now)
    queue = dict(session.execute(select(QueueEntry.state, func.count(QueueEntry.id)).group_by(QueueEntry.state)).all())
    last_seals = select(func.max(Seal.id)).group_by(Seal.log_name)
    return Overview(
        locked_users=session.scalars(select(User).where(User.locked_until > now).limit(_MOST_SHOWN)).all(),
        ending_grants=session.scalars(
            select(Grant)
            .where(Grant.ended_at.is_(None), Grant.last_day >= today, Grant.last_day <= soon)
            .order_by(Grant.last_day)
            .limit(_MOST_SHOWN)
        ).all(),
        ending_limits=session.scalars(
            select(AuthorityLimit)
            .where(AuthorityLimit.last_day >= today, AuthorityLimit.last_day <= soon)
            .order_by(AuthorityLimit.last_day)
            .limit(_MOST_SHOWN)
        ).all(),
        runs_working=session.scalar(select(func.count(Run.id)).where(Run.state == RunState.WORKING)) or 0,
        waiting_work=queue.get(EntryState.WAITING, 0),
        failed_work=queue.get(EntryState.FAILED, 0),
        failed_jobs=session.scalar(
            select(func.count(JobRun.id)).where(
                JobRun.state == JobState.FAILED, JobRun.started_at > now - timedelta(days=1)
            )
        )
        or 0,
        seals=session.scalars(select(Seal).where(Seal.id.in_(last_seals)).order_by(Seal.log_name)).all(),
        users=dict(session.execute(select(User.id, User.display_name)).all()),
    )
