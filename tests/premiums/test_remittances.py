"""Cheques: handed to the bank of one insurer's premiums once, and taken back before or after they were cashed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import payment_queries, payment_service, remittance_queries, remittance_service
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.premiums.remittance_service import NewRemittance
from tests.db.together import together
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_payments import COLLECTED, a_payment, held, left, paid, the_insurer

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.models import PremiumCall
    from atmp_insure.premiums.payment_models import PremiumPayment

LATER = date(2027, 1, 8)
_KEYS = count(1)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def a_call(desk: Desk) -> PremiumCall:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    return call


def a_cheque(desk: Desk, amount: Decimal | str, on: date = FIRST_DAY) -> PremiumPayment:
    return paid(desk, a_payment(desk, amount, on, means=PaymentMeans.CHEQUE), on)


def a_remittance(desk: Desk, *cheques: PremiumPayment, on: date = LATER) -> NewRemittance:
    return NewRemittance(f"rc{next(_KEYS)}", the_insurer(desk), tuple(one.id for one in cheques), on)


def remitted(desk: Desk, new: NewRemittance, by: Actor | None = None, on: date = LATER) -> int:
    with desk.database.writing(by or desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        return remittance_service.remit(session, new, Books(CHART, at_noon(on))).id


def taken_back(desk: Desk, payment: PremiumPayment) -> None:
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        found = payment_queries.get_payment(session, payment.id)
        payment_service.take_back(session, found, "Chèque impayé", Books(CHART, at_noon(LATER)))


def test_cheques_handed_to_the_bank_leave_the_account_of_cheques(desk: Desk) -> None:
    call = a_call(desk)
    cheques = [a_cheque(desk, "100"), a_cheque(desk, "50.25"), a_cheque(desk, "7")]
    remitted(desk, a_remittance(desk, *cheques[:2]))
    assert held(desk, AccountRole.CHEQUES) == 7
    assert held(desk, AccountRole.PREMIUM_BANK) == Decimal("150.25")
    assert held(desk, *COLLECTED) == Decimal("-157.25"), "what is collected does not wait for the bank"
    assert left(desk, call) == call.total_eur - Decimal("157.25")
    with desk.database.reading(TESTER) as session:
        assert [one.id for one in remittance_queries.list_uncashed(session)] == [cheques[2].id]


def test_a_cheque_that_is_in_a_remittance_is_refused_by_name(desk: Desk) -> None:
    a_call(desk)
    first, second = a_cheque(desk, "100"), a_cheque(desk, "50")
    number = remitted(desk, a_remittance(desk, first))
    with pytest.raises(Refused, match=f"{first.name} est déjà dans la remise RC-{number:06}"):
        remitted(desk, a_remittance(desk, first, second))
    assert held(desk, AccountRole.CHEQUES) == 50, "nothing of it was written"


def test_of_two_who_remit_the_same_cheque_one_is_told_and_the_form_sent_twice_is_one(desk: Desk) -> None:
    a_call(desk)
    cheque = a_cheque(desk, "100")

    def tried(_who: int) -> str:
        try:
            remitted(desk, a_remittance(desk, cheque))
        except Refused as error:
            return str(error)
        return "done"

    answers = together(4, tried)
    assert answers.count("done") == 1
    assert all("est déjà dans la remise" in one for one in answers if one != "done")
    assert held(desk, AccountRole.PREMIUM_BANK) == 100
    twice = a_remittance(desk, a_cheque(desk, "30"))
    assert len({remitted(desk, twice) for _ in range(2)}) == 1
    assert held(desk, AccountRole.PREMIUM_BANK) == 130


def test_a_cheque_taken_back_before_it_was_cashed_cannot_be_remitted(desk: Desk) -> None:
    call = a_call(desk)
    cheque = a_cheque(desk, "100")
    taken_back(desk, cheque)
    assert held(desk, AccountRole.CHEQUES) == 0
    assert left(desk, call) == call.total_eur
    with pytest.raises(Refused, match=f"{cheque.name} est annulé"):
        remitted(desk, a_remittance(desk, cheque))


def test_a_cheque_taken_back_after_it_was_cashed_is_given_back_by_the_bank(desk: Desk) -> None:
    call = a_call(desk)
    cheque, other = a_cheque(desk, call.total_eur), a_cheque(desk, "10")
    remitted(desk, a_remittance(desk, cheque, other))
    taken_back(desk, cheque)
    assert held(desk, AccountRole.CHEQUES) == 0
    assert held(desk, AccountRole.PREMIUM_BANK) == 10
    assert left(desk, call) == call.total_eur
    assert held(desk, *COLLECTED) == 0
    assert held(desk, AccountRole.CLIENT) == call.total_eur - 10
    with pytest.raises(Refused, match="est déjà annulé"):
        taken_back(desk, cheque)
    with desk.database.reading(TESTER) as session:
        assert remittance_queries.list_uncashed(session) == []


@pytest.mark.parametrize(("on", "place"), [
    (date(2027, 1, 3), ""), (date(2027, 1, 2), "remitted_on"), (LATER, ""), (date(2027, 1, 9), "remitted_on"),
])  # fmt: skip
def test_the_day_is_neither_before_a_cheque_came_nor_to_come(desk: Desk, on: date, place: str) -> None:
    a_call(desk)
    new = a_remittance(desk, a_cheque(desk, "10", date(2027, 1, 3)), on=on)
    if not place:
        assert remitted(desk, new)
        return
    with pytest.raises(InvalidInput) as refused:
        remitted(desk, new)
    assert [one.place for one in refused.value.faults] == [place]


def test_nothing_but_cheques_of_that_account_is_remitted(desk: Desk) -> None:
    a_call(desk)
    transfer = paid(desk, a_payment(desk, "10"))
    with pytest.raises(Refused, match=f"{transfer.name} : pas un chèque"):
        remitted(desk, a_remittance(desk, transfer, a_cheque(desk, "5")))
    with pytest.raises(InvalidInput, match="aucun chèque choisi"):
        remitted(desk, a_remittance(desk))
    with pytest.raises(OutOfScope):
        remitted(desk, a_remittance(desk, a_cheque(desk, "5")), by=desk.by(Role.UNDERWRITER))
