"""What the measures of lists say: a line for each as it comes, and one table of several runs.

The target: every page within 50 ms at the 95th percentile, or five times as fast as the better peer; the first byte of
an export within 0.2 s, and its memory flat.
"""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

from tests.benchmarks.lists import questions as asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

PAGE_MS, TIMES_FASTER, FIRST_BYTE_MS = 50, 5, 200
PEERS = (asked.FLASK_ADMIN, asked.DJANGO, asked.DJANGO_UNCOUNTED)
_WHO = {"manager": "responsable", "broker": "courtier"}


def page_line(page: dict[str, Any]) -> str:
    """One page: ours beside the three, in milliseconds."""
    timings = page["timings"]
    own = timings[asked.ATMP]
    peers = ", ".join(f"{name} {timings[name]['p95']:.0f}" for name in PEERS)
    rows = "" if len(set(page["rows"].values())) == 1 else f" lignes {page['rows']}"
    state = "tenu" if is_met(own["p95"], best_peer(timings)) else "MANQUÉ"
    figures = f"p50 {own['median']:.0f}, p95 {own['p95']:.0f} ({own['least']:.0f} – {own['most']:.0f}) ms"
    return f"{page['name']:<42} {_WHO[page['who']]:<12} {figures:<38} p95 : {peers:<60} {state}{rows}"


def export_line(taken: dict[str, Any]) -> str:
    """One export."""
    memory = f"mémoire {taken['memory_before_mb']:.0f} puis {taken['memory_most_mb']:.0f} Mo"
    figures = f"premier octet {taken['first_byte_ms']:.0f} ms, {taken['seconds']:.0f} s, {taken['megabytes']:.0f} Mo"
    return f"{taken['name']:<42} {taken['system']:<18} {figures}, {memory}"


def cold_line(taken: dict[str, Any]) -> str:
    """One first page after a start."""
    figures = ", ".join(f"{name} {ms:.0f}" for name, ms in taken["milliseconds"].items())
    return f"à froid, {taken['name']:<42} {_WHO[taken['who']]:<12} {figures}"


def best_peer(timings: dict[str, Any]) -> float:
    """The 95th percentile of the fastest of the peers."""
    return min(float(timings[name]["p95"]) for name in PEERS)


def is_met(own_ms: float, peer_ms: float) -> bool:
    """Whether a page meets the target."""
    return own_ms <= PAGE_MS or own_ms * TIMES_FASTER <= peer_ms


def table(path: Path, last: int = 5) -> str:
    """The last runs of a file as tables: medians of each figure, and its spread from run to run."""
    kept = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    runs = [run for run in kept if _asked(run) == _asked(kept[-1])][-last:]
    said = [f"{len(runs)} mesures, du {runs[0]['at']} au {runs[-1]['at']} ; {runs[-1]['versions']}", ""]
    said += [*_pages(runs), "", *_exports(runs), "", *_cold(runs)]
    return "\n".join(said)


def _asked(run: dict[str, Any]) -> list[tuple[str, str]]:
    """The pages of a run: runs are compared that asked the same."""
    return [(page["name"], page["who"]) for page in run["pages"]]


def _pages(runs: list[dict[str, Any]]) -> Iterable[str]:
    yield "| page | who | p50 | p95 (least – most) | Flask-Admin p95 | Django p95 | Django, no count, p95 | target |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for at, page in enumerate(runs[-1]["pages"]):
        found = [run["pages"][at]["timings"] for run in runs]
        own = statistics.median(one[asked.ATMP]["p95"] for one in found)
        peer = min(statistics.median(one[name]["p95"] for one in found) for name in PEERS)
        cells = [page["name"], _WHO[page["who"]], _spread(found, lambda one: one[asked.ATMP]["median"], alone=True)]
        least = min(one[asked.ATMP]["least"] for one in found)
        most = max(one[asked.ATMP]["most"] for one in found)
        cells.append(f"{own:.0f} ({least:.0f} – {most:.0f})")
        cells += [f"{statistics.median(one[name]['p95'] for one in found):.0f}" for name in PEERS]
        yield f"| {' | '.join([*cells, 'met' if is_met(own, peer) else '**missed**'])} |"


def _spread(found: list[Any], figure: Callable[[Any], float], *, alone: bool = False) -> str:
    values = [figure(one) for one in found]
    middle = f"{statistics.median(values):.0f}"
    return middle if alone or len(values) == 1 else f"{middle} ({min(values):.0f} – {max(values):.0f})"


def _exports(runs: list[dict[str, Any]]) -> Iterable[str]:
    yield "| export | from | first byte, ms | whole, s | memory before, at most (MB) | target |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for at, taken in enumerate(runs[-1]["exports"]):
        found = [run["exports"][at] for run in runs]
        first = statistics.median(one["first_byte_ms"] for one in found)
        memory = " – ".join(_spread(found, lambda one, key=key: one[key], alone=True)  # type: ignore[misc]
                            for key in ("memory_before_mb", "memory_most_mb"))  # fmt: skip
        cells = [taken["name"], taken["system"], _spread(found, lambda one: one["first_byte_ms"])]
        cells += [_spread(found, lambda one: one["seconds"]), memory]
        met = "" if taken["system"] != asked.ATMP else "met" if first <= FIRST_BYTE_MS else "**missed**"
        yield f"| {' | '.join([*cells, met])} |"


def _cold(runs: list[dict[str, Any]]) -> Iterable[str]:
    yield "| first page after a start | who | ours, ms | Flask-Admin | Django | Django, no count | target |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for at, taken in enumerate(runs[-1]["cold"]):
        found = [run["cold"][at]["milliseconds"] for run in runs]
        own = statistics.median(one[asked.ATMP] for one in found)
        peer = min(statistics.median(one[name] for one in found) for name in PEERS)
        cells = [taken["name"], _WHO[taken["who"]], _spread(found, lambda one: one[asked.ATMP])]
        cells += [f"{statistics.median(one[name] for one in found):.0f}" for name in PEERS]
        yield f"| {' | '.join([*cells, 'met' if is_met(own, peer) else '**missed**'])} |"
