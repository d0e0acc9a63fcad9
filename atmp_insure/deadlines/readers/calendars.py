"""Territories and the public holidays that count there: the table says which, the library `holidays` says when.

The library also lists customary days (Mi-Carême, Schœlcher) that do not count for the law: only the table decides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from atmp_insure.deadlines.territory import Holiday, TerritoryCalendar
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import search_text
from atmp_insure.regulation.readers.dated_file import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.regulation.readers.dated_file import Entry, Row
    from atmp_insure.regulation.values import DatedEntry

EVERYWHERE = "all"
_FIXED_DAY = re.compile(r"[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Region:
    """A line of the table of regions."""

    code: str
    label_fr: str
    zone: ZoneInfo
    library_code: str  # of the library `holidays`; "" for the national list
    is_mainland: bool
    fund_word: str  # of the name of its regional fund, as texts are searched; "" when no fund is its own
    place: str


@dataclass(frozen=True, slots=True)
class CountingDay:
    """A line of the table of holidays: a day that counts, and where.

    Attributes:
        day: its name in the library, or a fixed month and day.
        days_after: days between the library's day and this one.
        label_fr: its name in answers.
        regions: where it counts; empty for everywhere.
        choice: the unsettled point on which it depends, "" when none.
        place: file and line.
    """

    day: str
    days_after: int
    label_fr: str
    regions: tuple[str, ...]
    choice: str
    place: str


def regions(entry: Entry) -> tuple[Region, ...]:
    """The regions, with their local time."""
    return tuple(
        Region(
            row["code"].text,
            row["label"].text,
            _zone(row["time_zone"]),
            "" if row["library_code"].is_blank else row["library_code"].text,
            row["mainland"].word(("yes", "no")) == "yes",
            "" if row["fund"].is_blank else search_text(row["fund"].text),
            row.place,
        )
        for row in entry.table("code", "label", "time_zone", "library_code", "mainland", "fund")
    )


def counting_days(entry: Entry) -> tuple[CountingDay, ...]:
    """The public holidays that count for the law."""
    return tuple(_counting_day(row) for row in entry.table("day", "label", "regions", "choice"))


def _counting_day(row: Row) -> CountingDay:
    name, _, days_after = row["day"].text.partition("+")
    return CountingDay(
        name.strip(),
        Cell(days_after.strip() or "0", row.place).integer(),
        row["label"].text,
        () if row["regions"].text == EVERYWHERE else tuple(row["regions"].text.split()),
        "" if row["choice"].is_blank else row["choice"].text,
        row.place,
    )


def territories(
    region_list: Iterable[Region], day_tables: tuple[DatedEntry[tuple[CountingDay, ...]], ...]
) -> dict[str, TerritoryCalendar]:
    """Each region with its calendar.

    Raises:
        InvalidInput: a day of the table that the library does not know there, or not once a year.
    """
    first_day, last_day = day_tables[0].first_day, day_tables[-1].last_day
    if last_day is None:
        raise InvalidInput.one(
            "calendrier sans fin", "Écrire until à la dernière entrée", source=day_tables[-1].sourced.citation.place
        )
    found: dict[str, TerritoryCalendar] = {}
    faults: list[Fault] = []
    for region in region_list:
        by_name = _library_days(region, first_day, last_day)
        days: dict[date, Holiday] = {}
        for at, table in enumerate(day_tables):
            following = day_tables[at + 1].first_day - timedelta(days=1) if at + 1 < len(day_tables) else last_day
            faults += _fill(days, region, table.sourced.value, by_name, (table.first_day, following))
        choices = tuple(sorted({holiday.choice for holiday in days.values() if holiday.choice}))
        found[region.code] = TerritoryCalendar(
            region.code, region.label_fr, region.zone, days, first_day, last_day, region.is_mainland,
            region.fund_word, choices,
        )  # fmt: skip
    if faults:
        raise InvalidInput(faults)
    return found


def _fill(
    days: dict[date, Holiday],
    region: Region,
    table: Iterable[CountingDay],
    by_name: Mapping[str, set[date]],
    span: tuple[date, date],
) -> Iterable[Fault]:
    """Add the days of one table inside its validity; a day that the library does not give every year is a fault."""
    whole_years = range(span[0].year + (span[0] > date(span[0].year, 1, 1)), span[1].year)
    for counting in table:
        if counting.regions and region.code not in counting.regions:
            continue
        shifted = {day + timedelta(days=counting.days_after) for day in _days_named(counting.day, by_name, span)}
        inside = {day for day in shifted if span[0] <= day <= span[1]}
        if inside and {day.year for day in inside}.issuperset(whole_years):
            # two holidays may share a day (Ascension and 1 May 2008): the first line of the table names it
            days |= {day: Holiday(counting.label_fr, counting.choice) for day in inside - set(days)}
        else:
            yield Fault(
                f"« {counting.day} » n'est pas connu chaque année de la bibliothèque holidays ({region.code})",
                "Reprendre le nom que la bibliothèque donne à ce jour, ou écrire MM-JJ",
                source=counting.place,
            )


def _days_named(name: str, by_name: Mapping[str, set[date]], span: tuple[date, date]) -> set[date]:
    """The days of a name of the library; a fixed month and day is every year's."""
    if not _FIXED_DAY.fullmatch(name):
        return by_name.get(name, set())
    try:
        return {date.fromisoformat(f"{year}-{name}") for year in range(span[0].year, span[1].year + 1)}
    except ValueError:
        return set()


def _library_days(region: Region, first_day: date, last_day: date) -> Mapping[str, set[date]]:
    try:
        listed = holidays.country_holidays(
            "FR",
            subdiv=region.library_code or None,
            years=range(first_day.year, last_day.year + 1),
            language="fr",
        )
    except NotImplementedError as error:
        raise InvalidInput.one(
            f"région « {region.library_code} » inconnue de la bibliothèque holidays",
            "Écrire son code dans cette bibliothèque",
            source=region.place,
        ) from error
    by_name: dict[str, set[date]] = defaultdict(set)
    for day in list(listed):
        for name in listed.get_list(day):
            by_name[name].add(day)
    return by_name


def _zone(cell: Cell) -> ZoneInfo:
    try:
        return ZoneInfo(cell.text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise cell.refuse(f"fuseau « {cell.text} » inconnu", "Écrire un nom tel que Europe/Paris") from error
