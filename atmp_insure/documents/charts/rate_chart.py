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
    euros_point,
    label_offsets,
    percent_point,
    point,
    value_axis,
    with_narrow_form,
    years_axis,
)
from atmp_insure.kernel.french import french_euros, french_percent

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.documents.charts.chart import Option

    Rate = Decimal | Fraction | None

NOTIFIED, EXPECTED, LIMITS, INDEMNITY = "Taux notifié", "Taux attendu", "Limites légales", "Indemnité"
ABSENT = "–"


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
        counterfactual_label: what the grey line is: `Sans l'accident`.
        subtitle: under the title.
    """

    title: str
    years: tuple[RateYear, ...]
    first_future_year: int | None = None
    events: tuple[RateEvent, ...] = ()
    counterfactual_label: str = "Sans l'accident"
    subtitle: str = ""


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
    names = [str(item.year) for item in history.years]
    has_bars = any(item.indemnity_eur is not None for item in history.years)
    upper = {"left": 62, "right": 150, "top": 46, "bottom": 118 if has_bars else 34}
    option = base_option() | {
        "grid": [upper],
        "xAxis": [years_axis(names, axisLabel={"show": not has_bars, "color": INK_QUIET, "fontSize": TEXT_SIZE})],
        "yAxis": [value_axis("@percent", min=0)],
        "series": [*_areas(history), *_limits(history), *_lines(history)],
    }
    narrow_grid = [{"left": 46, "right": 12, "top": 74, "bottom": 118 if has_bars else 34}]
    if has_bars:
        option["grid"].append({"left": 62, "right": 150, "height": 64, "bottom": 26})
        narrow_grid.append({"left": 46, "right": 12, "height": 64, "bottom": 26})
        option["xAxis"].append(years_axis(names, gridIndex=1))
        option["yAxis"].append(value_axis("@euros", gridIndex=1, splitNumber=2, min=0))
        option["series"].append(_bars(history))
    expected = [EXPECTED] if history.first_future_year is not None else []
    named = [NOTIFIED, *expected, history.counterfactual_label, *([INDEMNITY] if has_bars else [])]
    option["legend"]["data"] = named
    return with_narrow_form(option, {"grid": narrow_grid, "legend": {"show": True}, "series": _without_labels(option)})


def _without_labels(option: Option) -> list[dict[str, Any]]:
    """On a phone direct labels leave their place to the legend."""
    return [{"endLabel": {"show": False}} if "endLabel" in item else {} for item in option["series"]]


def _is_future(history: RateHistory, year: int) -> bool:
    return history.first_future_year is not None and year >= history.first_future_year


def _lines(history: RateHistory) -> list[dict[str, Any]]:
    """The two lines; what is to come starts from the last notified point so that the line does not break."""
    past = [item if not _is_future(history, item.year) else None for item in history.years]
    last = max((index for index, item in enumerate(past) if item and item.notified is not None), default=-1)
    future = [item if index >= last else None for index, item in enumerate(history.years)]
    has_future = history.first_future_year is not None
    other = history.counterfactual_label
    lines = [
        _line(other, [_rate_point(item.counterfactual) for item in history.years], INK_QUIET, kind=[6, 4], width=1.75),
        _line(NOTIFIED, [_rate_point(item.notified) if item else None for item in past], INK, symbols=True),
    ]
    upper, lower = label_offsets(_last_points(history))
    lines[0]["endLabel"] = _end_label(other, INK_QUIET, lower)
    if has_future:
        points = [_rate_point(item.notified) if item else None for item in future]
        lines.append(_line(EXPECTED, points, INK_QUIET, kind=[3, 3], symbols=True))
    lines[-1]["endLabel"] = _end_label(EXPECTED if has_future else NOTIFIED, INK, upper)
    lines[1]["markLine"] = _event_marks(history)
    return lines


def _line(
    name: str, data: list[Any], colour: str, *, kind: Any = "solid", width: float = 2.5, symbols: bool = False
) -> Any:
    return {
        "name": name,
        "type": "line",
        "data": data,
        "symbol": "circle" if symbols else "none",
        "symbolSize": 7,
        "lineStyle": {"color": colour, "width": width, "type": kind},
        "itemStyle": {"color": colour},
        "z": 5 if symbols else 4,
    }


def _end_label(text: str, colour: str, lower_px: int) -> dict[str, Any]:
    shape = {"color": colour, "fontSize": TEXT_SIZE, "distance": 8, "offset": [0, lower_px]}
    return {"show": True, "formatter": text, **shape}


def _last_points(history: RateHistory) -> list[float | None]:
    last = history.years[-1]
    return [percent_point(last.notified), percent_point(last.counterfactual)]


def _event_marks(history: RateHistory) -> dict[str, Any]:
    """A thin line up from the step, with what caused it; neighbours stand at two heights."""
    marks = [
        {
            "xAxis": str(event.year),
            "label": {"formatter": event.label, "distance": 4 + 17 * (index % 2)},
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
    ticks: list[dict[str, Any]] = [
        {"value": [str(item.year), percent_point(limit)], "text": f"{label} {_rate_text(limit)}"}
        for item in history.years
        for limit, label in ((item.floor, "au moins"), (item.cap, "au plus"))
        if limit is not None
    ]
    if not ticks:
        return []
    ticks[-1]["label"] = {
        "show": True,
        "formatter": "limite",
        "position": "top",
        "color": INK_QUIET,
        "fontSize": TEXT_SIZE,
    }
    shape = {"symbol": "rect", "symbolSize": [24, 2], "itemStyle": {"color": TICK}}
    return [{"name": LIMITS, "type": "scatter", "data": ticks, "z": 3, **shape}]


def _bars(history: RateHistory) -> dict[str, Any]:
    data = []
    for item in history.years:
        datum = point(euros_point(item.indemnity_eur), _euros_text(item.indemnity_eur))
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
        "name": INDEMNITY,
        "type": "bar",
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "data": data,
        "barMaxWidth": 26,
        "itemStyle": {"color": BLUE},
        "label": label,
    }


def _rate_point(rate: Rate) -> dict[str, Any] | None:
    return point(percent_point(rate), _rate_text(rate))


def _rate_text(rate: Rate) -> str:
    return ABSENT if rate is None else french_percent(Fraction(rate) * 100)


def _euros_text(amount_eur: Decimal | Fraction | None) -> str:
    return ABSENT if amount_eur is None else french_euros(Fraction(amount_eur))


def _description(history: RateHistory) -> str:
    """The chart in sentences, for those who do not see it."""
    known = [item for item in history.years if item.notified is not None]
    if not known:
        return f"{history.title} : aucun taux connu."
    highest = max(known, key=lambda item: item.notified or 0)
    first, last = known[0], known[-1]
    between = f"{NOTIFIED} de {_rate_text(first.notified)} en {first.year} à {_rate_text(last.notified)} en {last.year}"
    parts = [f"{history.title}. {between}, au plus {_rate_text(highest.notified)} en {highest.year}."]
    paid = [Fraction(item.indemnity_eur) for item in history.years if item.indemnity_eur is not None]
    if paid:
        parts.append(f"Indemnité en tout : {french_euros(sum(paid, Fraction(0)))}.")
    parts += [f"{event.year} : {event.label}." for event in history.events]
    return " ".join(parts)


def _table(history: RateHistory) -> ChartTable:
    columns = [
        (NOTIFIED, [_rate_text(item.notified) for item in history.years]),
        (history.counterfactual_label, [_rate_text(item.counterfactual) for item in history.years]),
        ("Limites", [_limits_text(item) for item in history.years]),
        ("Fourchette", [_range_text(item.lowest, item.highest) for item in history.years]),
        (INDEMNITY, [_euros_text(item.indemnity_eur) for item in history.years]),
    ]
    columns = [column for column in columns if set(column[1]) != {ABSENT}]
    years = [f"{item.year}{' (attendu)' if _is_future(history, item.year) else ''}" for item in history.years]
    rows = tuple(zip(years, *(texts for _, texts in columns), strict=True))
    return ChartTable(("Année", *(name for name, _ in columns)), rows, tuple(range(1, len(columns) + 1)))


def _limits_text(item: RateYear) -> str:
    return _range_text(item.floor, item.cap)


def _range_text(low: Rate, high: Rate) -> str:
    return ABSENT if low is None and high is None else f"{_rate_text(low)} à {_rate_text(high)}"
