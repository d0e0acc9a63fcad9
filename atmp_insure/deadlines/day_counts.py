"""Limits in days: calendar days, clear days (jours francs) in both readings, working days, and counts backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Counted, Step, moved
from atmp_insure.deadlines.vocabulary import AuthorityWeekend, FrancReading

if TYPE_CHECKING:
    from atmp_insure.deadlines.clock import Clock

DAYS_SOURCE = "art. 641 CPC (le jour du fait ne compte pas)"
EXTENSION_SOURCE = "art. 642 CPC (report au premier jour ouvrable)"
FRANC_SOURCE = "jours francs : ni le jour du fait ni celui de l'échéance ne comptent"
CNAM_SOURCE = "circulaire CNAM 28/2019 : le délai expire au dernier jour compté"


def calendar_days(clock: Clock) -> Counted:
    """Every day counts, the day of the event does not; the last day is never moved.

    Source: art. 641 CPC; no extension for limitation periods and time that lapses.
    """
    due = clock.territory.plus_days(clock.event.day, clock.length)
    return Counted(due, due, (Step("due", f"{clock.length} jours après le fait, sans report", due, DAYS_SOURCE),))


def extended_days(clock: Clock) -> Counted:
    """Calendar days, the last one moved off a Saturday, a Sunday or a public holiday.

    Source: art. 641 and 642 CPC.
    """
    last = clock.territory.plus_days(clock.event.day, clock.length)
    due, extension = moved(last, clock.territory)
    steps = [Step("last_day", f"{clock.length} jours après le fait", last, DAYS_SOURCE)]
    if extension:
        steps.append(Step("extended", "dernier jour reporté", due, EXTENSION_SOURCE))
    return Counted(due, due, tuple(steps), extension, extension)


def clear_days(clock: Clock) -> Counted:
    """Clear days (jours francs) for a party's own act: strict reading N + 1, the fund's reading N, both moved.

    The safe date follows the fund's reading. The choice `franc_reading` says which reading gives the legal date.

    Source: art. 641 and 642 CPC; letters of the CRRMP of 1 September 2022 (strict); CNAM circular 28/2019 (N).
    """
    territory = clock.territory
    counted = territory.plus_days(clock.event.day, clock.length)
    safe, safe_extension = moved(counted, territory)
    steps = [
        Step("last_counted_day", f"{clock.length} jours comptés à partir du lendemain du fait", counted, CNAM_SOURCE),
        Step("safe_due", "date prudente (lecture de la CNAM), reportée s'il y a lieu", safe, EXTENSION_SOURCE),
    ]
    if clock.choices.get("franc_reading") == FrancReading.CNAM:
        return Counted(safe, safe, tuple(steps), safe_extension, safe_extension)
    after = territory.plus_days(counted, 1)
    due, extension = moved(after, territory)
    steps.append(Step("franc_day", "lendemain du dernier jour compté (lecture stricte)", after, FRANC_SOURCE))
    if extension:
        steps.append(Step("extended", "dernier jour reporté", due, EXTENSION_SOURCE))
    return Counted(due, safe, tuple(steps), extension, safe_extension)


def clear_days_without_extension(clock: Clock) -> Counted:
    """Clear days that end on the day after the counted ones and are never moved; a ruling settles this reading.

    Source: former art. R.441-14 al. 3 CSS; Cass. 2e civ. 13 février 2020 no 19-11.253.
    """
    counted = clock.territory.plus_days(clock.event.day, clock.length)
    due = clock.territory.plus_days(counted, 1)
    steps = (
        Step("last_counted_day", f"{clock.length} jours comptés à partir du lendemain du fait", counted, FRANC_SOURCE),
        Step(
            "due", "lendemain du dernier jour compté, sans report", due, "Cass. 2e civ., 13 février 2020, n° 19-11.253"
        ),
    )
    return Counted(due, due, steps)


def clear_days_of_an_authority(clock: Clock) -> Counted:
    """Clear days that bind the fund: the strict date, not moved; a delay is flagged only after the moved date.

    Source: art. R.441-7, R.441-8, R.441-16, R.461-9, R.461-10 CSS; whether art. 642 CPC moves it is unsettled.
    """
    territory = clock.territory
    safe = territory.plus_days(clock.event.day, clock.length)
    strict = territory.plus_days(safe, 1)
    latest, extension = moved(strict, territory)
    steps = [
        Step("last_counted_day", f"{clock.length} jours comptés à partir du lendemain du fait", safe, FRANC_SOURCE),
        Step("franc_day", "lendemain du dernier jour compté, sans report", strict, FRANC_SOURCE),
        Step("overrun_after", "dépassement à relever seulement après ce jour", latest, EXTENSION_SOURCE),
    ]
    if clock.choices.get("authority_weekend") == AuthorityWeekend.MOVED:
        return Counted(latest, safe, tuple(steps), extension, None, latest)
    return Counted(strict, safe, tuple(steps), overrun_after=latest)


def clear_days_backward(clock: Clock) -> Counted:
    """Clear days left before a target: the latest day is the target less N + 1.

    Source: art. R.441-8 II, R.461-9 III, R.461-10 CSS.
    """
    due = clock.territory.plus_days(clock.event.day, -(clock.length + 1))
    label = f"{clock.length} jours francs entiers avant le terme"
    return Counted(due, due, (Step("due", label, due, FRANC_SOURCE),))


def days_from_seizing(clock: Clock) -> Counted:
    """Days from the seizing of the committee, for every party, whenever the letter arrives; never moved.

    Source: art. R.461-10 CSS; Cass. 2e civ. 5 juin 2025 no 23-11.392.
    """
    due = clock.territory.plus_days(clock.event.day, clock.length)
    step = Step("due", f"{clock.length} jours après la saisine, sans report", due, "art. R.461-10 CSS")
    return Counted(due, due, (step,))


def working_days(clock: Clock) -> Counted:
    """Working days (jours ouvrés): Monday to Friday without public holidays; the last one counted is the limit.

    Source: art. L.113-2 4° C. assur.
    """
    day, left = clock.event.day, clock.length
    while left:
        day = clock.territory.plus_days(day, 1)
        left -= clock.territory.is_open(day)
    step = Step("due", f"{clock.length}e jour ouvré après le fait", day, "jours ouvrés : lundi à vendredi, hors fériés")
    return Counted(day, day, (step,))


def business_days(clock: Clock) -> Counted:
    """Business days (jours ouvrables): every day but Sundays and public holidays; the last one counted is the limit.

    Source: recommandation ACPR 2022-R-01.
    """
    day, left = clock.event.day, clock.length
    while left:
        day = clock.territory.plus_days(day, 1)
        left -= clock.territory.is_counted_in_hours(day)
    step = Step(
        "due", f"{clock.length}e jour ouvrable après le fait", day, "jours ouvrables : hors dimanches et fériés"
    )
    return Counted(day, day, (step,))


def span_of_days(clock: Clock) -> Counted:
    """A span of days, both ends included, that opens the day after the event (daily benefits).

    Source: art. L.433-1 CSS.
    """
    first = clock.territory.plus_days(clock.event.day, 1)
    last = clock.territory.plus_days(clock.event.day, clock.length)
    steps = (
        Step("first_day", "lendemain du fait", first, "art. L.433-1 CSS"),
        Step("due", f"dernier des {clock.length} jours", last, "art. L.433-1 CSS"),
    )
    return Counted(last, last, steps, first_day=first)
