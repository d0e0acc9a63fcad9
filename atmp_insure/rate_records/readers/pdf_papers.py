"""The pages of a PDF cut into papers: one PDF may hold several accounts, or an account and its calculation sheet.

A paper goes on over the pages until the lines above a table say something else of whom and what year it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.labels import ACCOUNT_HEADER, is_total
from atmp_insure.rate_records.readers.account_title import title_year
from atmp_insure.rate_records.readers.columns import known_labels
from atmp_insure.rate_records.readers.grid import Grid, Row
from atmp_insure.rate_records.readers.label_value import labelled_texts
from atmp_insure.rate_records.readers.pdf_columns import table_labels
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.sheet_labels import NEEDED_FIELDS, SHEET_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from atmp_insure.rate_records.readers.pdf_columns import Labels
    from atmp_insure.rate_records.readers.pdf_text import Line

BETWEEN_CELLS = 0.6  # in heights of letters
SAME_ROW = 1.6  # in heights of letters: the parts of a broken cell are no further from each other
_MOST_CELLS_OF_A_HEADING = 2
_MOST_TABLES = 10  # of one page, under the first; more is a page made to take ages
_WHOM_AND_WHEN = ("siret", "nic", "section", "risk_code", "account_year")


class Part(NamedTuple):
    """A table on a page with the lines above it, or a page without table.

    Attributes:
        above: the lines above the labels; all those of the page when it has no table.
        labels: the labels of the table; None without table.
        body: the lines under the labels.
    """

    above: list[Line]
    labels: Labels | None
    body: list[Line]


def papers_of(pages: Iterable[list[Line]]) -> list[list[Part]]:
    """The parts of each paper, in the order of the pages."""
    papers: list[list[Part]] = []
    about: dict[str, str] = {}
    follows_a_sheet = False
    for part in (part for page in pages for part in _parts(page)):
        is_sheet = part.labels is None and is_whole_sheet(plain_row(line) for line in part.above)
        said = {} if part.labels is None else _about(part.above)
        of_another = any(about.get(name, text) != text for name, text in said.items())
        if not papers or is_sheet or of_another or (follows_a_sheet and part.labels is not None):
            papers.append([])
            about, follows_a_sheet = {}, is_sheet
        papers[-1].append(part)
        about = {**said, **about}
    return papers


def is_whole_sheet(rows: Iterable[Row]) -> bool:
    """Whether some lines are a calculation sheet by themselves."""
    return known_labels((text for row in rows for text in row.texts), SHEET_FIELDS) >= {*NEEDED_FIELDS}


def plain_row(line: Line) -> Row:
    """A line as cells, cut where the white is wide."""
    return Row(0, tuple(cell.text for cell in line.cells(BETWEEN_CELLS)), line.place)


def _parts(page: list[Line]) -> Iterator[Part]:
    """The tables of a page one under the other, each with its heading."""
    labels = table_labels(page)
    if labels is None:
        if page:
            yield Part(page, None, [])
        return
    above, under = page[: labels.first], page[labels.last + 1 :]
    for _ in range(_MOST_TABLES):
        following = table_labels(under)
        if following is None:
            break
        heading = _heading(under[: following.first])
        yield Part(above, labels, under[: following.first - len(heading)])
        above, labels, under = heading, following, under[following.last + 1 :]
    yield Part(above, labels, under)


def _heading(lines: Sequence[Line]) -> list[Line]:
    """The lines at the end of others that head the next table: from the first one that says whom or when."""
    start = len(lines)
    while start > 0 and _may_head(lines[start - 1]):
        start -= 1
    return list(lines[next((at for at in range(start, len(lines)) if _about([lines[at]])), len(lines)) :])


def _may_head(line: Line) -> bool:
    return len(line.cells(BETWEEN_CELLS)) <= _MOST_CELLS_OF_A_HEADING and not is_total(line.text)


def _about(lines: Sequence[Line]) -> dict[str, str]:
    """Whom and what year the lines above a table are about, as far as they say."""
    rows = tuple(plain_row(line) for line in lines)
    texts, _ = labelled_texts(Grid(rows), rows, ACCOUNT_HEADER, [])
    said = {name: "".join(texts[name].text.split()) for name in _WHOM_AND_WHEN if name in texts}
    titles = {year for line in lines if (year := title_year(line.text)) is not None}
    return {**({"title": titles.pop()} if len(titles) == 1 else {}), **said}
