"""The channels watched in the demonstration: up to date, late, out, never looked at; and letters they should bring."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from atmp_insure.diary import awaited_service, watch_service
from atmp_insure.diary.awaited_service import Moment, NewLetter
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import LookOutcome
from atmp_insure.diary.watch_service import Look, Watch
from atmp_insure.kernel.paris import PARIS, paris_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.diary.watch_models import WatchedChannel

# days since the last look at the AT/MP account, and what it gave; None: nobody looked yet
_LOOKS = (
    (2, LookOutcome.NOTHING, ""), (9, LookOutcome.NEW, ""), (3, LookOutcome.REFUSED, "Habilitation retirée."), None,
)  # fmt: skip


def watch_channels(session: ScopedSession, company_ids: Sequence[int], clocks: DeadlineLaw, now: datetime) -> None:
    """Watch the channels of some companies, and await letters of some."""
    on = paris_day(now)
    moment = Moment(clocks, now)
    for number, company_id in enumerate(company_ids):
        opened_at = now - timedelta(days=3 + number % 5)
        account = watch_service.open_watch(session, Watch(company_id, Channel.ACCOUNT, "le client", 7), opened_at)
        _look(session, account, _LOOKS[number % len(_LOOKS)], now)
        if number % 3 == 0:
            lucie = watch_service.open_watch(session, Watch(company_id, Channel.LUCIE, "le bureau", 2), opened_at)
            _look(session, lucie, (1, LookOutcome.NEW, ""), now)
            letter = NewLetter("fund_decision", "Décision de prise en charge", available_on=on - timedelta(days=4))
            awaited_service.await_letter(session, lucie, letter, moment)
        if number % 4 == 1:
            notice = NewLetter("rate_notice", f"Taux {on.year} rectifié", available_on=on - timedelta(days=6))
            awaited_service.await_letter(session, account, notice, moment)
    year = on.year + 1
    if company_ids:
        expected = NewLetter("rate_notice", f"Notification du taux {year}", expected_on=date(year, 1, 31))
        awaited_service.await_letter(session, account, expected, moment)


def _look(
    session: ScopedSession, watch: WatchedChannel, look: tuple[int, LookOutcome, str] | None, now: datetime
) -> None:
    if look is not None:
        days, outcome, note = look
        on = paris_day(now - timedelta(days=days))
        at = datetime.combine(on, time(10), PARIS)
        watch_service.note_look(session, watch, Look(outcome, note, at), now)
