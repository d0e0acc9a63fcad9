"""What a file itself says, before anything of it is understood: the cells of its sheets, or the lines of its text.

The same readers open it as when its papers are read; a JSON is written anew, one value a line, each with its path.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.json_document import InexactNumber, read_json_document
from atmp_insure.rate_records.readers import archive, delimited, dsn_values, format_of, workbook
from atmp_insure.rate_records.readers.source import Received

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEAD = 64 * 1024


class SourceLine(NamedTuple):
    """One row of a sheet, or one line of a text.

    Attributes:
        number: as the file counts it, from 1.
        texts: its cells; of a text, the line alone.
        cells: of a delimited line, what its cells hold, by their number from 1.
        path: of a JSON line, where its value stands.
    """

    number: int
    texts: tuple[str, ...]
    cells: tuple[str, ...] = ()
    path: str = ""


class SourceSheet(NamedTuple):
    """A sheet of a workbook, or a whole text.

    Attributes:
        form: `cells`, `delimited`, `json` or `dsn`.
        name: of the sheet; "" for a text.
    """

    form: str
    name: str
    lines: tuple[SourceLine, ...]


def sheets_of(file_name: str, content: bytes) -> tuple[SourceSheet, ...]:
    """The sheets of a file; of an archive, those of the file that a paper was read from.

    Args:
        file_name: as the paper names it: `envoi.zip/compte.csv` inside an archive.

    Raises:
        InvalidInput: damaged, protected, or a file that has no lines to show.
    """
    known = format_of(content[:_HEAD])
    reader = known.reader.partition(".")[0]
    if known.yields == "members":
        return sheets_of(file_name, _member(file_name, content))
    match reader:
        case "workbook":
            return tuple(_cells(grid) for grid in workbook.read_grids(content))
        case "delimited":
            return (_delimited(content),)
        case "json_lists":
            return (SourceSheet("json", "", tuple(_json_lines(content))),)
        case "dsn":
            return (SourceSheet("dsn", "", tuple(_dsn_lines(content))),)
    raise InvalidInput.one(
        f"fichier {known.name_fr}, sans cellules ni lignes à montrer ici", "L'ouvrir depuis sa pièce"
    )


def _member(file_name: str, content: bytes) -> bytes:
    """The file inside an archive that a paper was read from, whatever the archive is called today."""
    wanted = file_name.partition("/")[2]
    for name, inside in archive.members(Received("", content)):
        if name.partition("/")[2] == wanted:
            return inside
    raise InvalidInput.one("fichier absent de ce ZIP", "L'ouvrir depuis sa pièce")


def _cells(grid: Any) -> SourceSheet:
    return SourceSheet("cells", grid.sheet, tuple(SourceLine(row.number, row.texts) for row in grid.rows))


def _delimited(content: bytes) -> SourceSheet:
    (grid,) = delimited.read_grids(content)
    cells = {row.number: row.texts for row in grid.rows}
    lines = _LINE_END.split(delimited.decoded(content))
    told = (SourceLine(at, (line,), cells.get(at, ())) for at, line in enumerate(lines, start=1) if line.strip())
    return SourceSheet("delimited", "", tuple(told))


def _dsn_lines(content: bytes) -> Iterator[SourceLine]:
    for number, raw in enumerate(content.split(b"\n"), start=1):
        line = dsn_values.text(raw).strip()
        if line:
            yield SourceLine(number, (line,))


def _json_lines(content: bytes) -> Iterator[SourceLine]:
    document = read_json_document(delimited.decoded(content).encode())
    try:
        written = list(_written(document, "", "", 0))
    except RecursionError as error:
        raise InvalidInput.one("document imbriqué sans fin", "L'ouvrir depuis sa pièce") from error
    for number, (path, before, value) in enumerate(written, start=1):
        yield SourceLine(number, (before, value), path=path)


def _written(value: Any, path: str, key: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Each line of a JSON written anew: the path of its value, what stands before it, the value."""
    before = "  " * depth + (f"{json.dumps(key, ensure_ascii=False)}: " if key else "")
    if isinstance(value, dict) and value:
        yield path, before + "{", ""
        for name, inside in value.items():
            yield from _written(inside, f"{path}.{name}" if path else name, name, depth + 1)
        yield "", "  " * depth + "}", ""
    elif isinstance(value, list) and value:
        yield path, before + "[", ""
        for at, inside in enumerate(value):
            yield from _written(inside, f"{path}[{at}]", "", depth + 1)
        yield "", "  " * depth + "]", ""
    else:
        said = value.text if isinstance(value, InexactNumber) else json.dumps(value, ensure_ascii=False)
        yield path, before, said
