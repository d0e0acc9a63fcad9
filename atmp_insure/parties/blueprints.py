"""What the pages of parties share: blueprints, the day that a page is asked for, whose page a contact belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from atmp_insure.parties import body_queries, partner_queries, queries
from atmp_insure.web.environment import today

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_queries import ContactOwner

parties = Blueprint("parties", __name__, url_prefix="/companies")
partners = Blueprint("partners", __name__, url_prefix="/partners")
doctors = Blueprint("doctors", __name__, url_prefix="/doctors")
agreements = Blueprint("agreements", __name__, url_prefix="/agreements")
bodies = Blueprint("bodies", __name__, url_prefix="/bodies")
imports = Blueprint("imports", __name__, url_prefix="/imports")
AS_OF = "le"


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that a page is shown as of.

    Attributes:
        fault: what was asked and is not a day; empty when all is well.
    """

    day: date
    is_today: bool
    fault: str = ""


def asked_day(argument: str = AS_OF) -> AsOf:
    """The day of `?le=2026-01-31`; today when none is asked, or when it is not a day."""
    text = request.args.get(argument, "").strip()
    if not text:
        return AsOf(today(), is_today=True)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return AsOf(today(), is_today=True, fault=text[:40])
    return AsOf(day, is_today=day == today())


@dataclass(frozen=True, slots=True)
class Place:
    """Whose contacts these are: their owner, its name and its page."""

    owner: ContactOwner
    name: str
    url: str


def place_of(session: ScopedSession, owner: ContactOwner) -> Place:
    """The name and the page of whose contacts these are, as far as the actor sees it.

    Raises:
        NotFound: the actor does not see it.
    """
    if owner.company_id is not None:
        company = queries.get_company(session, owner.company_id)
        return Place(owner, company.name, url_for("parties.show_company", company_id=company.id))
    if owner.organisation_id is not None:
        partner = partner_queries.get_organisation(session, owner.organisation_id)
        return Place(owner, partner.name, url_for("partners.show_partner", organisation_id=partner.id))
    body = body_queries.get_body(session, owner.body_id or 0)
    return Place(owner, body.name, url_for("bodies.show_body", body_id=body.id))
