"""Portfolio files, CSV or Parquet, read and written in batches; a row that is wrong keeps its place and its reason.

CSV is cut at line ends, so that one line is one row whatever it holds; a batch without quotes is parsed by polars, a
batch with quotes line by line, so that a stray quote spoils its own row only.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import repeated
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BATCH_BYTES = 8_000_000
BATCH_ROWS = 50_000
WAGES = ("wages_1", "wages_2", "wages_3")
COUNTS = tuple(f"{category.value.lower()}_{year}" for category in CostCategory for year in (1, 2, 3))
WORDS = ("unit_id", "rate_year", "scope", "construction", "ctn", "sub_sector", "risk_code")
NUMBERS = ("headcount", *WAGES, *COUNTS, "previous_rate_percent", "collective_rate_percent")
NEEDED = ("unit_id", "rate_year", "ctn", "headcount", *WAGES)
KNOWN = (*WORDS, *NUMBERS)
BEYOND = "_beyond"  # holds what a line has after its last column
FAULT = "_fault"


def read_batches(path: Path) -> Iterator[pl.DataFrame]:
    """The rows of a file, in order, in frames with every known column as text and a `_fault` column.

    Raises:
        InvalidInput: empty file, no header, an unknown, missing or doubled column.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
        if start == b"PAR1":
            yield from _parquet_batches(path)
            return
        stream.seek(0)
        yield from _csv_batches(stream)


def _csv_batches(stream: BinaryIO) -> Iterator[pl.DataFrame]:
    header_line = stream.readline().removeprefix(b"\xef\xbb\xbf").strip()
    if not header_line:
        raise InvalidInput.one("fichier vide", f"Commencer par une ligne d'en-tête : {', '.join(KNOWN[:8])}, ...")
    separator = ";" if header_line.count(b";") > header_line.count(b",") else ","
    header = [name.strip().strip('"') for name in header_line.decode("utf-8", "replace").split(separator)]
    check_columns(header)
    while lines := stream.readlines(BATCH_BYTES):
        kept = [line for line in lines if line.strip()]
        if kept:
            yield _complete(_parse(kept, header, separator))


def _parse(lines: list[bytes], header: list[str], separator: str) -> pl.DataFrame:
    content = b"".join(lines).replace(b"\r\n", b"\n")
    if b'"' not in content and b"\r" not in content:
        names = separator.join((*header, BEYOND)).encode() + b"\n"
        frame = pl.read_csv(
            io.BytesIO(names + content),
            separator=separator,
            quote_char=None,
            infer_schema=False,
            truncate_ragged_lines=True,
            encoding="utf8-lossy",
        )
        if frame.height == len(lines):
            fault = pl.when(pl.col(BEYOND).is_not_null()).then(
                pl.lit("ligne : plus de valeurs que de colonnes. Retirer les séparateurs en trop.")
            )
            return frame.with_columns(fault.alias(FAULT)).drop(BEYOND)
    rows = [_parsed_line(line, header, separator) for line in lines]
    return pl.DataFrame(rows, schema=dict.fromkeys((*header, FAULT), pl.String), orient="row")


def _parsed_line(line: bytes, header: list[str], separator: str) -> list[str | None]:
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    try:
        [values] = csv.reader([text], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return [
            text.split(separator)[0].strip('"'),
            *[None] * (len(header) - 1),
            "ligne : guillemet mal fermé. Doubler ou retirer le guillemet.",
        ]
    if len(values) > len(header):
        return [*values[: len(header)], "ligne : plus de valeurs que de colonnes. Retirer les séparateurs en trop."]
    return [*values, *[None] * (len(header) - len(values)), None]


def _parquet_batches(path: Path) -> Iterator[pl.DataFrame]:
    try:
        frame = pl.scan_parquet(path)
        check_columns(frame.collect_schema().names())
        for batch in frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            yield _complete(batch.with_columns(pl.all().cast(pl.String, strict=False)))
    except pl.exceptions.PolarsError as error:
        raise InvalidInput.one("fichier Parquet illisible", "L'enregistrer de nouveau, ou donner un CSV") from error


def check_columns(header: list[str]) -> None:
    """Refuse a header with an unknown, missing or doubled column.

    Raises:
        InvalidInput: the first such column, with those that are known.
    """
    for name in header:
        if name not in KNOWN:
            raise InvalidInput.one(
                f"colonne inconnue « {repeated(name)} »", f"Colonnes admises : {', '.join(KNOWN)}", place="en-tête"
            )
    for name in NEEDED:
        if name not in header:
            raise InvalidInput.one(
                f"colonne absente « {name} »", f"Colonnes nécessaires : {', '.join(NEEDED)}", place="en-tête"
            )
    if len(set(header)) < len(header):
        raise InvalidInput.one("colonne écrite deux fois", "N'en garder qu'une", place="en-tête")


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Every known column, without spaces around its values; what is empty is null."""
    missing = [pl.lit(None, pl.String).alias(name) for name in (*KNOWN, FAULT) if name not in frame.columns]
    return frame.with_columns(missing).with_columns(
        pl.col(name).str.strip_chars().replace("", None) for name in _spaced_columns(frame)
    )


def _spaced_columns(frame: pl.DataFrame) -> list[str]:
    """Columns with a value that is empty or has spaces around it: hardly ever, and stripping all of them is slow."""
    spaced = frame.select(pl.col(pl.String).str.contains(r"^\s|\s$|^$").any())
    return [name for name in KNOWN if name in spaced.columns and spaced[name][0]]
