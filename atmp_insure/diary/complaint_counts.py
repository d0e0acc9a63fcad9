"""What a year of complaints says: how many by theme and by cause, and whether the delays were kept."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from datetime import date

    from atmp_insure.diary.complaint_course import ComplaintDecision, ComplaintTheme, RootCause

K = TypeVar("K", bound="Hashable")


class Kept(enum.Enum):
    """How a delay was kept."""

    IN_TIME = "in_time"
    LATE = "late"
    RUNNING = "running"
    NONE = "none"  # nothing was written: no clock runs


@dataclass(frozen=True, slots=True)
class CountedComplaint:
    """A complaint as it is counted: what it was about, what came of it, its last days and what was done by then."""

    theme: ComplaintTheme
    cause: RootCause | None
    decision: ComplaintDecision | None
    was_solved_at_once: bool
    acknowledge_due_on: date | None
    acknowledged_on: date | None
    answer_due_on: date | None
    answered_on: date | None


def kept(last_day: date | None, done_on: date | None, today: date) -> Kept:
    """How a delay was kept: on its last day still in time, the day after late.

    Source: none; the last day itself comes from the dated rules.
    """
    if last_day is None:
        return Kept.NONE
    if (done_on or today) > last_day:
        return Kept.LATE
    return Kept.RUNNING if done_on is None else Kept.IN_TIME


@dataclass(frozen=True, slots=True)
class Line(Generic[K]):
    """The complaints that share a theme, or a cause: how many, and how their two delays were kept."""

    key: K
    total: int
    acknowledged: Counter[Kept]
    answered: Counter[Kept]


def lines_by(
    complaints: Iterable[CountedComplaint], key: Callable[[CountedComplaint], K], today: date
) -> tuple[Line[K], ...]:
    """The complaints by what they share, the most frequent first.

    Source: none; the office's own count.
    """
    groups: dict[K, list[CountedComplaint]] = {}
    for one in complaints:
        groups.setdefault(key(one), []).append(one)
    lines = [line_of(name, group, today) for name, group in groups.items()]
    return tuple(sorted(lines, key=lambda line: (-line.total, str(line.key))))


def line_of(key: K, complaints: Sequence[CountedComplaint], today: date) -> Line[K]:
    """Complaints counted together.

    Source: none; the office's own count.
    """
    return Line(
        key, len(complaints),
        Counter(kept(one.acknowledge_due_on, one.acknowledged_on, today) for one in complaints),
        Counter(kept(one.answer_due_on, one.answered_on, today) for one in complaints),
    )  # fmt: skip
