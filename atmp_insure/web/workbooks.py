"""A workbook (XLSX) written as it is sent: pieces of a compressed archive, of which no more is kept than one piece.

It holds what a list needs and no more: typed cells, four ways of writing numbers, bold headings that stay in sight.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, cast
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_ROWS = 1_048_576  # of a sheet, as spreadsheets set it; the following ones go on another sheet
_LONGEST_TEXT = 32_767
_LARGEST_PART = 2**30  # bytes; an archive that is not written backwards has no larger part than twice that
_PIECE = 64 * 1024
_QUICKLY = 1  # compression: half a line more on the wire, a third of the time
_FIRST_DAY = date(1899, 12, 30).toordinal()  # spreadsheets count days from there
_SECONDS_OF_DAY = 86_400
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
Value = str | int | Decimal | date | datetime | None


def workbook(
    name: str, headings: Sequence[str], formats: Sequence[str | None], rows: Iterable[Sequence[Value]]
) -> Iterator[bytes]:
    """The pieces of a workbook.

    Args:
        name: of its sheet.
        headings: of the columns.
        formats: how a column writes its numbers and days (`#,##0.00`); None: as they are.
        rows: the cells, in the order of the columns; a moment is written as its own clock shows it.
    """
    pipe = _Pipe()
    styles = tuple(dict.fromkeys(one for one in formats if one is not None))
    numbers = [0 if one is None else styles.index(one) + 2 for one in formats]  # 0 is plain, 1 is bold
    remaining, sheets = iter(rows), 0
    with ZipFile(cast("IO[bytes]", pipe), "w", ZIP_DEFLATED, compresslevel=_QUICKLY) as archive:
        for path, text in _first_parts(styles).items():
            archive.writestr(path, text)
        yield pipe.taken()
        following = next(remaining, None)
        while sheets == 0 or following is not None:
            sheets += 1
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                number, written = 1, sheet.write(_sheet_head(headings).encode())
                while following is not None and number < MOST_ROWS and written < _LARGEST_PART:
                    number += 1
                    written += sheet.write(_row(number, following, numbers).encode())
                    following = next(remaining, None)
                    if pipe.size >= _PIECE:
                        yield pipe.taken()
                sheet.write(b"</sheetData></worksheet>")
        for path, text in _last_parts(name, sheets).items():
            archive.writestr(path, text)
    yield pipe.taken()


class _Pipe:
    """Where the archive is written: it keeps what was not taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Keep a piece."""
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = b"".join(self._pieces)
        self._pieces, self.size = [], 0
        return found


def _sheet_head(headings: Sequence[str]) -> str:
    cells = "".join(_cell(f"{_letters(at)}1", 1, text) for at, text in enumerate(headings))
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(headings)}" width="22" customWidth="1"/></cols>'
        f'<sheetData><row r="1">{cells}</row>'
    )


def _row(number: int, row: Sequence[Value], styles: Sequence[int]) -> str:
    cells = "".join(
        _cell(f"{_letters(at)}{number}", 0 if isinstance(value, str) else style, value)
        for at, (value, style) in enumerate(zip(row, styles, strict=True))
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, style: int, value: Value) -> str:
    if isinstance(value, str):
        text = _written(value[:_LONGEST_TEXT])
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{_number(value)}</v></c>'


def _number(value: int | Decimal | date | datetime | None) -> str:
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f"{value.toordinal() - _FIRST_DAY + seconds / _SECONDS_OF_DAY:.10f}"
    return str(value.toordinal() - _FIRST_DAY) if isinstance(value, date) else str(value)


def _written(text: str) -> str:
    """A text as XML holds it; signs that it cannot hold are written by their number, as spreadsheets read them."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _letters(column: int) -> str:
    """`A` to `Z`, then `AA`…"""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _styles(formats: Sequence[str]) -> str:
    said = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{one}"/>' for at, one in enumerate(formats))
    listed = f'<numFmts count="{len(formats)}">{said}</numFmts>' if formats else ""
    used = "".join(
        f'<xf numFmtId="{164 + at}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for at in range(len(formats))
    )
    font = '<sz val="11"/><name val="Calibri"/>'
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}">{listed}'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{2 + len(formats)}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        f'<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>{used}</cellXfs></styleSheet>'
    )


def _first_parts(formats: Sequence[str]) -> dict[str, str]:
    """The parts that hold for any number of sheets: every part is a sheet that is not said to be something else."""
    return {
        "[Content_Types].xml": (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/styles.xml": _styles(formats),
    }


def _last_parts(name: str, sheets: int) -> dict[str, str]:
    """The parts that say which sheets there are."""
    titles = [name[:31]] + [f"{name[:26]} ({number})" for number in range(2, sheets + 1)]
    listed = "".join(
        f'<sheet name="{_written(title)}" sheetId="{at}" r:id="rId{at}"/>' for at, title in enumerate(titles, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, sheets + 1)
    )
    return {
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{listed}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId{sheets + 1}" Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>'
        ),
    }
