"""Texts of the Python side, in French, translated like those of the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import flask_babel

if TYPE_CHECKING:
    from collections.abc import Callable

translated = cast("Callable[..., str]", flask_babel.gettext)
lazy = cast("Callable[[str], Any]", flask_babel.lazy_gettext)
