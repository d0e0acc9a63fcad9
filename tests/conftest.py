"""What tests of several folders share: the run's folder, and a database of each engine, emptied for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import run_folder
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.db.engine import Database


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, once: its workers find it in their environment."""
    if not hasattr(config, "workerinput"):
        run_folder.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run, when its workers have ended."""
    if not hasattr(config, "workerinput"):
        run_folder.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; each test that asks for it runs on both engines."""
    with a_database(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database, where the engine does not matter."""
    with a_database("sqlite", tmp_path) as opened:
        yield opened
