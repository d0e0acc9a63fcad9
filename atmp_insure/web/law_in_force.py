"""The law of this installation, as pages use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.regulation.loader import installed_law
from atmp_insure.web.request_scope import settings

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law


def law_in_force() -> Law:
    """The dated tables of the product, under the office's overlay."""
    return installed_law(settings().config_overlay).law
