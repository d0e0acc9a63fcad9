"""A figure of a simulation that is the same every year, or one by year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Yearly(Generic[T]):
    """One value for every year (`every`), or values by year; a year without value gives None."""

    every: T | None = None
    by_year: Mapping[int, T] = field(default_factory=dict)

    def at(self, year: int) -> T | None:
        """The value of a year."""
        return self.by_year.get(year, self.every)

    @property
    def is_empty(self) -> bool:
        """Whether no year has a value."""
        return self.every is None and not self.by_year
