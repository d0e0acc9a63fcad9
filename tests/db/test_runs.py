"""Runs: items chosen once, worked in chunks, errors of their own, replayed alone, stopped and taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from atmp_insure.db import runs
from atmp_insure.db.runs import ItemState, Run, RunItem, RunKind, replay_failed, resume_run, start_run, stop_run
from atmp_insure.db.work_queue import EntryState, QueueEntry
from atmp_insure.kernel.errors import Refused
from tests.db.builders import NOW, TESTER
from tests.db.together import together
from tests.db.working import NAMING, a_run, a_worker, found_run, name_company, numbers, select_items, sirens

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession


def test_a_run_does_each_item_once_and_ends(database: Database) -> None:
    run_id = a_run(database, 30)
    assert found_run(database, run_id) == ("working", 0, 0, 30)
    assert a_worker(database).drain() == 1
    assert found_run(database, run_id) == ("done", 30, 0, 0)
    assert numbers(database) == list(range(1, 31))


def test_the_same_kind_and_key_is_the_same_run(database: Database) -> None:
    assert a_run(database, 3) == a_run(database, 99)
    together(4, lambda _number: a_run(database, 5, key="à plusieurs"))
    with database.reading(TESTER) as session:
        assert len(session.scalars(select(Run)).all()) == 2
        assert len(session.scalars(select(RunItem)).all()) == 3 + 5


def test_a_run_without_items_is_done_at_once(database: Database) -> None:
    run_id = a_run(database, 0)
    assert found_run(database, run_id) == ("done", 0, 0, 0)
    assert a_worker(database).drain() == 0


def test_items_are_chosen_by_thousands_without_holding_them_all(database: Database) -> None:
    run_id = a_run(database, 2500)
    with database.reading(TESTER) as session:
        positions = session.scalars(select(RunItem.position).order_by(RunItem.position)).all()
    assert positions == list(range(2500))
    assert found_run(database, run_id)[3] == 2500


def test_an_item_that_fails_says_why_and_leaves_the_others_alone(database: Database) -> None:
    run_id = a_run(database, 20, refused=[3], broken=[11])
    a_worker(database).drain()
    assert found_run(database, run_id) == ("done_with_errors", 18, 2, 0)
    with database.reading(TESTER) as session:
        failed = select(RunItem).where(RunItem.state == ItemState.FAILED).order_by(RunItem.position)
        errors = [item.error for item in session.scalars(failed)]
    assert errors == [
        "La ligne 3 ne peut pas être traitée. La corriger.",
        "Erreur du logiciel (KeyError) : prévenir l'exploitant, puis rejouer.",
    ]
    assert numbers(database) == list(range(1, 19))  # a failed item keeps no number


def test_only_the_failed_items_are_replayed(database: Database) -> None:
    run_id = a_run(database, 20, refused=[3], broken=[11])
    a_worker(database).drain()
    done = sirens(database)
    with database.writing(TESTER) as session:
        assert replay_failed(session, session.get_one(Run, run_id)) == 2
    assert found_run(database, run_id) == ("working", 18, 0, 2)
    a_worker(database).drain()
    assert found_run(database, run_id) == ("done", 20, 0, 0)
    assert set(done) < set(sirens(database))
    assert numbers(database) == list(range(1, 21))


def test_progress_is_seen_between_chunks(database: Database) -> None:
    run_id = a_run(database, 20)
    seen = []
    while True:
        with database.writing(TESTER) as session:
            more = runs.work_chunk(session, NAMING, run_id, NOW)
        seen.append(found_run(database, run_id)[1])
        if not more:
            break
    assert seen == [7, 14, 20, 20]


def test_a_stopped_run_takes_no_further_item_and_is_taken_up_where_it_was(database: Database) -> None:
    run_id = a_run(database, 20, refused=[1])
    with database.writing(TESTER) as session:
        runs.work_chunk(session, NAMING, run_id, NOW)
        stop_run(session, session.get_one(Run, run_id), NOW)
    a_worker(database).drain()
    assert found_run(database, run_id) == ("stopped", 6, 1, 13)
    with database.writing(TESTER) as session, pytest.raises(Refused, match="arrêté"):
        replay_failed(session, session.get_one(Run, run_id))
    with database.writing(TESTER) as session:
        resume_run(session, session.get_one(Run, run_id))
    a_worker(database).drain()
    assert found_run(database, run_id) == ("done_with_errors", 19, 1, 0)


def test_a_database_that_gives_way_undoes_the_chunk_whole(database: Database) -> None:
    tried: list[int] = []

    def giving_way(session: ScopedSession, item: RunItem) -> str:
        tried.append(item.position)
        if len(tried) == 5:
            raise OperationalError("COMMIT", None, Exception("the server went away"))
        return name_company(session, item)

    kind = RunKind("naming", "Nommer", select_items, giving_way, chunk=10)
    with database.writing(TESTER) as session:
        run_id = start_run(session, kind, "coupure", NOW, {"count": 20}).id
    with pytest.raises(OperationalError), database.writing(TESTER) as session:
        runs.work_chunk(session, kind, run_id, NOW)
    assert (found_run(database, run_id), numbers(database)) == (("working", 0, 0, 20), [])
    a_worker(database).drain()
    assert found_run(database, run_id) == ("done", 20, 0, 0)


def test_a_kind_of_run_that_this_version_does_not_know_waits_for_someone(database: Database) -> None:
    a_run(database, 3)
    worker = a_worker(database)
    worker.run_kinds = {}
    assert worker.drain() == 1
    with database.reading(TESTER) as session:
        entry = session.scalars(select(QueueEntry)).one()
        assert entry.state is EntryState.WAITING
        assert entry.error == "Traitement « naming » inconnu de cette version du produit."
