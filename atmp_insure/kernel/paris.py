"""The civil day of the office, that of Paris: moments are kept in UTC, where the day begins an hour or two later."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

PARIS = ZoneInfo("Europe/Paris")


def paris_day(moment: datetime) -> date:
    """The day in Paris at a moment: what is done at half past midnight is done today."""
    return moment.astimezone(PARIS).date()
