"""What the pages of the books share: their blueprint, the chart of this application, the days that a page is about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, flash, request

from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import now, once_a_request, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from atmp_insure.ledger.chart import ChartOfAccounts

blueprint = Blueprint("ledger", __name__)


class Days(NamedTuple):
    """A first and a last day, both included."""

    first: date
    last: date


@once_a_request
def chart() -> ChartOfAccounts:
    """The chart of accounts of this application."""
    return installed_chart(settings().config_overlay, today())


def books() -> Books:
    """The books, as of this request."""
    return Books(chart(), now())


def asked_days() -> Days:
    """The days that the address asks for, from `du` to `au`; the year so far when it asks for none that can be."""
    first, last = _day("du", today().replace(month=1, day=1)), _day("au", today())
    if first > last:
        flash(_("Le premier jour vient après le dernier : la page les prend dans l'ordre."), "warning")
        return Days(last, first)
    return Days(first, last)


def _day(name: str, otherwise: date) -> date:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        flash(_("« %(text)s » n'est pas un jour : la page prend le %(day)s.", text=text, day=f"{otherwise:%d/%m/%Y}"),
              "warning")  # fmt: skip
        return otherwise
