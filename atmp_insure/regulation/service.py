"""Taking a new year's schedules into the office's overlay: what would change, then the files that say it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.rounding import plain_decimal
from atmp_insure.regulation.law import CollectiveRate
from atmp_insure.regulation.loader import SCHEDULES
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.schedule_text import schedule_text
from atmp_insure.regulation.schedule_value import ScheduleValue
from atmp_insure.regulation.vocabulary import Activity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from fractions import Fraction
    from pathlib import Path

    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.values import Sourced


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value that an import brings: new when there was none."""

    latter: ScheduleValue
    former: Fraction | None
    former_source: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; values equal to those in force are left where they are."""

    new: tuple[ValueChange, ...]
    changed: tuple[ValueChange, ...]
    unchanged: int


def plan_import(values: Sequence[ScheduleValue], law: Law) -> ImportPlan:
    """Compare values with the law in force.

    Raises:
        InvalidInput: a date of effect that is not the one of its rate year, with its line.
    """
    faults = [
        Fault(
            f"effet au {value.effective_on} pour l'année {value.rate_year}",
            f"Écrire {law.effective_on(value.rate_year)}, ou corriger rate_periods.yaml dans la surcouche du bureau",
            value.place,
        )
        for value in values
        if value.effective_on != law.effective_on(value.rate_year)
    ]
    if faults:
        raise InvalidInput(faults)
    changes = [_change(value, law) for value in values]
    return ImportPlan(
        new=tuple(change for change in changes if change.former is None),
        changed=tuple(change for change in changes if change.former not in (None, change.latter.value)),
        unchanged=sum(change.former == change.latter.value for change in changes),
    )


def write_import(plan: ImportPlan, overlay: Path, today: date) -> list[Path]:
    """Write the new and changed values into the overlay, over what it already held; each file at once or not at all.

    Args:
        overlay: the office's `regulation` directory; made when missing.
        today: day written as the one on which the sources were read.
    """
    files: dict[tuple[str, int], list[ScheduleValue]] = {}
    for change in (*plan.new, *plan.changed):
        files.setdefault((change.latter.schedule, change.latter.rate_year), []).append(change.latter)
    written = []
    for (schedule, rate_year), values in sorted(files.items()):
        path = overlay / "rate_years" / str(rate_year) / f"{schedule}.yaml"
        merged = {value.key: value for value in (*_held(path, schedule, rate_year, values[0].effective_on), *values)}
        text = schedule_text(list(merged.values()), today)
        list(SCHEDULES[schedule][1](read_dated_file(text, path.name), rate_year))  # what cannot be read is not written
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(text, "utf-8")
        half.replace(path)
        written.append(path)
    return written


def _change(value: ScheduleValue, law: Law) -> ValueChange:
    former: Sourced[Any] | None
    match value.schedule:
        case "average_costs":
            ctn, activity, column = value.key
            former = law.average_costs.get((value.rate_year, ctn, Activity(activity), column))
        case "surcharges":
            name = value.key[0]
            former = law.find_surcharge(value.rate_year, name) or law.published.get((value.rate_year, name))
        case _:
            former = law.collective_rates.get((value.rate_year, value.key[0]))
    if former is None:
        return ValueChange(value, None, "")
    known = former.value.rate_percent if isinstance(former.value, CollectiveRate) else former.value
    return ValueChange(value, known, former.citation.source)


def _held(path: Path, schedule: str, rate_year: int, effective_on: date) -> Iterable[ScheduleValue]:
    """What the overlay's file already holds."""
    if not path.exists():
        return
    for key, sourced, _ in SCHEDULES[schedule][1](read_dated_file(path.read_text("utf-8"), str(path)), rate_year):
        rate = sourced.value if isinstance(sourced.value, CollectiveRate) else None
        number = rate.rate_percent if rate else sourced.value
        held = ScheduleValue(
            schedule=schedule,
            rate_year=rate_year,
            effective_on=effective_on,
            key=tuple(str(part) for part in key[1:]),
            value=number,
            text=plain_decimal(number),
            source=sourced.citation.source,
            confidence=sourced.citation.confidence,
            checked_on=sourced.citation.checked_on,
        )
        yield replace(held, ctn=rate.ctn, label=rate.label) if rate else held
