"""The queue of marked work: several workers take from it, each entry is done once, dead workers lose their lease.

An entry waits, is taken under a lease, and ends in the same transaction as the work that it asked for. A worker that
dies leaves an entry whose lease runs out; the next worker takes it and finds nothing half done.
"""

from __future__ import annotations

import enum
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db import checkpoints
from atmp_insure.db.added_rows import add_absent_rows
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.once import insert_once
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import Json, state_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who
    from atmp_insure.db.session import ScopedSession

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
_MOST_TRIES = 3
_MARKED_AGAIN = "Remplacé par le même travail, demandé de nouveau."
_FIRST_WAIT = timedelta(seconds=30)  # doubled after each failure


class EntryState(enum.Enum):
    """Where an entry of the queue stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"  # tried too often: a person must look


class QueueEntry(Base):
    """Work that was marked; one waiting entry at most for a kind and a key."""

    __tablename__ = "work_queue"
    __table_args__ = with_constraints(
        Index(
            "uq_work_queue_open",
            "kind",
            "key",
            unique=True,
            sqlite_where=mapped_column("state") == "waiting",
            postgresql_where=mapped_column("state") == "waiting",
        ),
        Index(None, "state", "due_at", "id"),
        CheckConstraint("attempts >= 0", name="attempts"),
    )
    logged = False

    kind: Mapped[str]
    key: Mapped[str]
    payload: Mapped[Json]
    company_id: Mapped[int | None]
    state: Mapped[EntryState] = mapped_column(state_column(EntryState), default=EntryState.WAITING)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    error: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own staff see the queue."""
        return who.office("runs.read")


@dataclass(frozen=True, slots=True)
class Mark:
    """Work to be marked: one waiting entry at most for a kind and a key."""

    kind: str
    key: str
    due_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


@unscoped("work is marked in the name of whoever caused it")
def mark_all(session: ScopedSession, marks: Sequence[Mark]) -> None:
    """Put entries in the queue together, but for those whose like already waits, which `mark_work` holds."""
    wanted = {(one.kind, one.key): one for one in marks}
    added = add_absent_rows(session, QueueEntry, [
        {"kind": one.kind, "key": one.key, "payload": one.payload, "company_id": None, "due_at": one.due_at}
        for one in wanted.values()
    ], ("kind", "key"))  # fmt: skip
    for name, one in wanted.items():
        if name not in added:
            mark_work(session, one.kind, one.key, due_at=one.due_at, payload=one.payload)


@unscoped("work is marked in the name of whoever caused it")
def mark_work(
    session: ScopedSession,
    kind: str,
    key: str,
    *,
    due_at: datetime,
    payload: dict[str, object] | None = None,
    company_id: int | None = None,
) -> QueueEntry:
    """Put an entry in the queue, unless one of the same kind and key already waits."""
    waiting = (
        select(QueueEntry)
        .where(QueueEntry.kind == kind, QueueEntry.key == key, QueueEntry.state == EntryState.WAITING)
        .with_for_update(of=QueueEntry)
    )
    values = {"kind": kind, "key": key, "payload": payload or {}, "company_id": company_id, "due_at": due_at}
    for _ in range(_MOST_TRIES):
        entry, _is_new = insert_once(session, QueueEntry, values, waiting)
        if entry is not None:
            return entry  # else the one that waited was taken in between: ours is added after it
    raise RuntimeError(f"{kind} {key} was taken each time that it was to be marked again")


@unscoped("workers serve every company")
def has_due_entry(session: ScopedSession, kinds: Collection[str], now: datetime) -> bool:
    """Whether a worker would find something; asked by reading, so that waiting workers disturb nobody."""
    return session.scalar(select(QueueEntry.id).where(_due(now), QueueEntry.kind.in_(kinds)).limit(1)) is not None


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        (QueueEntry.state == EntryState.WAITING) & (QueueEntry.due_at <= now),
        (QueueEntry.state == EntryState.TAKEN) & (QueueEntry.leased_until < now),
    )


@unscoped("workers serve every company")
def take_entry(session: ScopedSession, kinds: Collection[str], now: datetime) -> QueueEntry | None:
    """Take the oldest entry that is due, under a new lease; None when nothing waits.

    An entry whose lease ran out is taken like a waiting one: its worker is dead, or too slow to be believed.
    """
    statement = (
        select(QueueEntry)
        .where(_due(now), QueueEntry.kind.in_(kinds))
        .order_by(QueueEntry.due_at, QueueEntry.id)
        .limit(1)
        .with_for_update(of=QueueEntry, skip_locked=True)
    )
    while (entry := session.scalar(statement)) is not None:
        if entry.attempts < MOST_ATTEMPTS:
            entry.state, entry.lease = EntryState.TAKEN, secrets.token_hex(8)
            entry.leased_until, entry.attempts = now + LEASE, entry.attempts + 1
            session.flush()
            checkpoints.reached("queue: entry taken")
            return entry
        entry.state, entry.leased_until = EntryState.FAILED, None
        entry.error = (
            entry.error or f"Interrompu {entry.attempts} fois sans aboutir : le processus s'arrête à ce travail."
        )
        session.flush()
    return None


@unscoped("workers serve every company")
def hold_entry(session: ScopedSession, entry_id: int, lease: str, now: datetime) -> QueueEntry | None:
    """The entry, locked for the length of the transaction, if the lease is still ours; its end is put off."""
    statement = select(QueueEntry).where(
        QueueEntry.id == entry_id, QueueEntry.lease == lease, QueueEntry.state == EntryState.TAKEN
    )
    entry = session.scalar(statement.with_for_update(of=QueueEntry))
    if entry is not None:
        entry.leased_until = now + LEASE
        session.flush()
    return entry


@unscoped("workers serve every company")
def finish_entry(session: ScopedSession, entry: QueueEntry) -> None:
    """Say that the work is done, in the transaction of the work itself."""
    entry.state, entry.leased_until, entry.error = EntryState.DONE, None, None
    session.flush()
    checkpoints.reached("queue: work done")


@unscoped("workers serve every company")
def release_entry(session: ScopedSession, entry: QueueEntry) -> None:
    """Give an unfinished entry back at once: the process is asked to stop."""
    _let_wait(session, entry, entry.due_at)


@unscoped("workers serve every company")
def fail_entry(session: ScopedSession, entry: QueueEntry, error: str, now: datetime) -> None:
    """Say that the work failed: it waits longer each time, then a person must look."""
    entry.error, entry.leased_until = error, None
    if entry.attempts >= MOST_ATTEMPTS:
        entry.state = EntryState.FAILED
        session.flush()
    else:
        _let_wait(session, entry, now + _FIRST_WAIT * 2 ** (entry.attempts - 1))


@unscoped("people of the office look after the queue; who may is decided by the route")
def retry_entry(session: ScopedSession, entry: QueueEntry, now: datetime) -> None:
    """Let an entry that failed for good wait again: someone has looked."""
    session.refresh(entry, with_for_update=True)
    if entry.state is EntryState.FAILED:
        entry.attempts = 0
        _let_wait(session, entry, now)


def _let_wait(session: ScopedSession, entry: QueueEntry, due_at: datetime) -> None:
    """Back among those that wait, unless the same work was marked again meanwhile: that one then does it."""
    values = {"state": EntryState.WAITING, "due_at": due_at, "leased_until": None, "lease": None}
    try:
        with session.begin_nested():
            for name, value in values.items():
                setattr(entry, name, value)
    except IntegrityError:
        session.refresh(entry)
        entry.state, entry.leased_until, entry.error = EntryState.DONE, None, _MARKED_AGAIN
    session.flush()
