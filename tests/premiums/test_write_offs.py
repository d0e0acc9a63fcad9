"""Write-offs: small remainders up to the office's limit, borne by the office; insurers are owed all of the call."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import write_off_queries, write_off_service
from atmp_insure.premiums.write_off_service import NewWriteOff
from tests.db.together import together
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_payments import CALLED, COLLECTED, a_payment, held, left, paid

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.write_off_models import PremiumWriteOff

BOOKS = Books(CHART, at_noon(FIRST_DAY))
MOST = Decimal("5.00")


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def remainder(desk: Desk) -> NewWriteOff:
    """What is left on the account of the client, whatever its size."""
    with desk.database.reading(TESTER) as session:
        [item] = write_off_service.small_remainders(session, desk.quoting.company_id, Decimal(10**9))
        return NewWriteOff(desk.quoting.company_id, item.id, item.left_eur, "Frais de virement du client")


def written_off(desk: Desk, new: NewWriteOff, by: Actor | None = None, most: Decimal = MOST) -> PremiumWriteOff:
    with desk.database.writing(by or desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        return write_off_service.write_off(session, new, most, BOOKS)


def taken_back(desk: Desk, row: PremiumWriteOff) -> PremiumWriteOff:
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        found = write_off_queries.get_write_off(session, row.id)
        return write_off_service.take_back(session, found, "Le client a complété", BOOKS)


def test_the_office_bears_what_is_left_and_the_insurer_is_owed_the_whole_call(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur - 5))
    row = written_off(desk, remainder(desk))
    assert (row.amount_eur, row.origin) == (Decimal(5), call.name)
    assert left(desk, call) == 0
    assert held(desk, AccountRole.CLIENT) == 0
    assert held(desk, AccountRole.WRITE_OFF) == 5
    assert held(desk, *CALLED) == 0
    assert held(desk, *COLLECTED) == -call.total_eur
    assert held(desk, AccountRole.PREMIUM_BANK) == call.total_eur - 5


@pytest.mark.parametrize(("rest", "said"), [("5.00", ""), ("5.01", "ne s'abandonne que jusqu'à 5,00")])
def test_a_remainder_is_written_off_up_to_the_limit_and_not_a_cent_above(desk: Desk, rest: str, said: str) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur - Decimal(rest)))
    if not said:
        assert written_off(desk, remainder(desk)).amount_eur == Decimal(rest)
        return
    with pytest.raises(Refused, match=said):
        written_off(desk, remainder(desk))
    assert left(desk, call) == Decimal(rest)


def test_a_small_credit_is_kept_as_a_gain_of_the_office(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur + Decimal("0.40")))
    written_off(desk, remainder(desk))
    assert held(desk, AccountRole.CLIENT) == 0
    assert held(desk, AccountRole.SETTLEMENT_GAIN) == Decimal("-0.40")
    assert held(desk, *COLLECTED) == -call.total_eur


def test_taken_back_it_is_owed_again_once_and_nothing_is_left_in_the_books(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur - 3))
    row = written_off(desk, remainder(desk))

    def again(_who: int) -> str:
        try:
            taken_back(desk, row)
        except Refused as error:
            return str(error)
        return "done"

    assert together(4, again).count("done") == 1
    assert "est déjà repris" in again(1)
    assert left(desk, call) == 3
    assert held(desk, AccountRole.CLIENT) == 3
    assert held(desk, AccountRole.WRITE_OFF) == 0
    assert held(desk, *COLLECTED) == -(call.total_eur - 3)
    with desk.database.reading(TESTER) as session:
        back = write_off_queries.find_reversal(session, row.id)
    assert back is not None
    with pytest.raises(Refused, match="est déjà repris, ou en reprend un autre"):
        taken_back(desk, back)
    assert written_off(desk, remainder(desk)).amount_eur == 3, "it may be written off again"


def test_of_two_who_write_the_same_rest_off_one_is_told(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur - 2))
    new = remainder(desk)

    def tried(_who: int) -> str:
        try:
            written_off(desk, new)
        except Refused as error:
            return str(error)
        return "done"

    answers = together(4, tried)
    assert answers.count("done") == 1
    assert all("il ne reste rien" in one for one in answers if one != "done")
    assert held(desk, AccountRole.WRITE_OFF) == 2


def test_only_what_was_seen_is_written_off(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur - 4))
    seen = remainder(desk)
    paid(desk, a_payment(desk, "1"))
    with pytest.raises(Refused, match=r"il reste 3,00\s€, et non 4,00\s€"):
        written_off(desk, seen)


def test_it_takes_its_own_right_and_a_reason(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur - 1))
    new = remainder(desk)
    with pytest.raises(OutOfScope):
        written_off(desk, new, by=desk.by(Role.UNDERWRITER))
    with pytest.raises(InvalidInput):
        written_off(desk, NewWriteOff(new.company_id, new.item_id, new.seen_eur, " "))
