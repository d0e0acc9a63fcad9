"""A table of text cells with the place of each: what every tabular format is turned into before it is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class LocatedText(NamedTuple):
    """A text of the source and where it stands."""

    text: str
    place: str


class Row(NamedTuple):
    """One row: its number in the source, counted from 1, and the text of its cells.

    Attributes:
        place: where it stands, when its number does not say it (`page 3, ligne 12`, `[4]`).
        cell_places: the same for each cell, when the place of the row does not say it.
    """

    number: int
    texts: tuple[str, ...]
    place: str = ""
    cell_places: tuple[str, ...] = ()

    def filled(self) -> Iterator[tuple[int, str]]:
        """Index and text of the cells that are not empty."""
        return ((index, text) for index, text in enumerate(self.texts) if text)

    def text(self, index: int) -> str:
        """The text of a cell; empty when the row stops before it."""
        return self.texts[index] if index < len(self.texts) else ""

    def first_text(self) -> str:
        """The text of its first cell that is not empty."""
        return next((text for text in self.texts if text), "")


class Grid(NamedTuple):
    """The rows of a delimited text, of a PDF, of a JSON list, or of one sheet of a workbook (`sheet` is its name).

    Texts are stripped; empty rows are left out, the numbers of the others unchanged.

    Attributes:
        rebuilt: whether columns were guessed from positions on a page: a person must look at the result.
    """

    rows: tuple[Row, ...]
    sheet: str = ""
    rebuilt: bool = False

    def row_place(self, row: Row) -> str:
        """Where a row stands: `ligne 12`, or `feuille Compte 2022, ligne 12`."""
        if row.place:
            return row.place
        return f"feuille {self.sheet}, ligne {row.number}" if self.sheet else f"ligne {row.number}"

    def cell(self, row: Row, index: int) -> LocatedText:
        """The text of a cell, with its place: `ligne 12, colonne 3`, or `feuille Compte 2022, cellule C12`."""
        if index < len(row.cell_places):
            return LocatedText(row.text(index), row.cell_places[index])
        if self.sheet and not row.place:
            return LocatedText(row.text(index), f"feuille {self.sheet}, cellule {column_letters(index)}{row.number}")
        return LocatedText(row.text(index), f"{self.row_place(row)}, colonne {index + 1}")


def column_letters(index: int) -> str:
    """The letters of a column of a spreadsheet: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
