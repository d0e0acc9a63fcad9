"""One process that works: the queue and the schedule, as `atmp worker` runs them and `atmp serve` does inside."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

from structlog.contextvars import bound_contextvars

from atmp_insure import scheduler, work
from atmp_insure.access.change_log import within_request
from atmp_insure.db.timetable import Timetable
from atmp_insure.db.worker import Worker, process_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.settings import Settings


@dataclass(slots=True)
class WorkProcess:
    """The worker and the timetable of this process."""

    settings: Settings
    database: Database
    name: str = field(default_factory=process_name)
    _stop: Event = field(default_factory=Event)

    def start(self) -> tuple[Thread, Thread]:
        """Begin to work, in two threads."""
        worker = worker_of(self.database, self.name, self._stop)
        timetable = Timetable(
            self.database, self.settings, scheduler.JOBS, self.name, around=named_work, stop=self._stop
        )
        threads = (Thread(target=worker.run, name="worker"), Thread(target=timetable.run, name="timetable"))
        for thread in threads:
            thread.start()
        return threads

    def ask_to_stop(self) -> None:
        """End after the transactions at hand."""
        self._stop.set()


def worker_of(database: Database, name: str | None = None, stop: Event | None = None) -> Worker:
    """A worker that knows every kind of work of the product."""
    return Worker(database, work.RUN_KINDS, work.QUEUE_HANDLERS, name or "", around=named_work, stop=stop or Event())


@contextmanager
def named_work(name: str) -> Iterator[None]:
    """Changes and log lines of this block carry the name of the work, as those of a page carry its request."""
    with within_request(name), bound_contextvars(request_id=name):
        yield
