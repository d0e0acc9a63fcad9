"""Writing by program: done once under a key, tried without a trace, with a vault and a log that stay as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from atmp_insure.access import jobs, service
from atmp_insure.access.kept_answers import Asked, KeyReused, find_answer, take_key
from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.access.queries import get_user
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.documents.object_store import AbsentObject, UnkeptStore
from atmp_insure.parties.models import Company
from atmp_insure.settings import read_settings
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.db.together import together
from tests.parties.desk import OTHER_SIREN, SIREN, of_office

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from atmp_insure.db.engine import Database
    from tests.application import Person

COMPANIES = "/api/v1/companies"
BODY = {"siren": SIREN, "name": "Métaux Exemple", "naf_code": None, "activity": None}
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    return an_application(database, tmp_path)


@pytest.fixture
def person(database: Database) -> Person:
    return a_person(database, "camille", Role.MANAGER)


@pytest.fixture
def program(app: Flask, database: Database, person: Person) -> FlaskClient:
    return a_program(app, a_token(database, person))


def created(program: FlaskClient, key: str, **changes: Any) -> TestResponse:
    return program.post(COMPANIES, json=BODY | changes, headers={"Idempotency-Key": key})


def companies(database: Database) -> int:
    with database.reading(system("test")) as session:
        return session.query(Company).count()


def kept(database: Database) -> int:
    with database.snapshot() as connection:
        return len(connection.exec_driver_sql("SELECT id FROM kept_answers").all())


def test_a_request_sent_twice_under_one_key_is_done_once_and_answered_alike(
    program: FlaskClient, database: Database
) -> None:
    first, again = created(program, "k1"), created(program, "k1")
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert "Idempotency-Replayed" not in first.headers
    assert companies(database) == 1
    with database.reading(system("test")) as session:
        subjects = session.scalars(select(ChangeLogEntry.subject).where(ChangeLogEntry.subject == "companies:1")).all()
    assert len(subjects) == 1
    assert require_problem(created(program, "k2"), 422)["errors"][0]["place"] == "/siren"  # a new key: done again


def test_two_at_once_under_one_key_do_it_once(app: Flask, database: Database, person: Person) -> None:
    secret = a_token(database, person)
    answers = together(6, lambda _number: created(a_program(app, secret), "race"))
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert companies(database) == 1


def test_a_key_that_comes_with_another_request_is_refused(program: FlaskClient, database: Database) -> None:
    assert created(program, "k1").status_code == 201
    other = created(program, "k1", siren=OTHER_SIREN)
    told = require_problem(other, 422)
    assert told["type"] == "/api/v1/problems#key-reused"
    assert told["errors"][0]["place"] == "Idempotency-Key"
    elsewhere = program.put(f"{COMPANIES}/1", json=BODY, headers={"Idempotency-Key": "k1"})
    assert require_problem(elsewhere, 422)["errors"][0]["place"] != "Idempotency-Key"  # the body is read first
    body = {name: value for name, value in BODY.items() if name != "siren"}
    elsewhere = program.put(f"{COMPANIES}/1", json=body, headers={"Idempotency-Key": "k1"})
    assert require_problem(elsewhere, 422)["type"] == "/api/v1/problems#key-reused"
    assert companies(database) == 1


def test_the_same_key_of_another_person_is_another_key(app: Flask, program: FlaskClient, database: Database) -> None:
    assert created(program, "k1").status_code == 201
    other = a_program(app, a_token(database, a_person(database, "dominique", Role.MANAGER)))
    assert created(other, "k1", siren=OTHER_SIREN).status_code == 201
    assert companies(database) == 2


def test_an_answer_is_not_given_again_to_whoever_lost_or_narrowed_their_rights(
    app: Flask, program: FlaskClient, database: Database, person: Person
) -> None:
    assert created(program, "k1").status_code == 201
    narrower = a_program(app, a_token(database, person, TokenScope.WRITE_COMPANIES))
    assert require_problem(created(narrower, "k1"), 422)["type"].endswith("#key-reused")
    with database.writing(of_office(Role.ADMINISTRATOR, user_id=99)) as session:
        user = get_user(session, person.user_id)
        for grant in user.grants:
            service.end_grant(session, grant, NOW - timedelta(days=1))
    require_problem(created(program, "k1"), 403)


def test_an_act_whose_answer_cannot_be_written_down_is_not_done(
    program: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patched:
        patched.setattr("atmp_insure.api.writes._keep", fail)
        require_problem(created(program, "k1"), 500)
    assert (companies(database), kept(database)) == (0, 0)
    assert created(program, "k1").status_code == 201


def test_what_is_refused_leaves_its_key_free(program: FlaskClient, database: Database) -> None:
    require_problem(created(program, "k1", siren="000000019"), 422)
    assert created(program, "k1").status_code == 201
    assert companies(database) == 1


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
def test_a_key_that_cannot_be_one_is_refused(program: FlaskClient, key: str) -> None:
    told = require_problem(created(program, key.encode().decode("latin-1")), 422)
    assert told["errors"][0]["place"] == "Idempotency-Key"


def test_the_answer_is_kept_encrypted_and_its_key_as_a_digest(program: FlaskClient, database: Database) -> None:
    created(program, "a-key-of-its-own")
    with database.snapshot() as connection:
        row = connection.exec_driver_sql("SELECT key_digest, body FROM kept_answers").one()
    assert b"taux Exemple" not in bytes(row[1])
    assert b"a-key" not in bytes(row[0])


def test_a_key_is_as_new_once_its_answer_is_kept_no_longer(database: Database, person: Person) -> None:
    def asked(request: bytes, at: datetime) -> Asked:
        return Asked(person.user_id, "k1", request, at + timedelta(hours=24))

    owner = of_office(user_id=person.user_id)
    with database.writing(owner) as session:
        row, is_new = take_key(session, asked(b"one", NOW), NOW)
        row.status, row.body = 201, json.dumps({"id": 1})
    assert is_new
    last, after = NOW + timedelta(hours=24), NOW + timedelta(hours=24, seconds=1)
    with database.reading(owner) as session:
        assert find_answer(session, asked(b"one", last), last) is not None
        assert find_answer(session, asked(b"two", after), after) is None
    with database.writing(owner) as session, pytest.raises(KeyReused):
        take_key(session, asked(b"two", last), last)
    with database.writing(owner) as session:
        row, is_new = take_key(session, asked(b"two", after), after)
        assert (is_new, row.status, row.body) == (True, None, None)


def test_the_job_deletes_the_answers_that_are_kept_no_longer(
    program: FlaskClient, database: Database, tmp_path: Path
) -> None:
    created(program, "k1")
    settings = read_settings({"ATMP_ENVIRONMENT": "test", "ATMP_DATA_DIR": str(tmp_path)})
    now = datetime.now(UTC)
    for at, left in ((now + timedelta(hours=23), 1), (now + timedelta(hours=25), 0)):
        told = jobs.purge_answers(JobContext(database, settings, at.date(), at))
        assert told.startswith(f"{1 - left} ")
        assert kept(database) == left


def test_a_preview_answers_as_the_act_would_and_leaves_nothing(program: FlaskClient, database: Database) -> None:
    tried = program.post(f"{COMPANIES}?preview=true", json=BODY, headers={"Idempotency-Key": "k1"})
    assert (tried.status_code, tried.get_json()["siren"]) == (201, SIREN)
    assert companies(database) == 0
    with database.reading(system("test")) as session:
        assert session.query(ChangeLogEntry).filter(ChangeLogEntry.subject.like("companies:%")).count() == 0
    assert kept(database) == 0
    assert created(program, "k1").status_code == 201  # the key is free, and so is the SIREN


def test_a_preview_is_refused_where_the_act_would_be(program: FlaskClient) -> None:
    told = require_problem(program.post(f"{COMPANIES}?preview=true", json=BODY | {"siren": "1"}), 422)
    assert told["errors"][0]["place"] == "/siren"
    told = require_problem(program.post(f"{COMPANIES}?preview=yes&other=1", json=BODY), 422)
    assert {fault["place"] for fault in told["errors"]} == {"?preview", "?other"}


def test_a_store_for_previews_reads_from_the_vault_and_keeps_what_is_written_to_itself() -> None:
    below = UnkeptStore(UnkeptStore(None))  # type: ignore[arg-type] # nothing is read below
    below.write("a" * 64, b"one")
    above = UnkeptStore(below)
    above.write("b" * 64, b"two")
    assert (above.read("a" * 64), above.read("b" * 64)) == (b"one", b"two")
    assert above.exists("a" * 64)
    above.delete("a" * 64)
    assert below.read("a" * 64) == b"one"
    with pytest.raises((AbsentObject, AttributeError)):
        below.read("b" * 64)


def test_a_body_of_another_type_is_refused_as_such(program: FlaskClient) -> None:
    for content_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        told = require_problem(program.post(COMPANIES, data=b"x", content_type=content_type), 415)
        assert "application/json" in told["detail"]


def test_every_kind_of_problem_is_explained_where_its_type_leads(program: FlaskClient, app: Flask) -> None:
    types = [
        require_problem(program.get(f"{COMPANIES}/424242"), 404)["type"],
        require_problem(program.delete(COMPANIES), 405)["type"],
        require_problem(program.get("/api/v2/anything"), 404)["type"],
        require_problem(created(program, "é"), 422)["type"],
    ]
    page = app.test_client().get("/api/v1/problems")
    assert page.status_code == 200
    for address in types:
        assert f'id="{address.partition("#")[2]}"' in page.text
    english = app.test_client()
    english.set_cookie("language", "en")
    assert "Malformed request" in english.get("/api/v1/problems").text
    assert "Demande mal formée" in page.text
