"""Writes a yearly schedule as the dated file that `loader.py` reads and a lawyer can read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from atmp_insure.regulation.vocabulary import SCHEDULE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from atmp_insure.regulation.schedule_value import ScheduleValue

HEADS = {
    "average_costs": ("Coûts moyens des catégories de sinistre, tarification {year}", "EUR"),
    "surcharges": ("Majorations M1, M2, M3 et M4, tarification {year}", "percent"),
    "collective_rates": ("Taux nets collectifs par code risque, tarification {year} (hors Alsace-Moselle)", "percent"),
}


def schedule_text(values: Sequence[ScheduleValue], checked_on: date) -> str:
    """The file of one schedule and one year; values of one source stand together.

    Args:
        values: all of one schedule and one rate year.
        checked_on: day on which the values that do not say it were read.

    Source: layout of `config/regulation/rate_years`.
    """
    schedule, rate_year = values[0].schedule, values[0].rate_year
    label, unit = HEADS[schedule]
    lines = [f"label: {label.format(year=rate_year)}", f"unit: {unit}", "values:"]
    groups: dict[tuple[str, str, date, date], list[ScheduleValue]] = {}
    for value in values:
        head = (value.source, value.confidence.value, value.effective_on, value.checked_on or checked_on)
        groups.setdefault(head, []).append(value)
    for (source, confidence, effective_on, read_on), members in groups.items():
        lines += [
            f"  - from: {effective_on}",
            f"    source: {json.dumps(source, ensure_ascii=False)}",
            f"    confidence: {confidence}",
            f"    checked_on: {read_on}",
            *_BODIES[schedule](members),
        ]
    return "\n".join(lines) + "\n"


def _average_costs(values: Sequence[ScheduleValue]) -> Iterable[str]:
    cells = {value.key: value.text for value in values}
    columns = [column for column in SCHEDULE_COLUMNS if any(key[2] == column for key in cells)]
    rows = [["ctn", "activity", *columns]]
    for ctn, activity in sorted({key[:2] for key in cells}):
        rows.append([ctn, activity, *(cells.get((ctn, activity, column), "") for column in columns)])
    return _table(rows, left=2)


def _surcharges(values: Sequence[ScheduleValue]) -> Iterable[str]:
    return [f'    {value.key[0]}: "{value.text}"' for value in values]


def _collective_rates(values: Sequence[ScheduleValue]) -> Iterable[str]:
    rows = [["risk_code", "ctn", "rate", "label"]]
    rows += [[value.key[0], value.ctn, value.text, value.label] for value in values]
    return _table(rows, left=4)


def _table(rows: Sequence[Sequence[str]], *, left: int) -> list[str]:
    last = len(rows[0]) - 1
    widths = [max(len(row[at]) for row in rows) for at in range(last + 1)]
    lines = ["    table: |"]
    for row in rows:
        cells = [
            cell if at == last and at < left else cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"      {' | '.join(cells)}".rstrip())
    return lines


_BODIES: dict[str, Callable[[Sequence[ScheduleValue]], Iterable[str]]] = {
    "average_costs": _average_costs,
    "surcharges": _surcharges,
    "collective_rates": _collective_rates,
}
