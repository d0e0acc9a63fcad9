"""Charts drawn on the server to SVG by the ECharts and the option of the screen, inside one JavaScript context.

The context is made on first use (after a server forks), used behind a lock and closed at exit: left open it would hang
Python 3.13.
"""

from __future__ import annotations

import atexit
import json
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from py_mini_racer import JSEvalException, MiniRacer

from atmp_insure.kernel.errors import ExternalServiceError

if TYPE_CHECKING:
    from atmp_insure.documents.charts.chart import Chart

_STATIC = Path(__file__).resolve().parents[1] / "web" / "static"
_LIBRARY = _STATIC / "vendor" / "echarts" / "echarts.common.min.js"
_PREPARE = _STATIC / "atmp" / "js" / "chart_option.js"
_SURROUNDINGS = """
var window = globalThis, self = globalThis;
var setTimeout = function () { return 0; }, clearTimeout = function () {};
var console = { log: function () {}, warn: function () {}, error: function () {} };
"""
_DRAW = """
function draw(text, width, height) {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: width, height: height });
  try {
    chart.setOption(prepareChart(JSON.parse(text), false));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
"""
_TIMEOUT_SECONDS = 20
_MEMORY_BYTES = 512 * 1024 * 1024

_lock = Lock()
_contexts: list[MiniRacer] = []


def chart_svg(chart: Chart, width_px: int = 680, height_px: int = 330) -> str:
    """The chart as an SVG document, the same text for the same chart.

    Raises:
        ExternalServiceError: the drawing library failed or took too long.
    """
    call = f"draw({json.dumps(json.dumps(chart.option))}, {width_px}, {height_px})"
    with _lock, ThreadPoolExecutor(max_workers=1) as own:  # the library minds an event loop in the caller's thread
        try:
            drawing = own.submit(_drawn, call).result()
        except JSEvalException as error:
            close()
            raise ExternalServiceError(f"Le graphique « {chart.title} » n'a pas pu être dessiné") from error
    return _without_counters(str(drawing))


def _drawn(call: str) -> object:
    return _context().eval(call, timeout_sec=_TIMEOUT_SECONDS, max_memory=_MEMORY_BYTES)


def chart_image(chart: Chart, width_px: int = 680, height_px: int = 330) -> str:
    """The chart as the `data:` address of an image, as letters carry it; their font lacks the narrow no-break space."""
    drawing = chart_svg(chart, width_px, height_px).replace("\u202f", "\u00a0").replace("'Atmp Spaces', ", "")
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


def close() -> None:
    """End the JavaScript context; the next chart makes another."""
    while _contexts:
        _contexts.pop().close()


def _context() -> MiniRacer:
    if not _contexts:
        context = MiniRacer()
        _contexts.append(context)
        for source in (_SURROUNDINGS, _LIBRARY.read_text("utf-8"), _prepare_source(), _DRAW):
            context.eval(source, timeout_sec=_TIMEOUT_SECONDS)
    return _contexts[0]


def _prepare_source() -> str:
    return _PREPARE.read_text("utf-8").replace("export function", "function")


def _without_counters(svg: str) -> str:
    """The library numbers clip paths and classes from the birth of its context: numbered anew, drawings are equal."""
    seen: dict[str, str] = {}
    return re.sub(r"zr\d+-[\w-]+", lambda found: seen.setdefault(found[0], f"a{len(seen)}"), svg)


atexit.register(close)
