"""How the invented papers are laid out: rows of typed cells, written as delimited text or as a workbook."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from xlsxwriter.format import Format

Cell = str | int | Fraction | date | tuple[Fraction, int]  # (value, decimals) is a percentage
CREATED = datetime(2026, 1, 15, 9, 0)  # fixed, so that a workbook is the same at each writing  # noqa: DTZ001


def delimited(rows: list[list[Cell]], encoding: str, separator: str) -> bytes:
    """The rows as French delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(texts(rows))
    return out.getvalue().encode(encoding)


def texts(rows: list[list[Cell]]) -> list[list[str]]:
    """The rows as a French reader writes them."""
    return [[_french(cell) for cell in row] for row in rows]


def workbook(rows: list[list[Cell]], sheet: str) -> bytes:
    """The rows as a workbook of one sheet: numbers and days as such, codes as text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": sheet, "author": "Échantillons inventés", "created": CREATED})
        formats = {
            "day": book.add_format({"num_format": "dd/mm/yyyy"}),
            "euros": book.add_format({"num_format": "#,##0.00\\ €"}),
            2: book.add_format({"num_format": '0.00" %"'}),
            4: book.add_format({"num_format": '0.0000" %"'}),
            0: book.add_format({"num_format": '0.##" %"'}),
        }
        page = book.add_worksheet(sheet)
        page.set_column(0, 0, 34)
        page.set_column(1, 30, 15)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                _write(page, y, x, cell, formats)
    return out.getvalue()


def _write(page: xlsxwriter.workbook.Worksheet, y: int, x: int, cell: Cell, formats: dict[object, Format]) -> None:
    match cell:
        case str():
            if cell:
                page.write_string(y, x, cell)
        case int():
            page.write_number(y, x, cell)
        case Fraction():
            page.write_number(y, x, float(round(cell, 2)), formats["euros"])
        case date():
            page.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), formats["day"])  # noqa: DTZ001
        case (value, decimals):
            page.write_number(y, x, float(round(value, decimals or 2)), formats[decimals])


def _french(cell: Cell) -> str:
    match cell:
        case Fraction():
            return _grouped(cell)
        case date():
            return f"{cell:%d/%m/%Y}"
        case (value, decimals):
            return f"{_decimals(value, decimals)} %"
        case _:
            return str(cell)


def _grouped(amount: Fraction) -> str:
    """`91 228 €` with unbreakable spaces; cents only when there are some."""
    cents = round(amount * 100)
    whole = f"{cents // 100:,}".replace(",", "\u00a0")
    return f"{whole}\u00a0€" if cents % 100 == 0 else f"{whole},{cents % 100:02}\u00a0€"


def _decimals(value: Fraction, decimals: int) -> str:
    if not decimals:
        return _decimals(value, 2).rstrip("0").rstrip(",")
    scaled = round(value * 10**decimals)
    return f"{scaled // 10**decimals},{scaled % 10**decimals:0{decimals}}"
