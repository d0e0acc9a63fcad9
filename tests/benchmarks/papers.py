"""Speed of `atmp records read` as a user feels it: whole processes, less the time of `atmp --version`.

The files are invented and made in a temporary folder: a small account, a long one, a PDF of forty dense pages, and a
payroll declaration of a hundred megabytes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rate_records.papers_in_pages import account_pdf, account_table
from tests.rate_records.payrolls import a_person, dsn_lines
from tests.samples import layout

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL_LINES, LONG_LINES, PAGES, DSN_MEGABYTES = 25, 10_000, 40, 100
SHORT_RUNS, LONG_RUNS = 31, 5
ATMP = [sys.executable, "-m", "atmp_insure"]


def bench_papers(line: Callable[[str, str, str], None]) -> None:
    """Print one line for each size of paper, by the function that the other figures are printed with."""
    with tempfile.TemporaryDirectory() as folder:
        small, long, pages, dsn = (Path(folder) / name for name in ("25.csv", "10000.csv", "40.pdf", "100.dsn"))
        small.write_bytes(account_csv(SMALL_LINES))
        long.write_bytes(account_csv(LONG_LINES))
        pages.write_bytes(account_pdf(PAGES))
        write_dsn(dsn, DSN_MEGABYTES)
        atmp = _Installed(Path(folder) / "compiled")
        for name, path, runs, target in (
            (f"Compte de {SMALL_LINES} lignes (CSV), ms", small, SHORT_RUNS, "moins de 30"),
            (f"Compte de {LONG_LINES:,} lignes (CSV), ms", long, LONG_RUNS, "moins de 2 000"),
            (f"Compte de {PAGES} pages (PDF), ms", pages, LONG_RUNS, "moins de 6 000"),
        ):
            line(name, _less(*atmp.beside_version(path, runs)), target)
        seconds, peak = atmp.run("records", "read", str(dsn), "--json")
        size = dsn.stat().st_size / 1e6
        line(f"DSN de {size:.0f} Mo, lue en flux", f"{seconds:.1f} s, pointe {peak:.0f} Mo", "moins de 300 Mo")


def account_csv(lines: int) -> bytes:
    """An account of many lines, as delimited text."""
    return layout.delimited(account_table(lines), "utf-8", ";")


def write_dsn(path: Path, megabytes: int) -> None:
    """A declaration of one month with as many people as it takes."""
    count = 0
    with path.open("wb") as stream:
        opening = "\r\n".join(dsn_lines([])[:-2]) + "\r\n"
        stream.write(opening.encode("latin-1"))
        count += opening.count("\n")
        person = 0
        while stream.tell() < megabytes * 1_000_000:
            block = a_person(person)
            person += 1
            stream.write(("\r\n".join(block) + "\r\n").encode("latin-1"))
            count += len(block)
        stream.write(f"S90.G00.90.001,'{count + 2}'\r\nS90.G00.90.002,'1'\r\n".encode())


class _Installed:
    """The command as an installation runs it: its modules compiled once, as pip does, and not at each start."""

    def __init__(self, compiled: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = kept | {"PYTHONPYCACHEPREFIX": str(compiled)}

    def run(self, *arguments: str) -> tuple[float, float]:
        """Seconds and peak of memory, in megabytes, of one command."""
        start = time.perf_counter()
        child = subprocess.Popen([*ATMP, *arguments], stdout=subprocess.DEVNULL, env=self._environment)
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 0
        return time.perf_counter() - start, usage.ru_maxrss / 1000

    def beside_version(self, path: Path, runs: int) -> tuple[list[float], list[float]]:
        """Seconds of `records read`, and those of `--version` run in turn with it; the first of each is not counted."""
        both = [
            (self.run("records", "read", str(path), "--json")[0], self.run("--version")[0]) for _ in range(runs + 1)
        ]
        return [read for read, _ in both[1:]], [version for _, version in both[1:]]


def _less(taken: list[float], floor: list[float]) -> str:
    """The median of some times less the median of the floor, and the same of the smallest of each."""
    median = 1000 * (statistics.median(taken) - statistics.median(floor))
    smallest = 1000 * (min(taken) - min(floor))
    return f"{median:,.0f} (au mieux {smallest:,.0f})"


if __name__ == "__main__":
    bench_papers(lambda name, figures, target: print(f"{name:<44} {figures:<36} cible : {target}", flush=True))
