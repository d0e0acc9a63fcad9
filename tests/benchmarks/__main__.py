"""`make bench`: every figure of `README.md` here, measured in one run, against its target, the floor and the peer.

`python -m tests.benchmarks lists` measures only the pages and exports of long lists, beside peers; `lists contrats`
those of policies; `renewals` only the renewal of ten thousand policies; `calls` only premium
calls, beside Tryton; `quotes` only a price, on one core.
"""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.rating.impact import impact
from atmp_insure.rating.portfolio import LIMITS, MODES, exact_rate, portfolio_rates
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.rate import rate
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.vocabulary import CostCategory
from tests.benchmarks import invented
from tests.benchmarks.calls.run import bench_calls
from tests.benchmarks.lists.run import bench_lists
from tests.benchmarks.papers import bench_papers
from tests.benchmarks.plain import plain_rates
from tests.benchmarks.quotes import bench_quotes
from tests.benchmarks.renewals.run import bench_renewals

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.rating.portfolio import PortfolioRates, PortfolioYear
    from atmp_insure.regulation.law import Law

HERE = Path(__file__).parent
PEER_ENVIRONMENT = HERE.parents[1] / "var" / "bench-openfisca"
RUNS = 5
PORTFOLIO_ROWS = 2_000_000
COMPARED_ROWS = 20_000


def timed(work: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Seconds of each run, after one that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def spread(values: list[float], form: str) -> str:
    """Median with smallest and largest."""
    return f"{form} ({form} – {form})".format(statistics.median(values), min(values), max(values))


def line(name: str, figures: str, target: str) -> None:
    """One figure of the report."""
    print(f"{name:<52} {figures:<44} cible : {target}", flush=True)


def bench_exact_engine(law: Law) -> None:
    """Explained rates a second, trace written out, on one core."""
    questions = invented.rate_questions(2_000)

    def work() -> None:
        for question in questions:
            for step in rate(question, law).trace:
                step.plain()

    rates = [len(questions) / seconds for seconds in timed(work)]
    line("Taux expliqués par seconde, un cœur", spread(rates, "{:,.0f}"), "au moins 2 000")


def bench_peer() -> None:
    """OpenFisca-France one situation at a time, in an environment of its own."""
    python = PEER_ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER_ENVIRONMENT)], check=True)
        lock = str(HERE / "requirements-peer.lock")
        pip = [str(python), "-m", "pip", "install", "-qq", "--require-hashes", "-r", lock]
        subprocess.run(pip, check=True)
    peer_command = [str(python), str(HERE / "peer_openfisca.py"), "200"]
    answer = subprocess.run(peer_command, check=True, capture_output=True, text=True)
    peer = json.loads(answer.stdout)
    figures = f"{peer['count'] / peer['seconds']:,.0f} (une mesure de {peer['count']} situations)"
    line(f"OpenFisca-France {peer['version']}, cotisations AT/MP par seconde", figures, "contexte")


def bench_impact(law: Law) -> None:
    """Ten studied claims over twelve years, attribution included."""
    question = invented.impact_question(10)
    milliseconds = [1000 * seconds for seconds in timed(lambda: impact(question, law))]
    line("Effet de 10 sinistres sur 12 ans, répartition comprise", spread(milliseconds, "{:.1f} ms"), "moins de 200 ms")


