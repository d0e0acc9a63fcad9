"""With what an installation chases unpaid premiums: the days of the law and the products in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.premiums.chase_service import ChaseDesk
from atmp_insure.premiums.unpaid_clock import UnpaidClock

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.settings import Settings


def open_chase_desk(settings: Settings, now: datetime) -> ChaseDesk:
    """What unpaid premiums are chased with, in an installation."""
    clock = UnpaidClock(installed_deadlines(settings.config_overlay), settings.premiums.reminder_days)
    return ChaseDesk(clock, installed_catalogue(settings.config_overlay), now)
