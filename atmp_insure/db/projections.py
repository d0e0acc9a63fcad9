"""Projections: current state kept beside the facts for lists, and rebuilt from them by `atmp db rebuild`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from atmp_insure.db.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

Row = dict[str, Any]
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Projection:
    """One table that says only what facts already say.

    Attributes:
        name: stable code.
        table: where it is stored.
        rows: the whole content, computed from the facts alone, never from the table itself.
        columns: what is compared and written, hashable values; the identifiers are not.
    """

    name: str
    table: type[Base]
    columns: tuple[str, ...]
    rows: Callable[[ScopedSession], Iterable[Row]]


@unscoped("a rebuild reads every company")
def differences(session: ScopedSession, projection: Projection) -> tuple[list[Row], list[Row]]:
    """Rows that the facts give and the table lacks, and rows that the table has and the facts do not give."""
    columns = [getattr(projection.table, name) for name in projection.columns]
    wanted = Counter(tuple(row[name] for name in projection.columns) for row in projection.rows(session))
    stored = Counter(tuple(row) for row in session.execute(select(*columns)))
    return _rows(projection, wanted - stored), _rows(projection, stored - wanted)


@unscoped("a rebuild writes every company")
def rebuild(session: ScopedSession, projection: Projection) -> int:
    """Write a projection anew from the facts, in the caller's transaction; gives the number of rows."""
    session.execute(delete(projection.table))
    session.expire_all()
    count, rows = 0, iter(projection.rows(session))
    while batch := [{name: row[name] for name in projection.columns} for row in islice(rows, _ROWS_AT_ONCE)]:
        session.execute(insert(projection.table), batch)
        count += len(batch)
    return count


def _rows(projection: Projection, found: Counter[tuple[Any, ...]]) -> list[Row]:
    return [dict(zip(projection.columns, values, strict=True)) for values in found.elements()]
