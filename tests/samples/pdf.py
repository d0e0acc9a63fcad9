"""Rows of text as a PDF with a text layer, written by hand: Helvetica at places, one page, the same bytes each time."""

from __future__ import annotations

from itertools import zip_longest
from typing import NamedTuple

LETTER = 0.56  # mean width of a letter of Helvetica, in heights
MARGIN = 36
GUTTER = 8
TABLE_COLUMNS = 10  # a row with so many cells is one of a table
LABEL_WIDTH, VALUE_WIDTH = 190, 68  # of the rows that are no table
LONGEST_LABEL_LINE = 12  # letters


class Page(NamedTuple):
    """Size of a page and of its letters, in points."""

    width: int
    height: int
    letter: float

    @property
    def leading(self) -> float:
        return self.letter * 1.7


PORTRAIT = Page(595, 842, 8.5)  # A4
LANDSCAPE = Page(1191, 842, 6.5)  # A3, for tables


def document(rows: list[list[str]]) -> bytes:
    """One page: labels beside their values and, below a row of many labels, a table."""
    table = [row for row in rows if len(row) >= TABLE_COLUMNS]
    page = LANDSCAPE if table else PORTRAIT
    column_starts = _column_starts(table, page)
    drawn: list[str] = []
    y = page.height - MARGIN - page.letter
    for row in rows:
        lines = [row]
        starts: list[float] = [MARGIN, *(MARGIN + LABEL_WIDTH + at * VALUE_WIDTH for at in range(len(row)))]
        if len(row) >= TABLE_COLUMNS:
            starts = column_starts
            lines = _labels(row) if row is table[0] else [row]
        for line in lines:
            drawn += [_text(start, y, text) for start, text in zip(starts, line, strict=False) if text]
            y -= page.leading
    assert y > MARGIN, "one page is not enough"
    content = "\n".join(["BT", f"/F1 {page.letter} Tf", *drawn, "ET"])
    return _file(page, content.encode("ascii"))


def _labels(row: list[str]) -> list[list[str]]:
    """Labels over several lines."""
    return [list(line) for line in zip_longest(*(_broken(label) for label in row), fillvalue="")]


def _broken(label: str) -> list[str]:
    lines = [""]
    for word in label.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LONGEST_LABEL_LINE:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _column_starts(table: list[list[str]], page: Page) -> list[float]:
    """Left of each column, as wide as its longest text."""
    starts: list[float] = [MARGIN]
    lines = [*_labels(table[0]), *table[1:]] if table else []
    for column in zip(*lines, strict=True):
        starts.append(round(starts[-1] + max(map(len, column)) * page.letter * LETTER + GUTTER, 1))
    return starts


def _text(x: float, y: float, text: str) -> str:
    return f"1 0 0 1 {x:.1f} {y:.1f} Tm <{text.encode('cp1252').hex()}> Tj"


def _file(page: Page, content: bytes) -> bytes:
    """The objects of the file, and where each begins."""
    box = f"[0 0 {page.width} {page.height}]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer
