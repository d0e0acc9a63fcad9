"""Workbooks (XLSX) as grids, one for each sheet that holds something. The only module that needs calamine."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine as calamine

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.readers.grid import Grid, Row

_MOST_CELLS = 5_000_000  # a sheet that claims more is damaged, or made to exhaust memory

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """One grid for each sheet that is not empty.

    Raises:
        InvalidInput: protected by a password, damaged, or without any filled sheet.
    """
    try:
        with calamine.load_workbook(io.BytesIO(content)) as workbook:
            grids = [_grid(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except calamine.PasswordError as error:
        raise InvalidInput.one(
            "classeur protégé par un mot de passe", "L'enregistrer sans mot de passe, ou exporter à nouveau le document"
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InvalidInput.one(
            "classeur endommagé, illisible", "L'ouvrir et l'enregistrer à nouveau, ou exporter à nouveau le document"
        ) from error
    filled = tuple(grid for grid in grids if grid.rows)
    if not filled:
        raise InvalidInput.one("classeur vide", "Vérifier que le bon fichier a été exporté")
    return filled


def _grid(sheet: calamine.CalamineSheet) -> Grid:
    if sheet.total_height * sheet.total_width > _MOST_CELLS:
        raise InvalidInput.one(
            f"feuille de {sheet.total_height} lignes sur {sheet.total_width} colonnes, hors de toute mesure",
            "Supprimer les lignes et colonnes vides, puis enregistrer à nouveau",
            place=f"feuille {sheet.name}",
        )
    rows = (
        Row(number, tuple(_text(cell) for cell in cells))
        for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1)
    )
    return Grid(tuple(row for row in rows if any(row.texts)), sheet.name)


def _text(cell: Cell) -> str:
    """A cell as its shortest exact text.

    A number is stored as a binary float: its shortest decimal form is what was typed (0.17, not 0.1700000000000000122).
    """
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "oui" if cell else "non"
        case float():
            return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
