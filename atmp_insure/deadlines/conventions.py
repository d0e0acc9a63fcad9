"""The one table of conventions: name, unit, function, and what an answer must say with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.deadlines import day_counts, hour_counts, month_counts
from atmp_insure.deadlines.clock import Counted, LengthUnit, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.deadlines.clock import Clock


@dataclass(frozen=True, slots=True)
class Convention:
    """A way of counting.

    Attributes:
        name: as the rules name it.
        label_fr: how it counts.
        unit: what the length is counted in.
        count: the function that counts.
        moves: whether the last day is moved off days that do not count.
        uses_holidays: whether public holidays may change the result.
        choices: unsettled points that bear on it.
        options: facts that it may ask besides the event.
    """

    name: str
    label_fr: str
    unit: LengthUnit
    count: Callable[[Clock], Counted]
    moves: bool = False
    uses_holidays: bool = False
    choices: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def no_limit(clock: Clock) -> Counted:
    """No time limit runs.

    Source: Cass. 2e civ. 7 avril 2022 no 20-18.310 (cost on the account, for rates not yet notified).
    """
    return Counted(None, None, (Step("no_limit", "aucun délai ne court", clock.event.day, "aucun délai"),))


def _table(*conventions: Convention) -> dict[str, Convention]:
    return {convention.name: convention for convention in conventions}


_HOURS, _DAYS, _MONTHS, _YEARS = LengthUnit.HOURS, LengthUnit.DAYS, LengthUnit.MONTHS, LengthUnit.YEARS


def _moving(name: str, label_fr: str, unit: LengthUnit, count: Callable[[Clock], Counted], **more: Any) -> Convention:
    """A convention whose last day never falls on a day off."""
    return Convention(name, label_fr, unit, count, moves=True, uses_holidays=True, **more)


CONVENTIONS = _table(
    Convention("HOURS", "heures réellement écoulées", _HOURS, hour_counts.plain_hours),
    Convention(
        "HOURS_EXCL_SUN_HOL",
        "heures des seuls jours qui ne sont ni dimanche ni férié",
        _HOURS,
        hour_counts.hours_without_sundays_and_holidays,
        uses_holidays=True,
    ),
    Convention("DAYS", "jours calendaires, sans report", _DAYS, day_counts.calendar_days),
    _moving("DAYS_EXT", "jours calendaires, avec report", _DAYS, day_counts.extended_days),
    _moving(
        "FRANC",
        "jours francs d'une partie, avec report",
        _DAYS,
        day_counts.clear_days,
        choices=("franc_reading",),
    ),
    Convention("FRANC_NO_EXT", "jours francs, sans report", _DAYS, day_counts.clear_days_without_extension),
    Convention(
        "FRANC_AUTHORITY",
        "jours francs qui s'imposent à la caisse, sans report",
        _DAYS,
        day_counts.clear_days_of_an_authority,
        uses_holidays=True,
        choices=("authority_weekend",),
    ),
    Convention("FRANC_BACKWARD", "jours francs avant un terme", _DAYS, day_counts.clear_days_backward),
    Convention("DAYS_FROM_SEIZING", "jours depuis la saisine, sans report", _DAYS, day_counts.days_from_seizing),
    _moving("WORKING_DAYS", "jours ouvrés (lundi à vendredi, hors fériés)", _DAYS, day_counts.working_days),
    _moving("BUSINESS_DAYS", "jours ouvrables (hors dimanches et fériés)", _DAYS, day_counts.business_days),
    Convention(
        "CALENDAR_DAYS",
        "période de jours, du lendemain du fait au dernier jour compris",
        _DAYS,
        day_counts.span_of_days,
        options=("until",),
    ),
    _moving("MONTHS_EXT", "mois de quantième à quantième, avec report", _MONTHS, month_counts.extended_months),
    Convention("MONTHS_NOEXT", "mois de quantième à quantième, sans report", _MONTHS, month_counts.plain_months),
    Convention("MONTHS_BACKWARD", "mois avant un terme", _MONTHS, month_counts.months_backward, uses_holidays=True),
    Convention("YEARS", "années, sans report", _YEARS, month_counts.plain_years),
    _moving("YEARS_EXT", "années, avec report", _YEARS, month_counts.extended_years),
    _moving(
        "ENOTICE15+MONTHS_EXT",
        "mois depuis la notification électronique, avec report",
        _MONTHS,
        month_counts.months_from_electronic_notice,
        choices=("unread_notice",),
        options=("consulted",),
    ),
    _moving(
        "ENOTICE_SAFE",
        "mois depuis la mise à disposition, avec report",
        _MONTHS,
        month_counts.months_from_availability,
        choices=("lucie_start",),
        options=("consulted",),
    ),
    Convention("NO_LIMIT", "aucun délai", LengthUnit.NONE, no_limit),
)
CHECK = "CHECK"  # a convention of the shared examples whose answer is an outcome, not a date