def bench_portfolio(law: Law) -> None:
    """Two million units beside the plain float64 expression; then every digit of a sample against the exact engine."""
    year = invented.portfolio(PORTFOLIO_ROWS)
    prices = [PriceList(law, unit, 2024, {}) for unit in year.profiles]
    costs = np.array([[float(price.average_cost(category).value) for price in prices] for category in CostCategory])
    surcharges, _, _ = prices[0].surcharges()
    m34 = float(surcharges.m3 + surcharges.m4)
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(RUNS + 1):  # in turn, so that a drift of the machine touches both
        start = time.perf_counter()
        result = portfolio_rates(year, law)
        middle = time.perf_counter()
        plain = plain_rates(
            costs, year.profile, year.headcount, year.wages_eur, year.counts, year.previous_rate_percent,
            year.collective_rate_percent, m1=float(surcharges.m1), m2=float(surcharges.m2), m34=m34,
        )  # fmt: skip
        ours.append(middle - start)
        floor.append(time.perf_counter() - middle)
    ratios = [one / other for one, other in zip(ours[1:], floor[1:], strict=True)]
    line("2 000 000 d'unités, secondes", spread(ours[1:], "{:.2f}"), "")
    line("  la même formule en float64 NumPy, secondes", spread(floor[1:], "{:.2f}"), "")
    line("  rapport au plancher", spread(ratios, "{:.2f}"), "au plus 4")
    capped = ~np.isnan(year.previous_rate_percent)
    wrong = int((np.rint(plain[capped] * 100) != result.rate_hundredths[capped]).sum())
    line("  taux faux au centième dans le plancher", str(wrong), "")
    line("  lignes refaites par le moteur exact", str(result.redone), "")
    rows = random.Random(1).sample(range(PORTFOLIO_ROWS), COMPARED_ROWS)
    differing = sum(_differs(year, row, law, result) for row in rows)
    line(f"  chiffres différents du moteur exact sur {COMPARED_ROWS:,}", str(differing), "0")
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    line("  mémoire de pointe du processus, Go", f"{peak_gb:.2f}", "moins de 1,5")


def _differs(year: PortfolioYear, row: int, law: Law, result: PortfolioRates) -> bool:
    exact = exact_rate(year, row, law)
    limit = exact.limit_applied.value if exact.limit_applied else None
    millionths = exact.calculated_percent * 10**6
    return (
        MODES.index(exact.mode) != result.mode[row]
        or LIMITS.index(limit) != result.limit[row]
        or exact.rate_percent * 100 != int(result.rate_hundredths[row])
        or abs(millionths - int(result.calculated_millionths[row])) > 0.5
    )


def bench_file(folder: Path) -> None:
    """Time and memory of the file command as the file grows: whole processes."""
    for rows in (100_000, 400_000, 1_600_000):
        path = folder / f"{rows}.csv"
        _write_csv(path, rows)
        start = time.perf_counter()
        command = [sys.executable, "-m", "atmp_insure", "rating", "portfolio", str(path), str(folder / "out.csv")]
        child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        figures = (
            f"{seconds:.1f} s, {rows / seconds:,.0f} lignes/s, pointe {usage.ru_maxrss / 1000:,.0f} Mo, état {status}"
        )
        line(f"Fichier de {rows:,} lignes ({path.stat().st_size / 1e6:.0f} Mo)", figures, "mémoire plate")


def _write_csv(path: Path, rows: int) -> None:
    counts = [f"{category.value.lower()}_{year}" for category in CostCategory for year in (1, 2, 3)]
    header = ["unit_id", "rate_year", "scope", "construction", "ctn", "sub_sector", "risk_code", "headcount"]
    header += ["wages_1", "wages_2", "wages_3", *counts, "previous_rate_percent", "collective_rate_percent"]
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(header) + "\n")
        for _ in range(0, rows, 100_000):
            stream.write("\n".join(invented.csv_lines(100_000, invented.portfolio(100_000)).tolist()) + "\n")


def main() -> None:
    """Print the report, or its part on lists or on quotes alone."""
    asked = sys.argv[1:]
    if not asked:
        bench_engine()
    if asked[:1] in ([], ["lists"]):
        bench_lists(*asked[1:])
    if asked in ([], ["renewals"]):
        bench_renewals(line, spread)
    if asked in ([], ["calls"]):
        bench_calls(line, spread)
    if asked in ([], ["quotes"]):  # last: it keeps to one core
        for name, seconds in bench_quotes(timed).items():
            line(name, spread(seconds, "{:.2f} s"), "< 0,3 s" if "loss" in name else "")


def bench_engine() -> None:
    """The rate engine and the readers of papers."""
    law = installed_law(None).law
    names = ("numpy", "polars")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    print(f"Python {platform.python_version()}, {versions}, {os.cpu_count()} processeurs")
    print(f"Médiane (min – max) de {RUNS} mesures\n")
    bench_exact_engine(law)
    bench_peer()
    bench_impact(law)
    with tempfile.TemporaryDirectory() as folder:
        bench_file(Path(folder))
    bench_portfolio(law)
    bench_papers(line)


if __name__ == "__main__":
    main()
