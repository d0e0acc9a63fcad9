"""What tests of several folders share: a database of each engine, made once for a process and emptied for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines import fresh_sqlite, postgres_address, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.db.engine import Database


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of the shared PostgreSQL server, started by whichever process comes first."""
    return postgres_address()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; each test that asks for it runs on both engines."""
    if request.param == "sqlite":
        opened = fresh_sqlite(tmp_path)
    else:
        opened = template_of(request.getfixturevalue("postgres"), tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database, where the engine does not matter."""
    opened = fresh_sqlite(tmp_path)
    yield opened
    opened.close()
