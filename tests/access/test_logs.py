"""The change log lives and dies with its transaction, the reading log does not, and neither says what is encrypted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from atmp_insure.access import jobs
from atmp_insure.access.change_log import record_reading, within_request
from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.access.models import RecoveryCode, TicketPurpose, User
from atmp_insure.access.roles import Role
from atmp_insure.access.second_factor import RECOVERY_CODES, make_recovery_codes
from atmp_insure.access.service import make_ticket
from atmp_insure.db.actor import Actor, ScopeGrant, system
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.db.scope import outside_scope
from atmp_insure.diary.models import Note
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.models import Company
from atmp_insure.settings import read_settings
from tests.application import a_person, an_application, signed_in
from tests.db.builders import a_company, a_user
from tests.db.rows import open_wall

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TESTER = system("test")
OFFICE = Actor("alex", user_id=9, grants=(ScopeGrant(frozenset({"audit.read"}), everywhere=True),))


def entries(database: Database, subject: str = "") -> list[ChangeLogEntry]:
    with database.reading(OFFICE) as session:
        statement = select(ChangeLogEntry).order_by(ChangeLogEntry.id)
        return [entry for entry in session.scalars(statement) if entry.subject.startswith(subject)]


def readings(database: Database) -> list[ReadingLogEntry]:
    with database.reading(OFFICE) as session:
        return list(session.scalars(select(ReadingLogEntry).order_by(ReadingLogEntry.id)))


def test_a_row_added_changed_and_deleted_leaves_three_entries_with_values_before_and_after(database: Database) -> None:
    number = a_company(database)
    with within_request("demande-1"), database.writing(TESTER) as session:
        session.get_one(Company, number).name = "Nouveau nom"
    with database.writing(TESTER) as session:
        session.delete(session.get_one(Company, number))
    added, changed, deleted = entries(database, f"companies:{number}")
    assert (added.action, added.changes["siren"]) == ("added", [None, "000000018"])
    assert (changed.action, changed.changes) == ("changed", {"name": ["Exemple 000000018", "Nouveau nom"]})
    assert (changed.actor, changed.request_id) == ("système:test", "demande-1")
    assert (deleted.action, deleted.changes) == ("deleted", {})


def test_a_row_that_is_written_again_as_it_was_leaves_no_entry(database: Database) -> None:
    number = a_company(database)
    with database.writing(TESTER) as session:
        company = session.get_one(Company, number)
        company.name = company.name
    assert [entry.action for entry in entries(database, "companies:")] == ["added"]


def test_a_transaction_that_is_undone_takes_its_entries_with_it(database: Database) -> None:
    def begin_and_give_up() -> None:
        with database.writing(TESTER) as session:
            session.add(Company(siren="000000018", name="X", search_name="x", created_at=NOW))
            session.flush()
            with outside_scope("test"):
                assert session.scalars(select(ChangeLogEntry.subject)).all() == ["companies:1"]
            raise Refused("trop tard")

    with pytest.raises(Refused):
        begin_and_give_up()
    assert entries(database) == []


def test_a_savepoint_that_is_undone_takes_its_entries_with_it_and_no_others(database: Database) -> None:
    with database.writing(TESTER) as session:
        session.add(Company(siren="000000018", name="Gardée", search_name="x", created_at=NOW))
        session.flush()
        savepoint = session.begin_nested()
        session.add(Company(siren="000000026", name="Oubliée", search_name="x", created_at=NOW))
        session.flush()
        savepoint.rollback()
    assert [entry.changes["name"][1] for entry in entries(database)] == ["Gardée"]


def test_what_is_encrypted_is_told_only_as_changed_with_a_keyed_digest(database: Database) -> None:
    author = a_user(database)
    texts = ("Lésion du genou", "Lésion du coude", "Lésion du genou")
    with database.writing(TESTER) as session:
        note = Note(subject="x:1", text=texts[0], author_id=author, author_name="Camille", written_at=NOW)
        session.add(note)
    for text in texts[1:]:
        with database.writing(TESTER) as session:
            session.get_one(Note, note.id).text = text
    told: list[list[Any]] = [entry.changes["text"] for entry in entries(database, "notes:")]
    assert [words for words, _ in told] == ["chiffré"] * 3
    first, second, third = (digest for _, digest in told)
    assert (first == third, first == second) == (True, False)  # the same text has the same digest, and tells no more
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in (first, second))
    assert all("genou" not in str(entry.changes) for entry in entries(database))


def test_what_opens_an_account_is_never_in_the_log(database: Database) -> None:
    number = a_user(database)
    with database.writing(TESTER) as session:
        user = session.get_one(User, number)
        user.password_hash, user.totp_secret = "$argon2id$secret", "JBSWY3DPEHPK3PXP"
    (changed,) = [entry for entry in entries(database, "users:") if entry.action == "changed"]
    assert set(changed.changes) == {"totp_secret"}
    assert changed.changes["totp_secret"][0] == "chiffré"
    assert "argon2" not in str(changed.changes)


def test_entries_are_for_those_who_may_read_the_logs(database: Database) -> None:
    a_company(database)
    stranger = Actor("x", user_id=8, grants=(ScopeGrant(frozenset({"documents.read"}), everywhere=True),))
    with database.reading(stranger) as session:
        assert session.scalars(select(ChangeLogEntry)).all() == []
    assert len(entries(database)) == 1


def test_the_change_is_logged_for_a_writer_who_may_not_read_the_log(database: Database) -> None:
    number = a_user(database)
    with database.writing(Actor("camille", user_id=number)) as session:
        session.get_one(User, number).language = "en"
    assert entries(database, "users:")[-1].actor == "camille"


@pytest.mark.parametrize("statement", ["UPDATE {log} SET actor = 'x'", "DELETE FROM {log}"])
@pytest.mark.parametrize("log", ["change_log", "reading_log"])
def test_the_database_itself_refuses_to_change_or_delete_an_entry(database: Database, log: str, statement: str) -> None:
    a_company(database)
    record_reading(database, TESTER, "read", "documents:1", "un papier")
    with database.engine.connect() as connection:
        open_wall(connection)
        with pytest.raises(DatabaseError, match="never changed"):
            connection.exec_driver_sql(statement.format(log=log))
    assert (len(entries(database)), len(readings(database))) == (1, 1)


def test_a_reading_is_kept_when_what_follows_fails(database: Database) -> None:
    def read_and_fail() -> None:
        with database.reading(TESTER):
            record_reading(database, Actor("camille", user_id=3), "read", "documents:1", "un papier", company_id=4)
            raise Refused("la réponse n'a pas pu être donnée")

    with pytest.raises(Refused):
        read_and_fail()
    (kept,) = readings(database)
    assert (kept.actor, kept.action, kept.subject, kept.company_id) == ("camille", "read", "documents:1", 4)


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Flask:
    return an_application(database, tmp_path)


@pytest.fixture
def administrator(served: Flask, database: Database) -> FlaskClient:
    return signed_in(served, a_person(database, "alex.admin", Role.ADMINISTRATOR))


def test_a_page_that_shows_people_is_logged_before_its_answer_even_when_it_fails(
    administrator: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("panne")

    monkeypatch.setattr("atmp_insure.web.admin_views.page_of", fail)
    assert administrator.get("/admin/tables/users").status_code == 500
    assert [(entry.action, entry.subject) for entry in readings(database)] == [("read", "table:users")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_logged_with_what_was_asked_before_its_first_line(
    administrator: FlaskClient, database: Database, kind: str
) -> None:
    answer = administrator.get(f"/people?state=active&export={kind}")
    (kept,) = readings(database)
    assert (kept.actor, kept.action, kept.subject) == ("alex.admin", "exported", "list:users")
    assert kind.upper() in kept.what
    assert "state=active" in kept.what
    assert kept.request_id
    assert answer.status_code == 200


def test_readings_are_kept_in_french_though_the_reader_is_on_english_pages(
    administrator: FlaskClient, database: Database
) -> None:
    administrator.get("/language/en")
    administrator.get("/people?export=csv")
    administrator.get("/admin/tables/users")
    told = [entry.what for entry in readings(database)]
    assert told == ["utilisateurs (CSV), sort=name", "table « users » de l'administration"]


def test_a_page_that_is_not_given_is_not_read(served: Flask, database: Database) -> None:
    stranger = signed_in(served, a_person(database, "camille", Role.UNDERWRITER))
    assert stranger.get("/admin/tables/users").status_code == 403
    assert readings(database) == []


def test_recovery_codes_that_no_longer_serve_are_told_one_by_one(database: Database) -> None:
    person = a_person(database, "camille")
    with database.writing(TESTER) as session:
        make_recovery_codes(session, session.get_one(User, person.user_id))
    with within_request("demande-1"), database.writing(TESTER) as session:
        make_recovery_codes(session, session.get_one(User, person.user_id))
    told = [entry.action for entry in entries(database, "recovery_codes:") if entry.request_id == "demande-1"]
    assert told == ["deleted"] * RECOVERY_CODES + ["added"] * RECOVERY_CODES


@pytest.mark.parametrize(
    "statement",
    [
        delete(RecoveryCode).where(RecoveryCode.user_id == 1),
        update(User).where(User.id == 1).values(display_name="x"),
        insert(Company).values(siren="000000018", name="x", search_name="x", created_at=NOW),
    ],
    ids=["delete", "update", "insert"],
)
def test_no_statement_changes_logged_rows_beside_the_log(embedded: Database, statement: Any) -> None:
    with (
        pytest.raises(RuntimeError, match="one by one"),
        embedded.writing(TESTER) as session,
        outside_scope("a test tries it"),
    ):
        session.execute(statement)


def test_old_links_are_swept_and_the_log_tells_it(embedded: Database) -> None:
    person = a_person(embedded, "camille")
    with embedded.writing(TESTER) as session, outside_scope("a test ages a link"):
        make_ticket(session, session.get_one(User, person.user_id), TicketPurpose.RESET, NOW)
    much_later = NOW + timedelta(days=400)
    settings = read_settings({"ATMP_ENVIRONMENT": "test"})
    jobs.sweep_sign_ins(JobContext(embedded, settings, much_later.date(), much_later))
    assert [entry.action for entry in entries(embedded, "tickets:")] == ["added", "deleted"]
