"""The rows of an employer account, sorted out: header, column labels, lines, and totals kept as controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.documents import Ignored, PrintedAmount
from atmp_insure.rate_records.labels import (
    ACCOUNT_COLUMNS,
    ACCOUNT_HEADER,
    IDENTIFIES_A_CLAIM,
    NEEDED_COLUMNS,
    is_before_reform,
    is_subtotal,
    is_total,
)
from atmp_insure.rate_records.readers.columns import find_columns, missing_column_faults
from atmp_insure.rate_records.readers.grid import LocatedText
from atmp_insure.rate_records.readers.mapping import ACCOUNT
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.rate_records.readers.columns import Columns
    from atmp_insure.rate_records.readers.grid import Grid, Row
    from atmp_insure.rate_records.readers.mapping import ColumnMapping

_MOST_CELLS_OF_A_NOTE = 3  # `Salaires ; 5 412 300 ; €` below the lines is no line
_LABELS_OF_BEFORE_REFORM = 2
_LAST_ROW_OF_LABELS = 100


class AccountTable(NamedTuple):
    """An account before its values are read.

    Attributes:
        lines: rows of claims.
        totals: rows of totals.
        notes: every other row, above or below the lines.
    """

    grid: Grid
    columns: Columns
    lines: tuple[Row, ...]
    totals: tuple[Row, ...]
    notes: tuple[Row, ...]

    @property
    def header(self) -> Row:
        """The row of labels."""
        return self.columns.header

    def texts(self, row: Row) -> dict[str, LocatedText]:
        """The located cells of a row, by name of field."""
        index = self.columns.positions
        if row.cell_places or self.grid.sheet:
            return {name: self.grid.cell(row, at) for name, at in index.items()}
        where, texts, width = self.grid.row_place(row), row.texts, len(row.texts)
        return {name: LocatedText(texts[at], f"{where}, colonne {at + 1}") for name, at in index.items() if at < width}

    def column(self, name: str) -> list[str]:
        """The filled cells of a column, lines only."""
        index = self.columns.positions.get(name)
        texts = [] if index is None else [row.text(index) for row in self.lines]
        return [text for text in texts if not notation.is_blank(text)]

    def amount(self, row: Row, faults: list[Fault]) -> PrintedAmount | None:
        """The value of the risk that a row of total prints in its column."""
        cell = self.grid.cell(row, self.columns.positions["value_eur"])
        if notation.is_blank(cell.text):
            return None
        try:
            return PrintedAmount(notation.euros(notation.unwrapped(cell.text)), cell.place)
        except notation.Illegible as error:
            faults.append(Fault(f"Total : {error}", error.remedy, cell.place))
            return None

    def printed_total(self, faults: list[Fault]) -> PrintedAmount | None:
        """The value of the risk that the last full total prints in its column; None when no total row has it there."""
        full = (row for row in reversed(self.totals) if not is_subtotal(row.first_text()))
        return next((amount for row in full if (amount := self.amount(row, faults)) is not None), None)

    def ignored(self) -> Iterator[Ignored]:
        """What of the table is not imported."""
        yield from self.columns.ignored()
        for row in self.totals:
            yield Ignored(self.grid.row_place(row), row.first_text(), "ligne de total, gardée comme contrôle")


def account_table(grid: Grid, mappings: Mapping[str, ColumnMapping]) -> AccountTable:
    """The rows of an account, sorted out under its row of column labels.

    Raises:
        InvalidInput: no row of column labels, two columns for one value, a needed one missing, a layout of before 2010.
    """
    refuse_before_reform(grid)
    columns = find_columns(grid, ACCOUNT_COLUMNS, ACCOUNT, mappings)
    if columns is None:
        raise InvalidInput.one("aucune ligne de titres de colonnes", "Ajouter les titres au-dessus des lignes")
    faults = missing_column_faults(columns, ACCOUNT_COLUMNS, NEEDED_COLUMNS)
    if not any(name in columns.positions for name in IDENTIFIES_A_CLAIM):
        faults += missing_column_faults(columns, ACCOUNT_COLUMNS, IDENTIFIES_A_CLAIM[:1])
    if faults:
        raise InvalidInput(faults)
    return _sorted_out(grid, columns)


def _sorted_out(grid: Grid, columns: Columns) -> AccountTable:
    index, header = columns.positions, columns.header
    identifying = [index[name] for name in IDENTIFIES_A_CLAIM if name in index]
    lines, totals, notes = [], [], []
    for row in grid.rows:
        if row is header or row.texts == header.texts:  # printed again at the top of each page
            continue
        label = row.first_text()
        total = is_total(label)
        totals_its_column = total and not notation.is_blank(row.text(index["value_eur"]))
        if row.number < header.number or (_is_note(row, label) and not totals_its_column):
            notes.append(row)
        elif total or all(notation.is_blank(row.text(at)) for at in identifying):
            totals.append(row)
        else:
            lines.append(row)
    return AccountTable(grid, columns, tuple(lines), tuple(totals), tuple(notes))


def refuse_before_reform(grid: Grid) -> None:
    """Refuse an account of before 2010, recognised by its columns of real spending.

    Raises:
        InvalidInput: two labels at least name real spending.
    """
    for row in grid.rows[:_LAST_ROW_OF_LABELS]:
        old = [text for _, text in row.filled() if text[0].isalpha() and is_before_reform(text)]
        if len(old) >= _LABELS_OF_BEFORE_REFORM:
            year = notation.FIRST_AVERAGE_COST_YEAR
            raise InvalidInput.one(
                f"compte d'avant la réforme de {year} : il détaille les dépenses réelles ({', '.join(old)})",
                f"Ces exercices n'entrent plus dans aucun taux : donner les comptes de {year} et des années suivantes",
                place=grid.row_place(row),
            )


def cut_line_faults(table: AccountTable) -> Iterator[Fault]:
    """Lines that stop before the value of the risk, which others have: the file was cut."""
    at = table.columns.positions["value_eur"]
    cut = [row for row in table.lines if len(row.texts) <= at]
    if len(cut) < len(table.lines):
        for row in cut:
            said = f"ligne interrompue après sa cellule {len(row.texts)} : le fichier est tronqué"
            yield Fault(said, "Télécharger à nouveau le document entier", table.grid.row_place(row))


def _is_note(row: Row, label: str) -> bool:
    """Whether a row below the labels is `label ; value` (`Salaires ; 5 412 300`) rather than a claim."""
    filled = sum(1 for text in row.texts if text)
    return filled <= _MOST_CELLS_OF_A_NOTE and ACCOUNT_HEADER.find(label.partition(":")[0]) is not None
