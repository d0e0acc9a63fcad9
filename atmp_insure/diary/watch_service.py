"""Use cases on the watch over letters: open a channel, look at it, say that the portal is out.

The letters themselves are in `awaited_service`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.scope import unscoped
from atmp_insure.diary import watch_queries as queries
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import SEEN, ChannelLook, LookOutcome, WatchedChannel
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import PARIS, paris_day

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.settings import WatchSettings

LOOKED_AT = (Channel.LUCIE, Channel.QRPRO, Channel.ACCOUNT)  # portals: nothing comes from them by itself
WATCHED = (*LOOKED_AT, Channel.PAPER, Channel.MAIL)
LONGEST_CADENCE = 366


@dataclass(frozen=True, slots=True)
class Watch:
    """How a channel of a client is watched.

    Attributes:
        held_by: who holds the access to it.
        notices_to: the address to which the portal says that a letter is there.
        look_every_days: None where nothing is to be looked at.
    """

    company_id: int
    channel: Channel
    held_by: str
    look_every_days: int | None = None
    establishment_id: int | None = None
    notices_to: str = ""

    @property
    def key(self) -> str:
        """Equal for the same channel of the same place."""
        return f"{self.company_id}:{self.establishment_id or 0}:{self.channel.value}"


def usual_days(channel: Channel, habits: WatchSettings) -> int | None:
    """Every how many days the office looks at a channel, unless said otherwise for a client; None: never."""
    usual = {Channel.LUCIE: habits.lucie_days, Channel.QRPRO: habits.qrpro_days, Channel.ACCOUNT: habits.account_days}
    return usual.get(channel)


def open_watch(session: ScopedSession, watch: Watch, now: datetime) -> WatchedChannel:
    """Watch a channel; one that was closed opens again, with what is said now.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is watched already.
        InvalidInput: a portal without a cadence, or a cadence where nothing is looked at.
    """
    require_right_there(session, Right.WRITE_DIARY, watch.company_id, watch.establishment_id)
    _require_sense(watch)
    row = queries.find_watch(session, watch.key)
    if row is not None and row.closed_at is None:
        raise Refused("Ce canal est déjà suivi pour cette entreprise.")
    on = paris_day(now)
    if row is None:
        row = WatchedChannel(
            key=watch.key, company_id=watch.company_id, establishment_id=watch.establishment_id, channel=watch.channel,
            watched_since=on,
        )  # fmt: skip
        session.add(row)
    row.closed_at, row.closed_reason = None, None
    _say(row, watch)
    _plan(row, on if watch.look_every_days is not None else None)
    session.flush()
    return row


def correct_watch(session: ScopedSession, row: WatchedChannel, watch: Watch) -> None:
    """Change who holds a channel, where its notices go, how often it is looked at.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is watched no more.
        InvalidInput: a portal without a cadence, or a cadence where nothing is looked at.
    """
    _require_open(session, row)
    _require_sense(watch)
    _say(row, watch)
    if row.looked_at is not None:
        _plan(row, _next_look(row))
    session.flush()


def _say(row: WatchedChannel, watch: Watch) -> None:
    row.held_by, row.notices_to = watch.held_by.strip(), watch.notices_to.strip() or None
    row.look_every_days = watch.look_every_days


def close_watch(session: ScopedSession, row: WatchedChannel, reason: str, now: datetime) -> None:
    """Watch a channel no more; what was seen there stays.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is watched no more already.
        InvalidInput: no reason.
    """
    _require_open(session, row)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi ce canal n'est plus suivi", place="reason")
    row.closed_at, row.closed_reason, row.failing_since = now, reason.strip(), None
    _plan(row, None)
    session.flush()


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a channel.

    Attributes:
        at: when; None: now.
    """

    outcome: LookOutcome
    note: str = ""
    at: datetime | None = None


def note_look(session: ScopedSession, row: WatchedChannel, look: Look, now: datetime) -> ChannelLook:
    """Keep that somebody looked at a channel; a portal that shows nothing of itself raises an alarm.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is watched no more.
        InvalidInput: a look to come, or one that failed without a word on how.
    """
    _require_open(session, row)
    at = look.at or now
    if at > now:
        raise InvalidInput.one(f"relevé du {_said(at)} à venir", "Donner le moment où il a été fait", place="at")
    if look.outcome not in SEEN and not look.note.strip():
        raise InvalidInput.one(
            "incident non décrit", "Dire ce que le portail affiche, pour le prouver plus tard", place="note"
        )
    made = ChannelLook(
        watch_id=row.id, company_id=row.company_id, establishment_id=row.establishment_id, looked_at=at,
        looked_by=session.actor.name, outcome=look.outcome, note=look.note.strip() or None,
    )  # fmt: skip
    session.add(made)
    row.last_outcome = look.outcome
    if look.outcome in SEEN:
        _seen(row, at)
    else:
        row.failing_since = row.failing_since or at
        _alarm(session, row, look.outcome, at, now)
    session.flush()
    return made


