"""One page of a file beside what was read of it: the cells or lines from which values come are marked.

Social security numbers are never whole. To whoever may not know the names of people, a file that names them shows its
labels and the values that were read, nothing else: a cell that nobody understood might say a name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.documents.shown import Leaf
from atmp_insure.rate_records.documents import CalculationSheet
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS, ACCOUNT_HEADER
from atmp_insure.rate_records.masking import masked_claim_number, masked_nir
from atmp_insure.rate_records.nir_in_text import without_nir
from atmp_insure.rate_records.paper_values import names_people
from atmp_insure.rate_records.rate_history import RateHistory
from atmp_insure.rate_records.readers.columns import known_labels
from atmp_insure.rate_records.readers.grid import column_letters
from atmp_insure.rate_records.sheet_labels import RATE_HISTORY_COLUMNS, SHEET_FIELDS
from atmp_insure.rate_records.source_lines import SourceLine, sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.source_lines import SourceSheet

MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 200, 30, 400
HIDDEN = "•••"
_CELL = re.compile(r"feuille (?P<sheet>.+), cellule (?P<column>[A-Z]+)(?P<row>[0-9]+)")
_ROW = re.compile(r"feuille (?P<sheet>.+), ligne (?P<row>[0-9]+)")
_LINE = re.compile(r"ligne (?P<row>[0-9]+)(?:, colonne (?P<column>[0-9]+))?")
_PRINTED_PAGE = re.compile(r"page ([0-9]+)\b")
# blocks of a payroll declaration that say who somebody is: its senders, its contacts, the employee, their changes
_DSN_PEOPLE = ("S10.G00.02", "S20.G00.07", "S21.G00.30", "S21.G00.31")
_DSN_BANK = ("S21.G00.20.003", "S21.G00.20.004")


class Spot(NamedTuple):
    """Where a place of a paper is shown.

    Attributes:
        page: of its source.
        anchor: the mark in it; "" when the page is an image.
        label: the place as it is told beside the page, without the name of the sheet.
    """

    page: int
    anchor: str
    label: str


class ShownCell(NamedTuple):
    """A cell as the screen shows it."""

    text: str
    anchor: str
    is_read: bool


class ShownRow(NamedTuple):
    """A row of cells, or a line of text, as the screen shows it.

    Attributes:
        is_read: whether a value comes from it; of a sheet, its cells say so themselves.
    """

    number: int
    anchor: str
    cells: tuple[ShownCell, ...]
    is_read: bool


@dataclass(frozen=True, slots=True)
class SourcePage(Leaf):
    """A page of a file.

    Attributes:
        heads: letters of the columns; empty for a text.
        row_count: rows of this sheet that hold something, of which the page shows some.
        column_count: columns of this sheet, of which the page shows the first.
        hides_people: whether cells are hidden because the viewer may not know who is named.
        spots: where each place of the paper is shown.
    """

    sheet: str
    is_rewritten: bool
    heads: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    page: int
    page_count: int
    row_count: int
    column_count: int
    hides_people: bool
    spots: Mapping[str, Spot] = field(default_factory=dict)

    @property
    def is_left_out(self) -> bool:
        """Whether the sheet holds more than this page shows."""
        return len(self.rows) < self.row_count or bool(self.heads and len(self.heads) < self.column_count)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a source.

    Attributes:
        page: of it; None: where the first of the places stands.
        places: those that the page beside it leads to.
        named: whether the viewer may know the names of people.
    """

    page: int | None
    places: Sequence[str]
    named: bool


def source_page(document: Document, content: bytes, asked: Asked) -> SourcePage:
    """A page of the file that a paper was read from.

    Raises:
        InvalidInput: the file is damaged, or has neither cells nor lines.
    """
    sheets = sheets_of(document.file, content)
    fields = places_of(document)
    parts = [(sheet, first) for sheet in sheets for first in range(0, max(len(sheet.lines), 1), MOST_ROWS)]
    spots = _spots(sheets, asked.places)
    wanted = asked.page if asked.page is not None else min((spot.page for spot in spots.values()), default=1)
    at = min(max(wanted, 1), len(parts))
    sheet, first = parts[at - 1]
    veil = _Veil(sheet, fields, hides_people=not asked.named and _holds_people(document))
    width = max((len(line.texts) for line in sheet.lines), default=0)
    return SourcePage(
        sheet=sheet.name, is_rewritten=sheet.form == "json", page=at, page_count=len(parts),
        heads=tuple(map(column_letters, range(min(width, MOST_COLUMNS)))) if sheet.form == "cells" else (),
        rows=tuple(veil.row(line) for line in sheet.lines[first : first + MOST_ROWS]),
        row_count=len(sheet.lines), column_count=width if sheet.form == "cells" else 1,
        hides_people=veil.hides_people, spots=spots,
    )  # fmt: skip


def _without_sheet(place: str) -> str:
    """A cell or a row of a sheet, whose name the page tells already."""
    return place.rpartition(", ")[2] if place.startswith("feuille ") else place


def printed_spots(places: Iterable[str]) -> dict[str, Spot]:
    """Where places of printed pages are shown."""
    found = ((place, _PRINTED_PAGE.match(place)) for place in places)
    return {place: Spot(int(page[1]), "", place) for place, page in found if page is not None}


