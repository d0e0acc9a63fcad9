"""Eight writers and two workers at once, on both engines: nothing is lost, nothing is done twice."""

from __future__ import annotations

from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.access.sealing import seal_log, verify_log
from atmp_insure.db.engine import Database, is_busy, open_database
from atmp_insure.db.facts import Fact, RecordedFact, record_fact
from atmp_insure.db.load import load_of
from atmp_insure.db.numbering import take_number, take_numbers
from atmp_insure.db.reach import CompanyReach
from atmp_insure.db.work_queue import EntryState, QueueEntry, mark_work
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, TESTER
from tests.db.together import together
from tests.db.working import a_run, a_worker, found_run
from tests.engines import key_ring

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

WRITERS, TURNS = 8, 12


def confirm_later(session: ScopedSession, fact: RecordedFact) -> None:
    mark_work(session, "confirm", fact.key, due_at=NOW, payload=dict(fact.details))


def confirm(session: ScopedSession, entry: QueueEntry) -> None:
    number = take_number(session, "confirmations")
    company = int(str(entry.payload["number"]))
    session.add(CompanyReach(organisation_id=number, company_id=company, reason="confirmed"))


def opened_again(database: Database) -> Database:
    """As another process has it: its own connections, its own place in the queue of writers."""
    address = database.engine.url.render_as_string(hide_password=False)
    return open_database(address, key_ring(), {"written": (confirm_later,)})


def write(database: Database, writer: int) -> None:
    """Each turn a company under the next number, and a fact that marks work for it."""
    for turn in range(TURNS):

        def one_turn(name: str = f"{writer}-{turn}") -> None:
            with database.writing(TESTER) as session:
                number = take_number(session, "writers")
                siren = f"{10**8 + number:09}"
                session.add(Company(siren=siren, name=name, search_name=str(number), created_at=NOW))
                fact = Fact("written", str(number), name, NOW.date(), NOW, None, {"number": number})
                record_fact(session, fact)

        database.retried(one_turn)


def test_eight_writers_and_two_workers_lose_nothing_and_do_nothing_twice(database: Database) -> None:
    run_id = a_run(database, 40)
    processes = [opened_again(database) for _ in range(3)]
    stop = Event()

    def work(worker: int) -> None:
        a_worker(processes[worker], {"confirm": confirm}, name=str(worker), stop=stop).run()

    def seal() -> None:
        while not stop.wait(0.05):
            with database.writing(TESTER) as session:
                seal_log(session, "change_log", NOW)

    threads = [Thread(target=work, args=(worker,), daemon=True) for worker in range(2)]
    threads.append(Thread(target=seal, daemon=True))
    for thread in threads:
        thread.start()
    together(WRITERS, lambda writer: write(processes[2] if writer % 2 else processes[0], writer))
    for _ in range(1500):
        if waiting(database) == 0:
            break
        Event().wait(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    require_all(database, run_id)
    for process in processes:
        process.close()


def waiting(database: Database) -> int:
    with database.reading(TESTER) as session:
        return session.scalar(select(func.count()).where(QueueEntry.state != EntryState.DONE)) or 0


def require_all(database: Database, run_id: int) -> None:
    everything = list(range(1, WRITERS * TURNS + 1))
    assert found_run(database, run_id) == ("done", 40, 0, 0)
    with database.writing(TESTER) as session:
        written = select(Company.search_name, Company.name).where(Company.siren.startswith("1"))
        found = session.execute(written).all()
        assert sorted(int(number) for number, _ in found) == everything
        assert {name for _, name in found} == {f"{w}-{t}" for w in range(WRITERS) for t in range(TURNS)}
        assert sorted(map(int, session.scalars(select(RecordedFact.key)))) == everything
        confirmed = session.execute(select(CompanyReach.company_id, CompanyReach.organisation_id)).all()
        assert sorted(company for company, _ in confirmed) == everything
        assert sorted(number for _, number in confirmed) == everything
        assert load_of(session, NOW).entries == {}
        while seal_log(session, "change_log", NOW):
            pass
        checked = verify_log(session, "change_log")
        logged = session.scalar(select(func.count()).select_from(ChangeLogEntry))
        assert (checked.faults, checked.waiting_rows, checked.sealed_rows) == ((), 0, logged)


def test_a_writer_of_another_process_that_is_slow_is_waited_for(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue of one process knows nothing of another: SQLite's own patience, then two more tries."""
    monkeypatch.setattr("atmp_insure.db.engine._BUSY_MILLISECONDS", 50)
    other = opened_again(embedded)
    holding, release = Event(), Event()

    def hold() -> None:
        with embedded.writing(TESTER) as session:
            take_number(session, "held")
            holding.set()
            release.wait(5)

    holder = Thread(target=hold, daemon=True)
    holder.start()
    assert holding.wait(5)
    tries: list[int] = []

    def impatient() -> None:
        tries.append(1)
        if len(tries) == 2:
            release.set()
            holder.join()
        with other.writing(TESTER) as session:
            take_number(session, "held")

    other.retried(impatient)
    assert len(tries) == 2
    other.close()


def test_only_a_writer_in_the_way_is_worth_another_try(database: Database) -> None:
    assert not is_busy(ValueError("database is locked"))
    if database.is_embedded:
        return
    ready = Barrier(2)
    tried: list[int] = []

    def crosswise(number: int) -> None:
        met: list[bool] = []

        def lock_both() -> None:
            tried.append(number)
            with database.writing(TESTER) as session:
                for name in ("one", "two") if number else ("two", "one"):
                    take_number(session, name)
                    if not met:
                        met.append(True)
                        ready.wait(5)

        database.retried(lock_both)

    with database.writing(TESTER) as session:
        take_numbers(session, {"one": 1, "two": 1})
    together(2, crosswise)
    assert len(tried) == 3  # one of them lost, and came through the second time


def test_a_thread_that_writes_and_writes_again_inside_is_told_instead_of_waiting_for_itself(embedded: Database) -> None:
    with embedded.writing(TESTER), pytest.raises(RuntimeError, match="wait for itself"), embedded.writing(TESTER):
        pass
    with embedded.writing(TESTER) as session:
        assert session.is_active
