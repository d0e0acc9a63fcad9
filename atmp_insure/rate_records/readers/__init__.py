"""From the bytes of a file to the documents it holds: the format is found in the content, never in the extension.

A new format is one line of `FORMATS` and one module beside this one; a new paper is one line of `papers.PAPERS`.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.readers.papers import documents_of
from atmp_insure.rate_records.readers.source import EXPORT_AGAIN, Context, ImageOnly, Received, Source
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from atmp_insure.kernel.errors import Fault
    from atmp_insure.rate_records.documents import Document, UnreadPaper
    from atmp_insure.rate_records.readers.grid import Grid
    from atmp_insure.rate_records.readers.mapping import ColumnMapping

_DSN_LINE = re.compile(rb"\s*S[1-9][0-9]\.G[0-9]{2}\.[0-9]{2}\.[0-9]{3},")
_SECRET_BYTES = 32
_BOM = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SHORT = 1000
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_OFFICE_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetype")
_FIRST_NAME = 30  # of the first member of a ZIP, after its header


class Format(NamedTuple):
    """A format of files.

    Attributes:
        name_fr: how a message names it.
        is_it: whether a content is of this format, from its first bytes.
        reader: `module.function` beside this one; "" when the format is only recognised.
        yields: what the function makes of the file: `grids`, `documents` or `members` (files inside it).
    """

    name_fr: str
    is_it: Callable[[bytes], bool]
    reader: str
    yields: str = "grids"


def _zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _opening(head: bytes) -> bytes:
    """How a text opens, its byte order mark and blanks left aside."""
    if head.startswith(_UTF_16_MARKS):
        return head[:_SHORT].decode("utf-16", "ignore").encode().lstrip()
    return head.removeprefix(_BOM).lstrip()


FORMATS = (
    Format("PDF", lambda head: b"%PDF-" in head[:1024], "pdf.read_grids"),
    Format("XLSX", lambda head: _zip(head) and head[_FIRST_NAME:].startswith(_OFFICE_PARTS), "workbook.read_grids"),
    Format("ZIP", _zip, "archive.members", "members"),
    Format("XLS", lambda head: head.startswith(b"\xd0\xcf\x11\xe0"), "workbook.read_grids"),
    Format("DSN", lambda head: _DSN_LINE.match(_opening(head)) is not None, "dsn.read_declarations", "documents"),
    Format("JSON", lambda head: _opening(head)[:1] in (b"{", b"["), "json_lists.read_grids"),
    Format("image", lambda head: head.startswith(_PICTURES), ""),
    Format("XML", lambda head: _opening(head)[:5] == b"<?xml", ""),
    Format("HTML", lambda head: _opening(head)[:5].lower() in (b"<html", b"<!doc"), ""),
    Format("texte délimité", lambda _: True, "delimited.read_grids"),
)


class Reading(NamedTuple):
    """What came out of several files.

    Attributes:
        documents: those of the files that can be read.
        faults: those of the other files.
        to_key: papers that are kept to be keyed in by hand; each one has left a fault too.
    """

    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]
    to_key: tuple[UnreadPaper, ...] = ()


def read_files(
    files: Iterable[tuple[str, bytes | Path]],
    today: date,
    mappings: Mapping[str, ColumnMapping] | None = None,
    secret: bytes | None = None,
) -> Reading:
    """Read every file; one that cannot be used never hides the others.

    Args:
        files: name and content, or the path of a file that is read no further than needed.
        mappings: saved mappings of columns, by fingerprint of the labels they are for.
        secret: what makes keys of people; drawn for this reading when none is given.
    """
    context = Context(today, mappings or {}, secret or os.urandom(_SECRET_BYTES))
    documents: list[Document] = []
    faults: list[Fault] = []
    to_key: list[UnreadPaper] = []
    for name, content in files:
        reading = _read_within(name, content, context)
        documents += reading.documents
        faults += reading.faults
        to_key += reading.to_key
    return Reading(tuple(documents), tuple(faults), tuple(to_key))


def _read_within(name: str, content: bytes | Path, context: Context) -> Reading:
    """What one file holds; a ZIP holds several, each read by itself."""
    file: Received | None = None
    try:
        file = Received(name, content)
        known = _format_of_file(file)
        if known.yields == "members":
            within = [_read_within(name, inside, context) for name, inside in _function(known)(file)]
            return Reading(
                tuple(document for one in within for document in one.documents),
                tuple(fault for one in within for fault in one.faults),
                tuple(paper for one in within for paper in one.to_key),
            )
        return Reading(_documents(file, known, context), ())
    except ImageOnly as error:
        paper = None if file is None else error.paper(file)
        return Reading((), error.within(name).faults, () if paper is None else (paper,))
    except InvalidInput as error:
        return Reading((), error.within(name).faults)


def grids_of(name: str, content: bytes) -> tuple[Grid, ...]:
    """The tables of one file, before they are understood: what a person maps by hand.

    Raises:
        InvalidInput: the file cannot be used, or holds no table.
    """
    file = Received(name, content)
    try:
        known = _format_of_file(file)
        if known.yields != "grids":
            raise InvalidInput.one(f"format {known.name_fr}, sans colonnes à associer", "Donner le tableau lui-même")
        found: tuple[Grid, ...] = _function(known)(file.content())
    except InvalidInput as error:
        raise error.within(name) from error
    return found


def format_of(content: bytes) -> Format:
    """The format of a content, from its first bytes."""
    return next(known for known in FORMATS if known.is_it(content))


def _format_of_file(file: Received) -> Format:
    """The format of a file that holds something and that some module reads.

    Raises:
        InvalidInput: an empty file, or a format that is only recognised.
    """
    if not file.head.strip(b"\x00 \t\r\n" + _BOM):
        raise InvalidInput.one("fichier vide", EXPORT_AGAIN)
    known = format_of(file.head)
    if not known.reader:
        raise InvalidInput.one(f"format {known.name_fr} reconnu, qui n'est pas lu", EXPORT_AGAIN)
    return known


def _documents(file: Received, known: Format, context: Context) -> tuple[Document, ...]:
    source = Source(file.name, file.sha256(), context)
    if known.yields == "documents":
        found: tuple[Document, ...] = _function(known)(file, source)
        return found
    return documents_of(_function(known)(file.content()), source)


def _function(known: Format) -> Any:
    """The reader of a format, imported when the first such file comes: a CSV never waits for calamine."""
    module, _, name = known.reader.partition(".")
    return getattr(import_module(f"{__name__}.{module}"), name)
