"""The watch over letters: what each client's channels are, when each was last looked at, which letters are awaited."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Secret, state_column
from atmp_insure.diary.tray_models import Channel

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class LookOutcome(enum.Enum):
    """What a look at a channel gave."""

    NOTHING = "nothing"  # all was read before
    NEW = "new"
    OUTAGE = "outage"  # the portal did not answer: nothing was seen
    REFUSED = "refused"  # the portal answered, and let nobody in: nothing was seen


SEEN = (LookOutcome.NOTHING, LookOutcome.NEW)


class WatchedChannel(Base):
    """A channel by which letters come for a client, and who looks at it how often.

    Attributes:
        establishment_id: the one it serves; None: the whole company.
        notices_to: the address to which the portal says that a letter is there; may name a person.
        held_by: who holds the access: the client, the broker, the office.
        look_every_days: None where nothing is to be looked at: letters come by themselves.
        next_look_on: the day to look again; None where nothing is to be looked at, or the watch is closed.
        sort_on: that day, or the last of the calendar: lists sort by it.
        looked_at: the last time that somebody saw what is there.
        last_outcome: what the last look gave; None while nobody looked.
        failing_since: the first of the last looks that saw nothing; None while looks succeed.
        told_on: when the team was told that nobody looks at it; None once somebody did.
        closed_at: since when it is watched no more; the reason stays.
    """

    __tablename__ = "watched_channels"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "company_id"),
        Index(None, "sort_on", "id"),
        Index(None, "next_look_on"),
        Index(None, "channel", "failing_since"),
        CheckConstraint("look_every_days >= 1", name="cadence"),
        CheckConstraint("(closed_at IS NULL) = (closed_reason IS NULL)", name="closed"),
        CheckConstraint("closed_at IS NULL OR next_look_on IS NULL", name="next"),
    )

    key: Mapped[str]
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    channel: Mapped[Channel] = mapped_column(state_column(Channel))
    held_by: Mapped[str]
    notices_to: Mapped[Secret | None]
    look_every_days: Mapped[int | None]
    watched_since: Mapped[date]
    next_look_on: Mapped[date | None]
    sort_on: Mapped[date]
    looked_at: Mapped[datetime | None]
    last_outcome: Mapped[LookOutcome | None] = mapped_column(state_column(LookOutcome))
    failing_since: Mapped[datetime | None]
    told_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[Secret | None]

    company_name: Mapped[str | None] = query_expression()
    awaited_count: Mapped[int | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Channels of the companies that one reaches."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_DIARY)


class ChannelLook(Base):
    """A look at a channel: when, by whom, what it gave. Never changed: a mistake is looked at again."""

    __tablename__ = "channel_looks"
    __table_args__ = with_constraints(Index(None, "watch_id", "looked_at", "id"))

    watch_id: Mapped[int] = mapped_column(ForeignKey("watched_channels.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    looked_at: Mapped[datetime]
    looked_by: Mapped[str]
    outcome: Mapped[LookOutcome] = mapped_column(state_column(LookOutcome))
    note: Mapped[Secret | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Looks at the channels of the companies that one reaches."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_DIARY)


class AwaitedState(enum.Enum):
    """Where an awaited letter stands; none is ever deleted."""

    EXPECTED = "expected"  # it should come
    AVAILABLE = "available"  # it is on its portal, and nobody opened it
    READ = "read"  # opened, and not in the vault yet
    KEPT = "kept"  # in the vault
    LOST = "lost"  # gone from its portal before it was kept
    SET_ASIDE = "set_aside"  # it will not come, or does not matter: the reason stays


STILL_AWAITED = (AwaitedState.EXPECTED, AwaitedState.AVAILABLE, AwaitedState.READ)


class AwaitedLetter(Base):
    """A letter that should come, or of which a portal says that it is there.

    Attributes:
        key: equal for the same letter expected twice by a rule; None for one written by hand.
        kind: kind of document that it will be.
        label: what it is, without any name of a person.
        reason: why it is expected.
        expected_on: the day from which its absence is worth a question; None once it is announced without one.
        available_on: the day its sender made it available; None while it is only expected.
        mailed_at: when the notice of it was mailed.
        first_read_at: when somebody first opened it: for a rate, a clock starts there.
        downloaded_at: when it was taken from the portal.
    """

    __tablename__ = "awaited_letters"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "watch_id", "state"),
        Index(None, "company_id", "state"),
        Index(None, "state", "sort_on", "id"),
        Index(None, "sort_on", "id"),
        Index(None, "document_id"),
        CheckConstraint("(state = 'kept') = (document_id IS NOT NULL)", name="kept"),
        CheckConstraint("state NOT IN ('available', 'read') OR available_on IS NOT NULL", name="available"),
        CheckConstraint("state <> 'read' OR first_read_at IS NOT NULL", name="read"),
        CheckConstraint("state <> 'set_aside' OR ended_reason IS NOT NULL", name="reason"),
    )

    key: Mapped[str | None]
    watch_id: Mapped[int] = mapped_column(ForeignKey("watched_channels.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    channel: Mapped[Channel] = mapped_column(state_column(Channel))
    kind: Mapped[str]
    label: Mapped[str]
    reason: Mapped[Secret | None]
    state: Mapped[AwaitedState] = mapped_column(state_column(AwaitedState))
    sort_on: Mapped[date]  # the day that matters next: expected, else available
    expected_on: Mapped[date | None]
    available_on: Mapped[date | None]
    mailed_at: Mapped[datetime | None]
    first_read_at: Mapped[datetime | None]
    first_read_by: Mapped[str | None]
    downloaded_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_reason: Mapped[Secret | None]

    company_name: Mapped[str | None] = query_expression()

    @property
    def state_by_days(self) -> AwaitedState:
        """Where it stands by what happened to it on its portal, whatever ended it."""
        if self.first_read_at is not None:
            return AwaitedState.READ
        return AwaitedState.AVAILABLE if self.available_on is not None else AwaitedState.EXPECTED

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Letters awaited for the companies that one reaches."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_DIARY)
