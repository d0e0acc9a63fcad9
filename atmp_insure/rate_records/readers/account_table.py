"""The rows of an employer account, sorted out: header, column labels, lines, and totals kept as controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.documents import Finding, Ignored, PrintedAmount, Severity
from atmp_insure.rate_records.labels import (
    ACCOUNT_COLUMNS,
    ACCOUNT_HEADER,
    IDENTIFIES_A_CLAIM,
    NEEDED_COLUMNS,
    is_subtotal,
    is_total,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.rate_records.readers.grid import Grid, LocatedText, Row

FEWEST_KNOWN_COLUMNS = 4  # the row of column labels is the first one with this many known labels
_MOST_CELLS_OF_A_NOTE = 3  # `Salaires ; 5 412 300 ; €` below the lines is no line


class AccountTable(NamedTuple):
    """An account before its values are read.

    Attributes:
        columns: index of the column of each field.
        unknown_columns: labels of columns that this product does not know.
        lines: rows of claims.
        totals: rows of totals.
        notes: every other row, above or below the lines.
    """

    grid: Grid
    header: Row
    columns: Mapping[str, int]
    unknown_columns: tuple[LocatedText, ...]
    lines: tuple[Row, ...]
    totals: tuple[Row, ...]
    notes: tuple[Row, ...]

    def texts(self, row: Row) -> dict[str, LocatedText]:
        """The located cells of a row, by name of field."""
        return {name: self.grid.cell(row, index) for name, index in self.columns.items()}

    def column(self, name: str) -> list[str]:
        """The filled cells of a column, lines only."""
        index = self.columns.get(name)
        texts = [] if index is None else [row.text(index) for row in self.lines]
        return [text for text in texts if not notation.is_blank(text)]

    def printed_total(self, faults: list[Fault]) -> PrintedAmount | None:
        """The value of the risk that the last full total prints in its column; None when no total row has it there."""
        for row in reversed(self.totals):
            cell = self.grid.cell(row, self.columns["value_eur"])
            if is_subtotal(_first_text(row)) or notation.is_blank(cell.text):
                continue
            try:
                return PrintedAmount(notation.euros(cell.text), cell.place)
            except notation.Illegible as error:
                faults.append(Fault(f"Total : {error}", error.remedy, cell.place))
        return None

    def ignored(self) -> Iterator[Ignored]:
        """What of the table is not imported."""
        for label in self.unknown_columns:
            yield Ignored(label.place, label.text, "colonne inconnue")
        for row in self.totals:
            yield Ignored(self.grid.row_place(row), _first_text(row), "ligne de total, gardée comme contrôle")

    def unknown_column_findings(self) -> Iterator[Finding]:
        """A column that is not understood may hold something that matters."""
        for label in self.unknown_columns:
            said = f"La colonne {notation.quoted(label.text)} n'est pas connue : elle n'est pas lue."
            yield Finding(Severity.WARNING, "unknown_column", said, label.place)


def header_row(grid: Grid) -> Row | None:
    """The row that labels the columns of an account; None when the grid is something else."""
    for row in grid.rows:
        if len({name for _, text in row.filled() if (name := ACCOUNT_COLUMNS.find(text))}) >= FEWEST_KNOWN_COLUMNS:
            return row
    return None


def account_table(grid: Grid) -> AccountTable:
    """The rows of an account, sorted out under its row of column labels.

    Raises:
        InvalidInput: no row of column labels, two columns for one value, or a needed column missing.
    """
    header = header_row(grid)
    if header is None:
        raise InvalidInput.one("aucune ligne de titres de colonnes", "Ajouter les titres au-dessus des lignes")
    columns, unknown = _columns(grid, header)
    identifying = [columns[name] for name in IDENTIFIES_A_CLAIM if name in columns]
    lines, totals, notes = [], [], []
    for row in grid.rows:
        if row is header:
            continue
        totals_its_column = is_total(_first_text(row)) and not notation.is_blank(row.text(columns["value_eur"]))
        if row.number < header.number or (_is_note(row) and not totals_its_column):
            notes.append(row)
        elif is_total(_first_text(row)) or all(notation.is_blank(row.text(index)) for index in identifying):
            totals.append(row)
        else:
            lines.append(row)
    return AccountTable(grid, header, columns, unknown, tuple(lines), tuple(totals), tuple(notes))


def _columns(grid: Grid, header: Row) -> tuple[dict[str, int], tuple[LocatedText, ...]]:
    columns: dict[str, int] = {}
    unknown, faults = [], []
    for index, text in header.filled():
        name, cell = ACCOUNT_COLUMNS.find(text), grid.cell(header, index)
        if name is None:
            unknown.append(cell)
        elif name in columns:
            former = grid.cell(header, columns[name])
            said = f"deux colonnes pour « {ACCOUNT_COLUMNS.label_fr(name)} » : « {former.text} » et « {text} »"
            faults.append(Fault(said, "N'en garder qu'une, ou renommer l'autre", cell.place))
        else:
            columns[name] = index
    missing = ACCOUNT_COLUMNS.missing(NEEDED_COLUMNS, columns)
    missing += [] if any(name in columns for name in IDENTIFIES_A_CLAIM) else [IDENTIFIES_A_CLAIM[0]]
    faults += [
        Fault(
            f"aucune colonne « {ACCOUNT_COLUMNS.label_fr(name)} »",
            f"L'ajouter, sous l'un de ces titres : {', '.join(ACCOUNT_COLUMNS.by_name[name].aliases)}",
            grid.row_place(header),
        )
        for name in missing
    ]
    if faults:
        raise InvalidInput(faults)
    return columns, tuple(unknown)


def _first_text(row: Row) -> str:
    return next((text for _, text in row.filled()), "")


def _is_note(row: Row) -> bool:
    """Whether a row below the labels is `label ; value` (`Salaires ; 5 412 300`) rather than a claim."""
    filled = [text for _, text in row.filled()]
    return len(filled) <= _MOST_CELLS_OF_A_NOTE and ACCOUNT_HEADER.find(filled[0]) is not None
