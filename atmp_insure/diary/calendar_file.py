"""Live deadlines as an iCalendar file: an all-day event each, on the day to act by; identifiers never change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from atmp_insure.deadlines.icalendar_file import PRODUCT
from atmp_insure.diary.deadline_models import DeadlineState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.diary.deadline_models import LiveDeadline


def calendar_file(deadlines: Iterable[LiveDeadline], address: str) -> bytes:
    """The deadlines, without any name of a company nor of a person: a calendar is read by other programs.

    Args:
        address: of the application, for the link of each event.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Échéances AT/MP")
    for one in deadlines:
        calendar.add_component(_event(one, address))
    return bytes(calendar.to_ical())


def _event(deadline: LiveDeadline, address: str) -> Event:
    event = Event()
    event.add("uid", f"deadline-{deadline.id}@atmp-insure")
    event.add("dtstamp", deadline.moved_at or deadline.created_at)
    event.add("dtstart", deadline.safe_on)
    event.add("dtend", deadline.safe_on + timedelta(days=1))
    event.add("summary", deadline.label)
    event.add("description", f"Dernier jour légal : {deadline.due_on:%d/%m/%Y}")
    event.add("url", f"{address}/deadlines/{deadline.id}")
    event.add("status", "CONFIRMED" if deadline.state is DeadlineState.OPEN else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return event
