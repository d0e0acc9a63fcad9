"""From the bytes of a workbook to the rows of its sheets; a sheet that is empty below its headings is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.parties.file_rows import table_under
from atmp_insure.policies.book_sheets import COLUMNS, sheet_named
from atmp_insure.rate_records.readers import grids_of

if TYPE_CHECKING:
    from atmp_insure.parties.file_rows import FileRow
    from atmp_insure.policies.book_sheets import BookSheet
    from atmp_insure.rate_records.readers.grid import Grid


def sheets_in(name: str, content: bytes) -> dict[BookSheet, tuple[FileRow, ...]]:
    """The rows of each sheet of a workbook that is one of a book, by its name.

    Raises:
        InvalidInput: the file cannot be read, or a sheet lacks columns; every fault of every sheet.
    """
    found: dict[BookSheet, tuple[FileRow, ...]] = {}
    faults: list[Fault] = []
    for grid in grids_of(name, content):
        sheet = sheet_named(grid.sheet)
        if sheet is None or len(grid.rows) == 1:
            continue
        try:
            found[sheet] = _rows(sheet, grid)
        except InvalidInput as error:
            faults += (replace(fault, message=f"feuille {sheet.label} : {fault.message}") for fault in error.faults)
    if faults:
        raise InvalidInput(faults)
    return found


def _rows(sheet: BookSheet, grid: Grid) -> tuple[FileRow, ...]:
    return table_under(COLUMNS[sheet], [(row.number, row.texts) for row in grid.rows]).rows
