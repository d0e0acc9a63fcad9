"""Amounts as bars, one or two series side by side or stacked: premiums and indemnities by year, costs by category."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.documents.charts.chart import (
    BLUE,
    BLUE_AREA,
    INK,
    SURFACE,
    TEXT_SIZE,
    TICK,
    Chart,
    ChartTable,
    base_option,
    columns_table,
    euros_point,
    point,
    value_axis,
    with_narrow_form,
    years_axis,
)
from atmp_insure.documents.charts.words import chart_words
from atmp_insure.formatting import FRENCH

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.documents.charts.chart import Option
    from atmp_insure.documents.charts.words import ChartWords

COLOURS = (BLUE, TICK, BLUE_AREA)
_READABLE_ON_A_PHONE = 4  # amounts side by side over their bars


@dataclass(frozen=True, slots=True)
class AmountSeries:
    """Amounts under one name, one by heading; None leaves a gap."""

    name: str
    amounts_eur: tuple[Decimal | Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """The facts of the chart: `headings` are years or categories; at most three series.

    Attributes:
        heading_label: what the headings are; empty: years.
        language: of the words and the numbers.
    """

    title: str
    headings: tuple[str, ...]
    series: tuple[AmountSeries, ...]
    heading_label: str = ""
    is_stacked: bool = False
    subtitle: str = ""
    language: str = FRENCH


def amount_bars(amounts: Amounts) -> Chart:
    """The chart of amounts."""
    words = chart_words(amounts.language)
    totals = "; ".join(words.amounts_told.format(name=item.name, total=_total(item, words)) for item in amounts.series)
    return Chart(
        title=amounts.title,
        subtitle=amounts.subtitle,
        description=f"{amounts.title}. {totals}.",
        option=_option(amounts, words),
        table=_table(amounts, words),
    )


def _option(amounts: Amounts, words: ChartWords) -> Option:
    several = len(amounts.series) > 1
    option = base_option(words)
    option["legend"] |= {"show": several, "data": [item.name for item in amounts.series]}
    option |= {
        "grid": {"left": 62, "right": 12, "top": 40 if several else 24, "bottom": 30},
        "xAxis": years_axis(list(amounts.headings)),
        "yAxis": value_axis(words.axis("@euros")),
        "series": [_bars(amounts, item, COLOURS[index], words) for index, item in enumerate(amounts.series)],
    }
    if len(amounts.headings) <= _READABLE_ON_A_PHONE:
        return option
    return with_narrow_form(option, {"series": [{"label": {"show": False}} for _ in amounts.series]})


def _bars(amounts: Amounts, item: AmountSeries, colour: str, words: ChartWords) -> dict[str, Any]:
    alone = len(amounts.series) == 1
    data = []
    for amount in item.amounts_eur:
        datum = point(euros_point(amount), words.euros(amount))
        if datum is not None and alone:
            datum["label"] = {"formatter": words.euros(amount, 0)}
        data.append(datum)
    bars = {"name": item.name, "type": "bar", "data": data, "barMaxWidth": 34, "barGap": "12%"}
    bars["label"] = {"show": alone, "position": "top", "color": INK, "fontSize": TEXT_SIZE}
    bars["itemStyle"] = {"color": colour, "borderColor": SURFACE, "borderWidth": 1 if amounts.is_stacked else 0}
    return bars | ({"stack": "all"} if amounts.is_stacked else {})


def _table(amounts: Amounts, words: ChartWords) -> ChartTable:
    columns = [(item.name, [words.euros(amount) for amount in item.amounts_eur]) for item in amounts.series]
    total = (words.total, *(_total(item, words) for item in amounts.series))
    return columns_table(amounts.heading_label or words.year, amounts.headings, columns, total)


def _total(item: AmountSeries, words: ChartWords) -> str:
    return words.euros(sum((Fraction(amount) for amount in item.amounts_eur if amount is not None), Fraction(0)))
