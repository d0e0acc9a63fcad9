"""The file of the tax on insurance contracts: one entry a class and a first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.values import DatedEntry, Sourced

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from atmp_insure.regulation.readers.dated_file import Entry

TaxEntries = dict[tuple[str, "date"], DatedEntry["Fraction"]]


def read_tax(text: str, place: str) -> TaxEntries:
    """The entries of a file by class and first day, as fractions.

    Raises:
        InvalidInput: every fault of the file, each with its line.
    """
    file = read_dated_file(text, place)
    faults: list[Fault] = []
    if file.unit != "percent":
        faults.append(Fault(f"unité « {file.unit} »", "Écrire unit: percent", source=place))
    found: TaxEntries = {}
    for entry in file.entries:
        try:
            name, dated = _rate(entry)
        except InvalidInput as error:
            faults += error.faults
            continue
        if (name, entry.first_day) in found:
            said = f"classe « {name} » donnée deux fois au {entry.first_day}"
            faults.append(Fault(said, "N'en garder qu'une", source=entry.citation.place))
        found[name, entry.first_day] = dated
    if faults:
        raise InvalidInput(faults)
    return found


def _rate(entry: Entry) -> tuple[str, DatedEntry[Fraction]]:
    entry.expect("class", "rate")
    percent = entry.payload["rate"].number()
    if not 0 <= percent <= 100:
        raise entry.payload["rate"].refuse(f"taux de {percent} %", "Écrire un pourcentage entre 0 et 100")
    sourced = Sourced(percent / 100, entry.citation)
    return entry.payload["class"].text, DatedEntry(entry.first_day, entry.last_day, sourced)
