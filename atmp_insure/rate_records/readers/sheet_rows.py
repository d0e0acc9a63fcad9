"""Calculation sheets laid out in rows: one row of labels, then one row for each section."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.labels import is_total
from atmp_insure.rate_records.readers.columns import known_labels
from atmp_insure.rate_records.readers.grid import Grid, Row
from atmp_insure.rate_records.readers.sheet import read_sheet
from atmp_insure.rate_records.sheet_labels import NEEDED_FIELDS, SHEET_FIELDS

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import CalculationSheet
    from atmp_insure.rate_records.readers.source import Context, Source

FEWEST_KNOWN_LABELS = 6  # more than what any row of labels beside values holds


def is_sheet_rows(grid: Grid, _context: Context) -> bool:
    """Whether a grid has a row with the labels of a whole sheet, and rows under it."""
    return _header(grid) is not None


def read_sheet_rows(grid: Grid, source: Source) -> tuple[CalculationSheet, ...]:
    """The sheets that a grid holds, one for each row.

    Raises:
        InvalidInput: a row is no sheet; all the faults of all rows at once.
    """
    header = _header(grid)
    sheets: list[CalculationSheet] = []
    faults: list[Fault] = []
    for row in grid.rows:
        if header is None or row.number <= header.number or row.texts == header.texts or is_total(row.first_text()):
            continue
        try:
            sheets.append(read_sheet(_turned(grid, header, row), source))
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return tuple(sheets)


def _header(grid: Grid) -> Row | None:
    for row, below in pairwise(grid.rows):
        known = known_labels((text for _, text in row.filled()), SHEET_FIELDS)
        values = known_labels((text for _, text in below.filled()), SHEET_FIELDS)
        if len(known) >= FEWEST_KNOWN_LABELS and known >= {*NEEDED_FIELDS} and not values:
            return row
    return None


def _turned(grid: Grid, header: Row, row: Row) -> Grid:
    """The row as a sheet of labels beside values, each value at its own place."""
    rows = []
    for at, label in header.filled():
        place = grid.cell(row, at).place
        if row.text(at):
            rows.append(Row(at + 1, (label, row.text(at)), place, (grid.cell(header, at).place, place)))
    return Grid(tuple(rows), grid.sheet, grid.rebuilt)
