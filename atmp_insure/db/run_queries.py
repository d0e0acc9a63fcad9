"""Questions about runs, the queue and what scheduled jobs did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db.leases import JobRun
from atmp_insure.db.runs import ItemState, Run, RunItem
from atmp_insure.db.work_queue import QueueEntry
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select

    from atmp_insure.db.runs import RunState
    from atmp_insure.db.session import ScopedSession

_MOST_SHOWN = 50


def runs(states: Sequence[RunState] = (), kind: str = "") -> Select[Run]:
    """Runs, possibly in some states only, or of one kind."""
    statement = select(Run)
    if states:
        statement = statement.where(Run.state.in_(states))
    return statement.where(Run.kind == kind) if kind else statement


def run_items(run_id: int, states: Sequence[ItemState] = ()) -> Select[RunItem]:
    """The items of a run, possibly in some states only."""
    statement = select(RunItem).where(RunItem.run_id == run_id)
    return statement.where(RunItem.state.in_(states)) if states else statement


def queue_entries() -> Select[QueueEntry]:
    """Everything that was marked to be done."""
    return select(QueueEntry)


def list_queue_entries(session: ScopedSession, numbers: Collection[int]) -> Sequence[QueueEntry]:
    """Some entries of the queue; those that are gone are left out."""
    return session.scalars(select(QueueEntry).where(QueueEntry.id.in_(numbers)).order_by(QueueEntry.id)).all()


def job_runs() -> Select[JobRun]:
    """What every scheduled job did, each time."""
    return select(JobRun)


def get_run(session: ScopedSession, run_id: int) -> Run:
    """A run.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound("Ce traitement n'existe pas, ou vous ne pouvez pas le voir.")
    return run


def list_failures(session: ScopedSession, run_id: int) -> Sequence[RunItem]:
    """The first items of a run that failed."""
    statement = run_items(run_id, [ItemState.FAILED])
    return session.scalars(statement.order_by(RunItem.position).limit(_MOST_SHOWN)).all()
