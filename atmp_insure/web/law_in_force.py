"""The law of this installation, as pages use it: read once for a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from atmp_insure.regulation.loader import installed_law
from atmp_insure.web.request_scope import settings

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.regulation.law import Law


def law_in_force() -> Law:
    """The dated tables of the product, under the office's overlay."""
    return _loaded(settings().config_overlay)


@cache
def _loaded(overlay: Path | None) -> Law:
    """Its files change with a new version, or with the office's overlay: a start reads them again."""
    return installed_law(overlay).law
