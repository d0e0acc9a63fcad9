"""Writes the change log in the business transaction: every row that a flush adds, changes or deletes.

Listening to the sessions is what importing this module does; `tables` imports it, so nobody can forget it.
"""

from __future__ import annotations

import enum
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, inspect

from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.db.actor import system
from atmp_insure.db.added_rows import add_rows, table_of, when_added
from atmp_insure.db.base import Base
from atmp_insure.db.scope import outside_scope
from atmp_insure.db.session import ScopedSession
from atmp_insure.db.types import SecretText, key_ring_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import InstanceState, ORMExecuteState, UOWTransaction

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database

HIDDEN = "chiffré"  # what stands for the value of an encrypted column
NEVER_LOGGED = frozenset({
    "id", "password_hash", "totp_last_step", "failed_sign_ins", "public_key", "object_key", "seen_at",
})  # fmt: skip
_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def within_request(request_id: str) -> Iterator[None]:
    """Name the request (or the job) that the entries of this block belong to."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def current_request() -> str:
    """The request or job that runs now; empty outside of any."""
    return _request_id.get()


def record_reading(
    database: Database, actor: Actor, action: str, subject: str, what: str, *, company_id: int | None = None
) -> None:
    """Write, and commit, that someone is about to see health data, a name or a document.

    A transaction of its own, before the answer: a reading is logged even when the answer then fails.

    Args:
        database: where to write.
        actor: who reads.
        action: `read`, `downloaded`, `exported` or `refused`.
        subject: the row or document.
        what: what is shown, in French, without the content itself.
        company_id: the company concerned.
    """
    with database.writing(system("reading log")) as session:
        entry = ReadingLogEntry(
            at=datetime.now(UTC), actor=actor.signature, request_id=current_request(), action=action, subject=subject,
            company_id=company_id, what=what,
        )  # fmt: skip
        session.add(entry)


@event.listens_for(ScopedSession, "after_flush")
def _write_changes(session: ScopedSession, _context: UOWTransaction) -> None:
    entries = [
        entry
        for action, rows in (("added", session.new), ("changed", session.dirty), ("deleted", session.deleted))
        for row in rows
        if isinstance(row, Base) and row.logged
        for entry in [_entry(session, action, row)]
        if entry is not None
    ]
    if entries:
        with outside_scope("the change log is written for people who may not read it"):
            session.execute(insert(ChangeLogEntry), entries)


@when_added
def _write_added(
    session: ScopedSession, kind: type[Base], numbers: Sequence[int], rows: Sequence[dict[str, Any]]
) -> None:
    """The same of rows that one statement added."""
    hidden = {column.key for column in table_of(kind).columns if isinstance(column.type, SecretText)}
    entries = [
        {
            "at": datetime.now(UTC), "actor": session.actor.signature, "request_id": current_request(),
            "action": "added", "subject": f"{kind.__tablename__}:{number}", "company_id": row.get("company_id"),
            "changes": {
                name: [None, _plain(value)] if name not in hidden else [HIDDEN, _digest(session, value)]
                for name, value in row.items() if name not in NEVER_LOGGED and value is not None
            },
        }
        for number, row in zip(numbers, rows, strict=True)
    ]  # fmt: skip
    with outside_scope("the change log is written for people who may not read it"):
        add_rows(session, ChangeLogEntry, entries)


@event.listens_for(ScopedSession, "do_orm_execute")
def _refuse_changes_beside_the_log(state: ORMExecuteState) -> None:
    """A statement that adds, changes or deletes rows by itself goes through no flush, and would leave no entry."""
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    if state.bind_mapper.class_.logged:
        raise RuntimeError(f"rows of {state.bind_mapper.class_.__name__} are changed one by one: each is logged")


def _entry(session: ScopedSession, action: str, row: Base) -> dict[str, Any] | None:
    state: InstanceState[Any] = inspect(row)
    changes = {} if action == "deleted" else _changes(session, state)
    if action == "changed" and not changes:
        return None
    return {
        "at": datetime.now(UTC),
        "actor": session.actor.signature,
        "request_id": current_request(),
        "action": action,
        "subject": f"{row.__tablename__}:{row.id}",
        "company_id": getattr(row, "company_id", None),
        "changes": changes,
    }


def _changes(session: ScopedSession, state: InstanceState[Any]) -> dict[str, list[Any]]:
    """Column → before and after; an encrypted one says that it changed, with a keyed digest of what it became."""
    changes = {}
    for column in state.mapper.column_attrs:
        name = column.key
        history = state.attrs[name].history
        if name in NEVER_LOGGED or not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if before is None and after is None:
            continue
        if isinstance(column.columns[0].type, SecretText):
            changes[name] = [HIDDEN, _digest(session, after)]
        else:
            changes[name] = [_plain(before), _plain(after)]
    return changes


def _digest(session: ScopedSession, value: object) -> str | None:
    if value is None:
        return None
    return key_ring_of(session.get_bind().dialect).digest("change log", str(value)).hex()[:16]


def _plain(value: object) -> Any:
    match value:
        case None | bool() | int():
            return value
        case enum.Enum():
            return value.value
        case bytes():
            return value.hex()[:16]
        case datetime() | date():
            return value.isoformat()
        case Decimal() | str():
            return str(value)
        case _:
            return value
