"""Every question that the accounting file of a year asks of the books, a few hundred entries at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from atmp_insure.ledger import queries
from atmp_insure.ledger.chart import Journal
from atmp_insure.ledger.models import ClosedMonth, LedgerAccount, LedgerEntry, LedgerMatch, OpenItem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession

AT_ONCE = 500  # entries that are held together, or numbers that one statement names


def opening_entries(session: ScopedSession, first_day: date) -> Iterator[Sequence[LedgerEntry]]:
    """The entries of the opening journal on the first day of a year, with their transfers, in pieces."""
    is_opening = LedgerEntry.journal == Journal.OPENING, LedgerEntry.entered_on == first_day
    return _in_pieces(session, and_(*is_opening))


def entries_between(session: ScopedSession, first_day: date, last_day: date) -> Iterator[Sequence[LedgerEntry]]:
    """The other entries of a year with their transfers, by day and as they were posted within one, in pieces."""
    is_other = or_(LedgerEntry.journal != Journal.OPENING, LedgerEntry.entered_on != first_day)
    return _in_pieces(session, and_(
        LedgerEntry.entered_on >= first_day, LedgerEntry.entered_on <= last_day, is_other
    ))  # fmt: skip


def _in_pieces(session: ScopedSession, wanted: ColumnElement[bool]) -> Iterator[Sequence[LedgerEntry]]:
    order = LedgerEntry.entered_on, LedgerEntry.id
    statement = select(LedgerEntry).where(wanted).options(selectinload(LedgerEntry.transfers)).order_by(*order)
    after: LedgerEntry | None = None
    while True:
        rest = statement if after is None else statement.where(or_(
            LedgerEntry.entered_on > after.entered_on,
            and_(LedgerEntry.entered_on == after.entered_on, LedgerEntry.id > after.id),
        ))  # fmt: skip
        found = session.scalars(rest.limit(AT_ONCE)).all()
        if not found:
            return
        after = found[-1]
        yield found
        session.expunge_all()  # what was written is not held


def accounts_numbered(session: ScopedSession, numbers: Collection[int]) -> list[LedgerAccount]:
    """Accounts by their numbers."""
    wanted = sorted(numbers)
    return [
        one
        for at in range(0, len(wanted), AT_ONCE)
        for one in session.scalars(select(LedgerAccount).where(LedgerAccount.id.in_(wanted[at : at + AT_ONCE])))
    ]


def items_of(session: ScopedSession, entry_ids: Collection[int]) -> list[OpenItem]:
    """What entries left to be settled, settled or not."""
    wanted = sorted(entry_ids)
    return [
        one
        for at in range(0, len(wanted), AT_ONCE)
        for one in session.scalars(select(OpenItem).where(OpenItem.entry_id.in_(wanted[at : at + AT_ONCE])))
    ]


def matches_of(session: ScopedSession, entry_ids: Collection[int]) -> list[LedgerMatch]:
    """The matches that count of what entries left to be settled."""
    wanted = sorted(entry_ids)
    found: dict[int, LedgerMatch] = {}
    for at in range(0, len(wanted), AT_ONCE):
        some = wanted[at : at + AT_ONCE]
        for side in (LedgerMatch.debit_entry_id, LedgerMatch.credit_entry_id):
            found |= {one.id: one for one in session.scalars(queries.counting_matches().where(side.in_(some)))}
    return list(found.values())


def closed_at(session: ScopedSession) -> dict[date, datetime]:
    """When each closed month was closed, by its first day."""
    return {one.first_day: one.closed_at for one in session.scalars(select(ClosedMonth))}


def first_and_last_day(session: ScopedSession) -> tuple[date, date] | None:
    """The days of the first and of the last entry; None: there is none."""
    day = LedgerEntry.entered_on
    first = session.scalar(select(day).order_by(day, LedgerEntry.id).limit(1))
    last = session.scalar(select(day).order_by(day.desc(), LedgerEntry.id.desc()).limit(1))
    return None if first is None or last is None else (first, last)
