"""Workbooks (XLSX, XLS) as grids, one for each sheet that holds something.

Passwords, bombs and formulas are looked for here; cells are read by a process of its own, `workbook_process.py`.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.readers.archive import UNREADABLE, content_of, refuse_dangers
from atmp_insure.rate_records.readers.grid import Grid, Row

_CHILD = "atmp_insure.rate_records.readers.workbook_process"
_PACKAGES = Path(__file__).resolve().parents[3]  # where the child finds this package, however it was started
_PROTECTED, _TOO_BIG = 3, 4  # its exit statuses
_MOST_SECONDS = 60
_OPEN_AGAIN = "L'ouvrir et l'enregistrer à nouveau, ou exporter à nouveau le document"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_PASSWORD = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)  # XLS
_FORMULA = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^>]*>\s*<(?:\w+:)?f[\s>/]")
_MOST_FORMULAS_TOLD = 5


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """One grid for each sheet that is not empty.

    Raises:
        InvalidInput: protected by a password, damaged, with formulas instead of values, or without any filled sheet.
    """
    if _ENCRYPTED in content or _OLD_PASSWORD.search(content):
        raise _protected()
    if content.startswith(b"PK"):
        _refuse_formulas(content)
    grids = (Grid(tuple(Row(number, tuple(texts)) for number, texts in rows), name) for name, rows in _sheets(content))
    filled = tuple(grid for grid in grids if grid.rows)
    if not filled:
        raise InvalidInput.one("classeur vide", "Vérifier que le bon fichier a été exporté")
    return filled


def _sheets(content: bytes) -> Any:
    """The name of each sheet and its filled rows.

    Raises:
        InvalidInput: protected, damaged, or out of all proportion.
    """
    command = [sys.executable, "-P", "-m", _CHILD]
    environment = os.environ | {"PYTHONPATH": str(_PACKAGES), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            command, input=content, capture_output=True, check=False, env=environment, timeout=_MOST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidInput.one("classeur trop long à lire, sans doute endommagé", _OPEN_AGAIN) from error
    match done.returncode:
        case 0:
            return json.loads(done.stdout)
        case status if status == _PROTECTED:
            raise _protected()
        case status if status == _TOO_BIG:
            raise InvalidInput.one(
                "feuille hors limites", "Supprimer les lignes et colonnes vides, puis enregistrer à nouveau"
            )
        case status if status < 0:  # stopped by the system: no memory holds what the file announces
            raise InvalidInput.one(
                "classeur hors limites ou endommagé : aucun document du compte n'est si étendu", _OPEN_AGAIN
            )
        case _:
            raise InvalidInput.one("classeur endommagé ou tronqué, illisible", _OPEN_AGAIN)


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
    except UNREADABLE as error:
        raise InvalidInput.one("classeur endommagé ou tronqué, illisible", _OPEN_AGAIN) from error
    if faults:
        raise InvalidInput(faults[:_MOST_FORMULAS_TOLD])


def _formula_fault(part: str, cell: str) -> Fault:
    sheet = part.rpartition("/")[2].removesuffix(".xml").removeprefix("sheet")
    remedy = "Copier puis « coller en valeurs », ou télécharger à nouveau le document depuis le compte AT/MP"
    return Fault("formule au lieu d'une valeur", remedy, f"feuille n° {sheet}, cellule {cell}")
