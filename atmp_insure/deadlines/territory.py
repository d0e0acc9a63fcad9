"""A territory as clocks see it: its days off, its local time, and the years over which its calendar is known."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from atmp_insure.deadlines.day_names import day_text
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

MONTHS_A_YEAR = 12
MAINLAND = "FR"  # code of the territory with the fewest days off: its last day is never after another's


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday (jour férié) that counts for the law.

    Attributes:
        label_fr: its name.
        choice: the unsettled point on which it depends, "" when none.
    """

    label_fr: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class TerritoryCalendar:
    """Where a limit is counted.

    Attributes:
        code: `FR`, `AM`, or the number of an overseas department.
        label_fr: its name.
        zone: its local time.
        holidays: public holidays by day, from `first_day` to `last_day`, both included.
        first_day: first day of the known calendar.
        last_day: last day of the known calendar.
        is_mainland: whether its courts sit in mainland France.
        fund_word: a word of the name of its regional fund, as texts are searched; "" when no fund is its own.
        choices: the unsettled points on which some of its holidays depend.
    """

    code: str
    label_fr: str
    zone: tzinfo
    holidays: Mapping[date, Holiday]
    first_day: date
    last_day: date
    is_mainland: bool = True
    fund_word: str = ""
    choices: tuple[str, ...] = ()

    def why_closed(self, day: date) -> str | None:
        """Why no act is due on this day: Saturday, Sunday or the name of the holiday; None on an open day.

        Source: art. 642 CPC.
        """
        holiday = self.holidays.get(day)
        if holiday is not None:
            return f"{day_text(day)}, jour férié ({holiday.label_fr})"
        if day.weekday() in (calendar.SATURDAY, calendar.SUNDAY):
            return day_text(day)
        return None

    def is_open(self, day: date) -> bool:
        """Whether the day is neither Saturday, Sunday nor public holiday.

        Source: art. 642 CPC.
        """
        return self.why_closed(day) is None

    def is_counted_in_hours(self, day: date) -> bool:
        """Whether the hours of the day run for the employer's declaration: Saturday's do, Sunday's and holidays' not.

        Source: art. R.441-3 CSS.
        """
        return day.weekday() != calendar.SUNDAY and day not in self.holidays

    def next_open_day(self, day: date) -> date:
        """The day itself when it is open, else the first open day after it.

        Source: art. 642 CPC.
        """
        while not self.is_open(day):
            day = self.plus_days(day, 1)
        return day

    def previous_open_day(self, day: date) -> date:
        """The day itself when it is open, else the last open day before it.

        Source: none; prudence for acts due before a date.
        """
        while not self.is_open(day):
            day = self.plus_days(day, -1)
        return day

    def plus_days(self, day: date, count: int) -> date:
        """A number of calendar days later, or earlier when negative, inside the known calendar.

        Source: art. 641 CPC (the day of the event does not count).
        """
        if not self.first_day.toordinal() <= day.toordinal() + count <= self.last_day.toordinal():
            raise self.out_of_calendar()
        return day + timedelta(days=count)

    def plus_months(self, day: date, count: int) -> date:
        """The same day number some months later or earlier; the last day of the month when it has no such day.

        Source: art. 641 al. 2 CPC.
        """
        months = day.year * MONTHS_A_YEAR + day.month - 1 + count
        year, month = months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1
        if not self.first_day.year <= year <= self.last_day.year:
            raise self.out_of_calendar()
        return self.checked(date(year, month, min(day.day, calendar.monthrange(year, month)[1])))

    def checked(self, day: date) -> date:
        """The day, when the calendar knows it.

        Raises:
            InvalidInput: the day lies outside the years that the table of holidays covers.

        Source: the table of holidays.
        """
        if not self.first_day <= day <= self.last_day:
            raise self.out_of_calendar()
        return day

    def out_of_calendar(self) -> InvalidInput:
        """The refusal of a day that the calendar does not know.

        Source: the table of holidays.
        """
        return InvalidInput.one(
            f"date hors du calendrier connu ({self.first_day} à {self.last_day})",
            "Donner une date et une durée qui y restent",
        )

    def with_choices(self, working: Iterable[str]) -> TerritoryCalendar:
        """The territory without the holidays that unsettled choices make working days.

        Source: the file of choices.
        """
        dropped = set(working).intersection(self.choices)
        if not dropped:
            return self
        kept = {day: holiday for day, holiday in self.holidays.items() if holiday.choice not in dropped}
        return replace(self, holidays=kept)
