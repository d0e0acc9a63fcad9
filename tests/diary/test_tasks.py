"""Tasks: written where one writes the diary, finished or dropped with a reason, one's own always one's to finish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Right, Role, rights_of
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary import task_service as service
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.diary.task_service import NewTask
from tests.db.builders import TESTER, a_company, a_user, an_organisation, broker_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
NEW = NewTask("Relire la feuille", date(2026, 1, 22), Role.CLAIMS_HANDLER, company_id=1, key="sheet:1", origin="read")
ACTS: dict[str, Callable[[ScopedSession, Task], None]] = {
    "finish": lambda session, task: service.finish_task(session, task, TaskState.DONE, "", NOW),
    "reopen": service.reopen_task,
    "give": lambda session, task: service.give_task(session, task, None, Role.LAWYER),
}


def asked(database: Database, new: NewTask = NEW) -> None:
    with database.writing(TESTER) as session:
        service.ask_task(session, new, NOW)


def tasks(database: Database) -> list[Task]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def reader_of(organisation: int, user_id: int) -> Actor:
    """A broker who reads the diary of the company and writes none."""
    reads = rights_of(Role.BROKER) - {Right.WRITE_DIARY}
    return replace(broker_of(organisation, rights=reads), user_id=user_id)


def test_writing_a_task_where_one_does_not_write_the_diary_is_out_of_scope(database: Database) -> None:
    a_company(database)
    stranger = broker_of(an_organisation(database), rights=rights_of(Role.BROKER))
    with database.writing(stranger) as session, pytest.raises(OutOfScope):
        service.write_task(session, NEW, NOW)
    assert tasks(database) == []


@pytest.mark.parametrize("act", ACTS)
def test_whoever_only_reads_a_task_changes_nothing_of_it(database: Database, act: str) -> None:
    organisation, user = an_organisation(database), a_user(database)
    a_company(database, reached_by=(organisation,))
    asked(database)
    with database.writing(reader_of(organisation, user)) as session, pytest.raises(OutOfScope):
        ACTS[act](session, queries.get_task(session, 1))
    assert [(one.state, one.team) for one in tasks(database)] == [(TaskState.OPEN, Role.CLAIMS_HANDLER)]


@pytest.mark.parametrize("act", ACTS)
def test_one_s_own_task_is_one_s_to_change(database: Database, act: str) -> None:
    organisation, user = an_organisation(database), a_user(database)
    a_company(database, reached_by=(organisation,))
    asked(database, replace(NEW, assignee_id=user))
    with database.writing(reader_of(organisation, user)) as session:
        ACTS[act](session, queries.get_task(session, 1))
