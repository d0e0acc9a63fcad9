"""A process that works a run of sixty items and may be killed at any instant, and what must hold afterwards.

Each item takes a number and writes a row; some put an object into a vault; some tell a fact whose handler marks work
for the queue, and that work takes a number and writes a row of its own. Run again, the process completes the whole.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from atmp_insure.db import checkpoints, work_queue
from atmp_insure.db.engine import Database, open_database
from atmp_insure.db.facts import Fact, RecordedFact, record_fact
from atmp_insure.db.keyring import KeyRing
from atmp_insure.db.numbering import take_number
from atmp_insure.db.reach import CompanyReach
from atmp_insure.db.runs import Item, ItemState, Run, RunItem, RunKind, RunState, start_run
from atmp_insure.db.work_queue import EntryState, QueueEntry, mark_work
from atmp_insure.db.worker import Worker
from atmp_insure.documents.object_store import FileStore
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, TESTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.process import BaseProcess

    from atmp_insure.db.session import ScopedSession

ITEMS = 60
WITH_OBJECT = list(range(1, ITEMS + 1, 3))
WITH_FACT = list(range(1, ITEMS + 1, 4))
_LEASE = timedelta(seconds=0.1)  # of a killed worker: the next one takes over after it
_LONGEST_SECONDS = 60.0
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.db.killed"])

# every named point of this work, and the time at which a process is killed there
POINTS = {
    "run: started": 1,
    "queue: entry taken": 5,
    "run: items taken": 2,
    "vault: draft written": 13,
    "numbers: taken": 47,
    "fact: handled": 9,
    "run: item worked": 41,
    "run: chunk worked": 2,
    "worker: chunk committed": 2,
    "queue: work done": 7,
    "worker: entry committed": 7,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work happens."""

    url: str
    keys: str
    vault: str

    @classmethod
    def of(cls, database: Database, keys: Path, folder: Path) -> Place:
        return cls(database.engine.url.render_as_string(hide_password=False), str(keys), str(folder / "vault"))


def _select(_session: ScopedSession, _parameters: dict[str, Any]) -> Iterator[Item]:
    return (Item(f"item:{number}", {"number": number}) for number in range(1, ITEMS + 1))


def _confirm_later(session: ScopedSession, fact: RecordedFact) -> None:
    mark_work(session, "confirm", fact.key, due_at=NOW, payload={"number": fact.details["number"]})


def _confirm(session: ScopedSession, entry: QueueEntry) -> None:
    number = int(str(entry.payload["number"]))
    session.add(
        CompanyReach(organisation_id=take_number(session, "confirmations"), company_id=number, reason="confirmed")
    )


def _work(place: Place) -> RunKind:
    vault = FileStore(Path(place.vault))

    def work(session: ScopedSession, item: RunItem) -> str:
        number = int(item.payload["number"])
        if number in WITH_OBJECT:
            content = f"object {number}".encode()
            vault.write(hashlib.sha256(content).hexdigest(), content)
        if number in WITH_FACT:
            record_fact(session, Fact("worked", str(number), item.subject, NOW.date(), NOW, None, {"number": number}))
        given = take_number(session, "items")
        session.add(Company(siren=f"{number:09}", name=f"n° {given}", search_name=str(given), created_at=NOW))
        return f"n° {given}"

    return RunKind("killed", "Travail interrompu", _select, work)


def process(place: Place, kill_at: tuple[str, int] | None = None) -> None:
    """Start the run unless it exists, then work until nothing waits."""
    work_queue.LEASE = _LEASE
    if kill_at is not None:
        checkpoints.watch(_killer(*kill_at))
    database = open_database(place.url, KeyRing(Path(place.keys)), {"worked": (_confirm_later,)})
    kind = _work(place)
    with database.writing(TESTER) as session:
        start_run(session, kind, "killed", datetime.now(UTC), {})
    worker = Worker(database, {kind.name: kind}, {"confirm": _confirm})
    end = time.monotonic() + _LONGEST_SECONDS
    while not is_over(database) and time.monotonic() < end:
        if not worker.drain():
            time.sleep(0.02)
    database.close()


def _killer(name: str, time_of_it: int) -> Any:
    met = [0]

    def watcher(point: str) -> None:
        met[0] += point == name
        if met[0] == time_of_it:
            os.kill(os.getpid(), signal.SIGKILL)

    return watcher


def is_over(database: Database) -> bool:
    with database.reading(TESTER) as session:
        unfinished = select(func.count()).select_from(QueueEntry).where(QueueEntry.state != EntryState.DONE)
        state = session.scalar(select(Run.state).where(Run.kind == "killed"))
        return state in {RunState.DONE, RunState.DONE_WITH_ERRORS} and not session.scalar(unfinished)


def started(place: Place, kill_at: tuple[str, int] | None = None) -> BaseProcess:
    """The process, as a child of its own."""
    child = _CONTEXT.Process(target=process, args=(place, kill_at))
    child.start()
    return child


def killed_at_instant(place: Place, after_seconds: float) -> bool:
    """Kill the process after a while; False when it had already ended."""
    child = started(place)
    time.sleep(after_seconds)
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL


def killed_at_point(place: Place, name: str, time_of_it: int) -> None:
    """Let the process kill itself at a named point."""
    child = started(place, (name, time_of_it))
    child.join(_LONGEST_SECONDS)
    assert child.exitcode == -signal.SIGKILL, f"{name} was not reached {time_of_it} times"


def complete(place: Place) -> float:
    """Let a process do what is left; gives the seconds it took."""
    began = time.monotonic()
    child = started(place)
    child.join(_LONGEST_SECONDS)
    assert child.exitcode == 0
    return time.monotonic() - began


def require_whole(database: Database, place: Place) -> None:
    """Each item done exactly once, numbers without gaps, one object each, nothing half done."""
    everything = list(range(1, ITEMS + 1))
    with database.reading(TESTER) as session:
        run = session.scalars(select(Run)).one()
        assert (run.state, run.item_count) == (RunState.DONE, ITEMS)
        items = session.execute(select(RunItem.state, func.count()).group_by(RunItem.state)).all()
        assert [tuple(row) for row in items] == [(ItemState.DONE, ITEMS)]
        companies = session.execute(select(Company.siren, Company.search_name).order_by(Company.siren)).all()
        assert [int(siren) for siren, _ in companies] == everything
        assert sorted(int(given) for _, given in companies) == everything
        assert sorted(map(int, session.scalars(select(RecordedFact.key)))) == WITH_FACT
        confirmed = session.execute(select(CompanyReach.company_id, CompanyReach.organisation_id)).all()
        assert sorted(number for number, _ in confirmed) == WITH_FACT
        assert sorted(given for _, given in confirmed) == list(range(1, len(WITH_FACT) + 1))
        assert set(session.scalars(select(QueueEntry.state))) == {EntryState.DONE}
    expected = {hashlib.sha256(f"object {number}".encode()).hexdigest() for number in WITH_OBJECT}
    assert set(FileStore(Path(place.vault)).list_addresses()) == expected
