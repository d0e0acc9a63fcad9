"""Scheduled jobs: one process at a time, every execution in the history, what was missed caught up once."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from atmp_insure import scheduler
from atmp_insure.db import jobs, kept_lease, timetable
from atmp_insure.db.kept_lease import KeptLease
from atmp_insure.db.leases import LENGTH, JobRun, JobState, drop_lease, hold_lease
from atmp_insure.db.scheduled_job import Job, JobContext, execute
from atmp_insure.db.timetable import Timetable
from atmp_insure.db.work_queue import QueueEntry, finish_entry, mark_work
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.paris import PARIS
from atmp_insure.settings import Settings
from tests.db.builders import NOW, TESTER
from tests.db.together import together

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.engine import Database

SETTINGS = Settings(environment="test")
TODAY = NOW.date()


def a_job(work: Callable[[JobContext], str], **schedule: str) -> Job:
    return Job("essai", "Essayer", schedule or {"hour": "3"}, work)


def done(job: Job, database: Database, worker: str = "un", on: date = TODAY) -> JobRun:
    return execute(job, JobContext(database, SETTINGS, on, datetime.now(UTC)), worker)


def history(database: Database) -> list[tuple[str, str | None]]:
    with database.reading(TESTER) as session:
        rows = session.scalars(select(JobRun).order_by(JobRun.id))
        return [(row.state.value, row.summary) for row in rows]


def test_an_execution_is_written_with_its_summary_or_its_error(database: Database) -> None:
    def refuse(_context: JobContext) -> str:
        raise Refused("La banque ne répond pas.")

    def broken(_context: JobContext) -> str:
        raise KeyError("Jean Témoin")

    ended = done(a_job(lambda context: f"fait pour le {context.on:%d/%m/%Y}"), database, on=date(2026, 1, 5))
    assert (ended.state, ended.worker, ended.ended_at is None) == (JobState.DONE, "un", False)
    done(a_job(refuse), database)
    done(a_job(broken), database)
    assert history(database) == [
        ("done", "fait pour le 05/01/2026"),
        ("failed", "La banque ne répond pas."),
        ("failed", "Erreur du logiciel (KeyError)."),
    ]


@pytest.mark.parametrize("second", ["autre processus", "un"])
def test_a_job_that_runs_is_begun_by_no_other_process_nor_thread(database: Database, second: str) -> None:
    began, end = Event(), Event()

    def slow(_context: JobContext) -> str:
        began.set()
        end.wait(10)
        return "lentement"

    thread = Thread(target=done, args=(a_job(slow), database, "un"))
    thread.start()
    began.wait(10)
    with pytest.raises(Refused, match="déjà en cours"):
        done(a_job(lambda _context: "deux fois"), database, second)
    end.set()
    thread.join()
    assert history(database) == [("done", "lentement")]


def test_a_line_that_a_dead_process_left_running_is_closed_by_the_next(database: Database) -> None:
    with database.writing(TESTER) as session:
        session.add(JobRun(job="essai", worker="mort", started_at=NOW, state=JobState.RUNNING))
    done(a_job(lambda _context: "fait"), database)
    assert [state for state, _ in history(database)] == ["failed", "done"]
    assert "Interrompu" in str(history(database)[0][1])


def test_a_lease_is_taken_by_one_of_eight_and_by_another_once_given_back(database: Database) -> None:
    def take(number: int) -> bool:
        with database.writing(TESTER) as session:
            return hold_lease(session, "one", str(number), NOW)

    assert sorted(together(8, take)) == [False] * 7 + [True]
    with database.writing(TESTER) as session:
        assert not hold_lease(session, "one", "late", NOW + LENGTH - timedelta(seconds=1))
        assert hold_lease(session, "one", "late", NOW + LENGTH)
        assert hold_lease(session, "one", "late", NOW + LENGTH)
        drop_lease(session, "one", "another")
        assert not hold_lease(session, "one", "next", NOW + LENGTH)
        drop_lease(session, "one", "late")
        assert hold_lease(session, "one", "next", NOW + LENGTH)


def test_a_kept_lease_is_renewed_while_the_work_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atmp_insure.db.leases.LENGTH", timedelta(seconds=0.4))
    monkeypatch.setattr(kept_lease, "LENGTH", timedelta(seconds=0.4))
    with KeptLease(database, "kept", "one") as lease:
        Event().wait(0.9)
        assert lease.held
        with KeptLease(database, "kept", "two") as other:
            assert not other.held
    with KeptLease(database, "kept", "two") as other:
        assert other.held


def test_a_lease_that_another_took_is_known_to_be_lost(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lease, "LENGTH", timedelta(seconds=0.2))
    with KeptLease(database, "kept", "one") as lease:
        with database.writing(TESTER) as session:
            drop_lease(session, "kept", lease.holder)
            hold_lease(session, "kept", "two", datetime.now(UTC))
        require_soon(lambda: not lease.held)


def test_a_lease_that_cannot_be_renewed_in_time_is_given_up(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> bool:
        raise OperationalError("UPDATE", None, Exception("gone"))

    monkeypatch.setattr(kept_lease, "LENGTH", timedelta(seconds=0.2))
    with KeptLease(embedded, "kept", "one") as lease:
        monkeypatch.setattr(kept_lease, "hold_lease", gone)
        Event().wait(0.1)
        assert lease.held  # not yet: ours until it runs out
        require_soon(lambda: not lease.held)


def a_timetable(database: Database, job: Job, name: str = "un") -> Timetable:
    return Timetable(database, SETTINGS, (job,), name, around=lambda _name: nullcontext())


def test_jobs_run_in_the_one_process_that_holds_the_schedule(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable, "_ASK_SECONDS", 0.05)
    job = a_job(lambda _context: "fait", second="*")
    tables = {name: a_timetable(database, job, name) for name in ("un", "deux")}
    threads = {name: Thread(target=table.run, daemon=True) for name, table in tables.items()}
    try:
        for thread in threads.values():
            thread.start()
        require_soon(lambda: len(history(database)) >= 2)
        [holder] = workers(database)
        tables[holder].stop.set()
        threads[holder].join()
        require_soon(lambda: workers(database) == {"un", "deux"})  # the other one takes the schedule over
    finally:
        for table in tables.values():
            table.stop.set()
        for thread in threads.values():
            thread.join()


def workers(database: Database) -> set[str]:
    with database.reading(TESTER) as session:
        return set(session.scalars(select(JobRun.worker)))


def require_soon(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        Event().wait(0.02)
    raise AssertionError("it never came")


def test_what_was_missed_runs_once_at_once_and_what_was_not_waits(database: Database) -> None:
    job = a_job(lambda _context: "rattrapé", hour="3", minute="0")
    clock = a_timetable(database, job).started()
    assert clock.get_job("essai").next_run_time.hour == 3  # never ran: waits for its hour
    clock.shutdown()
    with database.writing(TESTER) as session:
        session.add(
            JobRun(job="essai", worker="un", started_at=datetime.now(UTC) - timedelta(days=3), state=JobState.DONE)
        )
    clock = a_timetable(database, job).started()
    require_soon(lambda: len(history(database)) == 2)
    clock.shutdown()
    assert history(database) == [("done", None), ("done", "rattrapé")]
    clock = a_timetable(database, job).started()
    assert clock.get_job("essai").next_run_time > datetime.now(PARIS) + timedelta(seconds=1)
    clock.shutdown()


def test_old_history_is_swept_and_the_last_execution_of_each_job_is_kept(database: Database) -> None:
    with database.writing(TESTER) as session:
        for days, job in ((200, "seldom"), (90, "often"), (80, "often"), (1, "often")):
            moment = NOW - timedelta(days=days)
            session.add(JobRun(job=job, worker="un", started_at=moment, ended_at=moment, state=JobState.DONE))
        for key, days in (("old", 90), ("new", 1)):
            finish_entry(session, mark_work(session, "name", key, due_at=NOW - timedelta(days=days)))
        mark_work(session, "name", "waiting", due_at=NOW - timedelta(days=90))
    context = JobContext(database, SETTINGS, TODAY, NOW)
    assert jobs.sweep_work(context) == "3 ligne(s) d'historique effacée(s)"
    with database.reading(TESTER) as session:
        assert sorted(session.scalars(select(JobRun.job))) == ["often", "seldom"]
        assert sorted(session.scalars(select(QueueEntry.key))) == ["new", "waiting"]


def test_every_job_of_the_table_is_scheduled_as_the_table_says(embedded: Database) -> None:
    clock = Timetable(embedded, SETTINGS, scheduler.JOBS, "un").started()
    scheduled = {job.id: job for job in clock.get_jobs()}
    clock.shutdown()
    assert set(scheduled) == {job.name for job in scheduler.JOBS}
    for job in scheduler.JOBS:
        fields = {field.name: str(field) for field in scheduled[job.name].trigger.fields if not field.is_default}
        assert fields == dict(job.schedule)
        assert (scheduled[job.name].coalesce, scheduled[job.name].max_instances) == (True, 1)
        assert scheduled[job.name].misfire_grace_time == 3600
