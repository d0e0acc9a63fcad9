"""The queue: each entry done once by several workers, leases of dead workers taken over, effect and end together."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from atmp_insure.db import work_queue
from atmp_insure.db.engine import open_database
from atmp_insure.db.work_queue import (
    LEASE,
    MOST_ATTEMPTS,
    EntryState,
    QueueEntry,
    fail_entry,
    finish_entry,
    hold_entry,
    mark_work,
    retry_entry,
    take_entry,
)
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, TESTER
from tests.db.together import together
from tests.db.working import a_run, a_worker, found_run, numbers, sirens
from tests.engines import key_ring

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession


def name_it(session: ScopedSession, entry: QueueEntry) -> None:
    siren = f"{int(entry.key):09}"
    session.add(Company(siren=siren, name=entry.key, search_name=entry.key, created_at=NOW))


def marked(database: Database, count: int, kind: str = "name") -> None:
    with database.writing(TESTER) as session:
        for number in range(1, count + 1):
            mark_work(session, kind, str(number), due_at=NOW)


def states(database: Database) -> dict[str, int]:
    with database.reading(TESTER) as session:
        rows = session.execute(select(QueueEntry.state, func.count()).group_by(QueueEntry.state))
        return {state.value: count for state, count in rows}


def another(database: Database) -> Database:
    """The same database as another process would open it."""
    return open_database(database.engine.url.render_as_string(hide_password=False), key_ring())


def test_one_entry_at_most_waits_for_a_kind_and_a_key(database: Database) -> None:
    together(8, lambda _number: marked(database, 3))
    assert states(database) == {"waiting": 3}


def test_work_marked_while_it_is_being_done_is_done_again(database: Database) -> None:
    marked(database, 1)
    with database.writing(TESTER) as session:
        taken = take_entry(session, ["name"], NOW)
        assert taken is not None
        mark_work(session, "name", "1", due_at=NOW)
        assert session.scalar(select(func.count()).select_from(QueueEntry)) == 2
        fail_entry(session, taken, "raté", NOW)  # may not wait beside the other one: that one does the work
        assert (taken.state, taken.error) == (EntryState.DONE, "Remplacé par le même travail, demandé de nouveau.")


def test_several_workers_do_each_entry_once(database: Database) -> None:
    marked(database, 60)
    others = [database, *(another(database) for _ in range(2))]
    taken = together(3, lambda number: a_worker(others[number], {"name": name_it}, name=str(number)).drain())
    assert sum(taken) == 60
    assert states(database) == {"done": 60}
    assert sirens(database) == [f"{number:09}" for number in range(1, 61)]
    for other in others[1:]:
        other.close()


def test_an_entry_is_not_due_before_its_time_nor_of_another_kind(database: Database) -> None:
    marked(database, 1)
    with database.writing(TESTER) as session:
        assert take_entry(session, ["name"], NOW - timedelta(seconds=1)) is None
        assert take_entry(session, ["mail"], NOW) is None
        assert take_entry(session, ["name"], NOW) is not None


def test_the_lease_of_a_dead_worker_runs_out_and_its_entry_is_taken_over(database: Database) -> None:
    marked(database, 1)
    with database.writing(TESTER) as session:
        dead = take_entry(session, ["name"], NOW)
        assert dead is not None
        lease = dead.lease
        assert take_entry(session, ["name"], NOW + LEASE) is None
        alive = take_entry(session, ["name"], NOW + LEASE + timedelta(seconds=1))
        assert alive is not None
        assert (alive.id, alive.attempts) == (dead.id, 2)
        assert hold_entry(session, dead.id, str(lease), NOW) is None  # the slow one finds that it lost it
        assert hold_entry(session, alive.id, str(alive.lease), NOW) is not None


def test_an_entry_at_which_processes_die_is_put_aside(database: Database) -> None:
    marked(database, 1)
    with database.writing(TESTER) as session:
        for attempt in range(MOST_ATTEMPTS):
            assert take_entry(session, ["name"], NOW + (LEASE + timedelta(seconds=1)) * attempt) is not None
        assert take_entry(session, ["name"], NOW + timedelta(days=1)) is None
        entry = session.scalars(select(QueueEntry)).one()
        assert entry.state is EntryState.FAILED
        assert "Interrompu 5 fois" in str(entry.error)


def test_work_that_fails_waits_longer_each_time_then_for_a_person(database: Database) -> None:
    def refuse(_session: ScopedSession, _entry: QueueEntry) -> None:
        raise Refused("La banque ne répond pas.")

    marked(database, 1)
    worker = a_worker(database, {"name": refuse})
    waits = []
    for _ in range(MOST_ATTEMPTS):
        with database.writing(TESTER) as session:
            entry = session.scalars(select(QueueEntry)).one()
            entry.due_at = NOW
        assert worker.step()
        with database.reading(TESTER) as session:
            entry = session.scalars(select(QueueEntry)).one()
            waits.append(round((entry.due_at - datetime.now(UTC)).total_seconds() / 30))
    assert waits[:4] == [1, 2, 4, 8]
    assert (entry.state, entry.error) == (EntryState.FAILED, "La banque ne répond pas.")
    with database.writing(TESTER) as session:
        retry_entry(session, session.scalars(select(QueueEntry)).one(), NOW)
    assert a_worker(database, {"name": name_it}).drain() == 1
    assert states(database) == {"done": 1}


def test_a_fault_of_the_software_is_told_by_its_class_and_leaves_nothing(database: Database) -> None:
    def broken(session: ScopedSession, entry: QueueEntry) -> None:
        name_it(session, entry)
        session.flush()
        raise KeyError("Jean Témoin")

    marked(database, 1)
    a_worker(database, {"name": broken}).step()
    with database.reading(TESTER) as session:
        assert session.scalars(select(QueueEntry.error)).one() == "Erreur du logiciel (KeyError)."
    assert sirens(database) == []


def test_the_effect_and_its_end_are_one_transaction(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_session: ScopedSession, _entry: QueueEntry) -> None:
        raise OperationalError("COMMIT", None, Exception("cut"))

    marked(database, 1)
    with monkeypatch.context() as patched:
        patched.setattr("atmp_insure.db.worker.finish_entry", cut)
        a_worker(database, {"name": name_it}).step()
    assert sirens(database) == []
    with database.writing(TESTER) as session:
        session.scalars(select(QueueEntry)).one().due_at = NOW
    a_worker(database, {"name": name_it}).step()
    assert (sirens(database), states(database)) == (["000000001"], {"done": 1})


def test_a_worker_asked_to_stop_gives_its_run_back(database: Database) -> None:
    run_id = a_run(database, 30)
    stop = Event()
    worker = a_worker(database, stop=stop)
    worker.around = lambda _name: stopping(stop)
    worker.step()
    assert found_run(database, run_id)[0] == "working"
    assert states(database) == {"waiting": 1}
    assert a_worker(database).drain() == 1
    assert numbers(database) == list(range(1, 31))


@contextmanager
def stopping(stop: Event) -> Iterator[None]:
    """A block that asks to stop as it begins."""
    stop.set()
    yield


def test_a_worker_outlives_a_database_that_fails(embedded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    marked(embedded, 1)
    worker = a_worker(embedded, {"name": name_it})
    failures = iter([True, True])

    def sometimes(*arguments: object) -> bool:
        if next(failures, False):
            raise OperationalError("SELECT", None, Exception("gone"))
        return bool(work_queue.has_due_entry(*arguments))  # type: ignore[arg-type]

    monkeypatch.setattr("atmp_insure.db.worker.has_due_entry", sometimes)
    monkeypatch.setattr("atmp_insure.db.worker.POLL_SECONDS", 0.01)
    thread = Thread(target=worker.run)
    thread.start()
    while thread.is_alive() and states(embedded) != {"done": 1}:
        worker.stop.wait(0.01)
    worker.stop.set()
    thread.join()
    assert states(embedded) == {"done": 1}
    assert next(failures, None) is None, "the database failed twice before"


def test_taking_finishing_and_failing_leave_no_lease(database: Database) -> None:
    marked(database, 2)
    with database.writing(TESTER) as session:
        first, second = take_entry(session, ["name"], NOW), take_entry(session, ["name"], NOW)
        assert first is not None
        assert second is not None
        finish_entry(session, first)
        fail_entry(session, second, "raté", NOW)
        assert (first.leased_until, second.leased_until) == (None, None)
