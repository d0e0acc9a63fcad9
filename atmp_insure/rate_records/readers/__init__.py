"""From the bytes of a file to the documents it holds: the format is found in the content, never in the extension.

A new format is one line of `FORMATS` and one module beside this one; a new paper is one line of `PAPERS`.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.documents import Ignored
from atmp_insure.rate_records.readers.account import is_account, read_account
from atmp_insure.rate_records.readers.sheet import is_sheet, read_sheet
from atmp_insure.rate_records.readers.source import source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.readers.grid import Grid
    from atmp_insure.rate_records.readers.source import Source

_SNIFFED = 4096
EXPORT_AGAIN = (
    "Exporter depuis le compte AT/MP, au format CSV ou XLSX, l'écran « Feuille de calcul » "
    "ou « Éléments de calcul du taux » (compte employeur annuel)"
)


class Format(NamedTuple):
    """A format of files.

    Attributes:
        name_fr: how a message names it.
        is_it: whether a content is of this format.
        module: module whose `read_grids(content)` reads it; "" when it is only recognised.
    """

    name_fr: str
    is_it: Callable[[bytes], bool]
    module: str


FORMATS = (
    Format("PDF", lambda content: content.lstrip()[:5] == b"%PDF-", ""),
    Format("XLSX", lambda content: content.startswith(b"PK\x03\x04") and b"xl/" in content, "workbook"),
    Format("ZIP", lambda content: content.startswith(b"PK\x03\x04"), ""),
    Format("XLS ou classeur protégé", lambda content: content.startswith(b"\xd0\xcf\x11\xe0"), ""),
    Format("DSN", lambda content: any(mark in content[:_SNIFFED] for mark in (b"S10.G00", b"S20.G00", b"S21.G00")), ""),
    Format("JSON", lambda content: content.lstrip()[:1] in (b"{", b"["), ""),
    Format("XML", lambda content: content.lstrip()[:5] == b"<?xml", ""),
    Format("texte délimité", lambda _: True, "delimited"),
)


class Paper(NamedTuple):
    """A kind of paper: how a table is recognised as one, and how it is read."""

    is_it: Callable[[Grid], bool]
    read: Callable[[Grid, Source], Document]


PAPERS = (
    Paper(is_account, read_account),  # first: a row of known column labels is a surer sign than labels beside values
    Paper(is_sheet, read_sheet),
)


class Reading(NamedTuple):
    """What came out of several files: documents of those that can be read, faults of the others."""

    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]


def read_files(files: Iterable[tuple[str, bytes]], today: date) -> Reading:
    """Read every file; one that cannot be used never hides the others."""
    documents: list[Document] = []
    faults: list[Fault] = []
    for name, content in files:
        try:
            documents += read_file(name, content, today)
        except InvalidInput as error:
            faults += error.within(name).faults
    return Reading(tuple(documents), tuple(faults))


def read_file(name: str, content: bytes, today: date) -> tuple[Document, ...]:
    """The documents that one file holds: one, or several sheets of a workbook.

    Raises:
        InvalidInput: the file is empty, of a format or a layout that is not read, or wrong; all its faults at once.
    """
    if not content.strip():
        raise InvalidInput.one("fichier vide", EXPORT_AGAIN)
    source = source_of(name, content, today)
    grids = _grid_reader(content)(content)
    documents: list[Document] = []
    faults: list[Fault] = []
    others = []
    for grid in grids:
        try:
            document = _document(grid, source)
        except InvalidInput as error:
            faults += error.faults
            continue
        if document is None:
            others.append(grid)
        else:
            documents.append(document)
    if not documents and not faults:
        raise InvalidInput.one("document non reconnu : ni feuille de calcul, ni compte employeur", EXPORT_AGAIN)
    if faults:
        raise InvalidInput(faults)
    return (_mentioning(documents[0], others), *documents[1:])


def format_of(content: bytes) -> Format:
    """The format of a content."""
    return next(known for known in FORMATS if known.is_it(content))


def _grid_reader(content: bytes) -> Callable[[bytes], tuple[Grid, ...]]:
    """The reader of a content's format, imported when the first such file comes: a CSV never waits for calamine."""
    known = format_of(content)
    if not known.module:
        raise InvalidInput.one(f"format {known.name_fr} reconnu, mais pas encore lu", EXPORT_AGAIN)
    reader: Callable[[bytes], tuple[Grid, ...]] = import_module(f"{__name__}.{known.module}").read_grids
    return reader


def _document(grid: Grid, source: Source) -> Document | None:
    """The paper that a grid holds; None when it is none that we know."""
    return next((paper.read(grid, source) for paper in PAPERS if paper.is_it(grid)), None)


def _mentioning(document: Document, others: list[Grid]) -> Document:
    """The document, saying which sheets of its workbook were left aside."""
    said = tuple(Ignored(f"feuille {grid.sheet}", "", "feuille sans document reconnu") for grid in others)
    return replace(document, ignored=(*document.ignored, *said)) if said else document
