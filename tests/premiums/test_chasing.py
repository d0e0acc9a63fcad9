"""What comes next of an unpaid premium, to the day: reminder, formal notice, suspension, termination, resumption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.premiums.chasing import (
    ChaseStep,
    Debt,
    GivenNotice,
    NextStep,
    Situation,
    fully_paid_on,
    next_step,
    to_claim,
    to_remind,
)
from atmp_insure.premiums.unpaid_clock import UnpaidClock

CLOCK = UnpaidClock(installed_deadlines(None), 7)
DUE = date(2027, 1, 1)
SENT = date(2027, 1, 12)
SUSPENDED = date(2027, 2, 12)  # thirty days after the posting end on 11 February, at 24 h
UNPAID = Debt(1, DUE, Decimal(100))
REMINDED = replace(UNPAID, is_reminded=True)
NOTICE = GivenNotice(9, frozenset({1}), date(2027, 1, 11), None)
POSTED = replace(NOTICE, sent_on=SENT)


def paid(debt: Debt, on: date) -> Debt:
    return replace(debt, left_eur=Decimal(0), paid_on=on)


@pytest.mark.parametrize(
    ("found", "step"),
    [
        (Situation((UNPAID,)), NextStep(ChaseStep.REMIND, date(2027, 1, 8))),
        (Situation((REMINDED,)), NextStep(ChaseStep.GIVE_NOTICE, date(2027, 1, 11))),
        (Situation((REMINDED,), NOTICE), NextStep(ChaseStep.SEND_NOTICE, date(2027, 1, 11))),
        (Situation((REMINDED,), POSTED), NextStep(ChaseStep.SUSPEND, SUSPENDED)),
        (Situation((REMINDED,), POSTED, SUSPENDED), NextStep(ChaseStep.TERMINATE, date(2027, 2, 21))),
        (Situation((paid(REMINDED, date(2027, 3, 3)),), POSTED, SUSPENDED),
         NextStep(ChaseStep.RESUME, date(2027, 3, 4))),
        (Situation((paid(REMINDED, date(2027, 2, 1)),), POSTED), None),
        (Situation((REMINDED,), ended_on=date(2027, 1, 5)), NextStep(ChaseStep.COLLECT, DUE)),
        (Situation((REMINDED,), is_held=True), NextStep(ChaseStep.HELD, None)),
        (Situation((REMINDED,), POSTED, is_held=True, held_until=date(2027, 2, 5)),
         NextStep(ChaseStep.HELD, date(2027, 2, 5))),
        (Situation((REMINDED,), None, SUSPENDED), NextStep(ChaseStep.TERMINATE, None)),
    ],
    ids=["due", "reminded", "noticed", "posted", "suspended", "paid after", "paid before", "ended", "held",
         "held until", "suspended by hand"],
)  # fmt: skip
def test_each_step_waits_for_its_day(found: Situation, step: NextStep | None) -> None:
    assert next_step(found, CLOCK) == step


def test_a_hold_does_not_keep_cover_suspended_once_all_is_paid() -> None:
    found = Situation((paid(REMINDED, date(2027, 3, 3)),), POSTED, SUSPENDED, is_held=True)
    assert next_step(found, CLOCK) == NextStep(ChaseStep.RESUME, date(2027, 3, 4))


def test_cover_comes_back_once_the_fractions_that_fell_due_meanwhile_are_paid_too() -> None:
    """Quarterly premium: that of 1 April fell due during the suspension; that of 1 July did not when all was paid."""
    april, july = Debt(2, date(2027, 4, 1), Decimal(100)), Debt(3, date(2027, 7, 1), Decimal(100))
    first = paid(REMINDED, date(2027, 4, 10))
    found = Situation((first, april, july), POSTED, SUSPENDED)
    assert fully_paid_on(found) is None
    assert fully_paid_on(replace(found, debts=(first, paid(april, date(2027, 5, 2)), july))) == date(2027, 5, 2)
    before_april = paid(REMINDED, date(2027, 3, 31))
    assert fully_paid_on(replace(found, debts=(before_april, april, july))) == date(2027, 3, 31)
    on_april = paid(REMINDED, date(2027, 4, 1))
    assert fully_paid_on(replace(found, debts=(on_april, april, july))) is None


def test_a_fraction_that_fell_due_between_notice_and_suspension_does_not_keep_cover_away() -> None:
    february = Debt(2, date(2027, 2, 1), Decimal(100))
    found = Situation((paid(REMINDED, date(2027, 3, 3)), february), POSTED, SUSPENDED)
    assert fully_paid_on(found) == date(2027, 3, 3)


def test_a_payment_of_the_last_evening_keeps_cover() -> None:
    """Paid on the thirtieth day, recorded after the suspension was: cover would come back before it stopped."""
    last = paid(REMINDED, date(2027, 2, 11))
    step = next_step(Situation((last,), POSTED, SUSPENDED), CLOCK)
    assert step == NextStep(ChaseStep.RESUME, SUSPENDED)


def test_a_policy_suspended_elsewhere_without_any_debt_here_is_left_to_a_person() -> None:
    assert fully_paid_on(Situation((), None, SUSPENDED)) is None
    assert fully_paid_on(Situation((Debt(5, date(2027, 6, 1), Decimal(1)),), None, SUSPENDED)) is None


@pytest.mark.parametrize(("on", "claimed"), [(date(2027, 1, 10), []), (date(2027, 1, 11), [REMINDED])])
def test_a_notice_claims_what_is_ten_days_late(on: date, claimed: list[Debt]) -> None:
    assert to_claim(Situation((REMINDED, Debt(2, date(2027, 4, 1), Decimal(5)))), on, CLOCK) == claimed


@pytest.mark.parametrize(("on", "told"), [(date(2027, 1, 7), []), (date(2027, 1, 8), [UNPAID])])
def test_a_reminder_tells_what_nobody_was_reminded_of(on: date, told: list[Debt]) -> None:
    assert to_remind(Situation((UNPAID, replace(REMINDED, call_id=2))), on, CLOCK) == told


def test_once_its_notice_is_paid_the_next_unpaid_fraction_starts_anew() -> None:
    april = Debt(2, date(2027, 4, 1), Decimal(100))
    found = Situation((paid(REMINDED, date(2027, 2, 1)), april), POSTED)
    assert next_step(found, CLOCK) == NextStep(ChaseStep.REMIND, date(2027, 4, 8))
