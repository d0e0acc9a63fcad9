"""Old workbooks (XLS) for the tests, written by hand: one stream of BIFF8 records in a compound file."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.samples import layout

if TYPE_CHECKING:
    from tests.rate_records.builders import Rows

_SECTOR = 512
_END, _FREE, _IS_FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST_STREAM = 4096  # a shorter one would live in the mini stream


def xls(rows: Rows, sheet: str = "Feuille", *, protected: bool = False) -> bytes:
    """The rows as an old workbook of one sheet: whole numbers as numbers, everything else as text."""
    cells = [(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell not in ("", None)]
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600))
    body += b"".join(_cell(y, x, cell) for y, x, cell in cells) + _record(0x000A, b"")
    name = sheet.encode("utf-16-le")
    lock = _record(0x002F, bytes(54)) if protected else b""
    opening = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600)) + lock
    length = len(opening) + 4 + 8 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBBBB", length, 0, 0, len(sheet), 1) + name)
    return compound({"Workbook": opening + bound + _record(0x000A, b"") + body})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _cell(y: int, x: int, cell: object) -> bytes:
    if isinstance(cell, int | Fraction):
        return _record(0x0203, struct.pack("<HHHd", y, x, 0, float(cell)))
    text = layout._french(cell)  # type: ignore[arg-type]
    return _record(0x0204, struct.pack("<HHHHB", y, x, 0, len(text), 1) + text.encode("utf-16-le"))


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (the container of old office files, and of protected new ones) with its streams."""
    fat: list[int] = [_IS_FAT, _END]  # sector 0 is the table of sectors, sector 1 the directory
    body = b""
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for at, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(_SMALLEST_STREAM, b"\x00")
        padded += bytes(-len(padded) % _SECTOR)
        first, count = len(fat), len(padded) // _SECTOR
        fat += [*range(first + 1, first + count), _END]
        body += padded
        entries.append(_entry(name, 2, first, len(padded), right=at + 1 if at < len(streams) else _FREE))
    assert len(fat) <= _SECTOR // 4
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff")
    directory = b"".join(entries).ljust(_SECTOR, b"\x00")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    header += struct.pack("<I", 0)
    return header.ljust(_SECTOR, b"\xff") + table + directory + body


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, right, child)
    return entry + bytes(36) + struct.pack("<II", start, size) + bytes(4)
