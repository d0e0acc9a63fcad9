"""A database that tests have one after the other is what a new one is, or is not lent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, text

from atmp_insure.db import integrity, migration
from atmp_insure.db.base import Base
from atmp_insure.parties.models import Company
from tests import engines
from tests.access.test_queries import filled
from tests.db.builders import TESTER, a_company
from tests.db.rows import run_raw
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An engine of which no database is at rest; those of these tests are removed."""
    at_rest: dict[str, list[object]] = {name: [] for name in ENGINES}
    monkeypatch.setattr(engines, "_at_rest", at_rest)
    yield str(request.param)
    for lent in at_rest[request.param]:
        lent.gone()  # type: ignore[attr-defined]


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def count_all(database: Database) -> dict[str, int]:
    with database.snapshot() as connection:
        counted = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }
    return {name: count for name, count in counted.items() if count}


def lent_again(engine: str, former: str) -> bool:
    """Whether the next test has the same database; it is whole and empty in any case."""
    with a_database(engine) as database:
        assert count_all(database) == {}
        assert migration.is_current(database)
        assert integrity.missing_guards(database) == []
        assert a_company(database, "000000018") == 1, "numbers begin again"
        return address(database) == former


def test_rows_of_every_table_are_gone_and_numbers_begin_again(engine: str) -> None:
    with a_database(engine) as database:
        filled(database)
        assert len(count_all(database)) > 50
        former = address(database)
    assert lent_again(engine, former)


def test_two_at_once_are_two_databases(engine: str) -> None:
    with a_database(engine) as one, a_database(engine) as other:
        assert address(one) != address(other)
        a_company(one, "000000018")
        assert count_all(other) == {}


def test_what_a_test_listens_to_ends_with_it(engine: str) -> None:
    heard: list[str] = []
    with a_database(engine) as database:
        event.listen(database.engine, "before_cursor_execute", lambda *given: heard.append(given[2]))
        count_all(database)
    assert heard
    heard.clear()
    assert lent_again(engine, address(database))
    assert heard == []


def test_a_schema_that_was_changed_is_not_lent_again() -> None:
    with a_database("postgresql") as database:
        run_raw(database, "ALTER TABLE change_log DISABLE TRIGGER ALL")
        former = address(database)
    assert not lent_again("postgresql", former)


def test_a_setting_of_a_session_and_what_it_held_end_with_the_test() -> None:
    with a_database("postgresql") as database, database.engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 1"))
        connection.execute(text("SELECT pg_advisory_lock(8)"))
        connection.commit()
    former = address(database)
    with a_database("postgresql") as database, database.engine.connect() as connection:
        assert address(database) == former
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"
        held = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database AND datname = current_database()"
        assert connection.execute(text(f"{held} WHERE locktype = 'advisory'")).scalar_one() == 0


def test_a_database_that_somebody_is_still_in_is_not_lent_again(engine: str) -> None:
    with a_database(engine) as database:
        left = database.engine.connect()
        left.execute(select(Company.id))
        former = address(database)
    again = lent_again(engine, former)
    left.invalidate()
    left.close()
    assert not again


def test_a_test_that_fails_inside_leaves_nothing(engine: str) -> None:
    addresses: list[str] = []

    def fail() -> None:
        with a_database(engine) as database:
            addresses.append(address(database))
            a_company(database, "000000018")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not lent_again(engine, addresses[0])


def test_readers_of_an_emptied_database_see_what_is_written_next(engine: str) -> None:
    for siren in ("000000018", "000000026"):
        with a_database(engine) as database:
            a_company(database, siren)
            with database.reading(TESTER) as session:
                assert session.scalars(select(Company.siren)).all() == [siren]
