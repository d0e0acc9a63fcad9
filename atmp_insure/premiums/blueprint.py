"""What the pages of premiums share: their blueprint, and with what premiums are called from them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint

from atmp_insure.ledger.blueprint import books
from atmp_insure.premiums.service import Calling
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import settings

if TYPE_CHECKING:
    from datetime import date

blueprint = Blueprint("premiums", __name__)


def last_called_day() -> date:
    """The last due date that is called today: clients are left some weeks to pay."""
    return today() + timedelta(days=settings().premiums.lead_days)


def calling() -> Calling:
    """With what premiums are called in this request."""
    return Calling(books(), last_called_day())
