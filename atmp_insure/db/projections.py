"""Projections: current state kept beside the facts for lists, and rebuilt from them by `atmp db rebuild`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from atmp_insure.db.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession


@dataclass(frozen=True, slots=True)
class Projection:
    """One table that says only what facts already say.

    Attributes:
        name: stable code.
        table: where it is stored.
        rows: the whole content, computed from the facts alone.
        columns: what is compared and written; the identifiers are not.
    """

    name: str
    table: type[Base]
    columns: tuple[str, ...]
    rows: Callable[[ScopedSession], Iterable[dict[str, Any]]]


@unscoped("a rebuild reads every company")
def differences(session: ScopedSession, projection: Projection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows that the facts give and the table lacks, and rows that the table has and the facts do not give."""
    wanted = {_key(projection, row): row for row in projection.rows(session)}
    stored = {
        _key(projection, row): row
        for row in (
            {name: getattr(found, name) for name in projection.columns}
            for found in session.scalars(select(projection.table))
        )
    }
    missing = [row for key, row in wanted.items() if key not in stored]
    strange = [row for key, row in stored.items() if key not in wanted]
    return missing, strange


@unscoped("a rebuild writes every company")
def rebuild(session: ScopedSession, projection: Projection) -> int:
    """Write a projection anew from the facts, in the caller's transaction; gives the number of rows."""
    rows = [{name: row[name] for name in projection.columns} for row in projection.rows(session)]
    session.execute(delete(projection.table))
    session.add_all([projection.table(**row) for row in rows])
    session.flush()
    return len(rows)


def _key(projection: Projection, row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(repr(row[name]) for name in projection.columns)
