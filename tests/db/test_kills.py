"""A process killed at each named point, and at seeded random instants, leaves what the next start completes whole."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from atmp_insure.db import checkpoints
from tests.db import killed
from tests.db.killed import POINTS, Place, complete, killed_at_instant, killed_at_point, require_whole
from tests.engines import key_ring

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database

RANDOM_KILLS = 4  # on each engine; `make soak` does two hundred
_duration: dict[bool, float] = {}


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    return Place.of(database, key_ring()._path, tmp_path)


def test_every_named_point_of_the_work_is_one_to_be_killed_at(
    embedded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[str] = []
    monkeypatch.setattr(checkpoints, "_watchers", [met.append])
    monkeypatch.setattr("atmp_insure.db.work_queue.LEASE", killed._LEASE)
    killed.process(Place.of(embedded, key_ring()._path, tmp_path))
    assert set(met) == set(POINTS)
    assert {name for name, time_of_it in POINTS.items() if met.count(name) < time_of_it} == set()


@pytest.mark.parametrize("name", POINTS)
def test_killed_at_a_named_point_the_next_start_completes(database: Database, place: Place, name: str) -> None:
    killed_at_point(place, name, POINTS[name])
    complete(place)
    require_whole(database, place)


@pytest.mark.parametrize("seed", range(RANDOM_KILLS))
def test_killed_at_a_random_instant_the_next_start_completes(database: Database, place: Place, seed: int) -> None:
    longest = _duration.get(database.is_embedded, 0.8)
    killed_at_instant(place, Random(seed).uniform(0.02, longest))
    _duration[database.is_embedded] = min(longest, 0.1 + complete(place))
    require_whole(database, place)
