"""What the pages of parties share: blueprints, the day that a page is asked for, and a form that writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import Blueprint, request

from atmp_insure.web.environment import today

T = TypeVar("T")

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


def asked_day() -> AsOf:
    """The day of `?le=2026-01-31`; today when none is asked, or when it is not a day."""
    text = request.args.get(AS_OF, "").strip()
    if not text:
        return AsOf(today(), is_today=True)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return AsOf(today(), is_today=True, fault=text[:40])
    return AsOf(day, is_today=day == today())
