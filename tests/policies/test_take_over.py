"""A book of policies that another system kept: looked at, taken over once however often it is brought, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.diary.deadline_queries import list_deadlines_about
from atmp_insure.policies.book_controls import Control
from atmp_insure.policies.book_sheets import BookSheet
from atmp_insure.policies.state import Standing
from atmp_insure.policies.take_over_course import Course
from atmp_insure.policies.transactions import TransactionKind
from tests.policies.take_over_desk import FIVE_YEARS, RUN_OFF, SUSPENDED, TakingOver

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database


@pytest.fixture
def desk(database: Database) -> TakingOver:
    return TakingOver.of(database)


def test_a_book_is_looked_at_with_its_totals_and_nothing_of_it_is_written(desk: TakingOver) -> None:
    book = desk.brought()
    preview = desk.preview(book)
    assert [one.faults for one in preview.policies] == [(), (), ()]
    assert [one.course for one in preview.policies] == [Course.WRITE] * 3
    assert (preview.faults, preview.differences) == ((), ())
    assert {one.control: one.read for one in preview.controls} == {
        Control.POLICIES: 3, Control.SECTIONS: 4,
        Control.WAGES: 7_730_000,  # 4 500 000 + 1 500 000 + 1 000 000 + 730 000, those of the last states
        Control.NET: Fraction("38650.50"),  # 30 000 + 5 000,50 + 3 650
        Control.BALANCES: Fraction("6701.05"), Control.PAID: Fraction("12000.25"),
    }  # fmt: skip
    assert preview.kept == {BookSheet.BALANCES: 2, BookSheet.CLAIMS: 1, BookSheet.CASES: 1}
    assert desk.policy(FIVE_YEARS) is None


def test_five_years_are_taken_over_with_what_held_on_each_day(desk: TakingOver) -> None:
    desk.taken_over()
    assert desk.errors() == []
    policy = desk.policy(FIVE_YEARS)
    assert policy is not None
    assert [one.kind for one in policy.transactions] == [
        TransactionKind.TAKE_OVER, TransactionKind.RENEW, TransactionKind.RENEW, TransactionKind.ENDORSE,
        TransactionKind.RENEW, TransactionKind.RENEW,
    ]  # fmt: skip
    assert (policy.quote_id, policy.reference) == (None, FIVE_YEARS)
    held = {
        date(2022, 1, 1): Fraction(20000), date(2024, 6, 30): Fraction(20000),  # the eve of the endorsement
        date(2024, 7, 1): Fraction(24000), date(2024, 12, 31): Fraction(24000), date(2025, 1, 1): Fraction(30000),
        date(2026, 11, 20): Fraction(30000),
    }  # fmt: skip
    for on, net in held.items():
        state = desk.state(FIVE_YEARS, on)
        assert state is not None
        assert (state.terms.net_eur, state.standing(on)) == (net, Standing.IN_FORCE), on
    assert desk.state(FIVE_YEARS, date(2021, 12, 31)) is None
    state = desk.state(FIVE_YEARS, date(2026, 11, 20))
    assert state is not None
    assert [one.first_day for one in state.terms.sections] == [date(2022, 1, 1), date(2025, 1, 1)]
    assert state.terms.rates[0].rate == Fraction(10000, 6_000_000)  # a third of 30 000 euros on 6 000 000 of wages


def test_charges_follow_the_rules_and_are_told_apart_as_called_elsewhere(desk: TakingOver) -> None:
    desk.taken_over()
    policy = desk.policy(FIVE_YEARS)
    assert policy is not None
    # 20 000 and 9 % of tax. From 1 July 2024, 184 of 366 days, each of three lines at its new price less the former:
    # 8 000 gives 4 021,86; 6 666,68 gives 3 351,55 and 6 666,66 twice 3 351,54: 670,31 + 670,32 + 670,32 = 2 010,95,
    # and 60,33 of tax on each. 30 000 and 9 % since.
    totals = [one.total_eur for one in policy.transactions]
    assert totals == [*[Decimal("21800.00")] * 3, Decimal("2191.94"), *[Decimal("32700.00")] * 2]
    assert desk.elsewhere(FIVE_YEARS) == frozenset(range(1, 7))
    assert policy.transactions[3].reason.endswith("ancien système : Contrats, ligne 5.")
    assert {paper.document_id for one in policy.transactions for paper in one.papers} == {desk.document}


def test_a_suspended_policy_and_one_in_run_off_keep_their_standing(desk: TakingOver) -> None:
    desk.taken_over()
    for reference, on, standing in (
        (SUSPENDED, date(2026, 10, 15), Standing.IN_FORCE),
        (SUSPENDED, date(2026, 10, 16), Standing.SUSPENDED),  # the first day without cover
        (RUN_OFF, date(2025, 6, 30), Standing.IN_FORCE),
        (RUN_OFF, date(2025, 7, 1), Standing.ENDED),
    ):
        state = desk.state(reference, on)
        assert state is not None
        assert state.standing(on) is standing, (reference, on)
    ended = desk.standing(RUN_OFF)
    assert ended is not None
    assert (ended.ended_on, ended.ground) == (date(2025, 7, 1), "risk_lost")
    policy = desk.policy(RUN_OFF)
    assert policy is not None
    # 3 650 a year, three lines of a third: 184 days of 365 are given back, with their tax at 9 %
    assert policy.transactions[1].total_eur == Decimal("-2005.60")


def test_nothing_was_known_before_the_take_over(desk: TakingOver) -> None:
    desk.taken_over()
    on, policy = date(2025, 5, 5), desk.policy(FIVE_YEARS)
    assert policy is not None
    recorded = policy.transactions[0].recorded_at
    assert desk.state(FIVE_YEARS, on, recorded - timedelta(seconds=1)) is None
    assert desk.state(FIVE_YEARS, on, policy.transactions[-1].recorded_at) is not None


def test_a_book_that_is_brought_again_changes_nothing(desk: TakingOver) -> None:
    desk.taken_over()
    again = desk.brought()
    assert desk.courses(again) == [Course.SAME] * 3
    assert desk.worked(desk.started(again)).done == 3
    policy = desk.policy(FIVE_YEARS)
    assert policy is not None
    assert len(policy.transactions) == 6
    with desk.database.reading(desk.manager) as session:
        assert len(list_deadlines_about(session, f"policies:{policy.id}")) == 1
