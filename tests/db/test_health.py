"""Health, measures and technical logs: what is wrong is told by name, and nothing of a person is told at all."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from atmp_insure import app as application
from atmp_insure.db import migration
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.settings import SecuritySettings, Settings
from atmp_insure.web import health, request_log
from tests.db.builders import NOW, TESTER
from tests.db.working import a_run, a_worker
from tests.engines import key_ring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database


@pytest.fixture
def client(database: Database, tmp_path: Path) -> FlaskClient:
    security = SecuritySettings(keys_file=str(key_ring()._path), rate_limits=False)
    settings = Settings(environment="test", data_dir=tmp_path / "data", security=security)
    return application.create_app(settings, database).test_client()


def checks(client: FlaskClient) -> tuple[int, dict[str, str]]:
    answer = client.get("/health/ready")
    return answer.status_code, answer.get_json()["checks"]


def test_all_is_in_order(client: FlaskClient) -> None:
    assert client.get("/health/live").get_json() == {"status": "ok"}
    assert checks(client) == (200, dict.fromkeys(("database", "schema", "keys", "vault"), "ok"))


def test_what_is_not_in_order_is_named_and_its_reason_is_not(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OperationalError("SELECT", None, Exception("password of Jean Témoin"))

    for name in ("keys", "vault", "database"):
        with monkeypatch.context() as patched:
            patched.setitem(health._CHECKS, name, broken)
            status, told = checks(client)
            assert (status, told[name]) == (503, "unavailable")
            assert "Témoin" not in client.get("/health/ready").get_data(as_text=True)
    migration.downgrade(database, "base")
    assert checks(client)[1] == {"database": "ok", "schema": "unavailable", "keys": "ok", "vault": "ok"}


def test_measures_tell_requests_and_waiting_work(client: FlaskClient, database: Database) -> None:
    a_run(database, 10, refused=[3])
    a_worker(database).drain()
    a_run(database, 5, key="un autre")
    with database.writing(TESTER) as session:
        session.add(JobRun(job="seal_logs", worker="un", started_at=NOW.replace(year=2099), state=JobState.FAILED))
        session.add(JobRun(job="sweep", worker="un", started_at=NOW, ended_at=NOW, state=JobState.DONE))
    client.get("/health/live?name=Jean")
    told = client.get("/metrics").get_data(as_text=True)
    for line in (
        'atmp_requests_total{method="GET",route="/health/live",status="200"}',
        'atmp_request_seconds_count{route="/health/live"}',
        "atmp_database_up 1.0",
        'atmp_queue_entries{state="waiting"} 1.0',
        'atmp_runs{state="done_with_errors"} 1.0',
        'atmp_runs{state="working"} 1.0',
        "atmp_run_items_failed 1.0",
        'atmp_job_failures{job="seal_logs"} 1.0',
        f'atmp_job_last_done_timestamp{{job="sweep"}} {NOW.timestamp():.9}',
    ):
        assert line.split(" 1.7")[0] in told
    assert "Jean" not in told


def test_measures_are_not_for_what_comes_through_a_proxy(client: FlaskClient) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_a_database_that_does_not_answer_is_itself_a_measure(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "load_of", lambda *_: 1 / 0)
    assert "atmp_database_up 0.0" in client.get("/metrics").get_data(as_text=True)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the process logs, as it is configured in service."""
    written, root = io.StringIO(), logging.getLogger()
    before, level, kept = root.handlers[:], root.level, structlog.get_config()
    monkeypatch.setattr("sys.stderr", written)
    request_log.configure("info")
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**kept)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_request_is_one_line_with_its_id_and_its_route(lines: io.StringIO, client: FlaskClient) -> None:
    answer = client.get("/health/live?name=Jean&nir=175127510100101")
    [line] = [line for line in told(lines) if line["event"] == "request"]
    assert line["request_id"] == answer.headers["X-Request-ID"] != ""
    assert (line["method"], line["route"], line["status"], line["level"]) == ("GET", "/health/live", 200, "info")
    assert line["duration_ms"] >= 0
    assert "Jean" not in lines.getvalue()
    assert "127.0.0.1" not in lines.getvalue()


def test_keys_and_texts_about_people_are_hidden(lines: io.StringIO) -> None:
    log = structlog.get_logger("essai")
    log.info(
        "told 1 75 12 75 101 001 01, 175127510100101 and 2991299123456", patient_name="Jean", email="j@exemple.invalid",
        password="s", note="write to jean.temoin@exemple.invalid", detail={"nir": "175127510100101", "kept": [1, "x"]},
        worker="machine:12", job="seal_logs",
    )  # fmt: skip
    [line] = told(lines)
    assert (line["patient_name"], line["email"], line["password"]) == ("…", "…", "…")
    assert line["detail"] == {"nir": "…", "kept": [1, "x"]}
    assert line["note"] == "write to …"
    assert (line["worker"], line["job"], line["logger"]) == ("machine:12", "seal_logs", "essai")
    assert "175127510100101" not in line["event"]


def test_an_error_is_told_by_its_class_and_its_place_never_by_its_message(lines: io.StringIO) -> None:
    def failing() -> None:
        raise KeyError("Jean Témoin")

    try:
        failing()
    except KeyError as error:
        structlog.get_logger("essai").error("failed", exc_info=error)
        logging.getLogger("library").exception("failed for %s", "Jean Témoin")
    ours, theirs = told(lines)
    for line in (ours, theirs):
        assert line["error"] == "KeyError"
        assert line["places"][-1].endswith("failing")
    assert theirs["event"] == "failed for %s"
    assert "Témoin" not in lines.getvalue()
