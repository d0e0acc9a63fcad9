"""Texts of the Python side, in French, translated like those of the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_babel.speaklater import LazyString

from atmp_insure.kernel.french import begun
from atmp_insure.web.languages import translated

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lazy", "titled", "translated"]

lazy = cast("Callable[[str], Any]", lambda text: LazyString(translated, text))


def titled(label: str) -> Any:
    """A label that begins a line: its first letter in capitals, the others as they are (DSN, Urssaf)."""
    return LazyString(_begun, label)


def _begun(label: str) -> str:
    said = translated(label)
    return begun(said)
