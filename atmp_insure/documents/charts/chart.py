"""What every chart gives: a title that says what it shows, its description in words, an option, a table of figures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.rounding import RoundingMode, scaled_integer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from atmp_insure.documents.charts.words import ChartWords

Option = dict[str, Any]

# The colours of `web/static/atmp/css/theme.css`, light theme; `chart_option.js` has their dark twins (a test compares).
INK, INK_QUIET, TICK, LINE, SURFACE = "#1b222c", "#545f6d", "#7f8a97", "#dfe3e8", "#ffffff"
BLUE, BLUE_AREA, SOFT = "#1c4587", "#5b86cc", "#eceff2"
FONT = "'Atmp Spaces', 'Source Sans 3', sans-serif"  # a name with a figure needs its quotes
TEXT_SIZE = 13
NARROW_PX = 560  # below it direct labels give way to a legend


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The figures of a chart: headings, rows of texts, and which columns (from 0) hold numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready for screen and paper."""

    title: str
    description: str
    option: Option
    table: ChartTable
    subtitle: str = ""


def percent_point(rate_fraction: Decimal | Fraction | None) -> float | None:
    """The place of a rate on a percent axis; only the eye uses it, texts are written from the exact value."""
    return (
        None if rate_fraction is None else scaled_integer(Fraction(rate_fraction), 10**6, RoundingMode.HALF_UP) / 10**4
    )


def euros_point(amount_eur: Decimal | Fraction | None) -> float | None:
    """The place of an amount on an axis of euros."""
    return None if amount_eur is None else scaled_integer(Fraction(amount_eur), 100, RoundingMode.HALF_UP) / 100


def point(value: float | None, text: str) -> dict[str, Any] | None:
    """A datum with the exact text that the tip shows; None leaves a gap."""
    return None if value is None else {"value": value, "text": text}


def columns_table(
    first: str, labels: Sequence[str], columns: Sequence[tuple[str, Sequence[str]]], total: Sequence[str] = ()
) -> ChartTable:
    """The table of a chart: its years or categories, then a column of texts for each name, and the total beneath."""
    rows = list(zip(labels, *(texts for _, texts in columns), strict=True))
    if total:
        rows.append(tuple(total))
    return ChartTable((first, *(name for name, _ in columns)), tuple(rows), tuple(range(1, len(columns) + 1)))


def base_option(words: ChartWords) -> Option:
    """What all our charts share."""
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "fontSize": TEXT_SIZE, "color": INK},
        "tooltip": {
            "trigger": "axis",
            "formatter": words.axis("@tip"),
            "confine": True,
            "backgroundColor": SURFACE,
            "borderColor": LINE,
            "textStyle": {"color": INK, "fontSize": TEXT_SIZE},
        },
        "legend": {
            "show": False,
            "left": 0,
            "top": 0,
            "itemWidth": 18,
            "textStyle": {"color": INK, "fontSize": TEXT_SIZE},
        },
    }


def years_axis(years: list[str], **more: Any) -> Option:
    """The axis of years."""
    return {
        "type": "category",
        "data": years,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": TICK}},
        "axisLabel": {"color": INK_QUIET, "fontSize": TEXT_SIZE},
        **more,
    }


def value_axis(formatter: str, **more: Any) -> Option:
    """An axis of amounts or rates, with numbers in the language of its formatter and faint lines."""
    return {
        "type": "value",
        "axisLabel": {"color": INK_QUIET, "fontSize": TEXT_SIZE, "formatter": formatter},
        "axisLine": {"show": False},
        "splitLine": {"lineStyle": {"color": LINE, "width": 1}},
        "splitNumber": 4,
        **more,
    }


def label_offsets(values: list[float | None], plot_px: int = 220, apart_px: int = 17) -> list[int]:
    """How far down each direct label at the end of its line moves, so that close lines keep readable names."""
    highest = max((value for value in values if value is not None), default=0) or 1
    places = {index: plot_px * (1 - value / highest) for index, value in enumerate(values) if value is not None}
    offsets = [0] * len(values)
    previous = float("-inf")
    for index in sorted(places, key=lambda index: (places[index], index)):
        placed = max(places[index], previous + apart_px)
        offsets[index] = round(placed - places[index])
        previous = placed
    return offsets


def with_narrow_form(option: Option, narrow: Option) -> Option:
    """The option with another form under `NARROW_PX`; the first rule restores the wide form."""
    wide = {key: option[key] for key in narrow if key in option}
    return {
        "baseOption": option,
        "media": [
            {"query": {"minWidth": NARROW_PX + 1}, "option": wide},
            {"query": {"maxWidth": NARROW_PX}, "option": narrow},
        ],
    }
