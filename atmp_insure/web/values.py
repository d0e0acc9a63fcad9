"""Values as a page writes them: a number never breaks across lines, and a day says which it is to what reads it aloud.

They are written here rather than in a template because a page of a list holds hundreds of them: a macro costs ten times
as much as a function. `components/value.html` gives them to templates under the same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from atmp_insure import formatting
from atmp_insure.web.languages import current_language
from atmp_insure.web.list_query import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from flask import Flask

    from atmp_insure.formatting import Exact


def money(amount_eur: Exact, decimals: int = 2) -> Markup:
    """An amount: `430 650,00 €`."""
    return _number(formatting.euros(amount_eur, decimals, current_language()))


def percent(rate_fraction: Exact, decimals: int = 2) -> Markup:
    """A rate given as a fraction: `2,35 %`."""
    return _number(formatting.percent(rate_fraction, decimals, current_language()))


def points(change_fraction: Exact) -> Markup:
    """A change of rate given as a fraction: `+0,34 point`."""
    return _number(formatting.signed_points(change_fraction, current_language()))


def number(value: Exact, decimals: int | None = None) -> Markup:
    """A number: `1 400 000`, `0,7923`."""
    return _number(formatting.number(value, decimals, current_language()))


def day(value: date) -> Markup:
    """A day: `22/11/2026`."""
    return _time(value.isoformat(), formatting.short_day(value, current_language()))


def moment(value: datetime) -> Markup:
    """An instant on the clocks of Paris: `22/11/2026 à 06:27`."""
    return _time(formatting.iso_moment(value), formatting.moment(value, current_language()))


def _number(text: str) -> Markup:
    return Markup(f'<span class="num">{text}</span>')  # noqa: S704 - figures and units of `formatting`


def _time(machine: str, text: str) -> Markup:
    return Markup(f'<time class="num" datetime="{machine}">{text}</time>')  # noqa: S704 - a day of `formatting`


# What a cell needs no macro for: its value alone says how it is written.
WRITERS: Mapping[Cell, Callable[..., Markup]] = {
    Cell.EUROS: money,
    Cell.PERCENT: percent,
    Cell.POINTS: points,
    Cell.NUMBER: number,
    Cell.DAY: day,
    Cell.MOMENT: moment,
}


def install(app: Flask) -> None:
    """Give them to `components/value.html`."""
    functions = (money, percent, points, number, day, moment)
    app.jinja_env.globals["written"] = {function.__name__: function for function in functions}
