"""Texts of the Python side, in French, translated like those of the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_babel.speaklater import LazyString

from atmp_insure.web.languages import translated

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lazy", "translated"]

lazy = cast("Callable[[str], Any]", lambda text: LazyString(translated, text))
