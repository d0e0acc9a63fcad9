"""The chain over the logs: one sealer digests committed rows in batches; anyone may verify up to where it holds.

A link is a keyed digest of its rows and of the link before it. Rows may be committed out of the order of their numbers:
a link remembers the numbers that were missing, and a later one takes them in when they appear, within a day; a row
that appears there later was put in by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry, Seal
from atmp_insure.db.guards import PurgePermit
from atmp_insure.db.leases import hold_lease
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select

    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.db.session import ScopedSession

LOGS: dict[str, type[ChangeLogEntry | ReadingLogEntry]] = {
    "change_log": ChangeLogEntry,
    "reading_log": ReadingLogEntry,
}
BATCH = 5000
LATE_FOR = timedelta(days=1)  # no transaction stays open so long
_NUMBERS_AT_ONCE = 500
_GENESIS = b"\x00" * 32


@dataclass(frozen=True, slots=True)
class Verification:
    """How far one log holds.

    Attributes:
        sealed_rows: rows under a link that holds.
        sealed_until: the moment of the last of them.
        waiting_rows: rows not sealed yet.
        faults: what does not hold, in French.
    """

    log_name: str
    sealed_rows: int
    sealed_until: datetime | None
    waiting_rows: int
    faults: tuple[str, ...]


@unscoped("the sealer covers the logs of every company")
def seal_log(session: ScopedSession, log_name: str, now: datetime) -> int:
    """Seal the next batch of one log; gives the number of rows. Of two sealers at once, the second finds nothing."""
    hold_lease(session, f"seal:{log_name}", "sealer", now)  # locks the row of the lease: one sealer at a time
    table = LOGS[log_name]
    last = _last_seal(session, log_name)
    start = last.last_id if last is not None else 0
    rows = session.scalars(select(table).where(table.id > start).order_by(table.id).limit(BATCH)).all()
    late = _late_rows(session, log_name)
    if not rows and not late:
        return 0
    covered = sorted([*late, *rows], key=lambda row: row.id)
    end = rows[-1].id if rows else start
    present = {row.id for row in rows}
    previous = last.digest if last is not None else _GENESIS
    seal = Seal(
        log_name=log_name, first_id=start + 1, last_id=end, late_ids=[row.id for row in late],
        absent_ids=[number for number in range(start + 1, end + 1) if number not in present], row_count=len(covered),
        first_at=min(row.at for row in covered), last_at=max(row.at for row in covered), previous_digest=previous,
        digest=b"", sealed_at=now,
    )  # fmt: skip
    seal.digest = _digest(session, seal, covered)
    session.add(seal)
    session.flush()
    return len(covered)


def _last_seal(session: ScopedSession, log_name: str) -> Seal | None:
    return session.scalar(select(Seal).where(Seal.log_name == log_name).order_by(Seal.id.desc()).limit(1))


def _late_rows(session: ScopedSession, log_name: str) -> list[Any]:
    """Rows that now stand where a recent link found nothing, and that no link has taken in yet."""
    last = _last_seal(session, log_name)
    if last is None:
        return []
    recent = session.scalars(
        select(Seal).where(Seal.log_name == log_name, Seal.sealed_at >= last.sealed_at - LATE_FOR)
    ).all()
    missing = {number for seal in recent for number in seal.absent_ids}
    missing -= {number for seal in recent for number in seal.late_ids}
    return _rows(session, LOGS[log_name], missing)


def _rows(session: ScopedSession, table: Any, numbers: Collection[int]) -> list[Any]:
    """The rows of some numbers, in their order; asked for by parts, as an engine takes so many values at once."""
    asked = sorted(numbers)
    found: list[Any] = []
    for start in range(0, len(asked), _NUMBERS_AT_ONCE):
        part = asked[start : start + _NUMBERS_AT_ONCE]
        found += session.scalars(select(table).where(table.id.in_(part)).order_by(table.id))
    return found


@unscoped("verifying covers the logs of every company")
def verify_log(session: ScopedSession, log_name: str) -> Verification:
    """Go through the chain of one log and say how far it holds, and what does not."""
    table = LOGS[log_name]
    taken_later = {number for late in session.scalars(_of(log_name, Seal.late_ids)) for number in late}
    last = _last_seal(session, log_name)
    faults, rows_held, until, previous = [], 0, None, _GENESIS
    waiting = session.scalar(_count(table).where(table.id > (last.last_id if last is not None else 0))) or 0
    for seal in session.scalars(select(Seal).where(Seal.log_name == log_name).order_by(Seal.id)):
        covered, others = _standing_rows(session, table, seal, taken_later)
        fault = _fault(session, seal, previous, covered)
        previous = seal.digest
        if others and last is not None and seal.sealed_at < last.sealed_at - LATE_FOR:
            fault = fault or "une ligne a été ajoutée après coup"
        else:
            waiting += len(others)
        if fault:
            faults.append(f"maillon {seal.id} (lignes {seal.first_id} à {seal.last_id}) : {fault}")
        elif seal.purged_at is None:
            rows_held, until = rows_held + len(covered), seal.last_at
    if session.scalar(_count(table).where(table.id < 1)):
        faults.append("une ligne a été ajoutée avant le premier maillon")
    return Verification(log_name, rows_held, until, waiting, tuple(faults))


def _of(log_name: str, column: Any) -> Select[Any]:
    return select(column).where(Seal.log_name == log_name)


def _count(table: Any) -> Select[Any]:
    return select(func.count(table.id))


def _fault(session: ScopedSession, seal: Seal, previous: bytes, covered: list[Any]) -> str:
    """What does not hold in one link; empty when it holds."""
    if seal.previous_digest != previous:
        return "ne suit pas le maillon précédent, un maillon a été altéré ou retiré"
    if seal.purged_at is None:
        whole = len(covered) == seal.row_count and _digest(session, seal, covered) == seal.digest
        return "" if whole else "une ligne a été altérée, ajoutée ou retirée"
    if covered:
        return "une ligne se trouve dans une période effacée"
    return (
        "" if _purge_digest(session, seal) == seal.purge_digest else "l'effacement de cette période n'est pas le nôtre"
    )


def _standing_rows(
    session: ScopedSession, table: Any, seal: Seal, taken_later: set[int]
) -> tuple[list[Any], list[Any]]:
    """The rows of a link that stand in the log, in order, and those that stand where it found nothing."""
    absent, late = set(seal.absent_ids), set(seal.late_ids)
    within = session.scalars(select(table).where(table.id.between(seal.first_id, seal.last_id))).all()
    covered = [row for row in within if row.id not in absent] + _rows(session, table, late)
    others = [row for row in within if row.id in absent and row.id not in taken_later]
    return sorted(covered, key=lambda row: int(row.id)), others


def _digest(session: ScopedSession, seal: Seal, rows: Sequence[Any]) -> bytes:
    parts = (json.dumps(_content(row), ensure_ascii=False, sort_keys=True) for row in rows)
    return _ring(session).digest("seal", seal.previous_digest, _head(seal), *parts)


def _purge_digest(session: ScopedSession, seal: Seal) -> bytes:
    purged_at = seal.purged_at.isoformat() if seal.purged_at is not None else ""
    return _ring(session).digest("purge", seal.digest, _head(seal), purged_at)


def _head(seal: Seal) -> str:
    numbers = [seal.first_id, seal.last_id, seal.late_ids, seal.absent_ids, seal.row_count]
    moments = [moment.isoformat() for moment in (seal.first_at, seal.last_at, seal.sealed_at)]
    return json.dumps([seal.log_name, *numbers, *moments])


def _ring(session: ScopedSession) -> KeyRing:
    return key_ring_of(session.get_bind().dialect)


def _content(row: Any) -> list[Any]:
    names = [attribute.key for attribute in row.__mapper__.column_attrs]
    values = (getattr(row, name) for name in names)
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


@unscoped("a purge covers the logs of every company")
def purge_log(session: ScopedSession, log_name: str, kept_for: timedelta, now: datetime) -> int:
    """Delete whole sealed periods older than their retention, oldest first; the links stay. Gives the rows deleted.

    The last period stays, however old: without any row, a database would number new ones from 1 again.

    Source: procedures.md 10, logs kept 6 to 12 months.
    """
    table = LOGS[log_name]
    seals = session.scalars(
        select(Seal).where(Seal.log_name == log_name, Seal.purged_at.is_(None)).order_by(Seal.id)
    ).all()
    session.execute(insert(PurgePermit).values(table_name=table.__tablename__))
    deleted = 0
    for seal in seals[:-1]:
        if seal.last_at >= now - kept_for:
            break
        numbers = [row.id for row in _standing_rows(session, table, seal, set())[0]]
        for start in range(0, len(numbers), _NUMBERS_AT_ONCE):
            session.execute(delete(table).where(table.id.in_(numbers[start : start + _NUMBERS_AT_ONCE])))
        seal.purged_at = now
        seal.purge_digest = _purge_digest(session, seal)
        deleted += len(numbers)
    session.execute(delete(PurgePermit).where(PurgePermit.table_name == table.__tablename__))
    session.flush()
    return deleted
