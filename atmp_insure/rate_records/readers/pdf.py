"""PDF with a text layer as grids, one for each paper: its table with columns rebuilt, the rest as labels and values.

What comes out has been guessed from places on a page: it must be looked at before it is kept (`Grid.rebuilt`).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.rate_records import notation
from atmp_insure.rate_records.labels import ACCOUNT_HEADER, is_total, is_unit_cost
from atmp_insure.rate_records.readers.grid import Grid, Row
from atmp_insure.rate_records.readers.pdf_columns import in_columns, separators
from atmp_insure.rate_records.readers.pdf_papers import BETWEEN_CELLS, SAME_ROW, papers_of
from atmp_insure.rate_records.readers.pdf_text import pages_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.rate_records.readers.pdf_columns import Labels
    from atmp_insure.rate_records.readers.pdf_papers import Part
    from atmp_insure.rate_records.readers.pdf_text import Line, Word

_MOST_OF_A_ROW = 0.4  # a line with so many of the cells of the fullest one is a row by itself
_PAGE_NUMBER = re.compile(r"(?:page|p\.?)?\s*[0-9]+\s*(?:/|sur|de)\s*[0-9]+|page\s*[0-9]+", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")
_GLUED_AFTER = ("-", "/", "'")


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """One grid for each paper: the table that runs over its pages with what stands around it, or labels and values.

    Raises:
        InvalidInput: protected, damaged, cut, or with a page that is an image.
    """
    papers = papers_of(_without_page_numbers(pages_of_lines(content)))
    return tuple(Grid(_numbered(_rows(parts)), rebuilt=True) for parts in papers)


def _numbered(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row._replace(number=at) for at, row in enumerate(rows, start=1))


def _without_page_numbers(pages: list[list[Line]]) -> list[list[Line]]:
    return [[line for line in page if not _PAGE_NUMBER.fullmatch(line.text)] for page in pages]


def _printed_on_each(pages: list[list[Line]]) -> set[tuple[str, int]]:
    """The lines that every page prints at the same height, whatever their numbers: headings and footers."""
    if len(pages) < 2:
        return set()
    times = Counter(seen for page in pages for seen in {_seen(line) for line in page})
    return {seen for seen, count in times.items() if count == len(pages)}


def _seen(line: Line) -> tuple[str, int]:
    return _pattern(line), round(line.middle / 4)


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _rows(parts: Sequence[Part]) -> list[Row]:
    """The rows of a paper: those of its table, its labels once, and the lines around it as labels beside values."""
    rows: list[Row] = []
    furniture = _printed_on_each([[*part.above, *part.body] for part in parts])
    above_first: set[str] = set()
    labels: Labels | None = None
    for part in parts:
        if part.labels is None and labels is None:
            rows += _label_rows(part.above)
            continue
        if part.labels is None:  # a page without labels goes on with the columns of the one before
            body = [line for line in part.above if _pattern(line) not in above_first]
        else:
            rows += _label_rows([line for line in part.above if _pattern(line) not in above_first])
            above_first = above_first or {_pattern(line) for line in part.above}
            if labels is None or part.labels.texts != labels.texts:
                rows.append(Row(0, part.labels.texts, part.labels.place))
            labels, body = part.labels, part.body
        if labels is not None:
            limits = separators(labels, [word for line in body for word in line.words])
            rows += _body_rows(body, labels, limits, furniture)
    return rows


def _body_rows(
    lines: list[Line], labels: Labels, limits: Sequence[float], furniture: set[tuple[str, int]]
) -> Iterator[Row]:
    """The rows under the labels; the parts of a cell broken over several lines go back to the row they stand beside."""
    texts = [in_columns(line.words, limits, len(labels.cells)) for line in lines]
    filled = [sum(1 for text in row if text) for row in texts]
    enough = max(2.0, _MOST_OF_A_ROW * max(filled, default=0))
    notes = {at for at, line in enumerate(lines) if _is_note(line)}
    whole = [
        at not in notes and (count >= enough or is_total(line.text))
        for at, (line, count) in enumerate(zip(lines, filled, strict=True))
    ]
    left = [at for at, line in enumerate(lines) if whole[at] or at in notes or _seen(line) not in furniture]
    for parts in _rows_of_lines([lines[at] for at in left], [whole[at] or at in notes for at in left]):
        numbers = [left[part] for part in parts]
        if numbers[0] in notes:
            yield from _label_rows([lines[numbers[0]]])
        else:
            columns = zip(*(texts[number] for number in numbers), strict=True)
            anchor = next((number for number in numbers if whole[number]), numbers[0])
            yield Row(0, tuple(_put_together(column) for column in columns), lines[anchor].place)


def _rows_of_lines(lines: list[Line], alone: list[bool]) -> list[list[int]]:
    """The lines of each row: one that is no row by itself goes with its nearest neighbour, when that is close."""
    gaps = [below.middle - above.middle for above, below in pairwise(lines)]
    joined_to_next = [False] * len(gaps)
    for at, line in enumerate(lines):
        if alone[at]:
            continue
        above = gaps[at - 1] if at > 0 else float("inf")
        below = gaps[at] if at < len(gaps) else float("inf")
        if min(above, below) <= SAME_ROW * line.height:
            joined_to_next[at - 1 if above <= below else at] = True
    rows: list[list[int]] = []
    for at in range(len(lines)):
        if at > 0 and joined_to_next[at - 1]:
            rows[-1].append(at)
        else:
            rows.append([at])
    return rows


def _put_together(parts: tuple[str, ...]) -> str:
    """The text of a cell that runs over several lines."""
    text = ""
    for part in parts:
        text += part if not text or not part or text.endswith(_GLUED_AFTER) else f" {part}"
    return text


def _is_note(line: Line) -> bool:
    """Whether a line under a table is a label beside a value (`Salaires 5 412 300 €`)."""
    cells = line.cells(BETWEEN_CELLS)
    label, colon, _ = cells[0].text.partition(":")
    return len(cells) <= 2 and ACCOUNT_HEADER.find(label) is not None and (bool(colon) or not is_total(label))


def _label_rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Lines as cells, cut where the white is wide; under a row of years, each cell goes under its year."""
    years: list[Word] = []
    for line in lines:
        cells = line.cells(BETWEEN_CELLS)
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
