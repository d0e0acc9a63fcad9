"""Facts travel upward: a lower domain writes what happened, and upper domains mark their work in the same transaction.

A handler only marks work (an entry of the queue, a flag); a run does it later. A fact written twice under one key is
one fact, and is handled once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from atmp_insure.db import checkpoints
from atmp_insure.db.added_rows import add_absent_rows
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.once import insert_once
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import Json
from atmp_insure.db.work_queue import Mark, mark_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who
    from atmp_insure.db.session import ScopedSession


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, as the domain that knows it says it.

    Attributes:
        kind: what happened, in the words of the trade: `rate_notified`.
        key: equal for the same fact told twice.
        subject: what it is about: `accident:12`.
        effective_on: the day from which it holds.
        known_at: when the product learned it.
        company_id: the company concerned; None when there is none.
        details: plain values, no health data and no name of a person.
    """

    kind: str
    key: str
    subject: str
    effective_on: date
    known_at: datetime
    company_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


FactHandler = Callable[["ScopedSession", "RecordedFact"], None]


class Marking:
    """A handler that marks one piece of work for each fact, so that those of many facts are marked together.

    Attributes:
        mark: the work that a fact asks for; the function that it decorates.
    """

    def __init__(self, mark: Callable[[Fact | RecordedFact], Mark]) -> None:
        self.mark = mark
        update_wrapper(self, mark)

    def __call__(self, session: ScopedSession, fact: RecordedFact) -> None:
        """Mark it for one fact."""
        mark_all(session, [self.mark(fact)])


class RecordedFact(Base):
    """A fact as it was written; never changed."""

    __tablename__ = "facts"
    __table_args__ = with_constraints(
        UniqueConstraint("kind", "key"), Index(None, "subject"), Index(None, "company_id", "known_at")
    )
    append_only = True
    logged = False

    kind: Mapped[str]
    key: Mapped[str]
    subject: Mapped[str]
    effective_on: Mapped[date]
    known_at: Mapped[datetime]
    company_id: Mapped[int | None]
    details: Mapped[Json]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Facts of the companies that one reaches; the others are the office's."""
        return who.reaches(cls.company_id.expression)


@unscoped("a handler marks work of domains that the writer of the fact may not see")
def record_fact(session: ScopedSession, fact: Fact) -> RecordedFact:
    """Write a fact and let its handlers mark their work; the same fact told again changes nothing."""
    twin = select(RecordedFact).where(RecordedFact.kind == fact.kind, RecordedFact.key == fact.key)
    values = {one.name: getattr(fact, one.name) for one in fields(fact)}
    recorded, is_new = insert_once(session, RecordedFact, values, twin)
    assert recorded is not None, "a fact is never removed"
    if is_new:
        for handler in session.handlers.get(fact.kind, ()):
            handler(session, recorded)
        session.flush()
        checkpoints.reached("fact: handled")
    return recorded


@unscoped("a handler marks work of domains that the writer of the fact may not see")
def record_facts(session: ScopedSession, facts: Sequence[Fact]) -> None:
    """Write many facts and let their handlers mark their work; those that were told before change nothing."""
    rows = [{one.name: getattr(fact, one.name) for one in fields(fact)} for fact in facts]
    added = add_absent_rows(session, RecordedFact, rows, ("kind", "key"))
    new: dict[str, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        if (fact.kind, fact.key) in added:
            new[fact.kind].setdefault(fact.key, fact)
    for kind, by_key in new.items():
        for handler in session.handlers.get(kind, ()):
            if isinstance(handler, Marking):
                mark_all(session, [handler.mark(one) for one in by_key.values()])
                continue
            told = select(RecordedFact).where(RecordedFact.kind == kind, RecordedFact.key.in_(by_key))
            for recorded in session.scalars(told.order_by(RecordedFact.id)).all():
                handler(session, recorded)
    session.flush()
    checkpoints.reached("fact: handled")
