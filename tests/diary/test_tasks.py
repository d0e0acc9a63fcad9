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
    (task,) = tasks(database)
    assert (task.state, task.team, task.assignee_id) == {
        "finish": (TaskState.DONE, Role.CLAIMS_HANDLER, user), "reopen": (TaskState.OPEN, Role.CLAIMS_HANDLER, user),
        "give": (TaskState.OPEN, Role.LAWYER, None),
    }[act]  # fmt: skip


@pytest.mark.parametrize(("key", "state"), [("sheet:1", TaskState.DONE), ("sheet:2", TaskState.OPEN)])
def test_whoever_asked_ends_the_task_whoever_may_see_it(database: Database, key: str, state: TaskState) -> None:
    a_company(database)
    asked(database)
    with database.writing(broker_of(an_organisation(database))) as session:
        service.end_asked(session, key, NOW)
    (task,) = tasks(database)
    assert (task.state, task.ended_at is None, task.ended_reason) == (state, state is TaskState.OPEN, None)
    assert task.ended_by == ("courtier" if state is TaskState.DONE else None)


def test_the_tasks_of_one_fact_about_one_object_end_together_and_say_why_when_they_serve_no_more(
    database: Database,
) -> None:
    a_company(database)
    about = replace(NEW, subject="quotes:1")
    for key, subject, origin in (
        ("1", "quotes:1", "read"), ("2", "quotes:1", "read"), ("3", "quotes:2", "read"), ("4", "quotes:1", "other"),
    ):  # fmt: skip
        asked(database, replace(about, key=key, subject=subject, origin=origin))
    with database.writing(TESTER) as session:
        service.end_asked_about(session, "quotes:1", "read", NOW, dropped="remplacé")
    dropped, kept = (TaskState.DROPPED, "remplacé"), (TaskState.OPEN, None)
    assert [(one.state, one.ended_reason) for one in tasks(database)] == [dropped, dropped, kept, kept]


def test_a_task_that_a_person_dropped_keeps_their_reason(database: Database) -> None:
    a_company(database)
    asked(database)
    with database.writing(TESTER) as session:
        service.finish_task(session, queries.get_task(session, 1), TaskState.DROPPED, "déjà lue", NOW)
        service.end_asked(session, "sheet:1", NOW)
    assert [(one.state, one.ended_reason) for one in tasks(database)] == [(TaskState.DROPPED, "déjà lue")]


@pytest.mark.parametrize(("ask", "state"), [(service.ask_task, TaskState.DONE), (service.ask_anew, TaskState.OPEN)])
def test_asked_again_a_task_that_ended_is_open_again_only_for_what_came_anew(
    database: Database, ask: Callable[[ScopedSession, NewTask, datetime], Task], state: TaskState
) -> None:
    a_company(database)
    asked(database)
    with database.writing(TESTER) as session:
        service.end_asked(session, "sheet:1", NOW)
        ask(session, NEW, NOW)
    assert [one.state for one in tasks(database)] == [state]
