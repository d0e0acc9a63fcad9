"""Global search: answered as one types, and as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from atmp_insure.web.request_scope import SIGNED_IN, actor, database, needs
from atmp_insure.web.search import find

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@needs(SIGNED_IN)
def search() -> ResponseReturnValue:
    """What the words name; only the answer itself when it is asked as one types."""
    typed = request.args.get("words", "").strip()
    with database().reading(actor()) as session:
        groups = find(session, typed)
    template = "search/_found.html" if request.headers.get("HX-Request") else "search/search.html"
    return render_template(template, groups=groups, typed=typed)
