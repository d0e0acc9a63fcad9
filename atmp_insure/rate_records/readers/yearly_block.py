"""The block of a calculation sheet with one column for each account year: wages, value of the risk, claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records import labels, notation
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.sheet_labels import SHEET_FIELDS, YEARLY_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.readers.grid import Grid, LocatedText, Row
    from atmp_insure.regulation.vocabulary import CostCategory

_ENDS_WITH_YEAR = re.compile(r"(.*\D)((?:19|20)[0-9]{2})\s*:?", re.ASCII | re.DOTALL)


class YearlyBlock(NamedTuple):
    """What the block prints, each cell located; built while its rows are read.

    Attributes:
        by_year: cells of `wages` and `risk_value` by account year.
        totals: their cell in the column "Total".
        counts: cells that count the claims of a category, by account year.
        unit_costs: cell of the cost of each category.
        other_rows: rows of the sheet that are not of the block.
    """

    by_year: dict[str, dict[int, LocatedText]]
    totals: dict[str, LocatedText]
    counts: dict[CostCategory, dict[int, LocatedText]]
    unit_costs: dict[CostCategory, LocatedText]
    other_rows: list[Row]

    def cells(self) -> Iterator[dict[int, LocatedText]]:
        """The cells of each row, by year."""
        yield from self.by_year.values()
        yield from self.counts.values()


class _Columns(NamedTuple):
    """The columns that a row of years announces for the rows below it."""

    years: dict[int, int]
    total: int | None
    unit_cost: int | None


def yearly_block(grid: Grid, faults: list[Fault]) -> YearlyBlock:
    """The block of years of a sheet, under its row of years; `Salaires 2022 ; 5 412 300` is understood too."""
    block = YearlyBlock({name: {} for name in YEARLY_FIELDS}, {}, {}, {}, [])
    columns: _Columns | None = None
    for row in grid.rows:
        if (announced := _announced(row)) is not None:
            columns = announced
        elif not (columns and _read_row(grid, row, columns, block, faults)) and not _read_single_year(grid, row, block):
            block.other_rows.append(row)
    return block


def _announced(row: Row) -> _Columns | None:
    """The columns of a row of years: at least two years, beyond its first cell or after an empty one."""
    years = {index: int(text) for index, text in row.filled() if notation.is_year(text)}
    if len(years) < 2 or SHEET_FIELDS.find(row.text(0)) == "rate_year":
        return None
    total = next((index for index, text in row.filled() if labels.is_total(text)), None)
    unit_cost = next((index for index, text in row.filled() if labels.is_unit_cost(text)), None)
    return _Columns(years, total, unit_cost)


def _read_row(grid: Grid, row: Row, columns: _Columns, block: YearlyBlock, faults: list[Fault]) -> bool:
    """Read a row of the block; False when its label is none of the block's."""
    label = row.text(0)
    by_year = {year: grid.cell(row, index) for index, year in columns.years.items()}
    category = labels.category_of_row(label)
    if category is not None:
        if category in block.counts:
            faults.append(Fault(f"deux lignes pour la catégorie {category}", "N'en garder qu'une", grid.row_place(row)))
        block.counts[category] = by_year
        if columns.unit_cost is not None:
            block.unit_costs[category] = grid.cell(row, columns.unit_cost)
        return True
    name = SHEET_FIELDS.find(label)
    if name not in YEARLY_FIELDS or len([text for _, text in row.filled()]) <= 2:
        return False  # `Salaires ; 16 200 000` alone is a total, beside its label
    if block.by_year[name]:
        said = f"deux lignes pour « {SHEET_FIELDS.label_fr(name)} »"
        faults.append(Fault(said, "N'en garder qu'une", grid.row_place(row)))
    block.by_year[name] = by_year
    if columns.total is not None:
        block.totals[name] = grid.cell(row, columns.total)
    return True


def _read_single_year(grid: Grid, row: Row, block: YearlyBlock) -> bool:
    """Read `Salaires 2022 ; 5 412 300`; False when the row is something else."""
    match = _ENDS_WITH_YEAR.fullmatch(row.text(0))
    name = SHEET_FIELDS.find(match[1]) if match else None
    if match is None or name not in YEARLY_FIELDS or not row.text(1):
        return False
    block.by_year[name][int(match[2])] = grid.cell(row, 1)
    return True
