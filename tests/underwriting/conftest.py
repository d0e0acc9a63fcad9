"""Desks where files are quoted: each of its own company, in one database of each engine for all of these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines import a_database
from tests.underwriting.desk import Quoting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database that tests share: most of what a new one costs is to compile the same statements again."""
    with a_database(request.param) as opened:
        yield opened


@pytest.fixture
def quoting(ground: Database) -> Quoting:
    return Quoting.of(ground)
