"""The measures of premium calls: `python -m tests.benchmarks calls`.

A run calls the two instalments of every policy of a copy of one portfolio. The floor is an insertion by PostgreSQL
itself of the very rows that a run wrote. Tryton posts invoices of two lines, tax and two due dates in the same server.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from atmp_insure.app import FACT_HANDLERS
from atmp_insure.db.actor import system
from atmp_insure.db.engine import open_database
from atmp_insure.premiums import jobs
from tests import run_folder
from tests.benchmarks.calls.portfolio import DUE, fill
from tests.benchmarks.calls.tryton import measured
from tests.benchmarks.lists.postgres import OFFICE, Server
from tests.benchmarks.renewals.portfolio import columns_of, copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

FOLDER = Path(__file__).parents[3] / "var" / "bench-calls"
POLICIES, INVOICES, RUNS = 10_000, 500, 3
_GROWN = (  # what a run writes, in an order that foreign keys allow
    "premium_calls", "premium_call_lines", "ledger_accounts", "ledger_entries", "ledger_transfers", "open_items",
    "account_months", "facts", "work_queue", "change_log",
)  # fmt: skip
_SOUND = {  # what must be so after both instalments
    "calls, numbers": ("SELECT count(*), count(DISTINCT number), max(number) FROM premium_calls", (2, 2, 2)),
    "items done": ("SELECT count(*) FROM run_items WHERE state = 'done'", (2,)),
    "calls logged": ("SELECT count(*) FROM change_log WHERE subject LIKE 'premium_calls:%'", (2,)),
    "papers asked for": ("SELECT count(*) FROM work_queue WHERE kind = 'premium_call_papers'", (2,)),
    "entries, numbers": ("SELECT count(*), count(DISTINCT number), max(number) FROM ledger_entries", (2, 2, 2)),
}


def bench_calls(line: Callable[[str, str, str], None], spread: Callable[[list[float], str], str]) -> None:
    """Call everything some times, hold it against the floor and against Tryton."""
    with _filled() as server:
        runs = [_called(server) for _ in range(RUNS)]
        floor = [_inserted(server) for _ in range(RUNS)]
        tryton = measured(server, FOLDER, INVOICES, RUNS)
        version = server.version
    per_second = [POLICIES / first for first, _ in runs]
    line(f"{POLICIES:,} appels de prime, par seconde", spread(per_second, "{:,.0f}"), "")
    line("  deuxième échéance, par seconde", spread([POLICIES / second for _, second in runs], "{:,.0f}"), "")
    line("  plancher : les mêmes lignes, par seconde", spread([POLICIES / one for one in floor], "{:,.0f}"), "")
    ratios = [first / bare for (first, _), bare in zip(runs, floor, strict=True)]
    line("  rapport au plancher", f"{spread(ratios, '{:.1f}')} (PostgreSQL {version})", "moins de 6")
    versions = ", ".join(f"{name} {number}" for name, number in tryton["versions"].items())
    line(
        f"  Tryton, {INVOICES:,} factures, par seconde",
        spread([INVOICES / one for one in tryton["seconds"]], "{:,.1f}"),
        versions,
    )
    ratios = [one * seconds / INVOICES for one, seconds in zip(per_second, tryton["seconds"], strict=True)]
    line("  rapport à Tryton", spread(ratios, "{:.0f}"), "au moins 20")
    line(
        "  Tryton, relances écrites, par seconde", f"{tryton['dunned'] / tryton['dunning_seconds']:,.0f}",
        f"{tryton['dunned']:,} échéances, une mesure",
    )  # fmt: skip


@contextmanager
def _filled() -> Iterator[Server]:
    run_folder.begin()
    server = Server(FOLDER, settings="shared_buffers = 1GB\nrandom_page_cost = 1.1\n")  # every commit reaches the disk
    server.remove()
    server.start()
    try:
        server.make_database()
        with server.connection() as connection:
            fill(server.address(OFFICE), server.keys, connection, POLICIES)
        yield server
    finally:
        server.stop()
        run_folder.end()


def _called(server: Server) -> tuple[float, float]:
    """Seconds for the first instalment of every policy, and for the second."""
    copy(server, "called")
    first, second = (_worked(server, instalment) for instalment in range(len(DUE)))
    with server.connection("called") as connection:
        for what, (asked, times) in _SOUND.items():
            found = connection.execute(asked).fetchone()
            assert found == tuple(POLICIES * one for one in times), (what, found)
    return first, second


def _worked(server: Server, instalment: int) -> float:
    address = server.address(OFFICE, "called")
    database = open_database(address, server.keys, FACT_HANDLERS)
    with database.writing(system("worker")) as session:
        jobs.start_calling(session, DUE[instalment], datetime.now(UTC))
    database.close()
    command = [sys.executable, "-m", "tests.benchmarks.renewals.process", address, str(server.keys_file)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _inserted(server: Server) -> float:
    """Seconds in which PostgreSQL takes what a run wrote for one instalment, by COPY, in one transaction."""
    with server.connection("atmp") as before, server.connection("called") as after:
        rows = {table: _rows(before, after, table) for table in _GROWN}
    copy(server, "floor")
    with server.connection("floor") as connection:
        began = perf_counter()
        with connection.transaction():
            for table, content in rows.items():
                names = ", ".join(columns_of(connection, table))
                with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as writing:
                    writing.write(content)
        return perf_counter() - began


def _rows(before: psycopg.Connection, after: psycopg.Connection, table: str) -> bytes:
    """The rows of the first instalment: the half that was written first, but for accounts, which it opened all."""
    names = ", ".join(columns_of(after, table))
    known = before.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    assert known is not None
    whole = table in {"ledger_accounts", "account_months"}
    grown = f"SELECT {names} FROM {table} WHERE id > {known[0]} ORDER BY id"
    half = f"LIMIT (SELECT (count(*) + 1) / {1 if whole else 2} FROM {table} WHERE id > {known[0]})"
    with after.cursor().copy(f"COPY ({grown} {half}) TO STDOUT") as reading:
        return b"".join(bytes(piece) for piece in reading)
