"""Pages of bodies: the list, and each with its source, its check date and its contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from atmp_insure.access.roles import Right
from atmp_insure.parties import body_queries, partner_queries
from atmp_insure.parties.blueprints import bodies
from atmp_insure.parties.body_lists import BODIES
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.shown import matter_labels
from atmp_insure.web import history, listing
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bodies.get("")
@needs(Right.READ_COMPANIES)
def list_bodies() -> ResponseReturnValue:
    """All bodies."""
    return listing.page(BODIES, "parties/bodies.html", may_write=actor().everywhere(Right.WRITE_COMPANIES))


@bodies.get("/<int:body_id>")
@needs(Right.READ_COMPANIES)
def show_body(body_id: int) -> ResponseReturnValue:
    """A body."""
    with database().reading(actor()) as session:
        body = body_queries.get_body(session, body_id)
        contacts = partner_queries.list_contacts(session, ContactOwner(body_id=body.id))
        return render_template(
            "parties/body.html", body=body, contacts=contacts, matter_labels=matter_labels,
            may_write=actor().everywhere(Right.WRITE_COMPANIES), trail=history.trail_of(session, body, *contacts),
        )  # fmt: skip
