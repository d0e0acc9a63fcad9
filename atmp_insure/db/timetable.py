"""Runs scheduled jobs at their time, in whichever process holds the lease of the schedule."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from atmp_insure.db.kept_lease import KeptLease
from atmp_insure.db.scheduled_job import JobContext, describe, execute, last_start
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.paris import PARIS, paris_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from atmp_insure.db.engine import Database
    from atmp_insure.db.scheduled_job import Job
    from atmp_insure.settings import Settings

LEASE_NAME = "scheduler"
_ASK_SECONDS = 20.0  # between two attempts to take the lease, and two looks at whether it is still ours
_LATE_SECONDS = 3600  # a job that could not start at its time still starts within the hour
_THREADS = 2
_log = structlog.get_logger("scheduler")


@dataclass(slots=True)
class Timetable:
    """The schedule of one process: idle until the lease is free.

    Attributes:
        jobs: what is scheduled.
        worker: the name of the process, holder of the lease.
        around: a block entered for each job, with its name.
        stop: set it, and the schedule ends; a job at hand is finished.
    """

    database: Database
    settings: Settings
    jobs: Sequence[Job]
    worker: str
    around: Callable[[str], AbstractContextManager[Any]] = lambda _name: nullcontext()
    stop: Event = field(default_factory=Event)

    def run(self) -> None:
        """Hold the schedule whenever its lease is free, until asked to stop."""
        while not self.stop.is_set():
            with KeptLease(self.database, LEASE_NAME, self.worker) as lease:
                if lease.held:
                    self._hold(lease)
            self.stop.wait(_ASK_SECONDS)

    def _hold(self, lease: KeptLease) -> None:
        clock = self.started()
        _log.info("schedule held", worker=self.worker)
        try:
            while lease.held and not self.stop.wait(1.0):
                pass
        finally:
            # asked to stop: the job at hand is finished; lease lost: another process may begin it, so do not wait
            clock.shutdown(wait=lease.held)
            _log.info("schedule left", worker=self.worker, lost=not lease.held)

    def started(self) -> BackgroundScheduler:
        """A running scheduler with every job; what was missed while nobody held the schedule runs once, at once."""
        clock = BackgroundScheduler(
            timezone=PARIS,
            executors={"default": ThreadPoolExecutor(_THREADS)},
            job_defaults={"coalesce": True, "misfire_grace_time": _LATE_SECONDS, "max_instances": 1},
        )
        for job in self.jobs:
            trigger = CronTrigger(timezone=PARIS, **job.schedule)
            missed = {"next_run_time": datetime.now(PARIS)} if self._is_missed(job, trigger) else {}
            clock.add_job(self._execute, trigger, args=(job,), id=job.name, name=job.label, **missed)
        clock.start()
        return clock

    def _is_missed(self, job: Job, trigger: CronTrigger) -> bool:
        last = last_start(self.database, job.name)
        if last is None:
            return False
        due = trigger.get_next_fire_time(last, last.astimezone(PARIS))
        return due is not None and due <= datetime.now(PARIS)

    def _execute(self, job: Job) -> None:
        now = datetime.now(UTC)
        context = JobContext(self.database, self.settings, paris_day(now), now)
        with self.around(f"job:{job.name}"):
            try:
                ended = execute(job, context, self.worker)
            except Refused:
                _log.info("job already running elsewhere", job=job.name)
            else:
                _log.info("job ended", **describe(ended))
