"""The chain over the logs: whoever alters, adds or removes a sealed row in the database is found out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from atmp_insure.access.jobs import purge_logs, seal_all, sweep_sign_ins
from atmp_insure.access.logs import ReadingLogEntry, Seal
from atmp_insure.access.models import Ticket, TicketPurpose, WebSession
from atmp_insure.access.sealing import verify_log
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.db.scope import outside_scope
from atmp_insure.settings import OperationSettings, Settings
from tests.db.builders import NOW, TESTER, a_company, a_user
from tests.db.rows import run_raw

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.access.sealing import Verification
    from atmp_insure.db.engine import Database


def verified(database: Database, log_name: str = "change_log") -> Verification:
    with database.reading(TESTER) as session:
        return verify_log(session, log_name)


def altered(database: Database, statement: str) -> None:
    """What someone does who holds the database: guards taken away, a statement, guards put back."""
    if database.is_embedded:
        run_raw(database, "DROP TRIGGER change_log_no_update", "DROP TRIGGER change_log_no_delete", statement)
    else:
        off, on = (f"ALTER TABLE change_log {state} TRIGGER ALL" for state in ("DISABLE", "ENABLE"))
        run_raw(database, off.replace("ALL", "USER"), statement, on.replace("ALL", "USER"))


@pytest.fixture
def sealed(database: Database) -> Database:
    for number in range(6):
        a_company(database, f"{number:09}")
        if number == 3:
            seal_all(database, NOW)
    seal_all(database, NOW)
    assert verified(database).faults == ()
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change_log SET actor = 'autre' WHERE id = 2",
        "UPDATE change_log SET changes = '{}' WHERE id = 5",
        "DELETE FROM change_log WHERE id = 3",
        "UPDATE change_log SET at = '2020-01-01 00:00:00.000000' WHERE id = 1",
        "UPDATE seals SET row_count = row_count - 1 WHERE id = 1",
        "DELETE FROM seals WHERE id = 1",
    ],
)
def test_what_was_altered_is_found_out(sealed: Database, statement: str) -> None:
    altered(sealed, statement)
    assert verified(sealed).faults


def test_a_row_slipped_into_a_sealed_range_is_found_out(sealed: Database) -> None:
    altered(sealed, "DELETE FROM change_log WHERE id = 4")
    altered_row = (
        "INSERT INTO change_log (id, at, actor, request_id, action, subject, changes) "
        "VALUES (4, '2026-01-01 00:00:00.000000', 'x', '', 'added', 'companies:4', '{}')"
    )
    run_raw(sealed, altered_row)
    assert any("lignes 1 à" in fault for fault in verified(sealed).faults)


def read_at(database: Database, moment: datetime) -> None:
    with database.writing(TESTER) as session:
        session.add(
            ReadingLogEntry(at=moment, actor="p", request_id="", action="read", subject="documents:1", what="un papier")
        )


def context(database: Database) -> JobContext:
    settings = Settings(environment="test", operation=OperationSettings(reading_log_days=30))
    return JobContext(database, settings, NOW.date(), NOW)


def test_readings_past_their_retention_go_by_sealed_periods_and_the_chain_still_holds(database: Database) -> None:
    for days in (90, 80, 10):
        read_at(database, NOW - timedelta(days=days))
        seal_all(database, NOW)
    read_at(database, NOW)
    assert purge_logs(context(database)) == "2 lecture(s) de plus de 30 jours effacée(s)"
    assert purge_logs(context(database)) == "0 lecture(s) de plus de 30 jours effacée(s)"
    checked = verified(database, "reading_log")
    assert (checked.faults, checked.sealed_rows, checked.waiting_rows) == ((), 1, 1)
    with database.reading(TESTER) as session:
        assert session.scalar(select(func.count()).select_from(Seal).where(Seal.purged_at.is_not(None))) == 2


def test_sessions_and_links_that_ended_long_ago_are_swept(database: Database) -> None:
    user = a_user(database)
    long_ago = NOW - timedelta(days=40)
    with database.writing(TESTER) as session, outside_scope("a test signs people in"):
        for name, created, ended in (("a", long_ago, long_ago), ("b", long_ago, None), ("c", NOW, None)):
            session.add(
                WebSession(token_digest=name.encode(), user_id=user, security_version=1, browser="", created_at=created,
                           seen_at=created, ended_at=ended)
            )  # fmt: skip
        for name, expires in (("d", long_ago), ("e", NOW)):
            session.add(
                Ticket(token_digest=name.encode(), user_id=user, purpose=TicketPurpose.RESET, expires_at=expires)
            )
        session.flush()
    assert sweep_sign_ins(context(database)) == "3 session(s) et lien(s) effacé(s)"
    assert sweep_sign_ins(context(database)) == "0 session(s) et lien(s) effacé(s)"
