"""Limits in months and years, with and without extension, and electronic notices that start them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Counted, Event, Step, moved
from atmp_insure.deadlines.day_counts import EXTENSION_SOURCE
from atmp_insure.deadlines.territory import MONTHS_A_YEAR
from atmp_insure.deadlines.vocabulary import LucieStart, UnreadNotice
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.deadlines.clock import Clock

QUANTIEME_SOURCE = "art. 641 al. 2 CPC (même quantième, sinon dernier jour du mois)"
NOTICE_SOURCE = "art. L.242-5 CSS ; Cass. 2e civ., avis, 5 octobre 2023, n° 23-70.009"


def extended_months(clock: Clock) -> Counted:
    """The same day number some months later, moved off a Saturday, a Sunday or a public holiday.

    Source: art. 641 al. 2 and 642 CPC.
    """
    return _extended(clock, clock.length)


def plain_months(clock: Clock) -> Counted:
    """The same day number some months later, never moved: periods of silence end by lapse of time.

    Source: art. 641 al. 2 CPC; art. R.142-6 and R.142-8-5 CSS.
    """
    return _plain(clock, clock.length)


def extended_years(clock: Clock) -> Counted:
    """The same day some years later, moved off a Saturday, a Sunday or a public holiday.

    Source: art. 641 al. 2 and 642 CPC; art. L.243-6 I CSS.
    """
    return _extended(clock, clock.length * MONTHS_A_YEAR)


def plain_years(clock: Clock) -> Counted:
    """The same day some years later, never moved: a limitation period (prescription).

    Source: art. 641 al. 2 CPC; art. L.431-2 CSS; art. L.114-1 C. assur.
    """
    return _plain(clock, clock.length * MONTHS_A_YEAR)


def months_backward(clock: Clock) -> Counted:
    """The same day number some months before a target; the safe date is the open day on or before it.

    Source: art. L.113-12 C. assur.
    """
    due = clock.territory.plus_months(clock.event.day, -clock.length)
    safe = clock.territory.previous_open_day(due)
    steps = (
        Step("due", f"{clock.length} mois avant le terme", due, QUANTIEME_SOURCE),
        Step("safe_due", "dernier jour ouvré pour envoyer", safe, "date d'envoi retenue : prudence"),
    )
    return Counted(due, safe, steps)


def months_from_electronic_notice(clock: Clock) -> Counted:
    """Months from the first consultation within the reading days, else from their end; safe: from availability.

    The choice `unread_notice` says from when an unread notice counts: the statute's date or the order's.

    Source: art. L.242-5 al. 5 CSS; arrêté du 17 octobre 1995 art. 5; Cass. avis 5 octobre 2023 no 23-70.009.
    """
    available = clock.event.day
    start, why = _notified_on(clock)
    legal = extended_months(replace(clock, event=Event(start)))
    safe = extended_months(clock)
    steps = (
        Step("available", "mise à disposition : départ prudent", available, NOTICE_SOURCE),
        Step("notified", why, start, NOTICE_SOURCE),
        *legal.steps,
        Step("safe_due", "même délai depuis la mise à disposition", safe.due or available, NOTICE_SOURCE),
    )
    return Counted(legal.due, safe.due, steps, legal.extended, safe.extended)


def months_from_availability(clock: Clock) -> Counted:
    """Months from the day on which a letter was made available on a portal, moved off days that do not count.

    The choice `lucie_start` may count the legal date from the first reading; the safe date stays on availability.

    Source: no text; practice of prudence for LUCIE letters.
    """
    available = clock.event.day
    step = Step("available", "mise à disposition : départ prudent", available, "aucun texte ; prudence")
    safe = extended_months(clock)
    if clock.choices.get("lucie_start") != LucieStart.FIRST_READING or clock.consulted_on is None:
        return replace(safe, steps=(step, *safe.steps))
    _check_reading(available, clock.consulted_on)
    legal = extended_months(replace(clock, event=Event(clock.consulted_on)))
    reading = Step("notified", "première lecture", clock.consulted_on, "aucun texte ; lecture retenue par le bureau")
    return Counted(legal.due, safe.due, (step, reading, *legal.steps), legal.extended, safe.extended)


def _check_reading(available: date, consulted: date) -> None:
    if consulted < available:
        raise InvalidInput.one(
            f"consultation du {consulted} avant la mise à disposition du {available}",
            "Corriger l'une des deux dates",
            place="--option consulted",
        )


def _notified_on(clock: Clock) -> tuple[date, str]:
    available, consulted = clock.event.day, clock.consulted_on
    latest = clock.territory.plus_days(available, clock.reading_days)
    if consulted is not None:
        _check_reading(available, consulted)
    if consulted is not None and consulted <= latest:
        return consulted, f"première consultation, dans les {clock.reading_days} jours"
    if clock.choices.get("unread_notice") == UnreadNotice.ORDER:
        return available, f"non consultée en {clock.reading_days} jours : notifiée à la mise à disposition (arrêté)"
    return latest, f"non consultée en {clock.reading_days} jours : notifiée à leur terme (loi)"


def _extended(clock: Clock, months: int) -> Counted:
    last = clock.territory.plus_months(clock.event.day, months)
    due, extension = moved(last, clock.territory)
    steps = [Step("last_day", f"{_months_text(months)} après le fait", last, QUANTIEME_SOURCE)]
    if extension:
        steps.append(Step("extended", "dernier jour reporté", due, EXTENSION_SOURCE))
    return Counted(due, due, tuple(steps), extension, extension)


def _plain(clock: Clock, months: int) -> Counted:
    due = clock.territory.plus_months(clock.event.day, months)
    return Counted(
        due, due, (Step("due", f"{_months_text(months)} après le fait, sans report", due, QUANTIEME_SOURCE),)
    )


def _months_text(months: int) -> str:
    if months % MONTHS_A_YEAR:
        return f"{months} mois"
    years = months // MONTHS_A_YEAR
    return f"{years} an{'s' if years > 1 else ''}"
