"""Workbooks (XLSX, XLS) as grids, one for each sheet that holds something. The only module that needs calamine."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine as calamine

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.readers.archive import content_of, refuse_dangers
from atmp_insure.rate_records.readers.grid import Grid, Row

_MOST_CELLS = 5_000_000  # a sheet that claims more is damaged, or made to exhaust memory
_OPEN_AGAIN = "L'ouvrir et l'enregistrer à nouveau, ou exporter à nouveau le document"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_PASSWORD = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)  # XLS
_FORMULA = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^>]*>\s*<(?:\w+:)?f[\s>/]")
_MOST_FORMULAS_TOLD = 5

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """One grid for each sheet that is not empty.

    Raises:
        InvalidInput: protected by a password, damaged, with formulas instead of values, or without any filled sheet.
    """
    if _ENCRYPTED in content or _OLD_PASSWORD.search(content):
        raise _protected()
    if content.startswith(b"PK"):
        _refuse_formulas(content)
    try:
        with calamine.load_workbook(io.BytesIO(content)) as workbook:
            grids = [_grid(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except calamine.PasswordError as error:
        raise _protected() from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InvalidInput.one("classeur endommagé ou tronqué, illisible", _OPEN_AGAIN) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine stops so on some damaged files
            raise
        raise InvalidInput.one("classeur endommagé, illisible", _OPEN_AGAIN) from None
    filled = tuple(grid for grid in grids if grid.rows)
    if not filled:
        raise InvalidInput.one("classeur vide", "Vérifier que le bon fichier a été exporté")
    return filled


def _protected() -> InvalidInput:
    return InvalidInput.one(
        "classeur protégé par un mot de passe", "L'enregistrer sans mot de passe, ou exporter à nouveau le document"
    )


def _refuse_formulas(content: bytes) -> None:
    """Refuse a workbook whose cells are formulas: what the account exports has none, and their results may be stale.

    Raises:
        InvalidInput: a bomb, a damaged file, or formulas, with their cells.
    """
    faults: list[Fault] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_dangers(archive.infolist())
            for info in archive.infolist():
                if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                    cells = _FORMULA.findall(content_of(archive, info))
                    faults += [_formula_fault(info.filename, cell.decode()) for cell in cells]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise InvalidInput.one("classeur endommagé ou tronqué, illisible", _OPEN_AGAIN) from error
    if faults:
        raise InvalidInput(faults[:_MOST_FORMULAS_TOLD])


def _formula_fault(part: str, cell: str) -> Fault:
    sheet = part.rpartition("/")[2].removesuffix(".xml").removeprefix("sheet")
    remedy = "Copier puis « coller en valeurs », ou télécharger à nouveau le document depuis le compte AT/MP"
    return Fault("formule au lieu d'une valeur", remedy, f"feuille n° {sheet}, cellule {cell}")


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
