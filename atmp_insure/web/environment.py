"""What every page stands on: strict templates, French formatting, languages, hashed assets, security headers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from jinja2 import FileSystemLoader, StrictUndefined

from atmp_insure import formatting
from atmp_insure.kernel.paris import paris_day
from atmp_insure.resources import resource_dir
from atmp_insure.web import assets, glossary, languages, security_headers, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

_HTMX = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,  # pages hold personal data: none stays in the browser's storage
    "refreshOnHistoryMiss": True,
    "defaultSwapStyle": "outerHTML",
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},  # a form with its errors
        {"code": "[45]..", "swap": False, "error": True},
        {"code": "...", "swap": False},
    ],
}


def install(app: Flask) -> None:
    """Make an application able to render our templates."""
    app.jinja_loader = FileSystemLoader(resource_dir("templates"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    languages.install(app)
    assets.install(app)
    glossary.install(app)
    values.install(app)
    security_headers.install(app)
    for name, function in _filters().items():
        app.add_template_filter(function, name)
    app.add_template_global(today)
    app.jinja_env.globals["htmx_configuration"] = json.dumps(_HTMX)


def today() -> date:
    """The day in Paris: relative dates on screen are counted from it."""
    return paris_day(datetime.now(UTC))


def _filters() -> dict[str, Callable[..., str | int]]:
    """Filters of the templates: the functions of `formatting`, in the language of the page."""
    return {
        "number": lambda value, decimals=None: formatting.number(value, decimals, languages.current_language()),
        "euros": lambda value, decimals=2: formatting.euros(value, decimals, languages.current_language()),
        "percent": lambda value, decimals=2: formatting.percent(value, decimals, languages.current_language()),
        "rate": lambda value: formatting.percent(Fraction(value) / 100, 2, languages.current_language()),
        "points": lambda value: formatting.signed_points(value, languages.current_language()),
        "rate_points": lambda value: formatting.signed_points(Fraction(value) / 100, languages.current_language()),
        "signed": formatting.signed,
        "magnitude": abs,
        "day": lambda value: formatting.day(value, languages.current_language()),
        "month": lambda value: formatting.month(value, languages.current_language()),
        "short_day": lambda value: formatting.short_day(value, languages.current_language()),
        "moment": lambda value: formatting.moment(value, languages.current_language()),
        "iso_moment": formatting.iso_moment,
        "days_left": lambda value, on=None: (value - (on or today())).days,
        "relative_day": lambda value, on=None: formatting.relative_day(
            value, on or today(), languages.current_language()
        ),
        "counted": lambda value, one, many: formatting.counted(value, one, many, languages.current_language()),
        "file_size": lambda value: formatting.file_size(value, languages.current_language()),
        "identifier": formatting.grouped_identifier,
    }
