"""A value of the law with where it comes from, and series of such values in time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from atmp_insure.kernel.errors import MissingParameter

if TYPE_CHECKING:
    from datetime import date

T = TypeVar("T")


class Confidence(StrEnum):
    """What a value of the law is worth."""

    OFFICIAL = "official"  # read in the text, the Journal officiel or the State's own data
    SECONDARY = "secondary"  # reproduced by a law firm, a publisher, a federation
    AS_PRINTED = "as_printed"  # read on a client's paper; never shared with another client
    UNSETTLED = "unsettled"  # no text settles it: a parameter, whose warning shows in every result that uses it


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value comes from.

    Attributes:
        source: the text or publication, as a lawyer would cite it.
        confidence: what the source is worth.
        checked_on: day on which someone read the source.
        place: file and line that hold the value.
        warning: what must be said, in French, each time the value is used; "" when nothing.
    """

    source: str
    confidence: Confidence
    checked_on: date
    place: str
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A value with its citation."""

    value: T
    citation: Citation


@dataclass(frozen=True, slots=True)
class DatedEntry(Generic[T]):
    """A value in force from a first day, to a last day or until the next one; both ends included."""

    first_day: date
    last_day: date | None
    sourced: Sourced[T]


@dataclass(frozen=True, slots=True)
class DatedValues(Generic[T]):
    """Successive values of one parameter, oldest first."""

    name: str
    entries: tuple[DatedEntry[T], ...]

    def at(self, on: date) -> Sourced[T]:
        """The value in force on a day.

        Raises:
            MissingParameter: the day lies before the first value, or after the explicit end of the last one.
        """
        for entry in reversed(self.entries):
            if entry.first_day <= on:
                if entry.last_day is not None and on > entry.last_day:
                    break
                return entry.sourced
        raise MissingParameter(
            self.name, on.isoformat(), "Ajouter la valeur, avec sa source, à la surcouche de réglementation du bureau"
        )
