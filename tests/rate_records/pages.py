"""Pages of PDF for the tests, written by hand: texts at their places, in Helvetica, and pages that are one image."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_FONTS = b"<</Font<</F 3 0 R>>>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
A4_LANDSCAPE = (842, 595)
A4_PORTRAIT = (595, 842)
_NARROW, _WIDE = frozenset("ijltfI.,:;'|! ()/-"), frozenset("mwMW@%ACDGHNOQRUVBKPEXY&")


@dataclass(frozen=True)
class Text:
    """A text on a page: left end and baseline in points, from the upper left corner."""

    x: float
    y: float
    text: str
    size: float = 7
    right: bool = False  # x is the right end

    def operators(self, height: float) -> bytes:
        left = self.x - width(self.text, self.size) if self.right else self.x
        escaped = self.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
        return b"BT /F %g Tf %g %g Td (%s) Tj ET\n" % (self.size, left, height - self.y, escaped)


def width(text: str, size: float) -> float:
    """About the width of a text in Helvetica."""
    em = sum(0.28 if letter in _NARROW else 0.72 if letter in _WIDE else 0.556 for letter in text)
    return em * size


def pdf(pages: list[list[Text]], size: tuple[int, int] = A4_LANDSCAPE, rotate: int = 0) -> bytes:
    """A PDF of pages of texts."""
    contents = [b"".join(text.operators(size[1]) for text in page) for page in pages]
    return _document(contents, _FONTS, _FONT, size, rotate)


def turned_pdf(pages: list[list[Text]], size: tuple[int, int], turns: int) -> bytes:
    """The same pages kept on their side, to be turned a quarter (90) or three (270) when they are shown."""
    turn = b"0 1 -1 0 %d 0" % size[1] if turns == 90 else b"0 -1 1 0 0 %d" % size[0]
    contents = [b"".join(text.operators(size[1]) for text in page) for page in pages]
    return _document([b"q %s cm\n%sQ\n" % (turn, one) for one in contents], _FONTS, _FONT, size[::-1], turns)


def pdf_with_an_image(pages: list[list[Text]], size: tuple[int, int]) -> bytes:
    """Pages of texts, then one that is an image."""
    image = b"q %d 0 0 %d 0 0 cm BI /W 8 /H 8 /CS /G /BPC 8 /F /AHx ID %s> EI Q\n" % (*size, b"c0" * 64)
    contents = [b"".join(text.operators(size[1]) for text in page) for page in pages]
    return _document([*contents, image], _FONTS, _FONT, size, 0)


def image_pdf(pages: int = 1, size: tuple[int, int] = A4_PORTRAIT) -> bytes:
    """A PDF whose pages are one grey image each, as a scanner makes them."""
    pixels = zlib.compress(b"\xc0" * 64)
    image = b"<</Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"
    image += b"/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(pixels), pixels)
    drawn = b"q %d 0 0 %d 0 0 cm /I Do Q\n" % size
    return _document([drawn] * pages, b"<</XObject<</I 3 0 R>>>>", image, size, 0)


def _document(contents: list[bytes], resources: bytes, shared: bytes, size: tuple[int, int], rotate: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        shared,
    ]
    for at, content in enumerate(contents):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Rotate %d/Resources %s/Contents %d 0 R>>"
        objects.append(page % (*size, rotate, resources, 5 + 2 * at))
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


@dataclass(frozen=True)
class Column:
    """A column of a table on a page: its label (lines under each other), its left end and its width."""

    label: tuple[str, ...]
    left: float
    width: float
    right: bool = False


def table_page(
    columns: list[Column], rows: list[list[str]], above: list[str], below: list[str], *, centred: bool = False
) -> list[Text]:
    """A page with lines above a table, the table with names broken where they do not fit, and lines below it."""
    texts = [Text(30, 30 + 12 * at, line, 8) for at, line in enumerate(above)]
    y = 30.0 + 12 * len(above) + 14
    for column in columns:
        for at, part in enumerate(column.label):
            texts.append(_cell(column, y + 8 * at, part))
    y += 8 * max(len(column.label) for column in columns) + 8
    for row in rows:
        parts = [broken(text, column.width - 2) for text, column in zip(row, columns, strict=True)]
        tallest = max(len(lines) for lines in parts)
        for column, lines in zip(columns, parts, strict=True):
            first = y + (4 * (tallest - len(lines)) if centred else 0)
            texts += [_cell(column, first + 8 * at, part) for at, part in enumerate(lines) if part]
        y += 8 * tallest + 5
    return [*texts, *(Text(30, 580 - 10 * at, line) for at, line in enumerate(reversed(below)))]


def _cell(column: Column, y: float, text: str) -> Text:
    return Text(column.left + column.width - 2 if column.right else column.left, y, text, right=column.right)


def broken(text: str, room: float, size: float = 7) -> list[str]:
    """A text cut after spaces and hyphens so that each line fits."""
    lines, line = [], ""
    for word in text.replace("-", "- ").split(" "):
        glue = "" if not line or line.endswith("-") else " "
        if line and width(line + glue + word, size) > room:
            lines.append(line)
            line = word
        else:
            line += glue + word
    return [*lines, line]
