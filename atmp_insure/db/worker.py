"""A worker: takes entries of the queue one by one, and works the chunks of runs, until it is asked to stop.

The work, and the word that it is done, are one transaction under a lease: killed at any instant, it leaves an entry
that another worker takes and finds either done or not begun.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

import structlog

from atmp_insure.db import checkpoints
from atmp_insure.db.actor import system
from atmp_insure.db.runs import ENTRY_KIND, Run, work_chunk
from atmp_insure.db.work_queue import (
    QueueEntry,
    fail_entry,
    finish_entry,
    has_due_entry,
    hold_entry,
    release_entry,
    take_entry,
)
from atmp_insure.kernel.errors import AtmpInsureError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.db.engine import Database
    from atmp_insure.db.runs import RunKind
    from atmp_insure.db.session import ScopedSession

QueueHandler = Callable[["ScopedSession", "QueueEntry"], None]
Around = Callable[[str], AbstractContextManager[Any]]

POLL_SECONDS = 1.0
_log = structlog.get_logger("worker")


@dataclass(frozen=True, slots=True)
class _Taken:
    """An entry under our lease."""

    entry_id: int
    kind: str
    lease: str
    payload: dict[str, Any]


@dataclass(slots=True)
class Worker:
    """One worker of one process.

    Attributes:
        run_kinds: what runs do, by their kind.
        handlers: what other entries of the queue do, by their kind.
        name: shown in logs and job history; by default the machine and process.
        around: a block entered for each entry, with its name: the change log tells by it which work wrote a row.
        stop: set it, and the worker ends after the transaction at hand.
    """

    database: Database
    run_kinds: Mapping[str, RunKind]
    handlers: Mapping[str, QueueHandler] = field(default_factory=dict)
    name: str = ""
    around: Around = lambda _name: nullcontext()
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.name = self.name or process_name()

    def run(self) -> None:
        """Work until asked to stop; no fault of an entry, nor of the database, ends it."""
        while not self.stop.is_set():
            try:
                worked = self.step()
            except Exception as error:  # noqa: BLE001 - a worker outlives what goes wrong; the lease runs out by itself
                _log.error("worker fault", worker=self.name, exc_info=error)
                worked = False
            if not worked:
                self.stop.wait(POLL_SECONDS)

    def drain(self) -> int:
        """Work until nothing is due, and give how many entries were taken; for commands and tests."""
        count = 0
        while not self.stop.is_set() and self.step():
            count += 1
        return count

    def step(self) -> bool:
        """Take one entry and work it; False when none is due."""
        taken = self.database.retried(self._take)
        if taken is None:
            return False
        with self.around(f"{taken.kind}:{taken.entry_id}"):
            try:
                self._work(taken)
            except Exception as error:  # noqa: BLE001 - written on the entry, and tried again later
                self._fail(taken, error)
        return True

    def _take(self) -> _Taken | None:
        kinds = (ENTRY_KIND, *self.handlers)
        with self.database.reading(system("worker")) as session:
            if not has_due_entry(session, kinds, _now()):
                return None
        with self.database.writing(system("worker")) as session:
            entry = take_entry(session, kinds, _now())
            if entry is None or entry.lease is None:
                return None
            return _Taken(entry.id, entry.kind, entry.lease, entry.payload)

    def _work(self, taken: _Taken) -> None:
        if taken.kind == ENTRY_KIND:
            while self.database.retried(lambda: self._work_chunk(taken)):
                checkpoints.reached("worker: chunk committed")
        else:
            self.database.retried(lambda: self._handle(taken))
        checkpoints.reached("worker: entry committed")

    def _work_chunk(self, taken: _Taken) -> bool:
        """One chunk of a run; False when there is nothing more to do for this entry."""
        with self._holding(taken) as (session, entry):
            if entry is None:
                return False
            if self.stop.is_set():
                release_entry(session, entry)
                return False
            run_id = int(taken.payload["run_id"])
            if work_chunk(session, self._run_kind(session, run_id), run_id, _now()):
                entry.attempts = 1  # it goes forward: only attempts that bring nothing count
                return True
            finish_entry(session, entry)
            return False

    def _run_kind(self, session: ScopedSession, run_id: int) -> RunKind:
        kind = session.get_one(Run, run_id).kind
        if kind not in self.run_kinds:
            raise Refused(f"Traitement « {kind} » inconnu de cette version du produit.")
        return self.run_kinds[kind]

    def _handle(self, taken: _Taken) -> None:
        with self._holding(taken) as (session, entry):
            if entry is not None:
                self.handlers[taken.kind](session, entry)
                finish_entry(session, entry)

    def _fail(self, taken: _Taken, error: Exception) -> None:
        known = isinstance(error, AtmpInsureError)
        text = " ".join(str(error).split()) if known else f"Erreur du logiciel ({type(error).__name__})."
        _log.error("entry failed", worker=self.name, kind=taken.kind, entry=taken.entry_id, exc_info=error)

        def write() -> None:
            with self._holding(taken) as (session, entry):
                if entry is not None:
                    fail_entry(session, entry, text, _now())

        self.database.retried(write)

    @contextmanager
    def _holding(self, taken: _Taken) -> Iterator[tuple[ScopedSession, QueueEntry | None]]:
        """A transaction that holds the entry locked; the entry is None when another worker has it."""
        with self.database.writing(system(f"traitement:{taken.kind}")) as session:
            yield session, hold_entry(session, taken.entry_id, taken.lease, _now())


def process_name() -> str:
    """The machine and process, as leases and job history show them."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _now() -> datetime:
    return datetime.now(UTC)
