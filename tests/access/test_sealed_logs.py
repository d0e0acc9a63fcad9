"""Sealing: rows committed out of order, two sealers at once, links altered, purges, and rows put in by hand."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from atmp_insure.access import sealing
from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry, Seal
from atmp_insure.access.sealing import purge_log, seal_log, verify_log
from atmp_insure.db.actor import system
from atmp_insure.db.scope import outside_scope
from tests.db.together import together

if TYPE_CHECKING:
    from atmp_insure.access.sealing import Verification
    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TESTER = system("test")
LOG = "reading_log"
COLUMNS = "at, actor, request_id, action, subject, company_id, what"


def put(database: Database, *numbers: int, at: datetime = NOW) -> None:
    """Rows with numbers of our choice: what transactions that end out of order leave."""
    with database.writing(TESTER) as session, outside_scope("test"):
        for number in numbers:
            row = {"id": number, "at": at, "actor": "x", "request_id": "", "action": "read", "subject": "documents:1"}
            session.execute(insert(ReadingLogEntry).values(**row, what="un papier"))


def sealed(database: Database, at: datetime = NOW) -> int:
    with database.writing(TESTER) as session:
        return seal_log(session, LOG, at)


def verified(database: Database) -> Verification:
    with database.reading(TESTER) as session:
        return verify_log(session, LOG)


def purged(database: Database, days: int, at: datetime = NOW) -> int:
    with database.writing(TESTER) as session:
        return purge_log(session, LOG, timedelta(days=days), at)


def tampered(database: Database, statement: str) -> None:
    """What someone does who holds the database but not the keys."""
    with database.engine.begin() as connection:
        if database.is_embedded:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS reading_log_no_update")
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS reading_log_no_delete")
        else:
            connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")
            connection.exec_driver_sql("ALTER TABLE reading_log DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)


def links(database: Database) -> list[Seal]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(Seal).order_by(Seal.id)))


def test_rows_are_sealed_in_batches_until_none_waits(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    put(database, *range(1, 9))
    assert verified(database).waiting_rows == 8
    assert [sealed(database) for _ in range(4)] == [3, 3, 2, 0]
    checked = verified(database)
    assert (checked.sealed_rows, checked.sealed_until, checked.waiting_rows, checked.faults) == (8, NOW, 0, ())
    assert [(link.first_id, link.last_id) for link in links(database)] == [(1, 3), (4, 6), (7, 8)]


def test_a_row_committed_after_its_range_was_sealed_is_taken_in_by_a_later_link(database: Database) -> None:
    put(database, 1, 2, 5)
    sealed(database)
    put(database, 3)
    assert (verified(database).waiting_rows, verified(database).faults) == (1, ())
    put(database, 6)
    assert sealed(database) == 2
    assert [(link.late_ids, link.absent_ids) for link in links(database)] == [([], [3, 4]), ([3], [])]
    tampered(database, "UPDATE reading_log SET actor = 'autre' WHERE id = 3")
    assert len(verified(database).faults) == 1


def test_late_rows_alone_are_sealed_without_waiting_for_a_new_row(database: Database) -> None:
    put(database, 1, 4)
    sealed(database)
    put(database, 2)
    assert sealed(database) == 1
    put(database, 3)
    assert [sealed(database), sealed(database)] == [1, 0]
    checked = verified(database)
    assert (checked.sealed_rows, checked.waiting_rows, checked.faults) == (4, 0, ())


def test_a_row_at_an_empty_place_is_late_for_a_day_and_put_in_by_hand_after(database: Database) -> None:
    put(database, 1, 3)
    sealed(database, NOW)
    put(database, 4)
    sealed(database, NOW + sealing.LATE_FOR)  # the last moment at which a row may be late
    put(database, 2)
    assert verified(database).faults == ()
    put(database, 5)
    tampered(database, "DELETE FROM reading_log WHERE id = 2")
    sealed(database, NOW + sealing.LATE_FOR + timedelta(microseconds=1))
    put(database, 2)
    assert sealed(database, NOW + timedelta(days=3)) == 0
    assert "ajoutée après coup" in verified(database).faults[0]


def test_more_empty_places_than_an_engine_takes_values_do_not_stop_the_sealer(database: Database) -> None:
    put(database, 1, 70_000)
    assert sealed(database) == 2
    put(database, 69_999, 70_001)
    assert sealed(database) == 2
    assert verified(database).faults == ()


def test_two_sealers_at_once_make_one_chain(database: Database) -> None:
    put(database, *range(1, 30))
    counts = together(4, lambda _: sealed(database))
    assert sorted(counts) == [0, 0, 0, 29]
    assert len(links(database)) == 1


def test_a_transaction_still_open_when_its_neighbour_is_sealed_is_sealed_afterwards(database: Database) -> None:
    if database.is_embedded:
        return  # one writer at a time: no row is ever late
    began, go_on = threading.Event(), threading.Event()

    def write_slowly(_: int) -> None:
        with database.writing(TESTER) as session:
            session.add(ReadingLogEntry(at=NOW, actor="x", request_id="", action="read", subject="a:1", what="x"))
            session.flush()
            began.set()
            assert go_on.wait(20)

    def write_and_seal(_: int) -> None:
        assert began.wait(20)
        with database.writing(TESTER) as session:
            session.add(ReadingLogEntry(at=NOW, actor="x", request_id="", action="read", subject="a:2", what="x"))
        assert sealed(database) == 1
        go_on.set()

    together(2, lambda number: (write_slowly, write_and_seal)[number](number))
    assert sealed(database) == 1
    assert verified(database).faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading_log SET subject = 'documents:2' WHERE id = 2",
        "UPDATE reading_log SET company_id = 7 WHERE id = 5",
        "DELETE FROM reading_log WHERE id = 6",
        "DELETE FROM reading_log WHERE id <= 3",
        f"INSERT INTO reading_log SELECT 0, {COLUMNS} FROM reading_log WHERE id = 1",
        "UPDATE seals SET digest = previous_digest WHERE id = 2",
        "UPDATE seals SET previous_digest = digest WHERE id = 2",
        "UPDATE seals SET absent_ids = '[2]', row_count = 2 WHERE id = 1",
        "UPDATE seals SET last_at = '2020-01-01 00:00:00.000000' WHERE id = 1",
        "UPDATE seals SET sealed_at = '2020-01-01 00:00:00.000000' WHERE id = 1",
        "UPDATE seals SET last_id = 9 WHERE id = 2",
        "DELETE FROM seals WHERE id = 1",
        # an invented purge hides nothing
        "UPDATE seals SET purged_at = '2026-11-20 09:00:00.000000' WHERE id = 1",
    ],
)
def test_every_alteration_of_rows_or_links_is_detected(database: Database, statement: str) -> None:
    put(database, 1, 2, 3)
    sealed(database)
    put(database, 5, 6)
    sealed(database)
    assert verified(database).faults == ()
    tampered(database, statement)
    assert verified(database).faults


def test_rows_deleted_under_an_invented_purge_are_missed(database: Database) -> None:
    put(database, 1, 2, 3)
    sealed(database)
    tampered(database, "DELETE FROM reading_log")
    tampered(database, "UPDATE seals SET purged_at = '2026-11-20 09:00:00.000000'")
    assert "n'est pas le nôtre" in verified(database).faults[0]


@pytest.mark.parametrize(("extra", "deleted"), [(timedelta(microseconds=1), 2), (timedelta(0), 0)])
def test_a_sealed_period_goes_once_its_last_row_is_older_than_the_retention_and_not_before(
    database: Database, extra: timedelta, deleted: int
) -> None:
    put(database, 1, at=NOW - timedelta(days=400))
    put(database, 2, at=NOW - timedelta(days=365) - extra)  # exactly at the end of the retention: still kept
    sealed(database)
    put(database, 3)
    sealed(database)
    assert purged(database, 365) == deleted
    checked = verified(database)
    assert (checked.sealed_rows, checked.faults) == (3 - deleted, ())


def test_the_last_sealed_period_stays_so_that_no_number_serves_twice(database: Database) -> None:
    put(database, 1, at=NOW - timedelta(days=4000))
    sealed(database)
    assert purged(database, 365) == 0


def test_what_is_not_sealed_is_never_purged_however_old(database: Database) -> None:
    put(database, 1, at=NOW - timedelta(days=4000))
    assert purged(database, 365) == 0
    assert verified(database).waiting_rows == 1


def test_the_chain_goes_on_and_is_verifiable_after_a_purge(database: Database) -> None:
    for number in (1, 2):
        put(database, number, at=NOW - timedelta(days=500 - number))
        sealed(database)
    put(database, 4)
    sealed(database)
    assert purged(database, 365) == 2
    put(database, 3, 5)
    assert sealed(database) == 2
    checked = verified(database)
    assert (checked.sealed_rows, checked.waiting_rows, checked.faults) == (3, 0, ())
    assert [link.purged_at is not None for link in links(database)] == [True, True, False, False]
    tampered(database, "UPDATE seals SET purged_at = '2026-11-19 09:00:00.000000' WHERE id = 1")
    assert len(verified(database).faults) == 1


def test_a_row_put_back_into_a_purged_period_is_detected(database: Database) -> None:
    for number in (1, 2):  # the last period always stays
        put(database, number, at=NOW - timedelta(days=500))
        sealed(database)
    assert purged(database, 365) == 1
    put(database, 1)
    assert "période effacée" in verified(database).faults[0]


def test_the_change_log_has_its_own_chain(database: Database) -> None:
    put(database, 1)
    sealed(database)
    with database.writing(TESTER) as session:
        assert seal_log(session, "change_log", NOW) == 0
        session.add(ChangeLogEntry(at=NOW, actor="x", request_id="", action="added", subject="a:1", changes={}))
        session.flush()
        assert seal_log(session, "change_log", NOW) == 1
        assert verify_log(session, "change_log").sealed_rows == 1
