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
    euros_point,
    point,
    value_axis,
    years_axis,
)
from atmp_insure.kernel.french import french_euros

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.documents.charts.chart import Option

COLOURS = (BLUE, TICK, BLUE_AREA)
ABSENT = "–"


@dataclass(frozen=True, slots=True)
class AmountSeries:
    """Amounts under one name, one by heading; None leaves a gap."""

    name: str
    amounts_eur: tuple[Decimal | Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """The facts of the chart: `headings` are years or categories; at most three series."""

    title: str
    headings: tuple[str, ...]
    series: tuple[AmountSeries, ...]
    heading_label: str = "Année"
    is_stacked: bool = False
    subtitle: str = ""


def amount_bars(amounts: Amounts) -> Chart:
    """The chart of amounts."""
    totals = "; ".join(f"{item.name} : {french_euros(_total(item))} en tout" for item in amounts.series)
    return Chart(
        title=amounts.title,
        subtitle=amounts.subtitle,
        description=f"{amounts.title}. {totals}.",
        option=_option(amounts),
        table=_table(amounts),
    )


def _option(amounts: Amounts) -> Option:
    several = len(amounts.series) > 1
    option = base_option()
    option["legend"] |= {"show": several, "data": [item.name for item in amounts.series]}
    return option | {
        "grid": {"left": 62, "right": 12, "top": 40 if several else 24, "bottom": 30},
        "xAxis": years_axis(list(amounts.headings)),
        "yAxis": value_axis("@euros"),
        "series": [_bars(amounts, item, COLOURS[index]) for index, item in enumerate(amounts.series)],
    }


def _bars(amounts: Amounts, item: AmountSeries, colour: str) -> dict[str, Any]:
    alone = len(amounts.series) == 1
    data = []
    for amount in item.amounts_eur:
        datum = point(euros_point(amount), _text(amount))
        if datum is not None and alone:
            datum["label"] = {
                "show": True,
                "position": "top",
                "formatter": _whole(amount),
                "color": INK,
                "fontSize": TEXT_SIZE,
            }
        data.append(datum)
    bars = {"name": item.name, "type": "bar", "data": data, "barMaxWidth": 34, "barGap": "12%"}
    bars["itemStyle"] = {"color": colour, "borderColor": SURFACE, "borderWidth": 1 if amounts.is_stacked else 0}
    return bars | ({"stack": "all"} if amounts.is_stacked else {})


def _table(amounts: Amounts) -> ChartTable:
    rows = tuple(
        (heading, *(_text(item.amounts_eur[index]) for item in amounts.series))
        for index, heading in enumerate(amounts.headings)
    )
    total = ("Total", *(french_euros(_total(item)) for item in amounts.series))
    headings = (amounts.heading_label, *(item.name for item in amounts.series))
    return ChartTable(headings, (*rows, total), tuple(range(1, len(headings))))


def _total(item: AmountSeries) -> Fraction:
    return sum((Fraction(amount) for amount in item.amounts_eur if amount is not None), Fraction(0))


def _text(amount_eur: Decimal | Fraction | None) -> str:
    return ABSENT if amount_eur is None else french_euros(Fraction(amount_eur))


def _whole(amount_eur: Decimal | Fraction | None) -> str:
    return "" if amount_eur is None else french_euros(Fraction(amount_eur), 0)
