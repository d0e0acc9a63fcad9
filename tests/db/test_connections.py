"""Connections to PostgreSQL: asked for short questions, and opened again when they were cut while they rested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from atmp_insure.access.models import User
from atmp_insure.db import engine
from tests.db.builders import NOW, TESTER
from tests.db.rows import run_raw
from tests.engines import fresh_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def postgres() -> Iterator[Database]:
    """A database of its own for each test: what happened to a connection is not left to the next."""
    opened = fresh_postgres()
    yield opened
    opened.close()


def read(database: Database) -> int:
    with database.reading(TESTER) as session:
        return len(session.scalars(select(User)).all())


def cut_all(database: Database) -> None:
    """End every connection of the database but the one that asks, which is then not the one that rests."""
    with database.engine.connect() as first, database.engine.connect() as second:
        second.exec_driver_sql("SELECT 1")
        second.rollback()
        first.exec_driver_sql(CUT)
        first.rollback()


def test_a_connection_that_was_cut_while_it_rested_is_replaced(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_SURELY_ALIVE_SECONDS", 0)
    for _ in range(3):
        cut_all(postgres)
        assert read(postgres) == 0


def test_a_connection_in_use_a_moment_ago_is_not_tried_again(postgres: Database) -> None:
    asked: list[str] = []
    connection = postgres.engine.raw_connection()
    driver = connection.driver_connection
    connection.close()
    assert driver is not None
    original = driver.execute

    def execute(text: str) -> object:
        asked.append(text)
        return original(text)

    driver.execute = execute
    assert read(postgres) == 0
    assert asked == []


def test_a_reading_session_reads_one_state_and_writes_nothing(postgres: Database) -> None:
    with postgres.reading(TESTER) as session:
        assert len(session.scalars(select(User)).all()) == 0
        run_raw(
            postgres,
            "INSERT INTO users (sign_in, display_name, search_name, email, state, language, security_version, "
            f"failed_sign_ins, created_at) VALUES ('a', 'A', 'a', 'a@exemple.invalid', 'active', 'fr', 1, 0, '{NOW}')",
        )
        assert len(session.scalars(select(User)).all()) == 0
    assert read(postgres) == 1
    with pytest.raises(DBAPIError, match="read-only"), postgres.reading(TESTER) as session:
        session.scalars(select(User).with_for_update()).all()


def test_pages_ask_without_helpers_without_compiling_and_with_their_values_known(postgres: Database) -> None:
    with postgres.engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("jit", "max_parallel_workers_per_gather", "plan_cache_mode")
        ]
    assert settings == ["off", "0", "force_custom_plan"]
