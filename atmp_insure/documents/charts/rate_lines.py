"""Several rates through the years, compared: establishments of a company, or a rate beside its collective rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.documents.charts.chart import (
    BLUE,
    BLUE_AREA,
    INK,
    INK_QUIET,
    Chart,
    ChartTable,
    base_option,
    columns_table,
    label_offsets,
    percent_point,
    value_axis,
    with_narrow_form,
    years_axis,
)
from atmp_insure.documents.charts.lines import (
    LEFT,
    NARROW_LEFT,
    NARROW_RIGHT,
    end_label,
    rate_line,
    rate_point,
    without_labels,
)
from atmp_insure.documents.charts.words import chart_words
from atmp_insure.formatting import FRENCH

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from atmp_insure.documents.charts.chart import Option
    from atmp_insure.documents.charts.words import ChartWords

STYLES: tuple[tuple[str, Any, str], ...] = (
    (INK, "solid", "circle"),
    (BLUE, "solid", "rect"),
    (INK_QUIET, [6, 4], "triangle"),
    (BLUE_AREA, [2, 3], "diamond"),
)  # colour, line and mark together: none speaks by its colour alone


@dataclass(frozen=True, slots=True)
class RateSeries:
    """Rates (fractions) under one name, one by year; None leaves a gap."""

    name: str
    rates: tuple[Decimal | Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class RateComparison:
    """The facts of the chart, in a language; at most four series."""

    title: str
    years: tuple[int, ...]
    series: tuple[RateSeries, ...]
    subtitle: str = ""
    language: str = FRENCH


def rate_lines(comparison: RateComparison) -> Chart:
    """The chart of rates side by side."""
    words = chart_words(comparison.language)
    told = " ".join(_sentence(comparison, item, words) for item in comparison.series)
    return Chart(
        title=comparison.title,
        subtitle=comparison.subtitle,
        description=f"{comparison.title}. {told}",
        option=_option(comparison, words),
        table=_table(comparison, words),
    )


def _option(comparison: RateComparison, words: ChartWords) -> Option:
    option = base_option(words)
    offsets = label_offsets([percent_point(item.rates[-1]) for item in comparison.series])
    option["legend"]["data"] = [item.name for item in comparison.series]
    lines = [
        _line(item, words, style) | {"endLabel": end_label(item.name, style[0], offset)}
        for item, offset, style in zip(comparison.series, offsets, STYLES, strict=False)
    ]
    option |= {
        "grid": {"left": LEFT, "right": 170, "top": 16, "bottom": 30},
        "xAxis": years_axis([str(year) for year in comparison.years]),
        "yAxis": value_axis(words.axis("@percent"), min=0),
        "series": lines,
    }
    rows = -(-len(comparison.series) // 2)
    narrow_grid = {"left": NARROW_LEFT, "right": NARROW_RIGHT, "top": 14 + 26 * rows, "bottom": 30}
    return with_narrow_form(option, {"grid": narrow_grid, "legend": {"show": True}, "series": without_labels(lines)})


def _line(item: RateSeries, words: ChartWords, style: tuple[str, Any, str]) -> Option:
    colour, kind, mark = style
    return rate_line(item.name, [rate_point(rate, words) for rate in item.rates], colour, kind=kind, width=2.25,
                     mark=mark)  # fmt: skip


def _sentence(comparison: RateComparison, item: RateSeries, words: ChartWords) -> str:
    known = [(year, rate) for year, rate in zip(comparison.years, item.rates, strict=True) if rate is not None]
    if not known:
        return words.unknown_told.format(name=item.name)
    (first_year, first), (last_year, last) = known[0], known[-1]
    return words.line_told.format(
        name=item.name, first=words.rate(first), first_year=first_year, last=words.rate(last), last_year=last_year
    )


def _table(comparison: RateComparison, words: ChartWords) -> ChartTable:
    columns = [(item.name, [words.rate(rate) for rate in item.rates]) for item in comparison.series]
    return columns_table(words.year, [str(year) for year in comparison.years], columns)
