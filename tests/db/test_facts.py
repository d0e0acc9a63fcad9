"""A fact is written once however often it is told, and its handlers mark their work in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from atmp_insure import app
from atmp_insure.db.facts import Fact, RecordedFact, record_fact
from atmp_insure.db.work_queue import QueueEntry, mark_work
from tests.db.builders import NOW, TESTER, a_company, an_organisation, broker_of
from tests.db.together import together

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession

NOTIFIED = Fact("rate_notified", "rate:1:2026", "establishment:1", NOW.date(), NOW, None, {"rate": "0.0235"})


def marking(session: ScopedSession, fact: RecordedFact) -> None:
    mark_work(session, "recompute", f"{fact.subject}", due_at=NOW, payload={"fact": fact.id})


@pytest.fixture
def handled(database: Database) -> Database:
    database.handlers = {"rate_notified": (marking,)}
    return database


def counted(database: Database) -> tuple[int, int]:
    with database.reading(TESTER) as session:
        facts = session.scalar(select(func.count()).select_from(RecordedFact))
        return facts or 0, session.scalar(select(func.count()).select_from(QueueEntry)) or 0


def test_the_same_fact_told_twice_is_one_and_is_handled_once(handled: Database) -> None:
    with handled.writing(TESTER) as session:
        first = record_fact(session, NOTIFIED)
        assert record_fact(session, NOTIFIED) is first
    with handled.writing(TESTER) as session:
        assert record_fact(session, replace(NOTIFIED, details={"rate": "told otherwise"})).details == NOTIFIED.details
    assert counted(handled) == (1, 1)


def test_a_fact_and_what_it_marked_are_undone_together(handled: Database) -> None:
    with handled.writing(TESTER) as session:
        record_fact(session, NOTIFIED)
        session.rollback()
    assert counted(handled) == (0, 0)


def test_a_handler_that_fails_undoes_the_fact(database: Database) -> None:
    def failing(_session: ScopedSession, _fact: RecordedFact) -> None:
        raise ZeroDivisionError

    database.handlers = {"rate_notified": (failing,)}
    with pytest.raises(ZeroDivisionError), database.writing(TESTER) as session:
        record_fact(session, NOTIFIED)
    assert counted(database) == (0, 0)


def test_eight_writers_tell_the_same_fact_and_it_is_handled_once(handled: Database) -> None:
    ready = Barrier(8)

    def tell(_number: int) -> None:
        ready.wait()
        with handled.writing(TESTER) as session:
            record_fact(session, NOTIFIED)

    together(8, tell)
    assert counted(handled) == (1, 1)


def test_a_handler_marks_work_that_the_writer_may_not_see(handled: Database) -> None:
    organisation = an_organisation(handled)
    company = a_company(handled, reached_by=(organisation,))
    with handled.writing(broker_of(organisation)) as session:
        record_fact(session, replace(NOTIFIED, company_id=company))
        assert session.scalars(select(QueueEntry)).all() == []
    assert counted(handled) == (1, 1)


# every kind of fact, with the functions that mark work for it: a line here for each line of `app.FACT_HANDLERS`
KNOWN_HANDLERS: dict[str, tuple[str, ...]] = {
    "policy_changed": (
        "atmp_insure.policies.paper_jobs.mark_papers",
        "atmp_insure.policies.revision_jobs.mark_revisions",
        "atmp_insure.premiums.jobs.mark_schedule",
        "atmp_insure.premiums.chase_jobs.mark_policy",
    ),
    "premium_called": ("atmp_insure.premiums.jobs.mark_paper", "atmp_insure.premiums.chase_jobs.mark_called"),
    "premium_notice_given": ("atmp_insure.premiums.chase_jobs.mark_paper",),
    "payment_plan_agreed": ("atmp_insure.premiums.chase_jobs.mark_plan",),
}


def test_every_fact_is_listed_with_its_handlers() -> None:
    listed = {
        kind: tuple(f"{handler.__module__}.{handler.__name__}" for handler in handlers)
        for kind, handlers in app.FACT_HANDLERS.items()
    }
    assert listed == KNOWN_HANDLERS
