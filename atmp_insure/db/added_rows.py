"""Many rows of one table written by one statement, under the same walls as a flush: scope, row-level security, log.

A flush of objects costs more than the database itself where thousands of rows are written at once. What is written
here is no object of the session: read it again where it is needed. PostgreSQL takes the rows as one JSON text, since
the driver would look at each of thousands of values; SQLite takes them one by one, beside which nothing is lost.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import LargeBinary, Table, bindparam, column, func, inspect, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer, Text

from atmp_insure.db.once import insert_into
from atmp_insure.db.session import require_in_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

    Rows = Sequence[dict[str, Any]]
    Heard = Callable[["ScopedSession", type[Base], Sequence[int], "Rows"], None]

_PLACE, _GIVEN = "place_given", "rows_given"
_hearers: list[Heard] = []


def when_added(hear: Heard) -> Heard:
    """Be told of rows of tables that the change log follows, in the transaction that adds them."""
    _hearers.append(hear)
    return hear


def add_rows(session: ScopedSession, kind: type[Base], rows: Rows) -> list[int]:
    """Add rows of a table; their numbers, in the order in which they are given.

    Args:
        rows: the values of each, all of the same columns.

    Raises:
        OutOfScope: one of them would not be in the scope of the actor.
    """
    if not rows:
        return []
    connection = _connection(session)
    adding, given = _adding(session, kind, rows)
    by_place = isinstance(given, dict)  # numbers grow as the places do, in whichever order they come back
    returning = adding.returning(table_of(kind).c.id, sort_by_parameter_order=not by_place)
    numbers = list(connection.execute(returning, given).scalars())
    numbers = sorted(numbers) if by_place else numbers
    require_in_scope(session, kind, numbers)
    if kind.logged:
        for hear in _hearers:
            hear(session, kind, numbers, rows)
    return numbers


def add_absent_rows(session: ScopedSession, kind: type[Base], rows: Rows, by: Sequence[str]) -> set[tuple[Any, ...]]:
    """Add those rows whose like is not there yet; the values of `by` of those that were added.

    Args:
        by: the columns that name a row among all; together unique.
    """
    assert not kind.logged, "a row that is logged is added, and thereby written down"
    if not rows:
        return set()
    connection, columns = _connection(session), table_of(kind).c
    adding, given = _adding(session, kind, rows)
    returning = adding.on_conflict_do_nothing().returning(columns.id, *(columns[one] for one in by))
    found = connection.execute(returning, given).all()
    require_in_scope(session, kind, [one.id for one in found])
    return {tuple(one)[1:] for one in found}


def put_rows(
    session: ScopedSession, kind: type[Base], rows: Rows, by: Sequence[str], *, summed: Sequence[str] = ()
) -> None:
    """Add rows, or bring those that are there to what is given; for projections, which no log follows.

    Args:
        rows: no two of them of the same `by`.
        by: the columns that name a row; together unique.
        summed: the columns that are added to what is there.
    """
    assert not kind.logged, "a row that is logged is changed through a flush, and thereby written down"
    if not rows:
        return
    connection, columns = _connection(session), table_of(kind).c
    adding, given = _adding(session, kind, rows)
    new = adding.excluded
    changed = {one: columns[one] + new[one] if one in summed else new[one] for one in rows[0] if one not in by}
    putting = adding.on_conflict_do_update(index_elements=list(by), set_=changed).returning(columns.id)
    require_in_scope(session, kind, list(connection.execute(putting, given).scalars()))


def table_of(kind: type[Base]) -> Table:
    """The table of a class."""
    return cast("Table", inspect(kind).local_table)


def _connection(session: ScopedSession) -> Connection:
    """The connection of a session once what waits is written; row-level security stays as whoever writes has it."""
    session.flush()
    session.follow_scope()
    return Session.connection(session)


def _adding(session: ScopedSession, kind: type[Base], rows: Rows) -> tuple[Any, Any]:
    """The insertion of rows, and what it is given: the rows, or on PostgreSQL one text of them."""
    dialect, columns = session.get_bind().dialect, table_of(kind).c
    names = tuple(rows[0])
    if dialect.name != "postgresql" or any(isinstance(columns[one].type, LargeBinary) for one in names):
        return insert_into(session, kind), rows
    defaults = {
        one.name: cast("Any", one.default).arg
        for one in columns if one.default is not None and one.default.is_scalar and one.name not in names
    }  # fmt: skip
    return _adding_text(kind, (*names, *defaults)), {_GIVEN: _text(kind, dialect, [row | defaults for row in rows])}


@cache
def _adding_text(kind: type[Base], names: tuple[str, ...]) -> Any:
    """The insertion of rows that come as one JSON text, in the order of their places."""
    columns = table_of(kind).c
    given = func.json_to_recordset(as_type(bindparam(_GIVEN, type_=Text()), postgresql.JSON())).table_valued(
        column(_PLACE, Integer()), *(column(one, columns[one].type) for one in names), name="given"
    )
    rows = given.render_derived(with_types=True)
    ordered = select(*(rows.c[one] for one in names)).order_by(rows.c[_PLACE])
    return postgresql.insert(table_of(kind)).from_select(list(names), ordered, include_defaults=False)


def _text(kind: type[Base], dialect: Dialect, rows: Rows) -> str:
    """Rows as JSON, each value as the driver would have it, with the place of its row."""
    columns = table_of(kind).c
    bound = {one: columns[one].type.dialect_impl(dialect).bind_processor(dialect) for one in rows[0]}
    plain = [
        {name: bind(row[name]) if bind is not None else row[name] for name, bind in bound.items()} | {_PLACE: place}
        for place, row in enumerate(rows)
    ]
    return json.dumps(plain, ensure_ascii=False, default=str)  # days and moments
