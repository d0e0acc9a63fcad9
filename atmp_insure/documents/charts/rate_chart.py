"""The rate chart, emblem of the product: the notified rate, what it would be otherwise, the over-contribution between.

Notified: solid dark line with points. Counterfactual: dashed grey line. Area between: blue. Indemnity: bars beneath,
on their own axis. Limits: thin ticks. What is to come: lighter, dashed, with its band. A step is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.documents.charts.chart import (
    BLUE,
    BLUE_AREA,
    INK,
    INK_QUIET,
    SURFACE,
    TEXT_SIZE,
    TICK,
    Chart,
    ChartTable,
    base_option,
    columns_table,
    euros_point,
    label_offsets,
    percent_point,
    point,
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
from atmp_insure.documents.charts.words import ABSENT, chart_words
from atmp_insure.formatting import FRENCH

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.documents.charts.chart import Option
    from atmp_insure.documents.charts.words import ChartWords

    Rate = Decimal | Fraction | None

_RIGHT = 150  # room for the names at the end of the lines


@dataclass(frozen=True, slots=True)
class RateYear:
    """One year of the chart; rates are fractions, what is unknown is None.

    Attributes:
        year: tariff year.
        notified: the rate notified, or expected for a year to come.
        counterfactual: the rate without the accident, or after the case is won.
        lowest: lower end of the band of a year to come.
        highest: upper end of that band.
        floor: the least that the law allows this year.
        cap: the most that the law allows this year.
        indemnity_eur: what the policy pays for this year.
    """

    year: int
    notified: Rate = None
    counterfactual: Rate = None
    lowest: Rate = None
    highest: Rate = None
    floor: Rate = None
    cap: Rate = None
    indemnity_eur: Decimal | Fraction | None = None


@dataclass(frozen=True, slots=True)
class RateEvent:
    """What makes the rate step in a year: `Accident du 12/03/2023, IP 20 %`."""

    year: int
    label: str


@dataclass(frozen=True, slots=True)
class RateHistory:
    """The facts of the chart.

    Attributes:
        title: what it shows: `Taux de l'établissement de Lyon`.
        years: in order, without gap.
        first_future_year: from this year on rates are expected, not notified; None when all are notified.
        events: named at their step.
        counterfactual_label: what the grey line is; empty: `Sans l'accident`.
        subtitle: under the title.
        language: of the words and the numbers.
    """

    title: str
    years: tuple[RateYear, ...]
    first_future_year: int | None = None
    events: tuple[RateEvent, ...] = ()
    counterfactual_label: str = ""
    subtitle: str = ""
    language: str = FRENCH

    @property
    def words(self) -> ChartWords:
        """What the chart says, in its language."""
        return chart_words(self.language)

    @property
    def other_label(self) -> str:
        """The name of the grey line."""
        return self.counterfactual_label or self.words.counterfactual


def rate_chart(history: RateHistory) -> Chart:
    """The chart of a rate through the years."""
    return Chart(
        title=history.title,
        subtitle=history.subtitle,
        description=_description(history),
        option=_option(history),
        table=_table(history),
    )


def _option(history: RateHistory) -> Option:
    words = history.words
    names = [str(item.year) for item in history.years]
    has_bars = any(item.indemnity_eur is not None for item in history.years)
    upper = {"left": LEFT, "right": _RIGHT, "top": 60, "bottom": 118 if has_bars else 34}
    option = base_option(words) | {
        "grid": [upper],
        "xAxis": [years_axis(names, axisLabel={"show": not has_bars, "color": INK_QUIET, "fontSize": TEXT_SIZE})],
        "yAxis": [value_axis(words.axis("@percent"), min=0)],
        "series": [*_areas(history), *_limits(history), *_lines(history)],
    }
    narrow_grid = [{"left": NARROW_LEFT, "right": NARROW_RIGHT, "top": 74, "bottom": 118 if has_bars else 34}]
    if has_bars:
        option["grid"].append({"left": LEFT, "right": _RIGHT, "height": 64, "bottom": 26})
        narrow_grid.append({"left": NARROW_LEFT, "right": NARROW_RIGHT, "height": 64, "bottom": 26})
        option["xAxis"].append(years_axis(names, gridIndex=1))
        option["yAxis"].append(value_axis(words.axis("@euros"), gridIndex=1, splitNumber=2, min=0))
        option["series"].append(_bars(history))
    expected = [words.expected] if history.first_future_year is not None else []
    option["legend"]["data"] = [
        words.notified, *expected, history.other_label, *([words.indemnity] if has_bars else [])
    ]  # fmt: skip
    narrow = {"grid": narrow_grid, "legend": {"show": True}, "series": without_labels(option["series"])}
    return with_narrow_form(option, narrow)


def _is_future(history: RateHistory, year: int) -> bool:
    return history.first_future_year is not None and year >= history.first_future_year


def _lines(history: RateHistory) -> list[Option]:
    """The two lines; what is to come starts from the last notified point so that the line does not break."""
    words = history.words
    past = [item if not _is_future(history, item.year) else None for item in history.years]
    last = max((index for index, item in enumerate(past) if item and item.notified is not None), default=-1)
    future = [item if index >= last else None for index, item in enumerate(history.years)]
    has_future = history.first_future_year is not None
    other = [rate_point(item.counterfactual, words) for item in history.years]
    notified = [rate_point(item.notified, words) if item else None for item in past]
    lines = [
        rate_line(history.other_label, other, INK_QUIET, kind=[6, 4], width=1.75) | {"z": 4},
        rate_line(words.notified, notified, INK, mark="circle") | {"z": 5},
    ]
    upper, lower = label_offsets(_last_points(history))
    lines[0]["endLabel"] = end_label(history.other_label, INK_QUIET, lower)
    if has_future:
        points = [rate_point(item.notified, words) if item else None for item in future]
        lines.append(rate_line(words.expected, points, INK_QUIET, kind=[3, 3], mark="circle") | {"z": 5})
    lines[-1]["endLabel"] = end_label(words.expected if has_future else words.notified, INK, upper)
    lines[1]["markLine"] = _event_marks(history)
    return lines


def _last_points(history: RateHistory) -> list[float | None]:
    last = history.years[-1]
    return [percent_point(last.notified), percent_point(last.counterfactual)]


def _event_marks(history: RateHistory) -> dict[str, Any]:
    """A thin line up from the step, with what caused it; they stand at three heights, the outermost turn inwards."""
    inwards = {history.years[0].year: {"align": "left"}, history.years[-1].year: {"align": "right"}}
    marks = [
        {
            "xAxis": str(event.year),
            "label": {"formatter": event.label, "distance": 4 + 17 * (index % 3)} | inwards.get(event.year, {}),
        }
        for index, event in enumerate(sorted(history.events, key=lambda event: event.year))
    ]
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": TICK, "type": [2, 3], "width": 1},
        "label": {
            "position": "end",
            "color": INK,
            "backgroundColor": SURFACE,
            "fontSize": TEXT_SIZE,
            "fontWeight": 600,
        },
        "data": marks,
    }


def _areas(history: RateHistory) -> list[dict[str, Any]]:
    """Stacked areas: the over-contribution between the lines, and the band of what is to come."""
    pairs = [(item.counterfactual, item.notified) for item in history.years]
    past = [None if _is_future(history, item.year) else pair for item, pair in zip(history.years, pairs, strict=True)]
    last = max((index for index, pair in enumerate(past) if pair), default=-1)
    future = [pair if index >= last else None for index, pair in enumerate(pairs)]
    bands = [(item.lowest, item.highest) for item in history.years]
    series = _stacked("over-past", past, BLUE_AREA, 0.38)
    if history.first_future_year is not None:
        series += _stacked("over-future", future, BLUE_AREA, 0.16)
    if any(low is not None for low, _ in bands):
        series += _stacked("band", bands, TICK, 0.18)
    return series


def _stacked(stack: str, pairs: list[Any], colour: str, opacity: float) -> list[dict[str, Any]]:
    below, between = [], []
    for pair in pairs:
        known = pair is not None and None not in pair
        low, high = (percent_point(pair[0]), percent_point(pair[1])) if known else (None, None)
        below.append(low)
        between.append(max(round(high - low, 4), 0) if low is not None and high is not None else None)
    shared = {"type": "line", "stack": stack, "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}, "z": 2}
    shared |= {"tooltip": {"show": False}, "stackStrategy": "all"}
    return [
        shared | {"data": below, "areaStyle": {"opacity": 0}},
        shared | {"data": between, "areaStyle": {"color": colour, "opacity": opacity}},
    ]


def _limits(history: RateHistory) -> list[dict[str, Any]]:
    """The legal limits of each year as thin ticks."""
    words = history.words
    ticks: list[dict[str, Any]] = [
        {"value": [str(item.year), percent_point(limit)], "text": told.format(rate=words.rate(limit))}
        for item in history.years
        for limit, told in ((item.floor, words.at_least), (item.cap, words.at_most))
        if limit is not None
    ]
    if not ticks:
        return []
    ticks[-1]["label"] = {
        "show": True,
        "formatter": words.limit,
        "position": "top",
        "color": INK_QUIET,
        "fontSize": TEXT_SIZE,
    }
    shape = {"symbol": "rect", "symbolSize": [24, 2], "itemStyle": {"color": TICK}}
    return [{"name": words.legal_limits, "type": "scatter", "data": ticks, "z": 3, **shape}]


def _bars(history: RateHistory) -> dict[str, Any]:
    data = []
    for item in history.years:
        datum = point(euros_point(item.indemnity_eur), history.words.euros(item.indemnity_eur))
        if datum is not None and _is_future(history, item.year):
            datum["itemStyle"] = {
                "color": BLUE,
                "opacity": 0.35,
                "borderColor": BLUE,
                "borderType": "dashed",
                "borderWidth": 1,
            }
        data.append(datum)
    label = {"show": False}
    return {
        "name": history.words.indemnity,
        "type": "bar",
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "data": data,
        "barMaxWidth": 26,
        "itemStyle": {"color": BLUE},
        "label": label,
    }


def _description(history: RateHistory) -> str:
    """The chart in sentences, for those who do not see it."""
    words = history.words
    known = [item for item in history.years if item.notified is not None]
    if not known:
        return words.no_rate_told.format(title=history.title)
    highest = max(known, key=lambda item: item.notified or 0)
    first, last = known[0], known[-1]
    told = words.rates_told.format(
        title=history.title, name=words.notified, first=words.rate(first.notified), first_year=first.year,
        last=words.rate(last.notified), last_year=last.year, most=words.rate(highest.notified), most_year=highest.year,
    )  # fmt: skip
    paid = [Fraction(item.indemnity_eur) for item in history.years if item.indemnity_eur is not None]
    in_all = [words.indemnity_told.format(total=words.euros(sum(paid, Fraction(0))))] if paid else []
    events = [words.event_told.format(year=event.year, event=event.label) for event in history.events]
    return " ".join([told, *in_all, *events])


def _table(history: RateHistory) -> ChartTable:
    words = history.words
    columns = [
        (words.notified, [words.rate(item.notified) for item in history.years]),
        (history.other_label, [words.rate(item.counterfactual) for item in history.years]),
        (words.limits, [words.span(item.floor, item.cap) for item in history.years]),
        (words.band, [words.span(item.lowest, item.highest) for item in history.years]),
        (words.indemnity, [words.euros(item.indemnity_eur) for item in history.years]),
    ]
    years = [
        words.expected_year.format(year=item.year) if _is_future(history, item.year) else str(item.year)
        for item in history.years
    ]
    return columns_table(words.year, years, [column for column in columns if set(column[1]) != {ABSENT}])
