"""The aged balance: what clients owe on a day by age, whose it is, and that it is what the books say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import ageing, payment_queries, payment_service
from atmp_insure.premiums import figure_queries as queries
from atmp_insure.premiums.ageing import AgeBand, Aged, LeftOpen, aged, band_of, total_of
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.call_shares import Whose, left_of
from tests.parties.desk import TESTER
from tests.policies.desk import Desk
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.figure_desk import held_on, two_insurers
from tests.premiums.test_commissions import brokered
from tests.premiums.test_payments import a_payment, paid
from tests.web.test_query_counts import statements

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

ZERO = Decimal(0)
DAY = date(2027, 6, 1)


@pytest.fixture
def desk(database: Database) -> Desk:
    version, _insurers = two_insurers(database)
    return Desk.of(database, version)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (-400, AgeBand.NOT_DUE), (-1, AgeBand.NOT_DUE),  # the eve of the due date
        (0, AgeBand.FIRST_DAYS), (ageing.FIRST_DAYS, AgeBand.FIRST_DAYS),
        (ageing.FIRST_DAYS + 1, AgeBand.FIRST_MONTH), (ageing.FIRST_MONTH, AgeBand.FIRST_MONTH),
        (ageing.FIRST_MONTH + 1, AgeBand.SECOND_MONTH), (ageing.SECOND_MONTH, AgeBand.SECOND_MONTH),
        (ageing.SECOND_MONTH + 1, AgeBand.THIRD_MONTH), (ageing.THIRD_MONTH, AgeBand.THIRD_MONTH),
        (ageing.THIRD_MONTH + 1, AgeBand.BEYOND), (4000, AgeBand.BEYOND),
    ],
)  # fmt: skip
def test_each_age_falls_in_its_band_up_to_its_last_day(days: int, band: AgeBand) -> None:
    assert band_of(DAY - timedelta(days=days), DAY) is band


def test_the_bands_are_those_that_their_headings_tell() -> None:
    assert [last for _band, last in ageing.LAST_DAYS] == [10, 30, 60, 90]
    assert [str(band.label) for band in AgeBand] == [
        "à échoir", "0 à 10 jours", "11 à 30 jours", "31 à 60 jours", "61 à 90 jours", "plus de 90 jours",
    ]  # fmt: skip


def test_a_client_has_one_line_and_credits_are_no_age() -> None:
    left = [
        LeftOpen(1, DAY, Decimal(100)), LeftOpen(1, DAY - timedelta(days=91), Decimal(50)),
        LeftOpen(1, DAY - timedelta(days=200), Decimal(-30), is_credit=True), LeftOpen(2, DAY, ZERO),
        LeftOpen(3, DAY + timedelta(days=1), Decimal(7)),
    ]  # fmt: skip
    found = aged(left, DAY)
    assert found == {
        1: Aged({AgeBand.FIRST_DAYS: Decimal(100), AgeBand.BEYOND: Decimal(50)}, Decimal(-30)),
        3: Aged({AgeBand.NOT_DUE: Decimal(7)}),
    }
    total = total_of(found.values())
    sums = total.owed_eur, total.due_eur, total.credit_eur, total.balance_eur
    assert sums == tuple(map(Decimal, ("157", "150", "-30", "127")))


def balances(desk: Desk, on: date) -> tuple[Decimal, Decimal]:
    """What clients owe by the aged balance of a day, and by the accounts of clients in the books."""
    with desk.database.reading(TESTER) as session:
        found = queries.list_open(session, on)
    listed = [(one.amount_eur - one.settled_eur) * (-1 if one.is_credit else 1) for one in found]
    return sum(listed, ZERO), held_on(desk, on, AccountRole.CLIENT)


def test_on_every_day_the_aged_balance_is_that_of_the_accounts_of_clients(desk: Desk) -> None:
    policy = desk.issued()
    [first] = called(desk, policy, FIRST_DAY)
    [_second] = called(desk, desk.twin(policy), date(2027, 1, 3), until=date(2027, 1, 3))
    payment = paid(desk, a_payment(desk, first.total_eur - 100, date(2027, 1, 4)), date(2027, 1, 5))  # told a day late
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        again = payment_queries.get_payment(session, payment.id)
        payment_service.take_back(session, again, "Chèque impayé", Books(CHART, at_noon(date(2027, 1, 8))))
    paid(desk, a_payment(desk, "50", date(2027, 1, 9)), date(2027, 1, 9))
    seen = set()
    for offset in range(12):
        on = date(2026, 12, 30) + timedelta(days=offset)
        listed, in_books = balances(desk, on)
        assert listed == in_books, on
        seen.add(listed)
    assert len(seen) == 5, "nothing, a call, two, one paid for the most part, 50 less than two"


def test_what_is_owed_of_each_insurer_is_what_its_accounts_have_called_and_not_collected(database: Database) -> None:
    version, insurers = two_insurers(database)
    desk = Desk.of(database, version)
    policy, broker = brokered(desk)
    [call] = called(desk, policy, FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur / 3 // Decimal("0.01") * Decimal("0.01"), FIRST_DAY), FIRST_DAY)
    with database.reading(TESTER) as session:
        [one, *_credits] = queries.list_open(session, FIRST_DAY)
        parts = queries.parts_of_open(session, FIRST_DAY)[call.id]
    settled, owed = int(one.settled_eur * 100), {}
    for insurer in insurers:
        owed[insurer] = euros(left_of(parts, settled, Whose(insurer)))
        in_books = held_on(desk, FIRST_DAY, AccountRole.PREMIUM_CALLED, AccountRole.TAX_CALLED, of=insurer)
        assert owed[insurer] == -in_books > 0
    assert sum(owed.values()) == one.amount_eur - one.settled_eur
    assert owed[insurers[0]] != owed[insurers[1]]
    assert euros(left_of(parts, settled, Whose(broker_id=broker))) == sum(owed.values())
    assert left_of(parts, settled, Whose(broker_id=0)) == 0
    assert euros(left_of(parts, settled, Whose(insurers[0], broker))) == owed[insurers[0]]


def test_a_settlement_that_came_after_the_day_or_was_undone_by_then_does_not_count(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    payment = paid(desk, a_payment(desk, call.total_eur), date(2027, 1, 5))
    with desk.database.reading(TESTER) as session:
        [debit, credit] = queries.list_open(session, date(2027, 1, 4))
        assert (debit.settled_eur, credit.settled_eur) == (ZERO, ZERO)
        assert queries.list_open(session, date(2027, 1, 5)) == []
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        again = payment_queries.get_payment(session, payment.id)
        payment_service.take_back(session, again, "Chèque impayé", Books(CHART, at_noon(date(2027, 1, 8))))
    with desk.database.reading(TESTER) as session:
        before = [one.amount_eur - one.settled_eur for one in queries.list_open(session, date(2027, 1, 7))]
        assert before == [ZERO, ZERO], "settled on that day"
        [owed] = [one for one in queries.list_open(session, date(2027, 1, 8)) if not one.is_credit]
        assert (owed.call_id, owed.amount_eur, owed.settled_eur) == (call.id, call.total_eur, ZERO)


def test_one_client_or_three_are_asked_for_in_as_many_statements(database: Database) -> None:
    version, _insurers = two_insurers(database)
    counts = []
    for _number in range(3):
        desk = Desk.of(database, version)
        called(desk, desk.issued(), FIRST_DAY)
        with database.reading(TESTER) as session, statements(database) as seen:
            found = queries.list_open(session, FIRST_DAY)
            queries.parts_of_open(session, FIRST_DAY)
            queries.list_called(session, FIRST_DAY, FIRST_DAY)
        counts.append((len({one.company_id for one in found}), len(seen)))
    assert [clients for clients, _count in counts] == [1, 2, 3]
    assert len({count for _clients, count in counts}) == 1
