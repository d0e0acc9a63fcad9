"""A channel watched for one company, and what tests ask of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import awaited_service, watch_queries, watch_service
from atmp_insure.diary.awaited_service import Moment, NewLetter
from atmp_insure.diary.deadline_models import LiveDeadline, Task
from atmp_insure.diary.jobs import watch_letters
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_service import Look, Watch
from atmp_insure.settings import Settings
from tests.db.builders import a_company

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.diary.watch_models import AwaitedLetter, WatchedChannel

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
HANDLER = Actor("gestionnaire", user_id=7, grants=(ScopeGrant(rights_of(Role.CLAIMS_HANDLER), everywhere=True),))
ACCOUNT = Watch(1, Channel.ACCOUNT, "le client", 7)
LUCIE = Watch(1, Channel.LUCIE, "le bureau", 2)


@cache
def clocks() -> DeadlineLaw:
    return installed_deadlines(None)


def moment(now: datetime = NOW) -> Moment:
    return Moment(clocks(), now)


def watched(database: Database, watch: Watch = ACCOUNT, now: datetime = NOW) -> None:
    a_company(database)
    with database.writing(HANDLER) as session:
        watch_service.open_watch(session, watch, now)


def looked(database: Database, look: Look, now: datetime = NOW) -> WatchedChannel:
    with database.writing(HANDLER) as session:
        found = watch_queries.get_watch(session, 1)
        watch_service.note_look(session, found, look, now)
        return found


def awaited(database: Database, new: NewLetter, now: datetime = NOW) -> None:
    with database.writing(HANDLER) as session:
        awaited_service.await_letter(session, watch_queries.get_watch(session, 1), new, moment(now))


def letter(database: Database) -> AwaitedLetter:
    with database.reading(HANDLER) as session:
        return watch_queries.get_awaited(session, 1)


def deadlines(database: Database) -> dict[str | None, LiveDeadline]:
    with database.reading(HANDLER) as session:
        return {one.rule: one for one in session.scalars(select(LiveDeadline).order_by(LiveDeadline.id))}


def tasks(database: Database) -> list[Task]:
    with database.reading(HANDLER) as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def job(database: Database, on: date) -> str:
    now = datetime(on.year, on.month, on.day, 6, 40, tzinfo=UTC)
    return watch_letters(JobContext(database, Settings(environment="test"), on, now))
