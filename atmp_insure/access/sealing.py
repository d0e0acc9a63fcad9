"""The chain over the logs: one sealer digests committed rows in batches; anyone may verify up to where it holds.

A link is a keyed digest of its rows and of the link before it. Rows may be committed out of the order of their numbers:
a link remembers the numbers that were missing, and a later one takes them in when they appear.
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
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession

LOGS: dict[str, type[ChangeLogEntry | ReadingLogEntry]] = {
    "change_log": ChangeLogEntry,
    "reading_log": ReadingLogEntry,
}
BATCH = 5000
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
    """Rows that now stand where a former link found nothing, and that no link has taken in yet."""
    table = LOGS[log_name]
    seals = session.scalars(select(Seal).where(Seal.log_name == log_name)).all()
    missing = {number for seal in seals for number in seal.absent_ids}
    missing -= {number for seal in seals for number in seal.late_ids}
    return list(session.scalars(select(table).where(table.id.in_(missing)).order_by(table.id))) if missing else []


@unscoped("verifying covers the logs of every company")
def verify_log(session: ScopedSession, log_name: str) -> Verification:
    """Go through the chain of one log and say how far it holds, and what does not."""
    table = LOGS[log_name]
    faults, rows_held, until, previous = [], 0, None, _GENESIS
    for seal in session.scalars(select(Seal).where(Seal.log_name == log_name).order_by(Seal.id)):
        place = f"maillon {seal.id} (lignes {seal.first_id} à {seal.last_id})"
        if seal.previous_digest != previous:
            faults.append(f"{place} : ne suit pas le maillon précédent, un maillon a été altéré ou retiré")
        previous = seal.digest
        if seal.purged_at is not None:
            continue
        covered = _covered_rows(session, table, seal)
        if len(covered) != seal.row_count or _digest(session, seal, covered) != seal.digest:
            faults.append(f"{place} : une ligne a été altérée, ajoutée ou retirée")
            continue
        rows_held, until = rows_held + len(covered), seal.last_at
    last = _last_seal(session, log_name)
    beyond = select(func.count()).select_from(table).where(table.id > (last.last_id if last is not None else 0))
    waiting = session.scalar(beyond) or 0
    return Verification(log_name, rows_held, until, waiting + len(_late_rows(session, log_name)), tuple(faults))


def _covered_rows(session: ScopedSession, table: Any, seal: Seal) -> list[Any]:
    absent, late = set(seal.absent_ids), set(seal.late_ids)
    within = session.scalars(select(table).where(table.id.between(seal.first_id, seal.last_id))).all()
    added = session.scalars(select(table).where(table.id.in_(late))).all() if late else []
    found = {row.id: row for row in [*within, *added] if row.id in late or row.id not in absent}
    return [found[number] for number in sorted(found)]


def _digest(session: ScopedSession, seal: Seal, rows: Sequence[Any]) -> bytes:
    ring = key_ring_of(session.get_bind().dialect)
    head = [seal.log_name, seal.first_id, seal.last_id, seal.late_ids, seal.absent_ids, seal.row_count]
    parts = [json.dumps(head), *(json.dumps(_content(row), ensure_ascii=False, sort_keys=True) for row in rows)]
    return ring.digest("seal", seal.previous_digest, *parts)


def _content(row: Any) -> list[Any]:
    names = [attribute.key for attribute in row.__mapper__.column_attrs]
    values = (getattr(row, name) for name in names)
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


@unscoped("a purge covers the logs of every company")
def purge_log(session: ScopedSession, log_name: str, kept_for: timedelta, now: datetime) -> int:
    """Delete whole sealed periods older than their retention, oldest first; the links stay. Gives the rows deleted.

    Source: procedures.md 10, logs kept 6 to 12 months.
    """
    table = LOGS[log_name]
    seals = session.scalars(
        select(Seal).where(Seal.log_name == log_name, Seal.purged_at.is_(None)).order_by(Seal.id)
    ).all()
    session.execute(insert(PurgePermit).values(table_name=table.__tablename__))
    deleted = 0
    for seal in seals:
        if seal.last_at >= now - kept_for:
            break
        numbers = [row.id for row in _covered_rows(session, table, seal)]
        session.execute(delete(table).where(table.id.in_(numbers)))
        seal.purged_at = now
        deleted += len(numbers)
    session.execute(delete(PurgePermit).where(PurgePermit.table_name == table.__tablename__))
    session.flush()
    return deleted
