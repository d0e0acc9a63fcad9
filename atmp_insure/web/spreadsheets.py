"""Lists as files, streamed: delimited text that French spreadsheets open, and XLSX with typed cells."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from flask import Response, stream_with_context

from atmp_insure.formatting import PARIS
from atmp_insure.web.display import State
from atmp_insure.web.list_query import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from atmp_insure.web.list_query import Column
    from atmp_insure.web.lists import Row

_BYTE_ORDER_MARK = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a text that starts so
_PIECE = 64 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {
    Cell.EUROS: "#,##0.00", Cell.PERCENT: "0.00%", Cell.DAY: "dd/mm/yyyy", Cell.DUE: "dd/mm/yyyy",
    Cell.MOMENT: "dd/mm/yyyy hh:mm",
}  # fmt: skip


def csv_answer(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """Semicolons, decimal commas and a byte order mark, line by line."""

    def lines() -> Iterator[str]:
        yield _BYTE_ORDER_MARK + _line([str(column.label) for column in columns])
        for row in rows:
            yield _line([_text(row.cells.get(column.key)) for column in columns])

    return Response(
        stream_with_context(lines()), content_type="text/csv; charset=utf-8", headers=_attachment(name, "csv")
    )


def xlsx_answer(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """A workbook written row by row to a file of its own, then sent in pieces and removed."""
    handle = tempfile.NamedTemporaryFile(prefix="atmp-export-", suffix=".xlsx", delete=False)  # noqa: SIM115 - sent later
    handle.close()
    path = Path(handle.name)
    try:
        _write_workbook(path, name, columns, rows)
    except BaseException:
        path.unlink()
        raise
    return Response(_pieces(path), content_type=_XLSX, headers=_attachment(name, "xlsx"))


def _write_workbook(path: Path, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True})
        styles = {cell: book.add_format({"num_format": text}) for cell, text in _FORMATS.items()}
        page.freeze_panes(1, 0)
        for x, column in enumerate(columns):
            page.set_column(x, x, 22)
            page.write_string(0, x, str(column.label), bold)
        for y, row in enumerate(rows, start=1):
            for x, column in enumerate(columns):
                _write_cell(page, (y, x), row.cells.get(column.key), styles.get(column.cell))


def _write_cell(page: Any, place: tuple[int, int], value: object, style: Any) -> None:
    match value:
        case None:
            return
        case datetime():
            page.write_datetime(*place, value.astimezone(PARIS).replace(tzinfo=None), style)
        case date():
            page.write_datetime(*place, value, style)
        case bool():
            page.write_string(*place, _text(value))
        case int() | Decimal():
            page.write_number(*place, value, style)
        case _:
            page.write_string(*place, _text(value))


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    finally:
        path.unlink(missing_ok=True)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _text(value: object) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "oui" if value else "non"
        case State():
            text = str(value.label)
        case datetime():
            text = value.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")
        case date():
            text = value.strftime("%d/%m/%Y")
        case Decimal():
            return str(value).replace(".", ",")  # a negative amount is not a formula
        case _:
            text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _attachment(name: str, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.{suffix}"', "Cache-Control": "no-store"}
