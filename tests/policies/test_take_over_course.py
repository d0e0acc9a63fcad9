"""Books that are interrupted, brought again, corrected or taken back: each policy is written once, until it lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.db import checkpoints
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import DeadlineState
from atmp_insure.diary.deadline_queries import list_deadlines_about
from atmp_insure.kernel.errors import NotFound, Refused
from atmp_insure.parties import account_queries, body_queries
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.body_models import PartyImport
from atmp_insure.parties.partner_models import AccountState
from atmp_insure.policies import take_over_jobs, take_over_queries, take_over_write_service
from atmp_insure.policies.book_sheets import BookSheet
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import Standing, counting
from atmp_insure.policies.take_over_course import Course
from atmp_insure.policies.take_over_origin_service import TakeOver
from atmp_insure.policies.transactions import Resumption
from tests.parties.desk import of_office
from tests.policies import take_over_desk as book
from tests.policies.take_over_desk import FIVE_YEARS, RULES, RUN_OFF, SUSPENDED, TakingOver, with_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.file_rows import FileRow
    from atmp_insure.policies.models import Policy

SUSPENSION = book.SUSPENDED_LINES[1]
LATER = with_line(SUSPENSION, book.other_line(SUSPENDED, book.TIMBER, "01/11/2026", "suspension"))


@pytest.fixture
def desk(database: Database) -> TakingOver:
    return TakingOver.of(database)


def counts(desk: TakingOver) -> tuple[int, ...]:
    """How many transactions each of the three policies has."""
    found = [desk.policy(reference) for reference in (FIVE_YEARS, SUSPENDED, RUN_OFF)]
    return tuple(0 if one is None else len(one.transactions) for one in found)


class _Killed(BaseException):
    """The process ends."""


def test_a_run_that_is_killed_is_taken_up_again_and_nothing_is_done_twice(
    desk: TakingOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, one_at_once = desk.started(desk.brought()), replace(take_over_jobs.TAKE_OVER, chunk=1)
    assert desk.worked(run, kind=one_at_once, chunks=1).done == 1

    def kill(name: str) -> None:
        if name == "run: item worked":  # the policy is written, and not committed
            raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "_watchers", [kill])
        with pytest.raises(_Killed):
            desk.worked(run, kind=one_at_once, chunks=1)
    assert counts(desk) == (6, 0, 0)
    assert desk.worked(run).done == 3
    assert counts(desk) == (6, 2, 2)


def test_a_corrected_book_takes_what_failed_and_leaves_the_rest(desk: TakingOver) -> None:
    desk.taken_over(with_line(SUSPENSION, book.other_line(SUSPENDED, book.TIMBER, "16/10/2026", "remise en vigueur")))
    assert counts(desk) == (6, 0, 2)
    found = desk.brought()
    assert desk.courses(found) == [Course.SAME, Course.WRITE, Course.SAME]
    assert desk.worked(desk.started(found)).done == 3
    assert counts(desk) == (6, 2, 2)


def test_what_was_taken_over_otherwise_is_left_unless_the_book_corrects(desk: TakingOver) -> None:
    desk.taken_over()
    assert desk.courses(desk.brought(LATER)) == [Course.SAME, Course.DIFFERS, Course.SAME]
    desk.taken_over(LATER)
    assert "laissé tel quel" in desk.errors()[0]
    assert counts(desk) == (6, 2, 2)
    assert desk.courses(desk.brought(LATER, corrects=True)) == [Course.SAME, Course.REWRITE, Course.SAME]
    desk.taken_over(LATER, corrects=True)
    assert desk.errors() == []
    on = date(2026, 10, 31)
    state = desk.state(SUSPENDED, on)
    assert state is not None
    assert state.standing(on) is Standing.IN_FORCE
    assert counts(desk) == (6, 6, 2)  # two, taken back, and two others
    assert desk.elsewhere(SUSPENDED) == frozenset(range(1, 7))


def test_a_whole_book_is_taken_back_and_may_be_taken_over_again(desk: TakingOver) -> None:
    found = desk.taken_over()
    assert desk.taken_back(found).done == 3
    for reference in (FIVE_YEARS, SUSPENDED, RUN_OFF):
        policy = desk.policy(reference)
        assert policy is not None
        assert counting(stack_of(policy)) == []
        assert sum(one.total_eur for one in policy.transactions) == 0
        assert desk.standing(reference) is None
        assert len(desk.elsewhere(reference)) == len(policy.transactions)
    assert deadlines(desk) == ["void"]
    again = desk.brought()
    assert desk.courses(again) == [Course.WRITE] * 3
    assert desk.worked(desk.started(again)).done == 3
    assert counts(desk) == (18, 6, 6)  # what was taken over, taken back, and taken over again
    state = desk.state(FIVE_YEARS, date(2026, 11, 20))
    assert state is not None
    assert state.standing(date(2026, 11, 20)) is Standing.IN_FORCE
    assert deadlines(desk) == ["open", "void"]


def deadlines(desk: TakingOver) -> list[str]:
    """The states of the deadlines of the policy of five years."""
    policy = desk.policy(FIVE_YEARS)
    assert policy is not None
    with desk.database.reading(desk.manager) as session:
        return sorted(one.state.value for one in list_deadlines_about(session, f"policies:{policy.id}"))


def test_a_policy_that_lives_here_by_now_is_left_alone_and_told(desk: TakingOver) -> None:
    found = desk.taken_over()
    desk.act(SUSPENDED, date(2026, 11, 2), Resumption())
    progress = desk.taken_back(found)
    assert (progress.done, progress.failed) == (2, 1)
    [told] = desk.errors(take_over_jobs.TAKE_BACK)
    assert told == (
        "Le contrat ANC-0002 vit ici depuis la transaction n° 3 (remise en vigueur au 02/11/2026) : sa reprise reste, "
        "et se corrige par un avenant."
    )
    assert desk.elsewhere(SUSPENDED) == {1, 2}
    on = date(2026, 11, 3)
    state = desk.state(SUSPENDED, on)
    assert state is not None
    assert state.standing(on) is Standing.IN_FORCE
    assert desk.courses(desk.brought()) == [Course.WRITE, Course.SAME, Course.WRITE]
    assert desk.courses(desk.brought(LATER, corrects=True))[1] is Course.ACTED


def test_a_mandate_keeps_its_reference_and_waits_for_a_second_person(desk: TakingOver) -> None:
    desk.taken_over()
    policy, state = desk.policy(FIVE_YEARS), desk.state(FIVE_YEARS, date(2026, 11, 20))
    before = desk.state(FIVE_YEARS, date(2025, 12, 31))
    assert policy is not None
    assert state is not None
    assert before is not None
    with desk.database.reading(desk.manager) as session:
        [mandate] = take_over_queries.mandates_named(session, ["ANC-RUM-1"]).values()
        [account] = account_queries.list_accounts(session, AccountOwner(company_id=policy.company_id))
    assert (mandate.id, account.id) == (state.terms.mandate_id, mandate.bank_account_id)
    assert account.state is AccountState.PROPOSED
    assert before.terms.mandate_id is None  # what was called then is settled


def test_kept_sheets_go_to_whoever_takes_them_over(desk: TakingOver) -> None:
    found = desk.taken_over()
    seen: list[tuple[str, list[dict[str, str]]]] = []

    def take(_session: ScopedSession, policy: Policy, rows: Sequence[FileRow], _taken: TakeOver) -> None:
        seen.append((policy.reference, [row.texts for row in rows]))

    with desk.database.writing(desk.manager) as session:
        taken = TakeOver(take_over_queries.get_book(session, found), RULES, desk.now, desk.user)
        for reference in (FIVE_YEARS, RUN_OFF):
            take_over_write_service.take_over_policy(session, taken, reference, {BookSheet.CLAIMS: take})
    claim = {"reference": RUN_OFF, "claim": "S-77", "event": "IP4", "occurred_on": "12/03/2025", "paid_eur": "12000,25"}
    assert seen == [(RUN_OFF, [claim])]


def test_only_whoever_takes_books_over_sees_and_writes_them(desk: TakingOver) -> None:
    found, other = desk.brought(), of_office(Role.UNDERWRITER, desk.user)
    with desk.database.reading(other) as session:
        assert session.scalars(select(PartyImport)).all() == []
        with pytest.raises(NotFound):
            take_over_queries.get_book(session, found)
    with desk.database.reading(desk.manager) as session:
        kept = take_over_queries.get_book(session, found)
        with pytest.raises(NotFound):
            body_queries.get_import(session, found)  # what writes parties writes no book
    with pytest.raises(OutOfScope), desk.database.writing(other) as session:
        take_over_jobs.start_take_over(session, kept, (), desk.now)
    with pytest.raises(OutOfScope), desk.database.writing(other) as session:
        take_over_jobs.start_take_back(session, kept, desk.now)


def test_a_book_is_handed_over_once_and_taken_back_only_then(desk: TakingOver) -> None:
    found = desk.brought()
    with pytest.raises(Refused, match="Rien de ce portefeuille n'a été repris"):
        desk.taken_back(found)
    run = desk.started(found)
    with pytest.raises(Refused, match="déjà été repris"):
        desk.started(found)
    with pytest.raises(Refused, match="n'est pas finie"):
        desk.taken_back(found)
    assert desk.worked(run).done == 3
    assert DeadlineState.OPEN.value in deadlines(desk)
