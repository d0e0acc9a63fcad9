"""Lines of rates, as every chart that has some draws them: the line, its name at its end, and the grid around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.documents.charts.chart import TEXT_SIZE, percent_point, point

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from atmp_insure.documents.charts.chart import Option
    from atmp_insure.documents.charts.words import ChartWords

LEFT, NARROW_LEFT, NARROW_RIGHT = 62, 46, 12


def rate_line(
    name: str, data: list[Any], colour: str, *, kind: Any = "solid", width: float = 2.5, mark: str = "none"
) -> Option:
    """A line of rates; `mark` is the shape of its points."""
    return {
        "name": name,
        "type": "line",
        "data": data,
        "symbol": mark,
        "symbolSize": 7,
        "lineStyle": {"color": colour, "width": width, "type": kind},
        "itemStyle": {"color": colour},
    }


def end_label(text: str, colour: str, lower_px: int) -> Option:
    """The name of a line, at its end."""
    shape = {"color": colour, "fontSize": TEXT_SIZE, "distance": 8, "offset": [0, lower_px]}
    return {"show": True, "formatter": text, **shape}


def without_labels(series: list[Option]) -> list[Option]:
    """On a phone direct labels leave their place to the legend."""
    return [{"endLabel": {"show": False}} if "endLabel" in item else {} for item in series]


def rate_point(rate: Decimal | Fraction | None, words: ChartWords) -> Option | None:
    """A rate of a line, with its exact text."""
    return point(percent_point(rate), words.rate(rate))
