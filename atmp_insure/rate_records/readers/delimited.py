"""Delimited text (CSV and its relatives) as a grid: encoding and separator are found in the content, never assumed."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.readers.grid import Grid, Row

SEPARATORS = (";", "\t", "|", ",")  # the comma last: French decimals hold commas too
_MOST_LINES_SNIFFED = 200
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # what spreadsheets call "Unicode text"
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1a")  # \x1a ends files of old systems


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """The one grid of a delimited text.

    Raises:
        InvalidInput: neither UTF-8 nor Windows-1252, a binary file, or quotes that never close.
    """
    if b"\x00" in content and not content.startswith(_UTF_16_MARKS):
        raise _binary()
    text = decoded(content)
    if any(control in text for control in _CONTROLS):
        raise _binary()
    source = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    rows, first_line = [], 1
    try:
        for texts in source:
            stripped = tuple(cell.strip() for cell in texts)
            if any(stripped):
                rows.append(Row(first_line, stripped))
            first_line = source.line_num + 1  # a quoted cell may run over several lines
    except csv.Error as error:
        raise InvalidInput.one(
            "texte délimité mal formé (guillemets ou cellule trop longue)",
            "Ouvrir le fichier, corriger cette ligne, ou exporter à nouveau le document",
            place=f"ligne {source.line_num}",
        ) from error
    return (Grid(tuple(rows)),)


def _binary() -> InvalidInput:
    return InvalidInput.one(
        "fichier binaire, format non reconnu", "Exporter le document depuis le compte AT/MP au format CSV ou XLSX"
    )


def decoded(content: bytes) -> str:
    """The text of the file: by its byte order mark, else strict UTF-8, else Windows-1252."""
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if marked in (None, "utf-8-sig"):
        _refuse_mixed_encodings(content)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput.one(
        "encodage non reconnu : ni UTF-8, ni Windows-1252",
        "Enregistrer le fichier en « CSV UTF-8 », ou l'exporter à nouveau",
    )


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_mixed_encodings(content: bytes) -> None:
    """Refuse a text with lines in UTF-8 and lines in Windows-1252: one of them would be read wrong.

    Raises:
        InvalidInput: both encodings, with a line of each.
    """
    if _is_utf8(content):
        return
    first: dict[str, int] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        if line.isascii():
            continue
        first.setdefault("UTF-8" if _is_utf8(line) else "Windows-1252", number)
        if len(first) == 2:
            said = ", ".join(f"{encoding} en ligne {at}" for encoding, at in sorted(first.items()))
            raise InvalidInput.one(
                f"deux encodages mêlés dans le fichier : {said}",
                "Télécharger à nouveau le document sans le modifier, ou l'enregistrer en entier en « CSV UTF-8 »",
                place=f"ligne {number}",
            )


def separator(text: str) -> str:
    """The separator that cuts most lines into one number of fields above three, else the one on most lines."""
    lines = [line for line in text.splitlines()[:_MOST_LINES_SNIFFED] if line.strip()]

    def regularity(mark: str) -> tuple[int, int]:
        counts = Counter(line.count(mark) for line in lines if mark in line)
        most_common = max((times for count, times in counts.items() if count > 2), default=0)
        return (most_common if 2 * most_common > len(lines) else 0, sum(counts.values()))

    return max(SEPARATORS, key=regularity)
