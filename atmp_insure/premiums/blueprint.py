"""What the pages of premiums share: their blueprint, with what premiums are called from them, their day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, request

from atmp_insure.ledger.blueprint import books
from atmp_insure.premiums.chase_loader import open_chase_desk
from atmp_insure.premiums.service import Calling
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from atmp_insure.premiums.chase_service import ChaseDesk

blueprint = Blueprint("premiums", __name__)


def last_called_day() -> date:
    """The last due date that is called today: clients are left some weeks to pay."""
    return today() + timedelta(days=settings().premiums.lead_days)


def calling() -> Calling:
    """With what premiums are called in this request."""
    return Calling(books(), last_called_day())


def chase_desk() -> ChaseDesk:
    """With what unpaid premiums are chased in this request."""
    return open_chase_desk(settings(), now())


def asked_day() -> date:
    """The day that the address asks for, as `jour`; today when it asks for none that can be."""
    text = request.args.get("jour", "")
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        flash(_("« %(text)s » n'est pas un jour : la page prend le %(day)s.", text=text, day=f"{today():%d/%m/%Y}"),
              "warning")  # fmt: skip
        return today()
