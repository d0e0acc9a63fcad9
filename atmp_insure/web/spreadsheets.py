"""Lists as files, streamed: delimited text that French spreadsheets open, and XLSX with typed cells."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import Response, stream_with_context

from atmp_insure.kernel.paris import PARIS
from atmp_insure.web.display import State
from atmp_insure.web.list_query import Cell
from atmp_insure.web.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from atmp_insure.web.list_query import Column
    from atmp_insure.web.lists import Row
    from atmp_insure.web.workbooks import Value

_BYTE_ORDER_MARK = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a text that starts so
_PIECE = 64 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {
    Cell.EUROS: "#,##0.00", Cell.PERCENT: "0.00%", Cell.DAY: "dd/mm/yyyy", Cell.DUE: "dd/mm/yyyy",
    Cell.MOMENT: "dd/mm/yyyy hh:mm",
}  # fmt: skip


def csv_answer(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """Semicolons, decimal commas and a byte order mark; sent in pieces, the headings at once."""

    def pieces() -> Iterator[str]:
        kept = io.StringIO()
        write = csv.writer(kept, delimiter=";", lineterminator="\r\n").writerow
        keys = [column.key for column in columns]
        kept.write(_BYTE_ORDER_MARK)
        write([str(column.label) for column in columns])
        yield kept.getvalue()
        kept.seek(0)
        for row in rows:
            write([_text(row.cells.get(key)) for key in keys])
            if kept.tell() >= _PIECE:
                yield kept.getvalue()[: kept.tell()]
                kept.seek(0)
        yield kept.getvalue()[: kept.tell()]

    return Response(
        stream_with_context(pieces()), content_type="text/csv; charset=utf-8", headers=_attachment(name, "csv")
    )


def xlsx_answer(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """A workbook with typed cells, sent as it is written."""
    keys = [column.key for column in columns]
    cells = ([_value(row.cells.get(key)) for key in keys] for row in rows)
    pieces = workbook(
        name, [str(column.label) for column in columns], [_FORMATS.get(column.cell) for column in columns], cells
    )
    return Response(stream_with_context(pieces), content_type=_XLSX, headers=_attachment(name, "xlsx"))


def _value(value: object) -> Value:
    match value:
        case datetime():
            return value.astimezone(PARIS).replace(tzinfo=None)
        case bool():
            return _text(value)
        case None | date() | int() | Decimal():
            return value
        case _:
            return _text(value)


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
