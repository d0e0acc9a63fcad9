"""The process that reads one workbook (XLSX, XLS): from its bytes on standard input to its texts on standard output.

The only module that needs calamine, whose native code stops the process on some damaged files, or asks for all the
memory of the machine when two cells stand far apart. Here it can only stop itself; `workbook.py` starts it.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine as calamine

try:
    import resource
except ImportError:  # not on Windows: the caller's time limit is all there is
    resource = None  # type: ignore[assignment]

PROTECTED, TOO_BIG = 3, 4  # exit statuses, beside 0 and any other for a damaged file
MOST_CELLS = 5_000_000  # a sheet that claims more is damaged, or made to exhaust memory
_MOST_MEMORY = 2 * 1024**3

Cell = int | float | str | bool | time | date | datetime | timedelta


def main() -> None:
    """Write the name and the filled rows of each sheet, as JSON."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read())) as workbook:
            sheets = [(name, _rows(workbook.get_sheet_by_name(name))) for name in workbook.sheet_names]
    except calamine.PasswordError:
        sys.exit(PROTECTED)
    json.dump(sheets, sys.stdout)


def _rows(sheet: calamine.CalamineSheet) -> list[tuple[int, list[str]]]:
    """The rows that hold something, with their numbers."""
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        sys.exit(TOO_BIG)
    rows = (
        (number, [text_of(cell) for cell in cells])
        for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1)
    )
    return [(number, texts) for number, texts in rows if any(texts)]


def text_of(cell: Cell) -> str:
    """A cell as its shortest exact text.

    A number is stored as a binary float: its shortest decimal form is what was typed (0.17, not 0.1700000000000000122).
    """
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "oui" if cell else "non"
        case float():
            return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


if __name__ == "__main__":
    main()
