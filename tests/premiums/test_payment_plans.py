"""Payment plans: agreed to the cent, kept, missed the day after the tolerance, paid, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import Task
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies.state import Standing
from atmp_insure.premiums import chase_queries, chase_service, plan_queries, plan_service
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.premiums.payment_plans import PlannedAmount, PlanState, next_amount, plan_state
from atmp_insure.premiums.plan_service import NewPlan
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import FIRST_DAY, called
from tests.premiums.test_payments import a_payment, paid
from tests.premiums.test_unpaid import (
    SUSPENDED,
    advanced,
    an_unpaid,
    chase,
    chasing,
    noticed,
    posted,
    reminded,
    standing,
)

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

AGREED, FIRST_AMOUNT, LAST_AMOUNT = date(2027, 1, 9), date(2027, 2, 10), date(2027, 3, 10)
TOLERANCE = 5
_KEYS = count(1)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def owed(desk: Desk, policy: int, on: date = AGREED) -> tuple[tuple[int, ...], Decimal]:
    with desk.database.reading(TESTER) as session:
        found = plan_service.due_of(session, policy, on)
    return tuple(number for number, _ in found), sum((left for _, left in found), Decimal(0))


def a_plan(desk: Desk, policy: int, *amounts: tuple[date, Decimal | str], reason: str = "Trésorerie") -> NewPlan:
    rows = tuple(PlannedAmount(day, Decimal(amount)) for day, amount in amounts)
    return NewPlan(f"ep{next(_KEYS)}", policy, owed(desk, policy)[0], rows, reason)


def in_two(desk: Desk, policy: int) -> NewPlan:
    return a_plan(desk, policy, (FIRST_AMOUNT, "100"), (LAST_AMOUNT, owed(desk, policy)[1] - 100))


def agreed(desk: Desk, new: NewPlan, on: date = AGREED, role: Role = Role.PREMIUM_ACCOUNTANT) -> int:
    with desk.database.writing(desk.by(role)) as session:
        return plan_service.agree(session, new, chasing(on)).id


def looked_at(desk: Desk, on: date) -> list[PlanState]:
    """What the daily job ends."""
    with desk.database.writing(TESTER) as session:
        return plan_service.look_at_plans(session, chasing(on), TOLERANCE)


def step(desk: Desk, policy: int) -> ChaseStep | None:
    found = chase(desk, policy)
    return None if found is None else found.step


def test_a_plan_that_is_kept_stops_reminders_notices_and_suspensions_but_no_call(desk: Desk) -> None:
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    agreed(desk, in_two(desk, policy))
    assert step(desk, policy) is ChaseStep.HELD
    assert reminded(desk, policy, date(2027, 1, 20)) == ""
    with pytest.raises(Refused, match="est arrêtée"):
        noticed(desk, policy, date(2027, 1, 20))
    with desk.database.reading(TESTER) as session:
        held = chase_queries.find_hold(session, policy)
    assert held is not None
    assert not held.stops_calls, "calls go on"


def test_an_amount_is_missed_on_the_day_after_its_tolerance_and_the_accountants_have_a_task(desk: Desk) -> None:
    policy = an_unpaid(desk)
    number = agreed(desk, in_two(desk, policy))
    paid(desk, a_payment(desk, "99.99", FIRST_AMOUNT), FIRST_AMOUNT)
    assert looked_at(desk, FIRST_AMOUNT + timedelta(days=TOLERANCE)) == []
    assert looked_at(desk, FIRST_AMOUNT + timedelta(days=TOLERANCE + 1)) == [PlanState.MISSED]
    assert step(desk, policy) is ChaseStep.GIVE_NOTICE, "the ordinary clock goes on"
    assert looked_at(desk, FIRST_AMOUNT + timedelta(days=TOLERANCE + 2)) == [], "told once"
    with desk.database.reading(TESTER) as session:
        assert plan_queries.get_plan(session, number).ending is not None
        assert len(session.scalars(select(Task).where(Task.origin == "payment_plan")).all()) == 1


def test_a_plan_whose_amounts_are_paid_in_time_goes_on_and_ends_once_all_is_paid(desk: Desk) -> None:
    policy = an_unpaid(desk)
    total = owed(desk, policy)[1]
    agreed(desk, in_two(desk, policy))
    paid(desk, a_payment(desk, "100", FIRST_AMOUNT), FIRST_AMOUNT)
    assert looked_at(desk, LAST_AMOUNT) == []
    paid(desk, a_payment(desk, total - 100, LAST_AMOUNT), LAST_AMOUNT)
    assert looked_at(desk, LAST_AMOUNT) == [PlanState.PAID]
    assert step(desk, policy) is None


def test_the_days_of_a_notice_that_was_posted_run_on(desk: Desk) -> None:
    policy = an_unpaid(desk)
    posted(desk, noticed(desk, policy))
    agreed(desk, in_two(desk, policy), date(2027, 1, 13))
    advanced(desk, policy, SUSPENDED)
    assert standing(desk, policy, SUSPENDED) is Standing.IN_FORCE, "nobody suspends while the plan is kept"
    missed_on = FIRST_AMOUNT + timedelta(days=TOLERANCE + 1)
    looked_at(desk, missed_on)
    assert standing(desk, policy, SUSPENDED) is Standing.SUSPENDED, "on the day that the notice announced"


def test_a_plan_is_what_is_owed_to_the_cent_and_each_fault_is_told(desk: Desk) -> None:
    policy = an_unpaid(desk)
    total = owed(desk, policy)[1]
    for amounts, said in (
        ([(FIRST_AMOUNT, total - Decimal("0.01"))], "un écart de 0,01"),
        ([(FIRST_AMOUNT, total + Decimal("0.01"))], "un écart de 0,01"),
        ([], "aucun montant"),
        ([(AGREED - timedelta(days=1), total)], "déjà passée"),
        ([(LAST_AMOUNT, "100"), (FIRST_AMOUNT, total - 100)], "ne se suivent pas"),
        ([(FIRST_AMOUNT, "100"), (FIRST_AMOUNT, total - 100)], "ne se suivent pas"),
        ([(FIRST_AMOUNT, total), (LAST_AMOUNT, "0")], "montant nul"),
        ([(AGREED + timedelta(days=at), "1") for at in range(13)], "13 montants, 12 au plus"),
    ):
        with pytest.raises(InvalidInput, match=said):
            agreed(desk, a_plan(desk, policy, *amounts))
    with pytest.raises(InvalidInput, match="motif absent"):
        agreed(desk, a_plan(desk, policy, (AGREED, total), reason=" "))
    with pytest.raises(OutOfScope):
        agreed(desk, in_two(desk, policy), role=Role.UNDERWRITER)
    assert agreed(desk, a_plan(desk, policy, (AGREED, total))), "today may be its day"


def test_a_call_that_is_not_due_or_is_settled_meanwhile_is_in_no_plan(desk: Desk) -> None:
    policy = desk.issued()
    [call] = called(desk, policy, date(2026, 12, 31), FIRST_DAY)
    new = NewPlan("due", policy, (call.id,), (PlannedAmount(LAST_AMOUNT, call.total_eur),), "Trésorerie")
    with pytest.raises(InvalidInput, match="n'est pas échu"):
        agreed(desk, new, date(2026, 12, 31))
    paid(desk, a_payment(desk, call.total_eur))
    with pytest.raises(InvalidInput, match="réglé entre-temps"):
        agreed(desk, new)


def test_the_form_sent_twice_is_one_plan_and_a_second_plan_is_refused(desk: Desk) -> None:
    policy = an_unpaid(desk)
    new = in_two(desk, policy)
    assert len({agreed(desk, new) for _ in range(2)}) == 1
    with pytest.raises(Refused, match="déjà arrêtée"):
        agreed(desk, in_two(desk, policy))


def test_a_plan_is_taken_back_once_with_its_reason_and_its_hold_goes_with_it(desk: Desk) -> None:
    policy = an_unpaid(desk)
    number = agreed(desk, in_two(desk, policy))

    def back(reason: str) -> None:
        with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
            plan_service.take_back(session, number, reason, chasing(AGREED))

    with pytest.raises(Refused, match="annuler l'échéancier"), desk.database.writing(TESTER) as session:
        chase_service.release(session, policy, "Oubli", chasing(AGREED))
    with pytest.raises(InvalidInput, match="motif absent"):
        back(" ")
    back("Le client a renoncé")
    assert step(desk, policy) is ChaseStep.GIVE_NOTICE
    with pytest.raises(Refused, match="déjà terminé"):
        back("encore")
    assert agreed(desk, in_two(desk, policy)), "another may follow"


@pytest.mark.parametrize(("paid_eur", "day", "state"), [
    ("0", 15, PlanState.KEPT), ("0", 16, PlanState.MISSED), ("99.99", 16, PlanState.MISSED),
    ("100", 16, PlanState.KEPT), ("149.99", 28, PlanState.KEPT), ("150", 1, PlanState.PAID), ("-5", 15, PlanState.KEPT),
])  # fmt: skip
def test_where_a_plan_stands_on_a_day(paid_eur: str, day: int, state: PlanState) -> None:
    amounts = PlannedAmount(FIRST_AMOUNT, Decimal(100)), PlannedAmount(LAST_AMOUNT, Decimal(50))
    assert plan_state(amounts, Decimal(paid_eur), date(2027, 2, day), TOLERANCE) is state


def test_what_was_paid_counts_for_the_first_amounts() -> None:
    amounts = PlannedAmount(FIRST_AMOUNT, Decimal(100)), PlannedAmount(LAST_AMOUNT, Decimal(50))
    assert next_amount(amounts, Decimal("99.99")) == PlannedAmount(FIRST_AMOUNT, Decimal("0.01"))
    assert next_amount(amounts, Decimal(100)) == amounts[1]
    assert next_amount(amounts, Decimal(150)) is None
