"""The page of the glossary: every word of the trade, with its English name and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from atmp_insure.access.roles import Right
from atmp_insure.kernel.french import search_text
from atmp_insure.web.glossary import TERMS
from atmp_insure.web.request_scope import needs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("glossary", __name__)


@blueprint.get("/glossary")
@needs(Right.READ_REGULATION)
def show() -> ResponseReturnValue:
    """All the terms, in alphabetical order."""
    return render_template("glossary/glossary.html", terms=sorted(TERMS, key=lambda term: search_text(term.french)))