def places_of(document: Document) -> dict[str, str]:
    """Every place that a paper was read from, with the name of its value; "" for a whole line."""
    found = {place: name for name, place in document.places.items()}
    for line in getattr(document, "lines", ()):
        found[line.place] = ""
        found |= {place: name for name, place in line.places.items()}
    for part in (*getattr(document, "sections", ()), *getattr(document, "stoppages", ())):
        found[part.place] = ""
    found.pop("", None)
    return found


def _holds_people(document: Document) -> bool:
    """Whether a file may name people: all do but those that hold rates and sums alone."""
    return not isinstance(document, CalculationSheet | RateHistory)


def _spots(sheets: Sequence[SourceSheet], places: Sequence[str]) -> dict[str, Spot]:
    """Where each place is shown; one that the file does not have, as a value typed by hand, is nowhere."""
    before, found = 0, dict[str, Spot]()
    for sheet in sheets:
        numbers = [line.number for line in sheet.lines]
        paths = {line.path: line.number for line in sheet.lines if line.path}
        for place in places:
            row, anchor = _mark(sheet, paths, place)
            at = bisect_left(numbers, row)
            if row and at < len(numbers) and numbers[at] == row:
                found.setdefault(place, Spot(before + at // MOST_ROWS + 1, anchor, _without_sheet(place)))
        before += max(1, -(-len(numbers) // MOST_ROWS))
    return found


def _mark(sheet: SourceSheet, paths: Mapping[str, int], place: str) -> tuple[int, str]:
    """The row of a place in a sheet, and its mark there; 0 when it is not of this sheet."""
    if sheet.form == "json":
        number = paths.get(place, 0)
        return number, f"r{number}"
    if sheet.form != "cells":
        line = _LINE.fullmatch(place)
        return (int(line["row"]), f"r{line['row']}") if line else (0, "")
    if (cell := _CELL.fullmatch(place)) and cell["sheet"] == sheet.name:
        return int(cell["row"]), f"{cell['column']}{cell['row']}"
    row = _ROW.fullmatch(place)
    return (int(row["row"]), f"r{row['row']}") if row and row["sheet"] == sheet.name else (0, "")


class _Veil:
    """Shows the lines of a sheet: marks what was read, hides what the viewer may not know."""

    def __init__(self, sheet: SourceSheet, places: Mapping[str, str], *, hides_people: bool) -> None:
        self.hides_people = hides_people
        self._sheet, self._places = sheet, places
        is_text = sheet.form in {"delimited", "dsn"}
        self._read_lines = {int(found["row"]) for place in places if is_text and (found := _LINE.fullmatch(place))}

    def row(self, line: SourceLine) -> ShownRow:
        """A line as the screen shows it."""
        match self._sheet.form:
            case "cells":
                cells, is_read = tuple(self._cells(line)), False
            case "json":
                is_read = line.path in self._places and bool(line.texts[1])
                cells = (self._whole(line, line.texts[0] + self._json_value(line)),)
            case "dsn":
                is_read = line.number in self._read_lines
                cells = (self._whole(line, self._rubrique(line)),)
            case _:
                is_read = line.number in self._read_lines
                cells = (self._whole(line, self._delimited(line)),)
        return ShownRow(line.number, f"r{line.number}", cells, is_read)

    def _cells(self, line: SourceLine) -> Iterator[ShownCell]:
        for at, text in enumerate(line.texts[:MOST_COLUMNS]):
            letters = column_letters(at)
            place = f"feuille {self._sheet.name}, cellule {letters}{line.number}"
            yield ShownCell(_cut(self._veiled(text, place)), f"{letters}{line.number}", place in self._places)

    def _whole(self, line: SourceLine, text: str) -> ShownCell:
        return ShownCell(_cut(text), f"r{line.number}", is_read=False)

    def _json_value(self, line: SourceLine) -> str:
        text = line.texts[1]
        return self._veiled(text, line.path) if text else ""

    def _rubrique(self, line: SourceLine) -> str:
        said, comma, _value = line.texts[0].partition(",")
        if said in _DSN_BANK or (self.hides_people and said.startswith(_DSN_PEOPLE)):
            return f"{said},'{HIDDEN}'"
        return HIDDEN if self.hides_people and not comma else without_nir(line.texts[0])

    def _delimited(self, line: SourceLine) -> str:
        """A line of text as it is, numbers of people hidden; to whoever may not know names, its cells one by one."""
        places = [f"ligne {line.number}, colonne {at}" for at in range(1, len(line.cells) + 1)]
        veiled = [self._veiled(text, place) for text, place in zip(line.cells, places, strict=True)]
        if self.hides_people:
            return " ; ".join(veiled) if line.cells else HIDDEN
        shown = line.texts[0]
        for text, place, said in zip(line.cells, places, veiled, strict=True):
            if text and names_people(self._places.get(place, "")):
                shown = shown.replace(text, said)
        return without_nir(shown)

    def _veiled(self, text: str, place: str) -> str:
        """A text as the viewer may read it."""
        name = self._places.get(place)
        if name == "nir":
            return masked_nir(text)
        if name == "claim_number":
            return masked_claim_number(text)
        is_known = name is not None and not names_people(name)
        if self.hides_people and text and not is_known and not _is_label(text):
            return HIDDEN
        return without_nir(text)


def _is_label(text: str) -> bool:
    return any(
        known_labels([text], labels) for labels in (ACCOUNT_COLUMNS, ACCOUNT_HEADER, SHEET_FIELDS, RATE_HISTORY_COLUMNS)
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
