"""PDF with a text layer as grids: tables with their columns rebuilt, everything else as labels beside values.

What comes out has been guessed from places on a page: it must be looked at before it is kept (`Grid.rebuilt`).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from atmp_insure.rate_records import notation
from atmp_insure.rate_records.labels import ACCOUNT_HEADER, is_total, is_unit_cost
from atmp_insure.rate_records.readers.columns import known_labels
from atmp_insure.rate_records.readers.grid import Grid, Row
from atmp_insure.rate_records.readers.pdf_columns import in_columns, separators, table_labels
from atmp_insure.rate_records.readers.pdf_text import pages_of_lines
from atmp_insure.rate_records.sheet_labels import NEEDED_FIELDS, SHEET_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.rate_records.readers.pdf_columns import Labels
    from atmp_insure.rate_records.readers.pdf_text import Line, Word

_BETWEEN_CELLS = 0.6  # in heights of letters
_MOST_OF_A_ROW = 0.4  # a line with so many of the cells of the fullest one is a row by itself
_SAME_ROW = 2.2  # in heights of letters: a part of a broken cell is no further from its row
_PAGE_NUMBER = re.compile(r"(?:page|p\.?)?\s*[0-9]+\s*(?:/|sur|de)\s*[0-9]+|page\s*[0-9]+", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")
_GLUED_AFTER = ("-", "/", "'")


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """The table that runs over the pages, with what stands around it; without a table, one grid for each sheet.

    Raises:
        InvalidInput: protected, damaged, cut, or with a page that is an image.
    """
    pages = _without_furniture(pages_of_lines(content))
    tables = [table_labels(page) for page in pages]
    if any(tables):
        return (Grid(_numbered(_table_rows(pages, tables)), rebuilt=True),)
    sheets = [list(_label_rows(page)) for page in pages if page]
    if len(sheets) > 1 and all(_is_whole_sheet(rows) for rows in sheets):
        return tuple(Grid(_numbered(rows), rebuilt=True) for rows in sheets)
    return (Grid(_numbered([row for rows in sheets for row in rows]), rebuilt=True),)


def _is_whole_sheet(rows: Sequence[Row]) -> bool:
    return known_labels((text for row in rows for text in row.texts), SHEET_FIELDS) >= {*NEEDED_FIELDS}


def _numbered(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row._replace(number=at) for at, row in enumerate(rows, start=1))


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, nor the lines that every page repeats at the same height after the first one."""
    repeated = Counter((_pattern(line), round(line.middle / 3)) for page in pages for line in page)
    kept = []
    for at, page in enumerate(pages):
        lines = []
        for line in page:
            times = max(repeated[_pattern(line), round(line.middle / 3) + shift] for shift in (-1, 0, 1))
            is_heading = at > 0 and times == len(pages) and len(line.words) <= 12 and not _is_data(line)
            if not (_PAGE_NUMBER.fullmatch(line.text) or is_heading):
                lines.append(line)
        kept.append(lines)
    return kept


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _is_data(line: Line) -> bool:
    """Whether a line holds amounts or dates: it may look like another without being the same."""
    return sum(1 for word in line.words if any(letter.isdigit() for letter in word.text)) > 1


def _table_rows(pages: list[list[Line]], tables: Sequence[Labels | None]) -> list[Row]:
    """The rows of the table, its labels once, and the lines around it as labels beside values."""
    first = next(labels for labels in tables if labels is not None)
    rows: list[Row] = []
    above_first: set[str] = set()
    labels = None
    for page, found in zip(pages, tables, strict=True):
        top = 0
        if found is not None:
            above = page[: found.first]
            if labels is None:
                above_first = {_pattern(line) for line in above}
                rows += _label_rows(above)
                rows.append(Row(0, found.texts, page[found.first].place))
            else:
                rows += _label_rows([line for line in above if _pattern(line) not in above_first])
                if found.texts != labels.texts:
                    rows.append(Row(0, found.texts, page[found.first].place))
            labels, top = found, found.last + 1
        elif labels is None:
            rows += _label_rows(page)
            continue
        body = [line for line in page[top:] if top or _pattern(line) not in above_first]
        limits = separators(labels, [word for line in body for word in line.words])
        rows += _body_rows(body, labels, limits)
    return rows if first.known else []


def _body_rows(lines: list[Line], labels: Labels, limits: Sequence[float]) -> Iterator[Row]:
    """The rows under the labels; the parts of a cell broken over several lines go back to the row they stand beside."""
    texts = [in_columns(line.words, limits, len(labels.cells)) for line in lines]
    filled = [sum(1 for text in row if text) for row in texts]
    enough = max(2.0, _MOST_OF_A_ROW * max(filled, default=0))
    notes = {at for at, line in enumerate(lines) if _is_note(line)}
    anchors = [at for at in range(len(lines)) if at not in notes and (filled[at] >= enough or is_total(lines[at].text))]
    parts: dict[int, list[int]] = {at: [at] for at in (*anchors, *notes)}
    for at in range(len(lines)):
        if at in parts:
            continue
        nearest = min(anchors, key=lambda anchor: (abs(lines[anchor].middle - lines[at].middle), anchor), default=at)
        if abs(lines[nearest].middle - lines[at].middle) > _SAME_ROW * lines[at].height:
            nearest = at
        parts.setdefault(nearest, []).append(at)
    for at in sorted(parts):
        if at in notes:
            yield from _label_rows([lines[at]])
        else:
            columns = zip(*(texts[part] for part in sorted(parts[at])), strict=True)
            yield Row(0, tuple(_put_together(column) for column in columns), lines[at].place)


def _put_together(parts: tuple[str, ...]) -> str:
    """The text of a cell that runs over several lines."""
    text = ""
    for part in parts:
        text += part if not text or not part or text.endswith(_GLUED_AFTER) else f" {part}"
    return text


def _is_note(line: Line) -> bool:
    """Whether a line under a table is a label beside a value (`Salaires 5 412 300 €`)."""
    cells = line.cells(_BETWEEN_CELLS)
    label, colon, _ = cells[0].text.partition(":")
    return len(cells) <= 2 and ACCOUNT_HEADER.find(label) is not None and (bool(colon) or not is_total(label))


def _label_rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Lines as cells, cut where the white is wide; under a row of years, each cell goes under its year."""
    years: list[Word] = []
    for line in lines:
        cells = line.cells(_BETWEEN_CELLS)
        announced = [cell for cell in cells if notation.is_year(cell.text)]
        if len(announced) >= 2:
            years = [cell for cell in cells if cell in announced or is_total(cell.text) or is_unit_cost(cell.text)]
            label = [cell.text for cell in cells if cell not in years]
            yield Row(0, (" ".join(label), *(cell.text for cell in years)), line.place)
        elif years and len(cells) > 2:
            yield Row(0, _under_years(cells, years), line.place)
        elif cells:
            yield Row(0, tuple(cell.text for cell in cells), line.place)


def _under_years(cells: list[Word], years: list[Word]) -> tuple[str, ...]:
    texts = [""] * len(years)
    label = []
    for cell in cells:
        if cell.right < years[0].left and not any(letter.isdigit() for letter in cell.text[:1]):
            label.append(cell.text)
            continue
        middle = (cell.left + cell.right) / 2
        overlaps = [min(cell.right, year.right) - max(cell.left, year.left) for year in years]
        best = max(range(len(years)), key=overlaps.__getitem__)
        if overlaps[best] <= 0:
            best = min(range(len(years)), key=lambda at: abs((years[at].left + years[at].right) / 2 - middle))
        texts[best] = f"{texts[best]} {cell.text}".strip()
    return (" ".join(label), *texts)
