"""What an actor may see, written once as an SQL expression, and enforced twice.

A class says `scope(who)`. The session binds `who` to its actor and adds the criterion to every statement; on PostgreSQL
the same expression, bound to the settings of the connection, is the row-level security policy of the table.
"""

from __future__ import annotations

import enum
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from typing import cast as as_type

from sqlalchemy import BigInteger, ColumnElement, Text, and_, any_, cast, false, func, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import AsBoolean, BooleanClauseList, False_, Grouping, True_

from atmp_insure.db.base import INTERNAL, PUBLIC, Base
from atmp_insure.db.reach import CompanyReach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from atmp_insure.db.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")
ACTORS_KEPT = 500  # whose criteria and settings a process remembers: people who work at the same time
_reason: ContextVar[str | None] = ContextVar("unscoped", default=None)


class UndeclaredTable(Exception):
    """A mapped class says neither who sees its rows nor that it is public or internal: start-up stops."""


class OutOfScope(Exception):
    """An attempt to write a row that the actor may not see, or to go around the criteria."""


class Who:
    """The actor as SQL; the two ways to bind it are below.

    Each question may name a right: only the grants that give that right then count.
    """

    user_id: ColumnElement[Any]

    def may(self, right: str) -> ColumnElement[bool]:
        """Whether the actor holds a right somewhere."""
        raise NotImplementedError

    def office(self, right: str | None = None) -> ColumnElement[bool]:
        """Whether the actor sees every company."""
        raise NotImplementedError

    def granted(self, named: Named, column: ColumnElement[Any], right: str | None = None) -> ColumnElement[bool]:
        """Whether what a column names was granted to the actor."""
        raise NotImplementedError

    def held_alike(self, rights: Iterable[str]) -> list[list[str]]:
        """The rights in groups of those that hold in the same places, so that one question serves for a group."""
        return [[right] for right in rights]

    def one_of(
        self, column: ColumnElement[Any], key: ColumnElement[Any], limit: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        """Whether a column names one of the rows of another table, by their key, that are within a limit."""
        raise NotImplementedError

    def reaches(
        self,
        company_id: ColumnElement[Any],
        establishment_id: ColumnElement[Any] | None = None,
        right: str | None = None,
    ) -> ColumnElement[bool]:
        """Whether the actor reaches a company: all of them, by an organisation, or by name."""
        reached = self.granted(Named.ORGANISATION, CompanyReach.organisation_id.expression, right)
        through = self.one_of(company_id, CompanyReach.company_id.expression, reached)
        ways = [self.office(right), through, self.granted(Named.COMPANY, company_id, right)]
        if establishment_id is not None:
            ways.append(self.granted(Named.ESTABLISHMENT, establishment_id, right))
        return or_(*ways)


class Named(enum.Enum):
    """What a grant may name; the value is the attribute of the grant."""

    ORGANISATION = "organisation_id"
    COMPANY = "company_id"
    ESTABLISHMENT = "establishment_id"
    FILE = "file_ref"


class BoundActor(Who):
    """The actor of a session, as bound values."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self.user_id = cast(actor.user_id if actor.user_id is not None else -1, BigInteger)

    def may(self, right: str) -> ColumnElement[bool]:
        """Whether the actor holds a right somewhere."""
        return _constant(self._actor.may(right))

    def office(self, right: str | None = None) -> ColumnElement[bool]:
        """Whether the actor sees every company."""
        return _constant(self._actor.everywhere(right))

    def granted(self, named: Named, column: ColumnElement[Any], right: str | None = None) -> ColumnElement[bool]:
        """Whether what a column names was granted to the actor."""
        values = {getattr(grant, named.value) for grant in self._actor.granted(right)} - {None}
        return column.in_(sorted(values)) if values else false()

    def held_alike(self, rights: Iterable[str]) -> list[list[str]]:
        """The rights that the actor holds, in groups of those that the same grants give."""
        groups: dict[object, list[str]] = {}
        for right in filter(self._actor.may, rights):
            groups.setdefault(self._actor.granted(right), []).append(right)
        return list(groups.values())

    def one_of(
        self, column: ColumnElement[Any], key: ColumnElement[Any], limit: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        """Whether a column names one of the rows of another table; an engine may begin by these rows."""
        within = _folded(limit)
        names_one = column.foreign_keys and not getattr(column, "nullable", True)
        if isinstance(within, False_) or (isinstance(within, True_) and names_one):
            return within
        return column.in_(select(key).where(within))


def _name(name: str, right: str | None) -> str:
    return f"atmp.{name}" if right is None else f"atmp.{name}_{right.replace('.', '_')}"


def _setting(name: str, right: str | None = None) -> ColumnElement[Any]:
    found: ColumnElement[Any] = func.current_setting(_name(name, right), True)
    return found


def _once(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """As a query within the query: PostgreSQL works it out once for each statement, and not for each row."""
    return select(value).scalar_subquery()


class ConnectionActor(Who):
    """The actor as PostgreSQL reads it from the settings of the connection, for row-level security."""

    user_id: ColumnElement[Any] = _once(cast(func.nullif(_setting("user_id"), ""), BigInteger))

    def may(self, right: str) -> ColumnElement[bool]:
        """Whether the actor holds a right somewhere."""
        return or_(_once(_setting("rights")).like(f"%,{right},%"), self._is_system)

    def office(self, right: str | None = None) -> ColumnElement[bool]:
        """Whether the actor sees every company."""
        return or_(_once(_setting("everywhere", right)) == "on", self._is_system)

    def granted(self, named: Named, column: ColumnElement[Any], right: str | None = None) -> ColumnElement[bool]:
        """Whether what a column names was granted to the actor."""
        kind: Any = Text() if named is Named.FILE else BigInteger()
        listed = cast(func.string_to_array(func.nullif(_setting(named.value, right), ""), ","), ARRAY(kind))
        found: ColumnElement[bool] = any_(cast(_once(listed), ARRAY(kind))) == column  # the outer cast makes it no set
        return found

    def one_of(
        self, column: ColumnElement[Any], key: ColumnElement[Any], limit: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        """Whether a column names one of the rows of another table: PostgreSQL asks row by row, or of all at once.

        The column is written by its name: it is of the row that the policy looks at, not of the query within.
        """
        row: ColumnElement[Any] = literal_column(f"{column.table.name}.{column.name}")
        return select(literal_column("1")).select_from(key.table).where(key == row, limit).exists()

    @property
    def _is_system(self) -> ColumnElement[bool]:
        found: ColumnElement[bool] = _once(_setting("is_system")) == "on"
        return found


def connection_settings(actor: Actor) -> dict[str, str]:
    """What a transaction tells PostgreSQL of its actor, for `ConnectionActor`."""
    settings = {
        "atmp.is_system": "on" if actor.is_system else "off",
        "atmp.user_id": "" if actor.user_id is None else str(actor.user_id),
        "atmp.rights": f",{','.join(sorted(actor.rights))},",
    }
    for right in (None, *sorted(actor.rights)):
        if actor.everywhere(right):
            settings[_name("everywhere", right)] = "on"
        for named in Named:
            values = {getattr(grant, named.value) for grant in actor.granted(right)} - {None}
            if values:
                settings[_name(named.value, right)] = ",".join(str(value) for value in sorted(values))
    return settings


def _constant(value: bool) -> ColumnElement[bool]:
    return true() if value else false()


def criterion(kind: type[Base], who: Who) -> ColumnElement[bool]:
    """The rows of one table that `who` may see."""
    if kind.visibility == PUBLIC:
        return true()
    if kind.visibility == INTERNAL:
        return false()
    return _folded(kind.scope(who))


def _folded(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """A criterion without the constants within it: an engine begins by an index only where no `OR false` hides it."""
    if isinstance(clause, AsBoolean | Grouping):
        inner = _folded(as_type("ColumnElement[bool]", clause.element))
        return inner if isinstance(inner, True_ | False_) else clause
    if not isinstance(clause, BooleanClauseList):
        return clause
    decides, is_or = (True_, True) if clause.operator is operators.or_ else (False_, False)
    parts = [_folded(part) for part in as_type("list[ColumnElement[bool]]", clause.clauses)]
    if any(isinstance(part, decides) for part in parts):
        return _constant(is_or)
    kept = [part for part in parts if not isinstance(part, True_ | False_)]
    return (or_(*kept) if is_or else and_(*kept)) if kept else _constant(not is_or)


def require_declarations() -> None:
    """Refuse to start while a table says neither its scope nor that it is public or internal.

    Raises:
        UndeclaredTable: names the classes.
    """
    undeclared = [
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if mapper.class_.visibility is None and "scope" not in _own_names(mapper.class_)
    ]
    if undeclared:
        raise UndeclaredTable(f"tables sans portée déclarée : {', '.join(sorted(undeclared))}")


def unscoped(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function that must read or write beside the scope, and say why; a test lists them all."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*arguments: P.args, **keywords: P.kwargs) -> R:
            with outside_scope(reason):
                return function(*arguments, **keywords)

        call.unscoped_reason = reason  # type: ignore[attr-defined]
        return call

    return mark


@contextmanager
def outside_scope(reason: str) -> Iterator[None]:
    """The same for a block; only `db` and `access` use it."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def unscoped_reason() -> str | None:
    """Why the code that runs now may go beside the scope; None when it may not."""
    return _reason.get()


def _own_names(kind: type[Base]) -> set[str]:
    return {name for parent in kind.__mro__ if parent not in Base.__mro__ for name in vars(parent)}