def note_round(session: ScopedSession, watch_ids: Collection[int], now: datetime) -> Sequence[WatchedChannel]:
    """Keep that some portals were looked at, and showed nothing new: a morning's round; gives those still watched.

    Raises:
        OutOfScope: the actor does not write the diary of one of these companies.
    """
    found = queries.list_watched_among(session, watch_ids)
    for row in found:
        note_look(session, row, Look(LookOutcome.NOTHING), now)
    return found


@unscoped("papers that come show that the channel was looked at, whoever brings them")
def note_seen(session: ScopedSession, company_id: int, channel: Channel, on: date) -> None:
    """A channel of a company was looked at on a day, for a paper was printed from it; told twice, it is one look."""
    at = datetime.combine(on, time(12), PARIS)
    for row in queries.list_watches_of(session, company_id):
        if row.channel is channel and (row.looked_at is None or paris_day(row.looked_at) < on):
            session.add(ChannelLook(
                watch_id=row.id, company_id=row.company_id, establishment_id=row.establishment_id, looked_at=at,
                looked_by=session.actor.name, outcome=LookOutcome.NEW, note="Compte imprimé ce jour-là.",
            ))  # fmt: skip
            row.last_outcome = LookOutcome.NEW
            _seen(row, at)
    session.flush()


def _seen(row: WatchedChannel, at: datetime) -> None:
    if row.looked_at is None or at > row.looked_at:
        row.looked_at = at
    if row.failing_since is not None and at >= row.failing_since:
        row.failing_since = None
    _plan(row, _next_look(row))


def _plan(row: WatchedChannel, day: date | None) -> None:
    row.next_look_on, row.sort_on, row.told_on = day, day or date.max, None


def _next_look(row: WatchedChannel) -> date | None:
    if row.look_every_days is None or row.looked_at is None:
        return None
    return paris_day(row.looked_at) + timedelta(days=row.look_every_days)


def _alarm(session: ScopedSession, row: WatchedChannel, outcome: LookOutcome, at: datetime, now: datetime) -> None:
    """Ask the team to look again: once a day for a portal that is out, once a client for an access that is refused."""
    on = paris_day(at)
    is_out = outcome is LookOutcome.OUTAGE
    title = f"{row.channel.label} indisponible le {on:%d/%m/%Y} : garder la preuve, relever de nouveau"
    refused = f"Accès refusé à un canal ({row.channel.label}) : le faire rétablir par son titulaire"
    ask_task(session, NewTask(
        title=title if is_out else refused, due_on=paris_day(now), team=Role.CLAIMS_HANDLER,
        company_id=None if is_out else row.company_id, subject=None if is_out else f"watched_channels:{row.id}",
        key=f"outage:{row.channel.value}:{on}" if is_out else f"refused:{row.id}:{on}",
        origin="channel_outage", priority=Priority.URGENT,
    ), now)  # fmt: skip


def _require_sense(watch: Watch) -> None:
    if watch.channel not in WATCHED:
        raise InvalidInput.one("canal non suivi", "Choisir un canal par lequel viennent des lettres", place="channel")
    is_portal = watch.channel in LOOKED_AT
    if is_portal and (watch.look_every_days is None or watch.look_every_days < 1):
        raise InvalidInput.one(
            "rythme absent", "Dire tous les combien de jours ce portail est relevé", place="look_every_days"
        )
    if not is_portal and watch.look_every_days is not None:
        raise InvalidInput.one(
            "rythme sans objet", "Le laisser vide : ces lettres viennent d'elles-mêmes", place="look_every_days"
        )
    if not watch.held_by.strip():
        raise InvalidInput.one("titulaire absent", "Dire qui tient l'accès à ce canal", place="held_by")


def _require_open(session: ScopedSession, row: WatchedChannel) -> None:
    require_right_there(session, Right.WRITE_DIARY, row.company_id, row.establishment_id)
    session.refresh(row, with_for_update={"of": WatchedChannel})
    if row.closed_at is not None:
        raise Refused("Ce canal n'est plus suivi ; le suivre de nouveau pour y écrire.")


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M}"
