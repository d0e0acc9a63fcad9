"""A scheduled job: what it is, and how one execution is done under a lease and written into the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, select, update

from atmp_insure.db.actor import system
from atmp_insure.db.kept_lease import KeptLease
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.kernel.errors import AtmpInsureError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from atmp_insure.db.engine import Database
    from atmp_insure.settings import Settings

_log = structlog.get_logger("jobs")
_INTERRUPTED = "Interrompu : le processus s'est arrêté avant la fin. Relancé à son heure, ou par « atmp run »."


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job works with.

    Attributes:
        on: the day for which it works; today unless a person says otherwise.
        now: the moment at which it writes.
    """

    database: Database
    settings: Settings
    on: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A job: short, repeatable without harm; anything over many items is a run that it starts.

    Attributes:
        name: stable code, the one of `atmp run`.
        label: its name on screen, in French.
        schedule: the fields of a cron line (`hour`, `minute`, `day_of_week`), legal time of Paris.
        work: does it, in its own transactions, and gives a short summary in French.
    """

    name: str
    label: str
    schedule: Mapping[str, str]
    work: Callable[[JobContext], str]


def execute(job: Job, context: JobContext, worker: str) -> JobRun:
    """Do one execution of a job and give its line of the history.

    Raises:
        Refused: it runs already, in another process or in another thread of this one.
    """
    with KeptLease(context.database, f"job:{job.name}", worker) as lease:
        if not lease.held:
            raise Refused(f"« {job.name} » est déjà en cours. Attendre qu'il finisse.")
        run_id = context.database.retried(lambda: _begin(job, context, worker))
        try:
            summary, state = job.work(context), JobState.DONE
        except AtmpInsureError as error:
            summary, state = " ".join(str(error).split()), JobState.FAILED
        except Exception as error:  # noqa: BLE001 - written into the history; the next job still runs
            _log.error("job failed", job=job.name, exc_info=error)
            summary, state = f"Erreur du logiciel ({type(error).__name__}).", JobState.FAILED
        return context.database.retried(lambda: _end(context.database, run_id, state, summary))


def last_start(database: Database, name: str) -> datetime | None:
    """When a job last began; None when it never did."""
    with database.reading(system("scheduler")) as session:
        return session.scalar(select(func.max(JobRun.started_at)).where(JobRun.job == name))


def _begin(job: Job, context: JobContext, worker: str) -> int:
    """A new line; lines that a dead process left running are closed: we hold the lease, so nobody runs them."""
    with context.database.writing(system(f"tâche:{job.name}")) as session:
        session.execute(
            update(JobRun)
            .where(JobRun.job == job.name, JobRun.state == JobState.RUNNING)
            .values(state=JobState.FAILED, ended_at=datetime.now(UTC), summary=_INTERRUPTED)
        )
        row = JobRun(job=job.name, worker=worker, started_at=context.now, state=JobState.RUNNING)
        session.add(row)
        session.flush()
        return row.id


def _end(database: Database, run_id: int, state: JobState, summary: str) -> JobRun:
    with database.writing(system("scheduler")) as session:
        row = session.get_one(JobRun, run_id)
        row.state, row.summary, row.ended_at = state, summary, datetime.now(UTC)
        session.flush()
        return row


def describe(run: JobRun) -> dict[str, Any]:
    """A line of the history as a log writes it."""
    return {"job": run.job, "state": run.state.value, "summary": run.summary}
