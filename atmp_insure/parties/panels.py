"""Panels that upper domains add to the page of a company: `app.py` fills the table, the page shows each in its order.

A domain above gives a title, the right that one needs there, a query and a template; the template receives what the
query answered as `found`, beside the `company` and the day `on`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from atmp_insure.access.rights_there import has_right_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from flask import Flask

    from atmp_insure.access.roles import Right
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company

EXTENSION = "atmp_company_panels"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of the page of a company.

    Attributes:
        name: stable, also its place in the page (`#documents`).
        title: its heading, in French; a lazy text, translated when it is shown.
        right: what one must hold for that company to see it.
        template: the partial that shows it.
        query: what it shows, for a company as of a day; it reads as the viewer.
    """

    name: str
    title: Any
    right: Right
    template: str
    query: Callable[[ScopedSession, Company, date], Any]


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel with what it shows."""

    panel: Panel
    found: Any


def install(app: Flask, panels: Iterable[Panel]) -> None:
    """Keep the panels of an application.

    Raises:
        ValueError: two of them have one name.
    """
    kept = tuple(panels)
    if len({panel.name for panel in kept}) < len(kept):
        raise ValueError(f"panels of one name: {sorted(panel.name for panel in kept)}")
    app.extensions[EXTENSION] = kept


def shown_panels(app: Flask, session: ScopedSession, company: Company, on: date) -> tuple[ShownPanel, ...]:
    """The panels that the actor of the session may see of a company, each with what its query answers."""
    panels = cast("tuple[Panel, ...]", app.extensions.get(EXTENSION, ()))
    seen = [panel for panel in panels if has_right_there(session, panel.right, company.id)]
    return tuple(ShownPanel(panel, panel.query(session, company, on)) for panel in seen)
