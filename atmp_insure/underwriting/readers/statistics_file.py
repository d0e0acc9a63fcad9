"""A file of public counts, `statistics_<year>.yaml`: one entry, one table, a line by committee and by NAF group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import Cause
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.underwriting.statistics import PublicCounts, Statistics

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.regulation.readers.dated_file import Cell, DatedFile, Entry, Row

COMMITTEES = tuple("ABCDEFGHI")
_UNIT = "employees"
_COUNTS = ("stoppages", "grave", "deaths")
_COLUMNS = ("ctn", "group", "employees", *(f"{cause.value}_{count}" for cause in Cause for count in _COUNTS))
_GROUP = re.compile(r"[0-9]{3}", re.ASCII)


def read_statistics(file: DatedFile, year: int) -> tuple[date, Statistics]:
    """The counts of a year, and the day from which prices rest on them.

    Raises:
        InvalidInput: every line that cannot be, with its place.
    """
    entry = _only_entry(file)
    found: dict[tuple[str, str], tuple[PublicCounts, str]] = {}
    faults: list[Fault] = []
    for row in entry.table(*_COLUMNS):
        try:
            key = (row["ctn"].word(COMMITTEES), _group(row["group"]))
            if key in found:
                raise InvalidInput.one(f"« {' '.join(key)} » écrit deux fois", "N'en garder qu'un", source=row.place)
            found[key] = (_counts(row), row.place)
        except InvalidInput as error:
            faults += error.faults
    committees = {committee: counts for (committee, group), (counts, _) in found.items() if not group}
    faults += [
        Fault(f"groupe {group} sans ligne du CTN {committee}, ou plus grand que lui", "Corriger la ligne", source=place)
        for (committee, group), (counts, place) in found.items()
        if group and (committee not in committees or counts.employees > committees[committee].employees)
    ]
    if faults:
        raise InvalidInput(faults)
    groups = {key: counts for key, (counts, _) in found.items() if key[1]}
    return entry.first_day, Statistics(year, committees, groups, entry.citation)


def _only_entry(file: DatedFile) -> Entry:
    if file.unit != _UNIT:
        raise InvalidInput.one(f"unité « {file.unit} »", f"Écrire unit: {_UNIT}", source=file.place)
    if len(file.entries) != 1 or file.entries[0].last_day is not None:
        raise InvalidInput.one("une seule entrée attendue, sans until", "Un fichier par année", source=file.place)
    return file.entries[0]


def _group(cell: Cell) -> str:
    """The NAF group of a line; "" for the line of a whole committee."""
    if cell.is_blank:
        return ""
    if not _GROUP.fullmatch(cell.text):
        raise cell.refuse(f"« {cell.text} » n'est pas un groupe NAF", "Écrire trois chiffres, ou - pour le CTN entier")
    return cell.text


def _counts(row: Row) -> PublicCounts:
    employees = _count(row["employees"])
    if not employees:
        raise row["employees"].refuse("groupe sans salarié", "Retirer la ligne")
    by_cause = {count: {cause: _count(row[f"{cause.value}_{count}"]) for cause in Cause} for count in _COUNTS}
    return PublicCounts(employees, by_cause["stoppages"], by_cause["grave"], by_cause["deaths"])


def _count(cell: Cell) -> int:
    value = cell.integer()
    if value < 0:
        raise cell.refuse(f"« {cell.text} » est négatif", "Écrire un dénombrement")
    return value
