"""How a figure was found: in the panel beside the figure that asks, or on a page that a link may lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

if TYPE_CHECKING:
    from atmp_insure.web.display import Explanation


def explained(explanation: Explanation) -> str:
    """The steps of a calculation: for the panel that asks, else a whole page."""
    template = "_explanation.html" if request.headers.get("HX-Request") else "explanation.html"
    return render_template(template, explanation=explanation)
