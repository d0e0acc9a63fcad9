"""Whose file it is and which financial year it closes, as the name of the file says: `732829320FEC20251231.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import repeated
from atmp_insure.kernel.identifiers import is_siren
from atmp_insure.ledger.fec_findings import FecFinding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[0-9]{9}FEC[0-9]{8}\.txt", re.ASCII)
_INSIDE = re.compile(r"(?<![0-9])([0-9]{9})FEC([0-9]{8})(?![0-9])", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"[0-9]{8}", re.ASCII)
_REMEMBERED = 4096  # days come back line after line
CLOSING_YEARS = range(1950, 2200)  # beyond, a slip of the keyboard
_RENAME = "À la remise, nommer le fichier SirenFECAAAAMMJJ.txt : neuf chiffres, FEC, jour de clôture"


@dataclass(frozen=True, slots=True)
class FinancialYear:
    """The year that the file closes, both days included.

    Attributes:
        is_assumed: the first day was counted back twelve months, since nobody gave it.
    """

    first_day: date
    last_day: date
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class FecName:
    """What the name of a file says, as far as it says it."""

    text: str | None
    siren: str | None = None
    closing_digits: str | None = None

    @property
    def closing_day(self) -> date | None:
        """The last day of the financial year."""
        day = fec_day(self.closing_digits or "")
        return day if day is not None and day.year in CLOSING_YEARS else None


@lru_cache(_REMEMBERED)
def fec_day(text: str) -> date | None:
    """The day that eight digits write, AAAAMMJJ; None when they are no day of the calendar.

    Source: art. A.47 A-1 LPF.
    """
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_fec_name(name: str | None) -> FecName:
    """The name of a file, taken apart; what surrounds the legal name (`copie de …`, `… (1)`) is left aside.

    Source: art. A.47 A-1 LPF.
    """
    found = _INSIDE.search(name or "")
    return FecName(name, *found.groups()) if found else FecName(name)


def name_findings(name: FecName) -> Iterator[FecFinding]:
    """What is wrong with the name of a file.

    Source: art. A.47 A-1 LPF.
    """
    if name.text is not None and _NAME.fullmatch(name.text) is None:
        known = f"SIREN {name.siren} et clôture {name.closing_digits} reconnus" if name.siren else "rien de reconnu"
        said = f"Nom « {repeated(name.text)} » autre que celui de l'arrêté ({known})"
        yield FecFinding(Rule.FILE_NAME, said, _RENAME)
    if name.siren is not None and not is_siren(name.siren):
        said = f"SIREN {name.siren} du nom de fichier à la clé fausse"
        yield FecFinding(Rule.SIREN, said, "Nommer le fichier du SIREN de l'entreprise, tel qu'au répertoire Sirene")
    if name.closing_digits is not None and name.closing_day is None:
        said = f"Date de clôture {name.closing_digits} du nom de fichier impossible : dates non comparées à l'exercice"
        yield FecFinding(Rule.CLOSING_DAY, said, "Écrire le jour de clôture AAAAMMJJ")


def financial_year(closing_day: date, first_day: date | None = None) -> FinancialYear:
    """The year that ends on a day; of twelve months unless its first day is given.

    Source: art. L.123-12 C. com. (an account every twelve months).
    """
    if first_day is not None:
        return FinancialYear(first_day, closing_day, is_assumed=False)
    next_year = closing_day + timedelta(days=1)
    # the day after 28 February of a leap year answers to 1 March of the year before
    first_of_month = date(next_year.year - 1, next_year.month, 1)
    return FinancialYear(first_of_month + timedelta(days=next_year.day - 1), closing_day, is_assumed=True)
