"""One value of a yearly schedule on its way into the office's overlay, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from atmp_insure.regulation.values import Confidence


@dataclass(frozen=True, slots=True)
class ScheduleValue:
    """One value of a yearly schedule, with what its file must keep of it.

    Attributes:
        schedule: `average_costs`, `surcharges` or `collective_rates`.
        key: what it values inside the year: (ctn, activity, column), (name,) or (risk code,).
        ctn: committee of a collective rate; "" elsewhere.
        label: label of a collective rate; "" elsewhere.
        checked_on: day on which the source was read; None for what is being read now.
    """

    schedule: str
    rate_year: int
    effective_on: date
    key: tuple[str, ...]
    value: Fraction
    text: str
    source: str
    confidence: Confidence
    ctn: str = ""
    label: str = ""
    place: str = ""
    checked_on: date | None = None
