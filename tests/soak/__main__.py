"""Two hundred kills at random instants, on both engines; each must leave what the next start completes whole.

`python -m tests.soak [--kills 200] [--seed 20261122]` writes `last_run.txt` beside this file. Each trial kills the
process one to three times, the later ones while it recovers, then lets it finish and checks everything. A kill
that comes after the end does not count.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from atmp_insure.db.runs import ItemState, RunItem
from tests import engines, run_folder
from tests.db.builders import TESTER
from tests.db.killed import ITEMS, Place, complete, killed_at_instant, require_whole
from tests.engines import a_database, key_ring

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

LOG = Path(__file__).with_name("last_run.txt")
_SHORTEST, _LONGEST = 0.01, 2.0
_MOST_KILLS = 3
_reach = {"sqlite": 0.5, "postgresql": 1.0}  # seconds after which a process may be killed; follows how long it lives


@dataclass(slots=True)
class Trial:
    """One run of sixty items, killed some times."""

    number: int
    engine: str
    kills: list[str]
    late: int = 0  # kills that came after the process had ended: they do not count
    fault: str = ""

    def line(self) -> str:
        return f"{self.number:4}  {self.engine:10}  {'  '.join(self.kills):56}  {self.fault or 'whole'}".rstrip()


def tried(number: int, draw: Random, most: int) -> Trial:
    engine = ("sqlite", "postgresql")[number % 2]
    trial = Trial(number, engine, [])
    with tempfile.TemporaryDirectory(prefix="atmp-soak-") as name, a_database(engine) as database:
        _try(database, Place.of(database, key_ring()._path, Path(name)), trial, draw, most)
    return trial


def _try(database: Database, place: Place, trial: Trial, draw: Random, most: int) -> None:
    for _ in range(min(most, draw.randint(1, _MOST_KILLS))):
        instant = draw.uniform(_SHORTEST, _reach[trial.engine])
        if not killed_at_instant(place, instant):
            _reach[trial.engine] *= 0.9
            trial.late += 1
            break
        _reach[trial.engine] = min(_LONGEST, _reach[trial.engine] * 1.03)
        trial.kills.append(f"{instant * 1000:5.0f} ms ({done(database):2}/{ITEMS})")
    try:
        complete(place)
        require_whole(database, place)
    except AssertionError as error:
        trial.fault = f"NOT WHOLE: {' '.join(str(error).split())[:200]}"


def done(database: Database) -> int:
    with database.reading(TESTER) as session:
        return session.scalar(select(func.count()).where(RunItem.state == ItemState.DONE)) or 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    draw, trials, kills, began = Random(given.seed), list[Trial](), 0, time.monotonic()
    run_folder.begin()
    while kills < given.kills:
        trial = tried(len(trials) + 1, draw, given.kills - kills)
        trials.append(trial)
        kills += len(trial.kills)
        print(trial.line(), flush=True)
    engines.leave()
    run_folder.end()
    faults = [trial for trial in trials if trial.fault]
    seconds = time.monotonic() - began
    place = f"Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds:.0f} s"
    summary = (
        f"{kills} kills of a living process in {len(trials)} runs of {ITEMS} items, seed {given.seed}, {place}: "
        f"{len(faults)} runs not whole."
    )
    head = "run   engine      kills: instant (items done by then)"
    LOG.write_text("\n".join([summary, "", head, *(trial.line() for trial in trials), ""]), "utf-8")
    print(summary)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
