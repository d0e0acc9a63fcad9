"""Every question about the watch over letters: channels, looks, awaited letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, func, select

from atmp_insure.diary.watch_models import (
    STILL_AWAITED,
    AwaitedLetter,
    AwaitedState,
    ChannelLook,
    LookOutcome,
    WatchedChannel,
)
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.tray_models import Channel


def watches() -> Select[WatchedChannel]:
    """All channels, watched or closed."""
    return select(WatchedChannel)


def standing(on: date) -> dict[str, ColumnElement[bool]]:
    """Channels by how they stand on a day: to look at, showing nothing, watched, watched no more."""
    is_watched = WatchedChannel.closed_at.is_(None)
    return {
        "due": WatchedChannel.next_look_on <= on,
        "failing": and_(is_watched, WatchedChannel.failing_since.is_not(None)),
        "watched": is_watched,
        "closed": WatchedChannel.closed_at.is_not(None),
    }


def awaited_letters() -> Select[AwaitedLetter]:
    """All awaited letters, those that ended included."""
    return select(AwaitedLetter)


def get_watch(session: ScopedSession, watch_id: int) -> WatchedChannel:
    """A channel of a client.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(WatchedChannel, watch_id)
    if found is None:
        raise NotFound("Ce canal n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def get_awaited(session: ScopedSession, letter_id: int) -> AwaitedLetter:
    """An awaited letter.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(AwaitedLetter, letter_id)
    if found is None:
        raise NotFound("Cette lettre n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_watch(session: ScopedSession, key: str) -> WatchedChannel | None:
    """The channel of a key: company, establishment, channel."""
    return session.scalar(select(WatchedChannel).where(WatchedChannel.key == key))


def list_watches_of(session: ScopedSession, company_id: int) -> Sequence[WatchedChannel]:
    """The channels of a company that are watched, the next to look at first."""
    statement = select(WatchedChannel).where(
        WatchedChannel.company_id == company_id, WatchedChannel.closed_at.is_(None)
    )
    return session.scalars(statement.order_by(WatchedChannel.next_look_on.nulls_last(), WatchedChannel.id)).all()


def list_watched_among(session: ScopedSession, watch_ids: Collection[int]) -> Sequence[WatchedChannel]:
    """Some of the portals that are watched, in the order they were opened."""
    statement = select(WatchedChannel).where(
        WatchedChannel.id.in_(watch_ids), WatchedChannel.look_every_days.is_not(None),
        WatchedChannel.closed_at.is_(None),
    )  # fmt: skip
    return session.scalars(statement.order_by(WatchedChannel.id)).all()


def list_open_watches(session: ScopedSession, channel: Channel) -> Sequence[WatchedChannel]:
    """The channels of a kind that are watched."""
    statement = select(WatchedChannel).where(WatchedChannel.channel == channel, WatchedChannel.closed_at.is_(None))
    return session.scalars(statement.order_by(WatchedChannel.id)).all()


def list_overdue(session: ScopedSession, on: date) -> Sequence[WatchedChannel]:
    """The channels that should have been looked at before a day, and of which the team was not told since."""
    statement = select(WatchedChannel).where(WatchedChannel.next_look_on < on, WatchedChannel.told_on.is_(None))
    return session.scalars(statement.order_by(WatchedChannel.next_look_on, WatchedChannel.id)).all()


def count_to_look_at(session: ScopedSession, on: date) -> int:
    """How many channels are to be looked at by a day."""
    return session.scalar(select(func.count(WatchedChannel.id)).where(WatchedChannel.next_look_on <= on)) or 0


def list_outages(session: ScopedSession) -> Sequence[tuple[Channel, datetime, int]]:
    """The portals that did not answer the last look: since when, and for how many clients."""
    statement = (
        select(WatchedChannel.channel, func.min(WatchedChannel.failing_since), func.count(WatchedChannel.id))
        .where(WatchedChannel.last_outcome == LookOutcome.OUTAGE, WatchedChannel.closed_at.is_(None))
        .group_by(WatchedChannel.channel)
        .order_by(WatchedChannel.channel)
    )
    return [(channel, since, count) for channel, since, count in session.execute(statement) if since is not None]


def looks_at(watch_id: int) -> Select[ChannelLook]:
    """All looks at a channel."""
    return select(ChannelLook).where(ChannelLook.watch_id == watch_id)


def list_looks(session: ScopedSession, watch_id: int, most: int) -> Sequence[ChannelLook]:
    """The last looks at a channel, the newest first."""
    statement = looks_at(watch_id)
    return session.scalars(statement.order_by(ChannelLook.looked_at.desc(), ChannelLook.id.desc()).limit(most)).all()


def list_awaited_by(session: ScopedSession, watch_id: int) -> Sequence[AwaitedLetter]:
    """The letters still awaited by a channel, the nearest first."""
    statement = select(AwaitedLetter).where(AwaitedLetter.watch_id == watch_id, AwaitedLetter.state.in_(STILL_AWAITED))
    return session.scalars(statement.order_by(AwaitedLetter.sort_on, AwaitedLetter.id)).all()


def list_awaited_of_kind(session: ScopedSession, company_id: int, kind: str) -> Sequence[AwaitedLetter]:
    """The letters of a kind still awaited for a company: those that are there first, then the oldest."""
    statement = select(AwaitedLetter).where(
        AwaitedLetter.company_id == company_id, AwaitedLetter.kind == kind, AwaitedLetter.state.in_(STILL_AWAITED)
    )
    found = session.scalars(statement.order_by(AwaitedLetter.sort_on, AwaitedLetter.id)).all()
    return sorted(found, key=lambda letter: letter.state is AwaitedState.EXPECTED)


def list_expected_by(session: ScopedSession, company_id: int, key_end: str) -> Sequence[AwaitedLetter]:
    """The letters still awaited for a company that a rule expects under keys with an ending."""
    statement = select(AwaitedLetter).where(
        AwaitedLetter.company_id == company_id, AwaitedLetter.key.endswith(key_end, autoescape=True),
        AwaitedLetter.state.in_(STILL_AWAITED),
    )  # fmt: skip
    return session.scalars(statement.order_by(AwaitedLetter.id)).all()


def list_kept_as(session: ScopedSession, document_id: int) -> Sequence[AwaitedLetter]:
    """The awaited letters that a document is."""
    return session.scalars(select(AwaitedLetter).where(AwaitedLetter.document_id == document_id)).all()


def list_missing(session: ScopedSession, on: date) -> Sequence[AwaitedLetter]:
    """The letters that should have come before a day."""
    statement = select(AwaitedLetter).where(
        AwaitedLetter.state == AwaitedState.EXPECTED, AwaitedLetter.expected_on < on
    )
    return session.scalars(statement.order_by(AwaitedLetter.expected_on, AwaitedLetter.id)).all()


def list_on_portal(session: ScopedSession, channel: Channel) -> Sequence[AwaitedLetter]:
    """The letters that are on a portal, and not in the vault yet."""
    statement = select(AwaitedLetter).where(
        AwaitedLetter.channel == channel, AwaitedLetter.state.in_((AwaitedState.AVAILABLE, AwaitedState.READ))
    )
    return session.scalars(statement.order_by(AwaitedLetter.available_on, AwaitedLetter.id)).all()
