"""The measures of mass renewal: `python -m tests.benchmarks renewals`.

A run renews every policy of a copy of one portfolio; others are killed on the way and taken up again, and must leave
the same. The floor is PostgreSQL's own COPY of the rows that a run wrote.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.db.actor import system
from atmp_insure.db.engine import open_database
from atmp_insure.policies import jobs
from tests import run_folder
from tests.benchmarks.lists.postgres import OFFICE
from tests.benchmarks.renewals.portfolio import POLICIES, WANTED, a_server, columns_of, copy, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from tests.benchmarks.lists.postgres import Server

RUNS, KILLED_RUNS, KILLS = 3, 1, 5
LEAST_A_SECOND = 50
_GROWN = ("policy_transactions", "policy_charges", "facts", "work_queue", "change_log")
_ALONE = "alone"  # the database of an undisturbed run, which the floor takes its rows from
# what must be the same whether a worker was killed or not
_LEFT = {
    "renewed": "SELECT count(*), count(DISTINCT policy_id) FROM policy_transactions WHERE kind = 'renew'",
    "items": "SELECT state, count(*) FROM run_items GROUP BY state",
    "charges": "SELECT count(*), sum(net_eur), sum(surcharge_eur), sum(tax_eur), sum(commission_eur) "
               "FROM policy_charges",
    "totals": "SELECT md5(string_agg(policy_id || ':' || total_eur, ',' ORDER BY policy_id, number)) "
              "FROM policy_transactions",
    "standings": "SELECT md5(string_agg(to_jsonb(one)::text, ',' ORDER BY policy_id)) FROM policy_standings AS one",
    "facts": "SELECT count(*), count(DISTINCT subject) FROM facts WHERE kind = 'policy_changed'",
    "papers asked for": "SELECT count(*), count(DISTINCT key) FROM work_queue WHERE kind = 'policy_papers'",
    "changes logged": "SELECT split_part(subject, ':', 1), action, count(*) FROM change_log "
                      "GROUP BY 1, 2 ORDER BY 1, 2",
}  # fmt: skip


@dataclass(frozen=True)
class Renewals:
    """What a run took and left."""

    seconds: float
    left: dict[str, Any]
    kills: int = 0


def bench_renewals(line: Callable[[str, str, str], None], spread: Callable[[list[float], str], str]) -> None:
    """Renew the portfolio some times, kill some, hold them against each other and against the floor."""
    with _filled() as server:
        alone = [_renewed(server, _ALONE) for _ in range(RUNS)]
        killed = [_renewed(server, "killed", random.Random(seed)) for seed in range(KILLED_RUNS)]
        _require_same([*alone, *killed])
        floor = [_copied(server) for _ in range(RUNS)]
        version = server.version
    target = f"au moins {LEAST_A_SECOND}"
    line(
        f"{POLICIES:,} contrats renouvelés, par seconde",
        spread([POLICIES / one.seconds for one in alone], "{:,.0f}"),
        target,
    )
    figures = f"{spread([POLICIES / one.seconds for one in killed], '{:,.0f}')}, {killed[0].kills} arrêts brutaux"
    line("  interrompus puis repris, relances comprises", figures, "chacun une fois, mêmes montants")
    line("  plancher : COPY des mêmes lignes, par seconde", spread([POLICIES / one for one in floor], "{:,.0f}"), "")
    ratios = [one.seconds / bare for one, bare in zip(alone, floor, strict=True)]
    line("  rapport au plancher", f"{spread(ratios, '{:.0f}')} (PostgreSQL {version})", "")


@contextmanager
def _filled() -> Iterator[Server]:
    run_folder.begin()
    server = a_server()
    server.remove()  # what a former measure left
    server.start()
    try:
        fill(server)
        yield server
    finally:
        server.stop()
        run_folder.end()


def _renewed(server: Server, name: str, dice: random.Random | None = None) -> Renewals:
    """Renew everything in a copy of the portfolio, killing the worker at random instants if dice are given."""
    copy(server, name)
    address = server.address(OFFICE, name)
    database = open_database(address, server.keys)
    with database.writing(system("worker")) as session:
        jobs.start_renewing(session, WANTED, datetime.now(UTC))
    database.close()
    command = [sys.executable, "-m", "tests.benchmarks.renewals.process", address, str(server.keys_file)]
    kills, began = 0, time.perf_counter()
    with server.connection(name) as connection:
        for share in range(1, KILLS + 1) if dice else ():
            kills += _killed(command, connection, int(POLICIES * share / (KILLS + 1)), dice.uniform(0, 0.5))  # type: ignore[union-attr]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - began if dice else float(done.stdout)
        return Renewals(seconds, {what: connection.execute(said).fetchall() for what, said in _LEFT.items()}, kills)


def _killed(command: list[str], connection: psycopg.Connection, after_items: int, then_seconds: float) -> int:
    """Start a worker and kill it a while after it did so many items; whether it was still at work."""
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while worker.poll() is None and _done(connection) < after_items:
        time.sleep(0.02)
    time.sleep(then_seconds)
    worker.kill()
    return int(worker.wait() < 0)


def _done(connection: psycopg.Connection) -> int:
    found = connection.execute("SELECT count(*) FROM run_items WHERE state = 'done'").fetchone()
    assert found is not None
    return int(found[0])


def _require_same(runs: list[Renewals]) -> None:
    """Each policy renewed exactly once, and the same left by every run."""
    first = runs[0].left
    assert first["renewed"] == [(POLICIES, POLICIES)], first
    assert first["items"] == [("done", POLICIES)], first
    for one in runs:
        for what, found in one.left.items():
            assert found == first[what], (what, found, first[what])


def _copied(server: Server) -> float:
    """Seconds in which PostgreSQL takes the rows that a run wrote, by COPY, in one transaction; standings replaced."""
    with server.connection("atmp") as before, server.connection(_ALONE) as after:
        rows = {table: _rows(after, table, _last(before, table)) for table in _GROWN}
        standings = _rows(after, "policy_standings", 0)
    copy(server, "floor")
    with server.connection("floor") as connection:
        began = time.perf_counter()
        with connection.transaction():
            for table, content in rows.items():
                _take(connection, table, content)
            connection.execute("DELETE FROM policy_standings")
            _take(connection, "policy_standings", standings)
        return time.perf_counter() - began


def _last(connection: psycopg.Connection, table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    assert found is not None
    return int(found[0])


def _rows(connection: psycopg.Connection, table: str, after: int) -> bytes:
    names = ", ".join(columns_of(connection, table))
    with connection.cursor().copy(f"COPY (SELECT {names} FROM {table} WHERE id > {after}) TO STDOUT") as reading:
        return b"".join(bytes(piece) for piece in reading)


def _take(connection: psycopg.Connection, table: str, content: bytes) -> None:
    names = ", ".join(columns_of(connection, table))
    with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as writing:
        writing.write(content)
