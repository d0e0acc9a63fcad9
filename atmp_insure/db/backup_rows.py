"""Rows as a backup carries them: stored values that read alike on both engines, secrets still encrypted.

A line of JSON is one row; the digest of a table is that of its lines in the order of their numbers. Both engines give
the same lines for the same rows, so that a backup of one restores into the other and is proven equal.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, LargeBinary, String, Text, select, type_coerce
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

from atmp_insure.db.types import EuroCents, KeyToken, PeopleHundredths, PlainJson, RateUnits, SecretText, UtcMoment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Table, TableClause
    from sqlalchemy.sql.type_api import TypeEngine

ROWS_AT_ONCE = 500

# how a kind of column travels: its SQL type, and its way into JSON and back
_TRANSPORT: dict[str, TypeEngine[Any]] = {
    "int": BigInteger(), "text": Text(), "bytes": LargeBinary(), "moment": UtcMoment(), "date": Date(),
    "bool": Boolean(), "float": Float(),
}  # fmt: skip
_KINDS: tuple[tuple[type[Any], str], ...] = (  # the first that fits
    (EuroCents, "int"), (RateUnits, "int"), (PeopleHundredths, "int"), (SecretText, "bytes"), (KeyToken, "bytes"),
    (PlainJson, "text"), (UtcMoment, "moment"), (Boolean, "bool"), (Integer, "int"), (Date, "date"), (Float, "float"),
    (String, "text"), (LargeBinary, "bytes"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A table and the kinds of its columns, as the backup names them: it needs no model to be read."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(name for name, _ in self.columns)

    def table(self) -> TableClause:
        """The table as statements need it."""
        return named_table(self.name, *(named_column(name, _TRANSPORT[kind]) for name, kind in self.columns))


@dataclass(slots=True)
class Tally:
    """Rows counted, and the digest of their lines."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, lines: bytes, count: int) -> None:
        """Take in some lines."""
        self.rows += count
        self._digest.update(lines)

    def answer(self) -> dict[str, object]:
        """As the manifest keeps it."""
        return {"rows": self.rows, "digest": self._digest.hexdigest()}


def shape_of(table: Table) -> Shape:
    """The shape of a table of the models."""
    return Shape(str(table.name), tuple((column.name, _kind(column.type)) for column in table.columns))


def _kind(found: TypeEngine[Any]) -> str:
    for kind, name in _KINDS:
        if isinstance(found, kind):
            return name
    raise TypeError(f"a backup does not know how to carry {found!r}")


def batches(connection: Connection, shape: Shape) -> Iterator[tuple[bytes, int]]:
    """The rows of a table as lines, some at a time, in the order of their numbers; and how many."""
    table = shape.table()
    columns = [type_coerce(table.c[name], _TRANSPORT[kind]) for name, kind in shape.columns]
    ordered = select(*columns).order_by(table.c.id)
    streamed = connection.execute(ordered, execution_options={"yield_per": ROWS_AT_ONCE})
    for rows in streamed.partitions():
        yield _lines(rows, shape), len(rows)


def _lines(rows: Iterable[Any], shape: Shape) -> bytes:
    kinds = [kind for _, kind in shape.columns]
    return b"".join(
        json.dumps(
            [_carried(value, kind) for value, kind in zip(row, kinds, strict=True)],
            ensure_ascii=False, separators=(",", ":"),
        ).encode("utf-8") + b"\n"
        for row in rows
    )  # fmt: skip


def _carried(value: Any, kind: str) -> Any:
    match value:
        case None:
            return None
        case datetime() | date():
            return value.isoformat()
        case bytes() | memoryview():
            return b64encode(value).decode("ascii")
        case _:
            return bool(value) if kind == "bool" else value


def rows_of(lines: bytes, shape: Shape) -> list[dict[str, Any]]:
    """The rows of some lines, ready to be inserted."""
    return [
        {
            name: None if value is None else _restored(value, kind)
            for (name, kind), value in zip(shape.columns, json.loads(line), strict=True)
        }
        for line in lines.splitlines()
    ]


def _restored(value: Any, kind: str) -> Any:
    match kind:
        case "bytes":
            return b64decode(value)
        case "moment":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case _:
            return value


def tally(connection: Connection, shape: Shape) -> Tally:
    """Count and digest a table as it stands."""
    found = Tally()
    for lines, count in batches(connection, shape):
        found.add(lines, count)
    return found
