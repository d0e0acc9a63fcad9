"""Several rates through the years, compared: establishments of a company, or a rate beside its collective rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.documents.charts.chart import (
    BLUE,
    BLUE_AREA,
    INK,
    INK_QUIET,
    TEXT_SIZE,
    Chart,
    ChartTable,
    base_option,
    label_offsets,
    percent_point,
    point,
    value_axis,
    with_narrow_form,
    years_axis,
)
from atmp_insure.kernel.french import french_percent

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.documents.charts.chart import Option

STYLES: tuple[tuple[str, Any, str], ...] = (
    (INK, "solid", "circle"),
    (BLUE, "solid", "rect"),
    (INK_QUIET, [6, 4], "triangle"),
    (BLUE_AREA, [2, 3], "diamond"),
)  # colour, line and mark together: none speaks by its colour alone
ABSENT = "–"


@dataclass(frozen=True, slots=True)
class RateSeries:
    """Rates (fractions) under one name, one by year; None leaves a gap."""

    name: str
    rates: tuple[Decimal | Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class RateComparison:
    """The facts of the chart; at most four series."""

    title: str
    years: tuple[int, ...]
    series: tuple[RateSeries, ...]
    subtitle: str = ""


def rate_lines(comparison: RateComparison) -> Chart:
    """The chart of rates side by side."""
    return Chart(
        title=comparison.title,
        subtitle=comparison.subtitle,
        description=f"{comparison.title}. {' '.join(_sentence(comparison, item) for item in comparison.series)}",
        option=_option(comparison),
        table=_table(comparison),
    )


def _option(comparison: RateComparison) -> Option:
    option = base_option()
    offsets = label_offsets([percent_point(item.rates[-1]) for item in comparison.series])
    option["legend"]["data"] = [item.name for item in comparison.series]
    option |= {
        "grid": {"left": 62, "right": 170, "top": 16, "bottom": 30},
        "xAxis": years_axis([str(year) for year in comparison.years]),
        "yAxis": value_axis("@percent", min=0),
        "series": [
            _line(item, offset, *style) for item, offset, style in zip(comparison.series, offsets, STYLES, strict=False)
        ],
    }
    labels_off = [{"endLabel": {"show": False}} for _ in comparison.series]
    rows = -(-len(comparison.series) // 2)
    narrow_grid = {"left": 46, "right": 12, "top": 14 + 26 * rows, "bottom": 30}
    return with_narrow_form(option, {"grid": narrow_grid, "legend": {"show": True}, "series": labels_off})


def _line(item: RateSeries, offset_px: int, colour: str, kind: Any, mark: str) -> dict[str, Any]:
    return {
        "name": item.name,
        "type": "line",
        "data": [point(percent_point(rate), _text(rate)) for rate in item.rates],
        "symbol": mark,
        "symbolSize": 7,
        "lineStyle": {"color": colour, "width": 2.25, "type": kind},
        "itemStyle": {"color": colour},
        "endLabel": {
            "show": True,
            "formatter": item.name,
            "color": colour,
            "fontSize": TEXT_SIZE,
            "distance": 8,
            "offset": [0, offset_px],
        },
    }


def _sentence(comparison: RateComparison, item: RateSeries) -> str:
    known = [(year, rate) for year, rate in zip(comparison.years, item.rates, strict=True) if rate is not None]
    if not known:
        return f"{item.name} : inconnu."
    (first_year, first), (last_year, last) = known[0], known[-1]
    return f"{item.name} : {_text(first)} en {first_year}, {_text(last)} en {last_year}."


def _table(comparison: RateComparison) -> ChartTable:
    rows = tuple(
        (str(year), *(_text(item.rates[index]) for item in comparison.series))
        for index, year in enumerate(comparison.years)
    )
    headings = ("Année", *(item.name for item in comparison.series))
    return ChartTable(headings, rows, tuple(range(1, len(headings))))


def _text(rate: Decimal | Fraction | None) -> str:
    return ABSENT if rate is None else french_percent(Fraction(rate) * 100)
