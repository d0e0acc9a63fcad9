"""Days and moments in French words: `mardi 12 novembre 2024`, `lundi 18 mars 2024 à 14 h 30`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

When = date | datetime  # a day, or a moment where hours matter (always aware, in local time)


def day_text(day: date) -> str:
    """A day: `mercredi 1er mai 2024`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {day.year}"


def date_text(day: date) -> str:
    """A day without its weekday: `1er mai 2024`."""
    return day_text(day).partition(" ")[2]


def when_text(when: When) -> str:
    """A day or a moment; midnight belongs to the day that ends: `samedi 11 mai 2024 à 24 h 00`."""
    if not isinstance(when, datetime):
        return day_text(when)
    if not (when.hour or when.minute or when.second):
        return f"{day_text(when.date() - timedelta(days=1))} à 24 h 00"
    seconds = f" min {when.second:02} s" if when.second else ""
    return f"{day_text(when.date())} à {when.hour} h {when.minute:02}{seconds}"


def iso_text(when: When) -> str:
    """A day or a local moment as documents carry it: `2024-03-18`, `2024-03-18T14:30`."""
    if not isinstance(when, datetime):
        return when.isoformat()
    local = when.replace(tzinfo=None)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def day_of(when: When) -> date:
    """The day of a moment."""
    return when.date() if isinstance(when, datetime) else when
