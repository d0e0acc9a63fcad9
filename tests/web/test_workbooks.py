"""Workbooks sent as they are written: what a spreadsheet reads in them, and that nothing is kept but one piece."""

from __future__ import annotations

import io
import random
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from atmp_insure.web import workbooks
from atmp_insure.web.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def read(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def made(*rows: Sequence[workbooks.Value], formats: Sequence[str | None]) -> bytes:
    headings = [f"Colonne {at}" for at in range(len(formats))]
    return b"".join(workbook("échéances", headings, formats, rows))


def test_texts_numbers_and_days_come_back_as_what_they_are() -> None:
    row = ("Tôlerie & Fils <Exemple>", 3, Decimal("1234.56"), date(2026, 11, 22), datetime(2026, 11, 22, 6, 27))  # noqa: DTZ001
    formats = (None, None, "#,##0.00", "dd/mm/yyyy", "dd/mm/yyyy hh:mm")
    (rows,) = read(made(row, formats=formats)).values()
    assert rows[0] == [f"Colonne {at}" for at in range(5)]
    assert rows[1] == [row[0], 3, 1234.56, row[3], row[4]]


def test_an_absent_value_leaves_its_cell_empty_and_the_others_in_place() -> None:
    (rows,) = read(made((None, "b", None, 4), formats=(None,) * 4)).values()
    assert rows[1] == ["", "b", "", 4]


def test_the_last_day_of_a_century_and_a_leap_day_are_those_days() -> None:
    days = (date(1900, 3, 1), date(2000, 2, 29), date(2099, 12, 31))
    (rows,) = read(made(days, formats=("dd/mm/yyyy",) * 3)).values()
    assert rows[1] == list(days)


def test_what_xml_cannot_hold_is_written_by_its_number_and_spaces_stay() -> None:
    content = made(("  a\x00b\x0b", "_x0041_"), formats=(None, None))
    with ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "  a_x0000_b_x000B_</t>" in sheet
    assert "_x005F_x0041_</t>" in sheet  # else a spreadsheet would read the letter that it names


def test_a_text_longer_than_a_cell_is_cut_there() -> None:
    (rows,) = read(made(("x" * 40_000,), formats=(None,))).values()
    assert len(rows[1][0]) == 32_767


def test_rows_beyond_a_sheet_go_on_another_with_the_headings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 4)  # headings and three rows
    sheets = read(made(*([number] for number in range(7)), formats=(None,)))
    assert list(sheets) == ["échéances", "échéances (2)", "échéances (3)"]
    assert [[row[0] for row in rows[1:]] for rows in sheets.values()] == [[0, 1, 2], [3, 4, 5], [6]]
    assert all(rows[0] == ["Colonne 0"] for rows in sheets.values())


@pytest.mark.parametrize("count", [0, 3])
def test_a_sheet_that_is_just_full_opens_no_empty_one(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 4)
    (rows,) = read(made(*([number] for number in range(count)), formats=(None,))).values()
    assert len(rows) == count + 1


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_name_them(column: int, letters: str) -> None:
    assert workbooks._letters(column) == letters


def test_the_first_piece_leaves_before_the_first_row_is_asked_for() -> None:
    refused = (pytest.fail("the rows were asked for") for _ in range(1))
    pieces = workbook("liste", ["Numéro"], [None], refused)
    assert next(pieces).startswith(b"PK")


def test_rows_are_asked_for_as_pieces_leave_and_no_piece_grows() -> None:
    dice, asked = random.Random(1), []

    def rows() -> Iterator[list[str]]:
        for number in range(20_000):
            asked.append(number)
            yield [f"{dice.getrandbits(256):064x}"]

    steps = [(len(piece), len(asked)) for piece in workbook("liste", ["Texte"], [None], rows())]
    assert len(steps) > 10
    assert max(size for size, _ in steps) < 2 * workbooks._PIECE
    assert [count for _, count in steps] == [*sorted({count for _, count in steps[:-1]}), 20_000]
