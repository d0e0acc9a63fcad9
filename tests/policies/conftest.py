"""Desks where policies live: each of its own client, under one insurer, in one database of each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines import a_database
from tests.policies.desk import Desk, an_insurer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest) -> Iterator[tuple[Database, int]]:
    """A database that tests share, with the version of the agreement of its insurer."""
    with a_database(request.param) as opened:
        yield opened, an_insurer(opened)


@pytest.fixture
def desk(ground: tuple[Database, int]) -> Desk:
    return Desk.of(*ground)
