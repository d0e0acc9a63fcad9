"""Counts as lying bars, one or several series stacked: things by kind, whose names are too long to stand under bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure import formatting
from atmp_insure.documents.charts.chart import (
    BLUE,
    INK,
    SURFACE,
    TEXT_SIZE,
    TICK,
    Chart,
    base_option,
    columns_table,
    point,
    value_axis,
    with_narrow_form,
    years_axis,
)
from atmp_insure.documents.charts.words import chart_words
from atmp_insure.formatting import FRENCH

if TYPE_CHECKING:
    from atmp_insure.documents.charts.chart import Option
    from atmp_insure.documents.charts.words import ChartWords

RED = "#a01f1f"  # for what went wrong; its name always stands beside it
COLOURS = (BLUE, RED, TICK)
_WIDE_PX, _NARROW_PX = 230, 120


@dataclass(frozen=True, slots=True)
class CountSeries:
    """Counts under one name, one by heading."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The facts of the chart: at most three series, drawn blue (as it should be), red (as it should not), grey."""

    title: str
    heading_label: str
    headings: tuple[str, ...]
    series: tuple[CountSeries, ...]
    subtitle: str = ""
    language: str = FRENCH


def count_bars(counts: Counts) -> Chart:
    """The chart of counts."""
    words = chart_words(counts.language)
    told = "; ".join(words.amounts_told.format(name=item.name, total=_total(item, words)) for item in counts.series)
    columns = [(item.name, [_text(count, words) for count in item.counts]) for item in counts.series]
    total = (words.total, *(_total(item, words) for item in counts.series))
    return Chart(
        title=counts.title, subtitle=counts.subtitle, description=f"{counts.title}. {told}.",
        option=_option(counts, words), table=columns_table(counts.heading_label, counts.headings, columns, total),
    )  # fmt: skip


def _text(count: int, words: ChartWords) -> str:
    return formatting.number(count, None, words.language)


def _total(item: CountSeries, words: ChartWords) -> str:
    return _text(sum(item.counts), words)


def _option(counts: Counts, words: ChartWords) -> Option:
    option = base_option(words)
    option["legend"] |= {"show": len(counts.series) > 1, "data": [item.name for item in counts.series]}
    option["xAxis"] = value_axis("{value}", minInterval=1)
    option["series"] = [_bars(item, COLOURS[index], words) for index, item in enumerate(counts.series)]
    return with_narrow_form(option | _headings(counts, _WIDE_PX), _headings(counts, _NARROW_PX))


def _headings(counts: Counts, width_px: int) -> Option:
    axis = years_axis(list(counts.headings), inverse=True)
    axis["axisLabel"] = {"color": INK, "fontSize": TEXT_SIZE, "width": width_px - 15, "overflow": "break"}
    axis["axisLabel"]["lineHeight"] = TEXT_SIZE + 3
    top = 40 if width_px == _WIDE_PX else 66  # a narrow legend takes two lines
    return {"grid": {"left": width_px, "right": 24, "top": top, "bottom": 30}, "yAxis": axis}


def _bars(item: CountSeries, colour: str, words: ChartWords) -> dict[str, Any]:
    data = [point(count, _text(count, words)) for count in item.counts]
    style = {"color": colour, "borderColor": SURFACE, "borderWidth": 1}
    return {"name": item.name, "type": "bar", "stack": "all", "data": data, "barMaxWidth": 22, "itemStyle": style}
