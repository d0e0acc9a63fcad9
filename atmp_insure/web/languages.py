"""The language of a page: French texts stand in the templates, English comes from one catalogue compiled at start."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Response, has_request_context, redirect, request

from atmp_insure.formatting import ENGLISH, FRENCH

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from flask import Flask

LANGUAGES = {FRENCH: "Français", ENGLISH: "English"}
CATALOGUE = Path(__file__).resolve().parent / "translations" / "en.po"
_COOKIE = "language"
_ONE_YEAR_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("languages", __name__)


def current_language() -> str:
    """`fr`, or `en` when the visitor chose it; French outside a request."""
    locale = flask_babel.get_locale() if has_request_context() else None
    return FRENCH if locale is None else str(locale.language)


def english_catalogue() -> Catalog:
    """The English texts, by their French ones."""
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale=ENGLISH)


@cache
def _english() -> Translations:
    compiled = BytesIO()
    write_mo(compiled, english_catalogue())
    compiled.seek(0)
    return Translations(compiled)


class _Texts(flask_babel.Domain):  # type: ignore[misc]
    """The texts of the product, read from memory rather than from compiled files beside the package."""

    def get_translations(self) -> NullTranslations:
        """The texts of the language of this request."""
        return _english() if current_language() == ENGLISH else NullTranslations()


def install(app: Flask) -> None:
    """Let templates and views write `_("texte français")`, and visitors choose their language."""
    babel = flask_babel.Babel(
        app, default_locale=FRENCH, default_timezone="Europe/Paris", locale_selector=_chosen_language
    )
    babel.domain_instance = _Texts()
    app.register_blueprint(blueprint)
    app.jinja_env.globals["languages"] = LANGUAGES
    app.add_template_global(current_language)


def _chosen_language() -> str:
    chosen = request.cookies.get(_COOKIE, FRENCH)
    return chosen if chosen in LANGUAGES else FRENCH


@blueprint.get("/language/<code>")
def choose(code: str) -> Response:
    """Keep the language in a cookie and go back to the page; nothing but the visitor's own screen changes."""
    back = request.args.get("back", "/")
    is_local = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    answer = redirect(back if is_local else "/")
    if code in LANGUAGES:
        answer.set_cookie(_COOKIE, code, max_age=_ONE_YEAR_SECONDS, samesite="Lax", secure=request.is_secure)
    return answer  # type: ignore[return-value]
