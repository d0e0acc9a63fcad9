"""Live deadlines: opened by a fact, moved with it, answered with proof, never deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scope import OutOfScope
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline
from atmp_insure.diary.deadline_service import (
    Answer,
    Clocked,
    TypedDeadline,
    add_typed_deadline,
    answer_deadline,
    end_deadlines_of,
    follow_deadline,
    hand_over,
    open_feed,
    revoke_feeds,
    void_deadline,
)
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.application import a_person
from tests.db.builders import a_company, a_document, broker_of

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.deadlines.law import DeadlineLaw

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
HANDLER = Actor("gestionnaire", user_id=7, grants=(ScopeGrant(rights_of(Role.CLAIMS_HANDLER), everywhere=True),))
ACT = Clocked("rate:1", "rate_contest", date(2026, 1, 7), "FR", "rate_papers:1", 1, Role.LAWYER)


@cache
def clocks() -> DeadlineLaw:
    return installed_deadlines(None)


def opened(database: Database, act: Clocked = ACT, now: datetime = NOW) -> LiveDeadline | None:
    with database.writing(HANDLER) as session:
        return follow_deadline(session, clocks(), act, now)


def found(database: Database) -> list[LiveDeadline]:
    with database.reading(HANDLER) as session:
        return list(session.scalars(queries.deadlines().order_by(LiveDeadline.id)))


def test_a_fact_told_twice_opens_one_deadline(database: Database) -> None:
    a_company(database)
    opened(database)
    opened(database)
    (deadline,) = found(database)
    assert (deadline.due_on, deadline.state) == (date(2026, 3, 9), DeadlineState.OPEN)
    assert deadline.reasoning["trace"]


def test_a_rule_without_limit_opens_nothing(database: Database) -> None:
    a_company(database)
    assert opened(database, replace(ACT, rule="account_charge_contest")) is None
    assert found(database) == []


@pytest.mark.parametrize(("rule", "region"), [("no_rule", "FR"), ("rate_contest", "XX")])
def test_a_rule_or_a_region_that_is_unknown_is_refused(database: Database, rule: str, region: str) -> None:
    a_company(database)
    with pytest.raises(InvalidInput):
        opened(database, replace(ACT, rule=rule, region=region))


@pytest.mark.parametrize(
    ("on", "outcome"), [(date(2026, 3, 9), "in_time"), (date(2026, 3, 10), "late"), (date(2026, 1, 7), "in_time")]
)
def test_an_answer_says_how_it_stands_to_the_limit(database: Database, on: date, outcome: str) -> None:
    a_company(database)
    opened(database)
    with database.writing(HANDLER) as session:
        late = datetime(2026, 4, 1, tzinfo=UTC)
        answer_deadline(session, clocks(), queries.get_deadline(session, 1), Answer(on, "assigné à Amiens"), late)
    (deadline,) = found(database)
    assert (deadline.state, deadline.answered_on, deadline.outcome) == (DeadlineState.ANSWERED, on, outcome)


@pytest.mark.parametrize(
    ("on", "outcome"), [(date(2026, 1, 20), "in_time"), (date(2026, 1, 21), "disputed"), (date(2026, 1, 22), "late")]
)
def test_on_the_last_day_of_a_limit_in_hours_the_hour_decides(database: Database, on: date, outcome: str) -> None:
    """Twenty-four hours from 20 January at 15:00: an answer that only gives the 21st may be early or late."""
    a_company(database)
    at = datetime(2026, 1, 20, 14, 0, tzinfo=UTC)
    opened(database, replace(ACT, rule="lucie_purge", event_on=at.date(), event_at=at))
    with database.writing(HANDLER) as session:
        late = datetime(2026, 4, 1, tzinfo=UTC)
        answer_deadline(session, clocks(), queries.get_deadline(session, 1), Answer(on, "copiée"), late)
    assert (found(database)[0].due_on, found(database)[0].outcome) == (date(2026, 1, 21), outcome)


def test_a_limit_that_ends_at_midnight_ends_with_the_day_before(database: Database) -> None:
    a_company(database)
    at = datetime(2026, 1, 19, 23, 0, tzinfo=UTC)  # midnight in Paris, when the 20th begins
    opened(database, replace(ACT, rule="lucie_purge", event_on=date(2026, 1, 20), event_at=at))
    assert found(database)[0].due_on == date(2026, 1, 20)


def test_an_answer_is_proved_by_a_paper_or_in_words(database: Database) -> None:
    company = a_company(database)
    opened(database)
    paper = a_document(database, company, "Assignation")
    with pytest.raises(InvalidInput, match="preuve absente"):
        answer(database, Answer(date(2026, 1, 20)))
    with pytest.raises(InvalidInput, match="est à venir"):
        answer(database, Answer(date(2026, 1, 21), "demain"))
    answer(database, Answer(date(2026, 1, 20), proof_document_id=paper))
    assert found(database)[0].proof_document_id == paper
    with pytest.raises(Refused, match="n'est plus ouverte"):
        answer(database, Answer(date(2026, 1, 20), "encore"))


def answer(database: Database, given: Answer, now: datetime = NOW) -> None:
    with database.writing(HANDLER) as session:
        answer_deadline(session, clocks(), queries.get_deadline(session, 1), given, now)


@pytest.mark.parametrize(
    ("now", "is_over"),
    [(datetime(2026, 2, 10, 22, 30, tzinfo=UTC), False), (datetime(2026, 2, 10, 23, 30, tzinfo=UTC), True)],
    ids=["half past eleven in Paris", "half past midnight in Paris"],
)
def test_today_is_that_of_paris(database: Database, now: datetime, is_over: bool) -> None:
    a_company(database)
    opened(database)
    today, given = date(2026, 2, 11), Answer(date(2026, 2, 11), "envoyé")
    if is_over:
        answer(database, given, now)
        assert found(database)[0].answered_on == today
    else:
        with pytest.raises(InvalidInput, match="est à venir"):
            answer(database, given, now)


@pytest.mark.parametrize(("hour", "is_opened"), [(22, True), (23, False)])  # 23:30 on the last day, 00:30 the day after
def test_a_clock_over_at_midnight_in_paris_opens_nothing(database: Database, hour: int, is_opened: bool) -> None:
    a_company(database)
    assert (opened(database, now=datetime(2026, 3, 9, hour, 30, tzinfo=UTC)) is not None) is is_opened


def test_an_answered_deadline_that_moves_says_again_whether_it_was_in_time(database: Database) -> None:
    a_company(database)
    opened(database)
    late = datetime(2026, 4, 1, tzinfo=UTC)
    with database.writing(HANDLER) as session:
        given = Answer(date(2026, 3, 12), "assigné à Amiens")
        answer_deadline(session, clocks(), queries.get_deadline(session, 1), given, late)
    opened(database, replace(ACT, event_on=date(2026, 1, 15)), late)
    (deadline,) = found(database)
    assert (deadline.due_on, deadline.outcome, deadline.state) == (
        date(2026, 3, 16), "in_time", DeadlineState.ANSWERED,
    )  # fmt: skip


def test_a_deadline_without_object_keeps_its_reason(database: Database) -> None:
    a_company(database)
    opened(database)
    with database.writing(HANDLER) as session:
        void_deadline(session, queries.get_deadline(session, 1), "taux retiré par la caisse", NOW)
    (deadline,) = found(database)
    assert (deadline.state, deadline.ended_reason) == (DeadlineState.VOID, "taux retiré par la caisse")


def test_what_ended_with_its_fact_runs_again_when_the_fact_is_told_again(database: Database) -> None:
    a_company(database)
    opened(database)
    with database.writing(HANDLER) as session:
        end_deadlines_of(session, ACT.subject, "la feuille ne compte plus", NOW)
    assert (found(database)[0].state, found(database)[0].ended_by) == (DeadlineState.VOID, None)
    opened(database)
    assert (found(database)[0].state, found(database)[0].ended_reason) == (DeadlineState.OPEN, None)


def test_what_a_person_said_to_be_without_object_runs_again_only_when_the_fact_changes(database: Database) -> None:
    a_company(database)
    opened(database)
    with database.writing(HANDLER) as session:
        void_deadline(session, queries.get_deadline(session, 1), "taux retiré par la caisse", NOW)
    opened(database)
    assert (found(database)[0].state, found(database)[0].ended_by) == (DeadlineState.VOID, "gestionnaire")
    opened(database, replace(ACT, event_on=date(2026, 1, 8)))
    assert (found(database)[0].state, found(database)[0].ended_by) == (DeadlineState.OPEN, None)


def test_a_fact_told_again_elsewhere_takes_its_deadline_there_and_leaves_it_to_whom_it_was_given(
    database: Database,
) -> None:
    a_company(database)
    owner, other = a_person(database, "un", Role.CLAIMS_HANDLER), a_company(database, "000000026")
    opened(database)
    with database.writing(HANDLER) as session:
        hand_over(session, queries.get_deadline(session, 1), owner.user_id, Role.CLAIMS_HANDLER)
    opened(database, replace(ACT, subject="rate_papers:2"))  # of the same company: it stays with its owner
    (deadline,) = found(database)
    assert (deadline.subject, deadline.owner_id, deadline.team) == (
        "rate_papers:2", owner.user_id, Role.CLAIMS_HANDLER,
    )  # fmt: skip
    opened(database, replace(ACT, company_id=other))
    (deadline,) = found(database)
    assert (deadline.company_id, deadline.owner_id, deadline.team) == (other, None, Role.LAWYER)


def test_a_day_typed_by_hand_is_marked_so(database: Database) -> None:
    a_company(database)
    typed = TypedDeadline("Rappeler l'expert", date(2026, 2, 3), "sa lettre", 1, "companies:1", Role.LAWYER)
    with database.writing(HANDLER) as session:
        add_typed_deadline(session, typed, NOW)
        with pytest.raises(InvalidInput, match="motif absent"):
            add_typed_deadline(session, replace(typed, reason=" "), NOW)
    (deadline,) = found(database)
    assert (deadline.rule, deadline.reasoning["reason"]) == (None, "sa lettre")


def test_a_foreign_broker_neither_sees_nor_answers(database: Database) -> None:
    a_company(database)
    opened(database)
    stranger = broker_of(99, rights=rights_of(Role.BROKER))
    with database.reading(stranger) as session:
        assert session.scalars(queries.deadlines()).all() == []
    with pytest.raises(OutOfScope), database.writing(stranger) as session:
        add_typed_deadline(session, TypedDeadline("x", date(2026, 2, 3), "x", 1, "companies:1", Role.BROKER), NOW)


def test_the_address_of_a_calendar_is_one_at_a_time_and_may_be_closed(database: Database) -> None:
    person = a_person(database, "avocate", Role.CLAIMS_HANDLER)
    own = Actor("avocate", user_id=person.user_id, grants=HANDLER.grants)
    with database.writing(own) as session:
        assert open_feed(session, person.user_id, NOW) != open_feed(session, person.user_id, NOW)
        assert queries.find_feed(session, person.user_id) is not None
        revoke_feeds(session, person.user_id, NOW)
        assert queries.find_feed(session, person.user_id) is None
