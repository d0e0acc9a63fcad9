"""What a count starts from and what it gives: the two shapes that every convention shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.deadlines.day_names import iso_text
from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from atmp_insure.deadlines.day_names import When
    from atmp_insure.deadlines.territory import TerritoryCalendar


class LengthUnit(Labelled):
    """What the length of a limit is counted in."""

    HOURS = "hours", "heures"
    DAYS = "days", "jours"
    MONTHS = "months", "mois"
    YEARS = "years", "ans"
    NONE = "none", ""


@dataclass(frozen=True, slots=True)
class Event:
    """The fact that starts a clock.

    Attributes:
        day: its day, in the local time of the territory.
        at: its moment in local time, aware; None when only the day is known.
    """

    day: date
    at: datetime | None = None

    @property
    def when(self) -> When:
        """The moment when it is known, else the day."""
        return self.day if self.at is None else self.at


@dataclass(frozen=True, slots=True)
class Clock:
    """Everything a convention may ask.

    Attributes:
        event: the fact that starts the clock, or the target that a backward count stops at.
        length: number of hours, days, months or years.
        territory: whose days off and local time count.
        choices: the unsettled points, by name, as the office has decided them.
        consulted_on: first consultation of an electronic notice; None when nobody has read it.
        reading_days: days after which an unread electronic notice counts as notified.
    """

    event: Event
    length: int
    territory: TerritoryCalendar
    choices: Mapping[str, str] = field(default_factory=dict)
    consulted_on: date | None = None
    reading_days: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a count, for whoever checks it."""

    code: str
    label_fr: str
    value: When | str
    source: str

    def plain(self) -> dict[str, object]:
        """The step as JSON carries it."""
        value = self.value if isinstance(self.value, str) else iso_text(self.value)
        return {"step": self.code, "label_fr": self.label_fr, "value": value, "source": self.source}


@dataclass(frozen=True, slots=True)
class Extension:
    """A last day that was moved, and why."""

    first_day: date
    last_day: date
    reason_fr: str

    def plain(self) -> dict[str, object]:
        """The extension as JSON carries it."""
        return {"from": self.first_day.isoformat(), "to": self.last_day.isoformat(), "reason": self.reason_fr}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count gives.

    Attributes:
        due: last usable day or moment under the law; None when no time limit runs.
        safe_due: the date to show to the person who must act, never after `due`.
        steps: how both were found.
        extended: the move of `due` off a day that the convention excludes.
        safe_extended: the same for `safe_due`.
        overrun_after: for a limit that binds an authority, the day after which its delay can be held against it.
        first_day: for a span of days, its first one.
    """

    due: When | None
    safe_due: When | None
    steps: tuple[Step, ...]
    extended: Extension | None = None
    safe_extended: Extension | None = None
    overrun_after: date | None = None
    first_day: date | None = None


def moved(day: date, territory: TerritoryCalendar) -> tuple[date, Extension | None]:
    """The day, moved to the next open one when it is a Saturday, a Sunday or a public holiday.

    Source: art. 642 al. 2 CPC; Cass. 2e civ. 8 décembre 2005 no 04-04.173.
    """
    open_day = territory.next_open_day(day)
    if open_day == day:
        return day, None
    reasons, closed = [], day
    while closed < open_day:
        reasons.append(territory.why_closed(closed) or "")
        closed = territory.plus_days(closed, 1)
    return open_day, Extension(day, open_day, f"le dernier jour tombe un jour exclu : {' ; '.join(reasons)}")
