"""Commission statements: what moved since the last one, once; a line disputed and corrected by the next; paid once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Right, Role
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums import commission_statement_service as service
from atmp_insure.premiums import payment_queries, payment_service
from tests.db.together import together
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_commissions import brokered, commission
from tests.premiums.test_payments import a_payment, held, paid

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.commission_statement_models import CommissionStatement
    from atmp_insure.premiums.models import PremiumCall

ZERO = Decimal(0)
JANUARY, FEBRUARY, MARCH = date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)
IN_FEBRUARY, IN_MARCH, IN_APRIL = date(2027, 2, 3), date(2027, 3, 3), date(2027, 4, 3)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def done(desk: Desk, act: Callable[[ScopedSession, Books], object], on: date, by: Actor | None = None) -> object:
    with desk.database.writing(by or desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        return act(session, Books(CHART, at_noon(on)))


def stated(desk: Desk, broker: int, last_day: date, on: date) -> CommissionStatement | None:
    made = done(desk, lambda session, books: service.make_statement(session, broker, last_day, books), on)
    if made is None:
        return None
    with desk.database.reading(TESTER) as session:
        return queries.get_statement(session, made.id)  # type: ignore[attr-defined]


def the_broker(broker: int) -> Actor:
    rights = frozenset({Right.READ_COMMISSIONS.value, Right.DISPUTE_COMMISSIONS.value})
    return Actor("courtier", user_id=9, grants=(ScopeGrant(rights, organisation_id=broker),))


def disputed(desk: Desk, line: int, by: Actor, reason: str = "Le taux est de 18 %") -> None:
    done(desk, lambda session, books: service.dispute(session, queries.get_line(session, line), reason, books),
         IN_FEBRUARY, by)  # fmt: skip


def answered(desk: Desk, line: int, correction: str, on: date = IN_FEBRUARY) -> None:
    amount_eur = Decimal(correction)
    done(desk, lambda session, books: service.answer(
        session, queries.get_line(session, line), amount_eur, "Vu la convention", books), on)  # fmt: skip


def settled(desk: Desk, statement: int, on: date, paid_on: date | None = None) -> None:
    done(desk, lambda session, books: service.record_payment(
        session, queries.get_statement(session, statement), paid_on or on, "VIR 1", books), on)  # fmt: skip


@pytest.fixture
def earned(desk: Desk) -> tuple[PremiumCall, int]:
    """A call that a client paid on the first day, and its broker."""
    policy, broker = brokered(desk)
    [call] = called(desk, policy, FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur))
    return call, broker


def test_a_statement_takes_up_what_was_earned_once_and_numbers_follow_each_other(
    desk: Desk, earned: tuple[PremiumCall, int]
) -> None:
    call, broker = earned
    first = stated(desk, broker, JANUARY, IN_FEBRUARY)
    assert first is not None
    [line] = first.lines
    assert (first.name, line.call, line.collected_eur, line.base_eur) == (
        "BC-2027-000001", call.name, call.total_eur, call.net_eur,
    )  # fmt: skip
    assert line.commission_eur == first.earned_eur == first.due_eur == commission(call)
    assert stated(desk, broker, JANUARY, IN_FEBRUARY) is None, "all of it stands on one already"
    assert stated(desk, broker, FEBRUARY, IN_MARCH) is None


def test_a_day_is_stated_once_it_is_over(desk: Desk, earned: tuple[PremiumCall, int]) -> None:
    _, broker = earned
    with pytest.raises(Refused, match=r"n'est pas passé"):
        stated(desk, broker, JANUARY, JANUARY)
    assert stated(desk, broker, JANUARY, date(2027, 2, 1)) is not None


def test_what_is_earned_after_the_last_day_waits_for_the_next_statement(
    desk: Desk, earned: tuple[PremiumCall, int]
) -> None:
    _, broker = earned
    assert stated(desk, broker, date(2026, 12, 31), IN_FEBRUARY) is None
    assert stated(desk, broker, FIRST_DAY, IN_FEBRUARY) is not None


def test_what_is_clawed_back_is_taken_off_the_next_statements_until_it_is_made_up_for(
    desk: Desk, earned: tuple[PremiumCall, int]
) -> None:
    call, broker = earned
    first = stated(desk, broker, JANUARY, IN_FEBRUARY)
    assert first is not None
    settled(desk, first.id, IN_FEBRUARY)
    assert held(desk, AccountRole.BROKER) == 0
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        payment = payment_queries.get_payment(session, 1)
        payment_service.take_back(session, payment, "Impayé", Books(CHART, at_noon(date(2027, 2, 9))))
    second = stated(desk, broker, FEBRUARY, IN_MARCH)
    assert second is not None
    assert (second.earned_eur, second.brought_eur, second.due_eur) == (-commission(call), ZERO, -commission(call))
    with pytest.raises(Refused, match="rien à régler"):
        settled(desk, second.id, IN_MARCH)
    paid(desk, a_payment(desk, call.total_eur, IN_MARCH), IN_MARCH)
    third = stated(desk, broker, MARCH, IN_APRIL)
    assert third is not None
    assert (third.earned_eur, third.brought_eur, third.due_eur) == (commission(call), -commission(call), ZERO)
    assert held(desk, AccountRole.BROKER) == 0


def test_a_dispute_that_is_upheld_enters_the_next_statement_by_difference(
    desk: Desk, earned: tuple[PremiumCall, int]
) -> None:
    call, broker = earned
    first = stated(desk, broker, JANUARY, IN_FEBRUARY)
    assert first is not None
    line = first.lines[0].id
    disputed(desk, line, the_broker(broker))
    with desk.database.reading(TESTER) as session:
        task = session.query(Task).filter_by(origin="commission_dispute").one()
        assert (task.team, task.state, first.name in task.title) == (Role.PREMIUM_ACCOUNTANT, TaskState.OPEN, True)
    answered(desk, line, "120.50")
    assert held(desk, AccountRole.BROKER) == -(commission(call) + Decimal("120.50")), "the books know it at once"
    second = stated(desk, broker, FEBRUARY, IN_MARCH)
    assert second is not None
    [correction] = second.lines
    assert (correction.is_correction, correction.call, correction.commission_eur, correction.base_eur) == (
        True, call.name, Decimal("120.50"), ZERO,
    )  # fmt: skip
    with desk.database.reading(TESTER) as session:
        assert queries.get_statement(session, first.id).due_eur == commission(call), "a statement is never changed"
        assert session.query(Task).filter_by(origin="commission_dispute").one().state is TaskState.DONE
    assert stated(desk, broker, MARCH, IN_APRIL) is None
    settled(desk, first.id, IN_APRIL)
    settled(desk, second.id, IN_APRIL)
    assert held(desk, AccountRole.BROKER) == 0


def test_a_dispute_that_is_rejected_changes_no_amount(desk: Desk, earned: tuple[PremiumCall, int]) -> None:
    call, broker = earned
    first = stated(desk, broker, JANUARY, IN_FEBRUARY)
    assert first is not None
    disputed(desk, first.lines[0].id, the_broker(broker))
    answered(desk, first.lines[0].id, "0")
    assert held(desk, AccountRole.BROKER) == -commission(call)
    assert stated(desk, broker, FEBRUARY, IN_MARCH) is None


def test_a_line_is_disputed_by_its_own_broker_once_and_answered_once(
    desk: Desk, earned: tuple[PremiumCall, int]
) -> None:
    _, broker = earned
    first = stated(desk, broker, JANUARY, IN_FEBRUARY)
    assert first is not None
    line = first.lines[0].id
    with pytest.raises(Refused, match="pas contestée"):
        answered(desk, line, "1")
    with pytest.raises(OutOfScope):
        disputed(desk, line, desk.by(Role.PREMIUM_ACCOUNTANT))
    with pytest.raises(Exception, match="n'existe pas"):
        disputed(desk, line, the_broker(broker + 1))
    disputed(desk, line, the_broker(broker))
    with pytest.raises(Refused, match="déjà contestée"):
        disputed(desk, line, the_broker(broker))
    answered(desk, line, "5")
    with pytest.raises(Refused, match="déjà répondu"):
        answered(desk, line, "7")


def test_a_statement_is_paid_once_between_its_day_and_today(desk: Desk, earned: tuple[PremiumCall, int]) -> None:
    call, broker = earned
    first = stated(desk, broker, JANUARY, IN_FEBRUARY)
    assert first is not None
    for day in (date(2027, 2, 2), date(2027, 2, 4)):
        with pytest.raises(InvalidInput, match="avant le bordereau"):
            settled(desk, first.id, IN_FEBRUARY, day)
    settled(desk, first.id, IN_FEBRUARY)
    with pytest.raises(Refused, match=r"déjà réglé, le 03/02/2027"):
        settled(desk, first.id, IN_FEBRUARY)
    assert held(desk, AccountRole.OWN_BANK) == -commission(call)
    assert held(desk, AccountRole.BROKER) == 0


def test_of_two_who_make_a_statement_at_once_one_does(desk: Desk, earned: tuple[PremiumCall, int]) -> None:
    _, broker = earned
    made: list[CommissionStatement | None] = []
    together(2, lambda _: made.append(stated(desk, broker, JANUARY, IN_FEBRUARY)))
    assert sorted(one is None for one in made) == [False, True]
