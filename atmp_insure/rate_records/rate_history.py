"""The list of notified rates (historique des taux): one line for each rate of each section, as the account shows it.

Frozen values only; how a file holds them is in `readers/history.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from atmp_insure.rate_records.documents import Document, DocumentKind
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.rate_records.documents import Establishment
    from atmp_insure.regulation.vocabulary import Mode


class NotifiedRate(NamedTuple):
    """One notified rate.

    Attributes:
        place: the line in the source; `places` has the cell of each value.
        rate_year: as printed, else the year of the day of effect.
        created_on: day on which the establishment was created, where the list prints it.
    """

    place: str
    places: Mapping[str, str]
    establishment: Establishment
    notified_percent: Fraction
    effective_on: date
    rate_year: int
    notified_on: date | None = None
    section_headcount: Fraction | None = None
    company_headcount: Fraction | None = None
    mode: Mode | None = None
    created_on: date | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RateHistory(Document):
    """The rates of one company or establishment, in the order of the file."""

    kind: ClassVar[DocumentKind] = DocumentKind.RATE_HISTORY
    lines: tuple[NotifiedRate, ...]
