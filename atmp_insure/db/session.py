"""Sessions that carry an actor: every statement is filtered by it, nothing outside its scope is written.

Core tables, text and raw connections go around the criteria, so a session refuses them unless the function that runs is
marked `@unscoped`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import event, inspect, not_, select
from sqlalchemy import tuple_ as row_of
from sqlalchemy.orm import ORMExecuteState, Session

from atmp_insure.db.actor_criteria import criteria_of
from atmp_insure.db.base import Base
from atmp_insure.db.connection_actor import open_wall, tell_actor
from atmp_insure.db.scope import BoundActor, OutOfScope, criterion, outside_scope, unscoped_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import SessionTransaction, UOWTransaction
    from sqlalchemy.sql.base import ExecutableOption

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.facts import FactHandler


class ScopedSession(Session):
    """A session in the name of one actor."""

    def __init__(
        self,
        *,
        actor: Actor,
        bind: Engine | Connection,
        handlers: Mapping[str, tuple[FactHandler, ...]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(bind=bind, **options)
        self._actor = actor
        self.handlers = handlers or {}
        self._criteria: tuple[ExecutableOption, ...] | None = None
        self._open_wall: bool | None = False  # None: not known

    @property
    def actor(self) -> Actor:
        """In whose name it reads and writes."""
        return self._actor

    @property
    def loader_criteria(self) -> tuple[ExecutableOption, ...]:
        """What limits each statement to the scope of the actor."""
        if self._criteria is None:
            self._criteria = (criteria_of(self._actor),)
        return self._criteria

    def follow_scope(self) -> None:
        """Open or close row-level security, as the code that runs may or may not go beside the scope."""
        wanted = unscoped_reason() is not None
        if wanted == self._open_wall or self.get_bind().dialect.name != "postgresql":
            return
        connection = super().connection()  # it may begin the transaction, which is told at once
        if wanted != self._open_wall:
            self._open_wall = wanted
            open_wall(connection, wanted=wanted)

    def connection(self, *arguments: Any, **keywords: Any) -> Connection:
        """The raw connection, for functions marked `@unscoped` only."""
        if unscoped_reason() is None:
            raise OutOfScope("raw connections are for functions marked @unscoped")
        return super().connection(*arguments, **keywords)


def mapped_classes() -> list[type[Base]]:
    """Every table of the product, in a stable order."""
    found = (cast("type[Base]", mapper.class_) for mapper in Base.registry.mappers)
    return sorted(found, key=lambda kind: kind.__name__)


@event.listens_for(ScopedSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    session = cast("ScopedSession", state.session)
    session.follow_scope()
    if unscoped_reason() is not None or state.is_column_load:
        return
    if not state.is_orm_statement or state.is_insert:
        raise OutOfScope("only ORM statements are filtered by the actor; others need a function marked @unscoped")
    state.statement = state.statement.options(*session.loader_criteria)


@event.listens_for(ScopedSession, "after_begin")
def _tell_actor(session: ScopedSession, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return  # the transaction around it was told, and that holds within a savepoint
    unscoped = unscoped_reason() is not None
    session._open_wall = unscoped  # noqa: SLF001 - a listener is part of the session
    tell_actor(connection, session.actor, unscoped=unscoped)


@event.listens_for(ScopedSession, "after_soft_rollback")
def _forget_wall(session: ScopedSession, rolled_back: SessionTransaction) -> None:
    """Rolled back to a savepoint, PostgreSQL has row-level security as it was there: it is told again."""
    if rolled_back.nested:
        session._open_wall = None  # noqa: SLF001 - a listener is part of the session


@event.listens_for(ScopedSession, "before_flush")
def _refuse_foreign_rows(session: ScopedSession, _context: UOWTransaction, _instances: object) -> None:
    """Rows that are changed or deleted must be in scope as they stand."""
    session.follow_scope()
    _require_in_scope(session, [*(row for row in session.dirty if session.is_modified(row)), *session.deleted])


@event.listens_for(ScopedSession, "after_flush")
def _refuse_rows_sent_away(session: ScopedSession, _context: UOWTransaction) -> None:
    """Rows that were added or changed must be in scope as they became."""
    _require_in_scope(session, [*session.new, *session.dirty])


def _require_in_scope(session: ScopedSession, rows: Iterable[object]) -> None:
    if unscoped_reason() is not None or session.actor.is_system:
        return
    by_class: dict[type[Base], list[tuple[Any, ...]]] = {}
    for row in rows:
        if isinstance(row, Base):
            identity = inspect(row).mapper.primary_key_from_instance(row)
            by_class.setdefault(type(row), []).append(tuple(identity))
    for kind, identities in by_class.items():
        _require_identities(session, kind, identities)


def require_in_scope(session: ScopedSession, kind: type[Base], numbers: Iterable[int]) -> None:
    """Refuse rows that were written by themselves, beside any flush, and that their writer may not see.

    Raises:
        OutOfScope: names the first.
    """
    identities = [(one,) for one in numbers]
    if identities and unscoped_reason() is None and not session.actor.is_system:
        _require_identities(session, kind, identities)


def _require_identities(session: ScopedSession, kind: type[Base], identities: list[tuple[Any, ...]]) -> None:
    keys = [getattr(kind, str(column.key)) for column in inspect(kind).primary_key]
    outside = not_(criterion(kind, BoundActor(session.actor)))
    foreign = select(*keys).where(row_of(*keys).in_(identities), outside).limit(1)
    with outside_scope("looks whether a row written is in the scope of its writer"), session.no_autoflush:
        found = session.execute(foreign).first()
    session.follow_scope()
    if found is not None:
        raise OutOfScope(f"{session.actor.name} may not write {kind.__name__} {tuple(found)}")
