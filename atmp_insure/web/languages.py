"""The language of a page: which one it is, and a text, a day or the name of a code said in it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import flask_babel
from flask import Blueprint, g, has_request_context, redirect, request
from jinja2 import pass_eval_context
from markupsafe import Markup

from atmp_insure.formatting import BEFORE_UNIT, ENGLISH, FRENCH, short_day
from atmp_insure.kernel.french import begun
from atmp_insure.kernel.labelled import Label
from atmp_insure.web.catalogue import FrenchTexts, english_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from babel.support import NullTranslations
    from flask import Flask
    from jinja2.nodes import EvalContext
    from werkzeug import Response

LANGUAGES = {FRENCH: "Français", ENGLISH: "English"}
_COOKIE = "language"
_ONE_YEAR_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("languages", __name__)


def current_language() -> str:
    """`fr`, or `en` when the visitor chose it; French outside a request."""
    if not has_request_context():
        return FRENCH
    if (found := g.get("language")) is None:  # asked some hundred times for a page
        found = g.language = _chosen_language()
    return cast("str", found)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """The language of somebody who reads elsewhere what this request writes: a mail, the reading log."""
    own = current_language()
    g.language = language
    try:
        yield
    finally:
        g.language = own


def greet(answer: Response, language: str) -> None:
    """Let a browser that never chose a language have that of the person who signs in."""
    if chosen() is None:
        _keep(answer, language)


def translated(text: str, /, **values: object) -> str:
    """A French text in the language of this request, with its values."""
    said = english_texts().ugettext(text) if current_language() == ENGLISH else text
    return said % {name: said_label(value) for name, value in values.items()} if values else said


def said_label(value: object) -> object:
    """What a page writes: the name of a code in the language of this request, anything else as it is."""
    return value.said(translated, current_language()) if isinstance(value, Label) else value


def french(text: str) -> str:
    """A text that counts in French (law, clause, reason, source): a page in English says so to what reads it aloud.

    The name of a code is said in the language of the page, as everywhere.
    """
    if isinstance(text, Label):
        return text.said(translated, current_language())
    return Markup('<span lang="fr">{}</span>').format(text) if text and current_language() != FRENCH else text


def colon() -> str:
    """A colon between two texts of a page: French writes it after a space that never breaks."""
    return f"{BEFORE_UNIT}: " if current_language() == FRENCH else ": "


def said_day(value: date) -> str:
    """A day within a sentence of the page, in its language: `22/11/2026`, `22 Nov 2026`."""
    return short_day(value, current_language())


class _Texts(flask_babel.Domain):  # type: ignore[misc]
    """The texts of the product, read from memory rather than from compiled files beside the package."""

    def get_translations(self) -> NullTranslations:
        """The texts of the language of this request."""
        return english_texts() if current_language() == ENGLISH else FrenchTexts()


@pass_eval_context
def _written(context: EvalContext, text: str, /, **values: object) -> str:
    """A text as templates ask for it: `%` always stands for a value there, and values are escaped in a page."""
    said = translated(text)
    found = Markup(said) if context.autoescape else said  # noqa: S704 - texts of the product
    return found % {name: said_label(value) for name, value in values.items()} if "%" in said else found


def _named(text: str) -> object:
    """The name of a code in the language of this request; a phrase keeps its parts, which its own text has lost."""
    return said_label(text if isinstance(text, Label) else Label(text))


def install(app: Flask) -> None:
    """Let templates and views write `_("texte français")`, and visitors choose their language."""
    babel = flask_babel.Babel(
        app, default_locale=FRENCH, default_timezone="Europe/Paris", locale_selector=_chosen_language
    )
    babel.domain_instance = _Texts()
    app.jinja_env.finalize = said_label
    app.add_template_filter(lambda value: begun(str(said_label(value))), "begun")
    app.add_template_filter(french)
    app.add_template_filter(_named, "named")
    app.jinja_env.globals.update(_=_written, gettext=_written)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["languages"] = LANGUAGES
    app.add_template_global(current_language)
    app.add_template_global(colon)


def chosen() -> str | None:
    """The language that the visitor chose; None when they never did."""
    kept = request.cookies.get(_COOKIE)
    return kept if kept in LANGUAGES else None


def _chosen_language() -> str:
    return chosen() or FRENCH


@blueprint.get("/language/<code>")
def choose(code: str) -> Response:
    """Keep the language in a cookie and go back to the page; nothing but the visitor's own screen changes."""
    back = request.args.get("back", "/")
    is_local = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    answer = redirect(back if is_local else "/")
    if code in LANGUAGES:
        _keep(answer, code)
    return answer


def _keep(answer: Response, language: str) -> None:
    answer.set_cookie(_COOKIE, language, max_age=_ONE_YEAR_SECONDS, samesite="Lax", secure=request.is_secure)
