"""Where the premiums of each policy stand: what is next, kept by acts and calls alike; and the run that calls many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import inspect, select

from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.db import checkpoints
from atmp_insure.db.actor import system
from atmp_insure.db.facts import RecordedFact
from atmp_insure.db.projections import differences
from atmp_insure.db.run_queries import get_run
from atmp_insure.db.runs import ItemState, RunItem, RunState, replay_failed, work_chunk
from atmp_insure.db.work_queue import QueueEntry
from atmp_insure.kernel.errors import NotFound, Refused
from atmp_insure.ledger import queries as books
from atmp_insure.ledger.service import Books
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.transactions import Refunding, Termination
from atmp_insure.premiums import calling_service, jobs, queries
from atmp_insure.premiums.calling_service import Calling, call_all
from atmp_insure.premiums.models import PremiumCall
from tests.engines import a_database
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called, scheduled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.transactions import Transaction

WORKER = system("worker")
MID_YEAR = date(2027, 7, 1)


class Killed(BaseException):
    """A process that dies."""


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def test_a_policy_is_next_due_on_its_first_instalment_and_no_more_once_it_is_called(desk: Desk) -> None:
    policy = desk.issued()
    before = scheduled(desk, policy)
    assert (before.next_due_on, before.next_eur) == (FIRST_DAY, desk.charged_eur(policy))
    assert (before.charged_eur, before.called_eur) == (desk.charged_eur(policy), Decimal(0))
    called(desk, policy, FIRST_DAY)
    with desk.database.reading(TESTER) as session:
        after = queries.find_schedule(session, policy)
    assert after is not None, "the call itself brings it to date"
    assert (after.next_due_on, after.next_eur, after.called_eur) == (None, Decimal(0), desk.charged_eur(policy))


def test_an_end_is_to_be_given_back_from_its_day(desk: Desk) -> None:
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    desk.carried_out(policy, MID_YEAR, Termination("mutual_agreement", Refunding.UNEARNED))
    due = scheduled(desk, policy)
    assert due.next_eur < 0
    assert due.next_eur == due.charged_eur - due.called_eur
    [credit] = called(desk, policy, MID_YEAR)
    assert credit.total_eur == due.next_eur


def test_a_fact_of_a_policy_marks_it_and_the_worker_brings_it_to_date(desk: Desk) -> None:
    policy = desk.issued()
    fact = RecordedFact(subject=f"policies:{policy}", known_at=at_noon(FIRST_DAY))
    with desk.database.writing(WORKER) as session:
        jobs.mark_schedule(session, fact)
        jobs.mark_schedule(session, fact)
        session.flush()
        [entry] = [one for one in session.query(QueueEntry) if one.kind == jobs.SCHEDULE]
        jobs.keep_schedule(session, entry)
    with desk.database.reading(WORKER) as session:
        assert queries.sum_due(session, date(2026, 12, 31)) == (0, Decimal(0))
        assert queries.sum_due(session, FIRST_DAY) == (1, desk.charged_eur(policy))
        assert differences(session, jobs.PREMIUM_SCHEDULES) == ([], [])


@pytest.fixture(params=["sqlite", "postgresql"])
def portfolio(request: pytest.FixtureRequest) -> Iterator[list[tuple[Desk, int]]]:
    """Three clients insured under one insurer."""
    with a_database(request.param) as database, time_machine.travel(at_noon(FIRST_DAY), tick=False):
        insurer = an_insurer(database)
        desks = [Desk.of(database, insurer) for _ in range(3)]
        found = [(desk, desk.issued()) for desk in desks]
        for desk, policy in found:
            scheduled(desk, policy)
        yield found


def started(database: Database) -> int:
    with database.writing(WORKER) as session:
        return jobs.start_calling(session, FIRST_DAY, at_noon(FIRST_DAY)).id


def worked(database: Database, run: int) -> RunState:
    while True:
        with database.writing(WORKER) as session:
            if not work_chunk(session, replace(jobs.CALL, chunk=2), run, at_noon(FIRST_DAY)):
                return get_run(session, run).state


def called_once(portfolio: list[tuple[Desk, int]]) -> bool:
    """Whether each policy was called what it owes, by numbers that follow each other, and the books say the same."""
    numbers = []
    for desk, policy in portfolio:
        with desk.database.reading(TESTER) as session:
            [call] = queries.list_calls_of(session, policy)
            [entry] = books.list_entries_about(session, f"premium_calls:{call.id}")
        assert call.total_eur == entry.total_eur == desk.charged_eur(policy)
        numbers.append(call.number)
    return sorted(numbers) == [1, 2, 3]


@pytest.mark.parametrize(
    "point",
    [
        "run: items taken", "premiums: read", "premiums: calls written", "ledger: entries written", "ledger: posted",
        "fact: handled", "premiums: called", "run: batch worked", "run: chunk worked",
    ],
)  # fmt: skip
def test_killed_anywhere_a_run_is_resumed_and_no_premium_is_called_twice(
    portfolio: list[tuple[Desk, int]], point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = portfolio[0][0].database
    run, times = started(database), 0

    def dies(name: str) -> None:
        nonlocal times
        times += name == point
        if name == point and times == 2:
            raise Killed

    monkeypatch.setattr(checkpoints, "_watchers", [dies])
    with pytest.raises(Killed):
        worked(database, run)
    assert worked(database, run) is RunState.DONE
    assert called_once(portfolio)
    with database.reading(WORKER) as session:
        assert queries.sum_due(session, FIRST_DAY) == (0, Decimal(0))


def test_what_stands_in_the_way_of_one_policy_is_told_for_it_and_the_others_are_called(
    portfolio: list[tuple[Desk, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, (_, faulty) = portfolio[0][0].database, portfolio[0]
    run, read = started(database), stack_of

    def of_sound_rows(policy: Policy) -> tuple[Transaction, ...]:
        if policy.id == faulty:
            raise Refused("Ce contrat ne se lit pas.")
        return read(policy)

    monkeypatch.setattr(calling_service, stack_of.__name__, of_sound_rows)
    assert worked(database, run) is RunState.DONE_WITH_ERRORS
    with database.reading(WORKER) as session:
        assert [one.number for _, policy in portfolio[1:] for one in queries.list_calls_of(session, policy)] == [1, 2]
        [item] = session.scalars(select(RunItem).where(RunItem.state == ItemState.FAILED))
        assert (item.payload["policy_id"], item.error) == (faulty, "Ce contrat ne se lit pas.")
    monkeypatch.undo()
    with database.writing(WORKER) as session:
        assert replay_failed(session, get_run(session, run)) == 1
    assert worked(database, run) is RunState.DONE
    assert called_once(portfolio)


def test_a_policy_that_is_not_there_is_told_beside_those_that_are_called(portfolio: list[tuple[Desk, int]]) -> None:
    [(desk, policy), *_] = portfolio
    calling = Calling(Books(CHART, at_noon(FIRST_DAY)), FIRST_DAY)
    with desk.database.writing(WORKER) as session:
        found = call_all(session, [policy, 10**6], calling)
    assert isinstance(found[10**6], NotFound)
    made = found[policy]
    assert isinstance(made, list)
    assert [one.total_eur for one in made] == [desk.charged_eur(policy)]


def test_each_call_made_together_is_in_the_change_log_as_it_stands(portfolio: list[tuple[Desk, int]]) -> None:
    database = portfolio[0][0].database
    worked(database, started(database))
    with database.reading(WORKER) as session:
        for desk, policy in portfolio:
            [call] = queries.list_calls_of(session, policy)
            subject = ChangeLogEntry.subject == f"premium_calls:{call.id}"
            [entry] = session.scalars(select(ChangeLogEntry).where(subject))
            assert (entry.action, entry.company_id, entry.actor) == ("added", call.company_id, WORKER.signature)
            assert entry.changes["total_eur"] == [None, str(desk.charged_eur(policy))]
            assert entry.changes["due_on"] == [None, call.due_on.isoformat()]
            assert set(entry.changes) == set(inspect(PremiumCall).local_table.columns.keys()) - {"id"}


def test_what_somebody_called_meanwhile_is_not_called_again(portfolio: list[tuple[Desk, int]]) -> None:
    database = portfolio[0][0].database
    run = started(database)
    called(*portfolio[0], FIRST_DAY)
    assert worked(database, run) is RunState.DONE
    assert called_once(portfolio)
