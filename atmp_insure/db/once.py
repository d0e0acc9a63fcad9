"""Adding a row that exists at most once, while others may be adding the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from sqlalchemy import Select

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

B = TypeVar("B", bound="Base")
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_into(session: ScopedSession, kind: type[Base]) -> Any:
    """An insertion in the dialect of the engine, for what it does when the row is there already."""
    return _INSERT[session.get_bind().dialect.name](kind)


def add_once(session: ScopedSession, row: B, twin: Select[B]) -> tuple[B, bool]:
    """The row that `twin` finds, or else this one, added; and whether it was added.

    Of two transactions that add the same row at once, the second waits for the first and finds its row.

    Raises:
        IntegrityError: the row breaks another constraint, or its twin went away in between.
    """
    found = session.scalar(twin)
    if found is not None:
        return found, False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = session.scalar(twin)
        if found is None:
            raise
        return found, False
    return row, True


def insert_once(
    session: ScopedSession, kind: type[B], values: dict[str, Any], twin: Select[B]
) -> tuple[B | None, bool]:
    """The same in one statement, for rows that no log follows; no row at all when its twin went away in between."""
    assert not kind.logged, "a row that is logged is added, and thereby written down"
    session.flush()
    statement = insert_into(session, kind).values(**values)
    added: B | None = session.scalar(statement.on_conflict_do_nothing().returning(kind))
    return (added, True) if added is not None else (session.scalar(twin), False)
