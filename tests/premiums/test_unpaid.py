"""Unpaid premiums to the day: noticed, posted, suspended, paid, resumed; held, withdrawn, raced; taken back in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger.service import Books
from atmp_insure.policies.state import Standing
from atmp_insure.policies.transactions import Refunding, Termination
from atmp_insure.premiums import chase_queries, chase_service, notice_service, payment_queries, payment_service
from atmp_insure.premiums.chase_jobs import remind
from atmp_insure.premiums.chase_models import HoldKind, NoticeEnding
from atmp_insure.premiums.chase_service import ChaseDesk, NewHold
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.premiums.unpaid_clock import UnpaidClock
from tests.db.together import together
from tests.parties.desk import TESTER
from tests.policies.desk import CATALOGUE, Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_payments import a_payment, paid

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.chase_models import PremiumChase, PremiumNotice

NOTICED, SENT = date(2027, 1, 11), date(2027, 1, 12)
SUSPENDED = date(2027, 2, 12)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def chasing(on: date) -> ChaseDesk:
    return ChaseDesk(UnpaidClock(installed_deadlines(None), 7), CATALOGUE, at_noon(on))


def advanced(desk: Desk, policy: int, on: date) -> str:
    """What the worker does of a policy on a day."""
    with desk.database.writing(TESTER) as session:
        return chase_service.advance(session, policy, chasing(on))


def reminded(desk: Desk, policy: int, on: date = FIRST_DAY + timedelta(days=7)) -> str:
    with desk.database.writing(TESTER) as session:
        return remind(session, policy, chasing(on), "Bureau Fictif")


def noticed(desk: Desk, policy: int, on: date = NOTICED, role: Role = Role.PREMIUM_ACCOUNTANT) -> int:
    with desk.database.writing(desk.by(role)) as session:
        return notice_service.give_notice(session, policy, on, chasing(on)).id


def posted(
    desk: Desk, notice: int, on: date = SENT, *, proof: str = "1A 000 000 0001 1", seen: date | None = None
) -> None:
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        found = chase_queries.get_notice(session, notice)
        notice_service.record_sending(session, found, on, proof, chasing(seen or on))


def standing(desk: Desk, policy: int, on: date) -> Standing:
    found = desk.state(policy, on)
    assert found is not None
    return found.standing(on)


def chase(desk: Desk, policy: int) -> PremiumChase | None:
    with desk.database.reading(TESTER) as session:
        return chase_queries.find_chase(session, policy)


def notice_of(desk: Desk, number: int) -> PremiumNotice:
    with desk.database.reading(TESTER) as session:
        return chase_queries.get_notice(session, number)


def an_unpaid(desk: Desk) -> int:
    """A policy whose premium of 1 January was called, is due, and was reminded of."""
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    advanced(desk, policy, FIRST_DAY)
    reminded(desk, policy)
    return policy


def a_suspended(desk: Desk) -> tuple[int, int]:
    policy = an_unpaid(desk)
    notice = noticed(desk, policy)
    posted(desk, notice)
    advanced(desk, policy, SUSPENDED)
    return policy, notice


def test_a_premium_is_reminded_of_once_then_noticed_from_the_tenth_day_on(desk: Desk) -> None:
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    advanced(desk, policy, FIRST_DAY)
    assert reminded(desk, policy, date(2027, 1, 7)) == ""
    assert reminded(desk, policy, date(2027, 1, 8)).startswith("1 prime(s)")
    assert reminded(desk, policy, date(2027, 1, 9)) == ""
    with pytest.raises(Refused, match="sans effet"):
        noticed(desk, policy, date(2027, 1, 10))
    number = noticed(desk, policy)
    assert notice_of(desk, number).name == "MD-2027-000001"
    with pytest.raises(Refused, match="déjà en cours"):
        noticed(desk, policy)


def test_cover_stops_at_midnight_of_the_thirtieth_day_after_the_posting_and_not_before(desk: Desk) -> None:
    policy = an_unpaid(desk)
    number = noticed(desk, policy)
    posted(desk, number)
    assert "mise en demeure expédiée" in advanced(desk, policy, date(2027, 2, 11))
    assert standing(desk, policy, SUSPENDED) is Standing.IN_FORCE
    assert "garantie suspendue à compter du 12/02/2027" in advanced(desk, policy, SUSPENDED)
    assert standing(desk, policy, date(2027, 2, 11)) is Standing.IN_FORCE
    assert standing(desk, policy, SUSPENDED) is Standing.SUSPENDED
    sending = notice_of(desk, number).sending
    assert sending is not None
    assert (sending.suspended_on, sending.terminable_on) == (SUSPENDED, date(2027, 2, 21))
    assert sending.reasoning["premium_suspension"]["article"] == "C. assur. L.113-3, R.113-1"
    found = chase(desk, policy)
    assert found is not None
    assert (found.step, found.step_on) == (ChaseStep.TERMINATE, date(2027, 2, 21))


def test_a_day_on_which_nobody_looked_changes_no_date(desk: Desk) -> None:
    policy = an_unpaid(desk)
    posted(desk, noticed(desk, policy))
    advanced(desk, policy, date(2027, 2, 20))
    assert standing(desk, policy, date(2027, 2, 11)) is Standing.IN_FORCE
    assert standing(desk, policy, SUSPENDED) is Standing.SUSPENDED


def test_paid_in_full_cover_comes_back_at_noon_of_the_next_day_whenever_it_is_recorded(desk: Desk) -> None:
    policy, notice = a_suspended(desk)
    found = chase(desk, policy)
    assert found is not None
    paid(desk, a_payment(desk, found.left_eur - 1, date(2027, 3, 3)), date(2027, 3, 3))
    assert "garantie suspendue" in advanced(desk, policy, date(2027, 3, 4))
    paid(desk, a_payment(desk, "1.00", date(2027, 3, 5)), date(2027, 3, 9))
    assert "remise en vigueur le 06/03/2027 à midi" in advanced(desk, policy, date(2027, 3, 9))
    assert standing(desk, policy, date(2027, 3, 5)) is Standing.SUSPENDED
    assert standing(desk, policy, date(2027, 3, 6)) is Standing.IN_FORCE
    ending = notice_of(desk, notice).ending
    assert ending is not None
    assert ending.how is NoticeEnding.PAID
    assert chase(desk, policy) is None


def test_paid_within_the_thirty_days_the_notice_ends_and_cover_never_stops(desk: Desk) -> None:
    policy = an_unpaid(desk)
    notice = noticed(desk, policy)
    posted(desk, notice)
    found = chase(desk, policy)
    assert found is not None
    paid(desk, a_payment(desk, found.left_eur, date(2027, 2, 11)), date(2027, 2, 11))
    assert "réglée" in advanced(desk, policy, date(2027, 2, 12))
    assert standing(desk, policy, SUSPENDED) is Standing.IN_FORCE


def test_a_payment_of_the_last_day_recorded_late_takes_the_suspension_back(desk: Desk) -> None:
    policy, _notice = a_suspended(desk)
    found = chase(desk, policy)
    assert found is not None
    paid(desk, a_payment(desk, found.left_eur, date(2027, 2, 11)), date(2027, 2, 16))
    assert "suspension annulée" in advanced(desk, policy, date(2027, 2, 16))
    assert standing(desk, policy, date(2027, 2, 14)) is Standing.IN_FORCE


def test_a_payment_that_bounces_is_claimed_again_by_another_notice(desk: Desk) -> None:
    policy = an_unpaid(desk)
    posted(desk, noticed(desk, policy))
    found = chase(desk, policy)
    assert found is not None
    payment = paid(desk, a_payment(desk, found.left_eur, date(2027, 1, 20)), date(2027, 1, 20))
    advanced(desk, policy, date(2027, 1, 20))
    assert chase(desk, policy) is None
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        again = payment_queries.get_payment(session, payment.id)
        payment_service.take_back(session, again, "Chèque impayé", Books(CHART, at_noon(date(2027, 1, 25))))
    advanced(desk, policy, date(2027, 1, 25))
    after = chase(desk, policy)
    assert after is not None
    assert (after.step, after.step_on, after.left_eur) == (ChaseStep.GIVE_NOTICE, date(2027, 1, 11), found.left_eur)


def test_a_hold_stops_the_clock_and_its_release_takes_it_up(desk: Desk) -> None:
    policy = an_unpaid(desk)
    posted(desk, noticed(desk, policy))
    accountant = desk.by(Role.PREMIUM_ACCOUNTANT)
    with desk.database.writing(accountant) as session:
        chase_service.hold(session, policy, NewHold(HoldKind.DISPUTE, "Masse contestée"), chasing(SENT))
    with desk.database.writing(accountant) as session, pytest.raises(Refused, match="déjà arrêtée"):
        chase_service.hold(session, policy, NewHold(HoldKind.OTHER, "Encore"), chasing(SENT))
    assert "procédure arrêtée" in advanced(desk, policy, SUSPENDED)
    assert standing(desk, policy, SUSPENDED) is Standing.IN_FORCE
    with desk.database.writing(accountant) as session:
        chase_service.release(session, policy, "Accord trouvé", chasing(date(2027, 2, 20)))
    assert standing(desk, policy, SUSPENDED) is Standing.SUSPENDED
    with desk.database.writing(accountant) as session, pytest.raises(Refused, match="déjà repris"):
        chase_service.release(session, policy, "Encore", chasing(date(2027, 2, 20)))


def test_the_posting_is_recorded_once_with_its_proof_and_on_a_day_that_can_be(desk: Desk) -> None:
    number = noticed(desk, an_unpaid(desk))
    with pytest.raises(InvalidInput, match="recommandé absent"):
        posted(desk, number, proof=" ")
    with pytest.raises(InvalidInput, match="hors de la période"):
        posted(desk, number, date(2027, 1, 10), seen=SENT)
    with pytest.raises(InvalidInput, match="hors de la période"):
        posted(desk, number, date(2027, 1, 13), seen=SENT)
    posted(desk, number)
    with pytest.raises(Refused, match="déjà enregistré"):
        posted(desk, number)


def test_a_withdrawn_notice_has_no_effect_and_another_may_follow(desk: Desk) -> None:
    policy = an_unpaid(desk)
    number = noticed(desk, policy)
    posted(desk, number)
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        notice_service.withdraw(session, chase_queries.get_notice(session, number), "Mauvaise adresse", chasing(SENT))
    assert "à mettre en demeure" in advanced(desk, policy, SUSPENDED)
    assert standing(desk, policy, SUSPENDED) is Standing.IN_FORCE
    assert notice_of(desk, noticed(desk, policy, SUSPENDED)).name == "MD-2027-000002"


def test_a_notice_that_suspends_is_not_withdrawn(desk: Desk) -> None:
    _policy, number = a_suspended(desk)
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session, pytest.raises(Refused, match="suspendue"):
        notice_service.withdraw(session, chase_queries.get_notice(session, number), "Erreur", chasing(SUSPENDED))


def test_a_policy_that_ends_ends_its_notice_and_stays_to_be_collected(desk: Desk) -> None:
    policy, number = a_suspended(desk)
    desk.carried_out(policy, date(2027, 2, 22), Termination("non_payment", Refunding.KEPT))
    advanced(desk, policy, date(2027, 2, 22))
    ending, found = notice_of(desk, number).ending, chase(desk, policy)
    assert ending is not None
    assert ending.how is NoticeEnding.POLICY_ENDED
    assert found is not None
    assert found.step is ChaseStep.COLLECT


def test_of_two_who_give_notice_at_once_one_is_told(desk: Desk) -> None:
    policy = an_unpaid(desk)

    def give() -> str:
        try:
            noticed(desk, policy)
        except Refused as error:
            return str(error)
        return "given"

    outcomes = together(2, lambda _number: give())
    assert sorted(one == "given" for one in outcomes) == [False, True]
    assert any("déjà en cours" in one for one in outcomes)


def test_a_broker_gives_no_notice(desk: Desk) -> None:
    policy = an_unpaid(desk)
    with pytest.raises(OutOfScope):
        noticed(desk, policy, role=Role.CLAIMS_HANDLER)
