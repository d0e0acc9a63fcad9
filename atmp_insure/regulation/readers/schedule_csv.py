"""A new year's schedules as CSV: average costs, surcharges or collective rates, recognised by their columns.

One line is one cell (average costs, collective rates) or one year (surcharges), each with its own source.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.regulation.law import SURCHARGE_NAMES
from atmp_insure.regulation.readers.dated_file import Cell
from atmp_insure.regulation.readers.schedules import PUBLISHED_FACTS, SPECIAL_COMMITTEES
from atmp_insure.regulation.schedule_value import ScheduleValue
from atmp_insure.regulation.values import Confidence
from atmp_insure.regulation.vocabulary import (
    CONSTRUCTION_COMMITTEE,
    CONSTRUCTION_GRAVE,
    FIRST_RATE_YEAR,
    NATIONAL_COMMITTEES,
    SCHEDULE_COLUMNS,
    SUB_SECTORS,
    Activity,
    CostCategory,
    normal_risk_code,
)

if TYPE_CHECKING:
    from collections.abc import Callable

COMMON = ("year", "effective_from", "source", "confidence")
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # schedule: (columns that tell it, columns it may have besides)
    "average_costs": (("ctn", "category", "cost_eur"), ("sub_sector", "region")),
    "surcharges": (SURCHARGE_NAMES, PUBLISHED_FACTS),
    "collective_rates": (
        ("ctn", "risk_code", "net_rate_percent"),
        ("label", "risk_code_compact", "same_rate_any_headcount"),
    ),
}
REGIONS = {"all": None, "": None, "metropole": None, "alsace_moselle": Activity.ALSACE_MOSELLE}


def read_schedule_csv(content: bytes) -> list[ScheduleValue]:
    """The values of a CSV file, which must belong to one of the three schedules.

    Raises:
        InvalidInput: every fault, each with its line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput.one("texte qui n'est pas en UTF-8", "Enregistrer le CSV en UTF-8") from error
    first_line = text.partition("\n")[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restkey="", strict=True)
    header = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    schedule = _schedule_of(header)
    values: list[ScheduleValue] = []
    faults: list[Fault] = []
    try:
        for row in reader:
            cells = {
                name: Cell((value or "").strip(), f"ligne {reader.line_num}") for name, value in row.items() if name
            }
            try:
                values += _READERS[schedule](_Line(cells, f"ligne {reader.line_num}"))
            except InvalidInput as error:
                faults += [Fault(fault.message, fault.remedy, fault.source or fault.place) for fault in error.faults]
    except csv.Error as error:
        faults.append(Fault("CSV mal formé", "Corriger les guillemets", f"ligne {reader.line_num}"))
        raise InvalidInput(faults) from error
    faults += _doubled(values)
    if faults:
        raise InvalidInput(faults)
    if not values:
        raise InvalidInput.one("aucune valeur", "Écrire au moins une ligne sous l'en-tête")
    return values


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the CSV; a column that is absent reads as blank."""

    cells: dict[str, Cell]
    place: str

    def __getitem__(self, name: str) -> Cell:
        return self.cells.get(name, Cell("", self.place))

    def needed(self, name: str) -> Cell:
        """A cell that must hold something."""
        if not self[name].text:
            raise self[name].refuse(f"{name} absent", f"Remplir la colonne {name}")
        return self[name]

    def rate_year(self) -> int:
        """The rate year."""
        year = self.needed("year").integer()
        if not FIRST_RATE_YEAR <= year <= 2100:
            raise self["year"].refuse(
                f"année {year}", f"Donner une année de tarification à partir de {FIRST_RATE_YEAR}"
            )
        return year

    def value(self, schedule: str, key: tuple[str, ...], column: str, most: int) -> ScheduleValue:
        """The value of a column with what is common to all schedules."""
        cell = self.needed(column)
        number = cell.number()
        if not 0 <= number <= most:
            raise cell.refuse(f"« {cell.text} » hors de 0 à {most}", "Corriger la valeur")
        effective = self.needed("effective_from")
        try:
            effective_on = date.fromisoformat(effective.text)
        except ValueError as error:
            raise effective.refuse(f"« {effective.text} » n'est pas une date", "Écrire AAAA-MM-JJ") from error
        confidence = self.needed("confidence").word((Confidence.OFFICIAL.value, Confidence.SECONDARY.value))
        return ScheduleValue(
            schedule=schedule,
            rate_year=self.rate_year(),
            effective_on=effective_on,
            key=key,
            value=number,
            text=cell.text,
            source=" ".join(self.needed("source").text.split()),
            confidence=Confidence(confidence),
            place=self.place,
        )


def _average_cost(line: _Line) -> list[ScheduleValue]:
    ctn = line["ctn"].word(NATIONAL_COMMITTEES)
    column = line["category"].word(SCHEDULE_COLUMNS)
    region = line["region"].word(REGIONS)
    sub_sector = line["sub_sector"].word(("", *(activity.value for activity in SUB_SECTORS)))
    activity = REGIONS[region] or Activity(sub_sector or Activity.ALL)
    grave = column == CONSTRUCTION_GRAVE or CostCategory(column).is_grave
    if ctn == CONSTRUCTION_COMMITTEE and grave and activity is Activity.ALL:
        raise line["category"].refuse(
            f"{column} du comité B sans groupe d'activités", "Remplir sub_sector, ou region alsace_moselle"
        )
    return [line.value("average_costs", (ctn, activity.value, column), "cost_eur", 10**9)]


def _surcharges(line: _Line) -> list[ScheduleValue]:
    names = (*SURCHARGE_NAMES, *PUBLISHED_FACTS)
    return [line.value("surcharges", (name,), name, 200) for name in names if line[name].text]


def _collective_rate(line: _Line) -> list[ScheduleValue]:
    code = normal_risk_code(line["risk_code"].text)
    if code is None:
        raise line["risk_code"].refuse(f"« {line['risk_code'].text} » n'est pas un code risque", "Écrire 28.1AD")
    ctn = line["ctn"].word((*NATIONAL_COMMITTEES, *SPECIAL_COMMITTEES))
    label = " ".join(line["label"].text.replace("|", "/").split())
    return [replace(line.value("collective_rates", (code,), "net_rate_percent", 200), ctn=ctn, label=label)]


_READERS: dict[str, Callable[[_Line], list[ScheduleValue]]] = {
    "average_costs": _average_cost,
    "surcharges": _surcharges,
    "collective_rates": _collective_rate,
}


def _schedule_of(header: list[str]) -> str:
    for schedule, (telling, besides) in TABLES.items():
        if set(telling) <= set(header):
            _check_columns(header, (*COMMON, *telling, *besides))
            return schedule
    expected = " ; ".join(f"{name} : {', '.join((*COMMON, *telling))}" for name, (telling, _) in TABLES.items())
    raise InvalidInput.one("barème non reconnu à ses colonnes", f"Colonnes attendues — {expected}", place="ligne 1")


def _check_columns(header: list[str], known: tuple[str, ...]) -> None:
    unknown = [name for name in header if name not in known]
    if unknown:
        remedy = f"Colonnes : {', '.join(sorted(known))}"
        raise InvalidInput.one(f"colonne inconnue « {unknown[0]} »", remedy, place="ligne 1")
    missing = [name for name in COMMON if name not in header]
    if missing:
        remedy = "Dire l'année, l'effet, la source et la confiance"
        raise InvalidInput.one(f"colonne absente « {missing[0]} »", remedy, place="ligne 1")


def _doubled(values: list[ScheduleValue]) -> list[Fault]:
    seen: dict[tuple[object, ...], str] = {}
    faults = []
    for value in values:
        key = (value.rate_year, value.key)
        if key in seen:
            faults.append(
                Fault("valeur donnée deux fois", f"Déjà écrite en {seen[key]} ; n'en garder qu'une", value.place)
            )
        seen[key] = value.place
    return faults
