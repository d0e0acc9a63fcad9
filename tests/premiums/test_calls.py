"""Premium calls: what a policy owes by a day is called once, numbered, posted; acts and ends correct what was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from stdnum import iso11649

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.ledger import queries as books
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.policies.changes import ChangeInstalments
from atmp_insure.policies.transactions import Endorsement, Refunding, Termination
from atmp_insure.premiums import queries
from tests.db.together import together
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import FIRST_DAY, called, scheduled

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def total_called(desk: Desk, policy: int) -> Decimal:
    with desk.database.reading(TESTER) as session:
        return sum((one.total_eur for one in queries.list_calls_of(session, policy)), Decimal(0))


def held(desk: Desk, *roles: AccountRole) -> Decimal:
    """What accounts of some roles hold together; above zero: at their debit."""
    with desk.database.reading(TESTER) as session:
        accounts = [one.id for one in session.scalars(books.accounts()) if one.role in roles]
        moved = books.turnover(session, date(2099, 12, 31))
    return sum((moved.get(one, Turnover()).balance_eur for one in accounts), Decimal(0))


def test_a_year_is_called_once_and_owed_by_the_client_to_the_insurer(desk: Desk) -> None:
    policy = desk.issued()
    assert called(desk, policy, date(2026, 12, 1)) == []  # not due yet
    [call] = called(desk, policy, date(2026, 12, 1), until=FIRST_DAY)
    assert (call.name, call.due_on, call.total_eur) == ("AP-2026-000001", FIRST_DAY, desk.charged_eur(policy))
    assert call.total_eur == call.net_eur + call.surcharge_eur + call.tax_eur
    assert iso11649.is_valid(call.reference)
    assert held(desk, AccountRole.CLIENT) == call.total_eur
    assert held(desk, AccountRole.PREMIUM_CALLED) == -(call.net_eur + call.surcharge_eur)
    assert held(desk, AccountRole.TAX_CALLED) == -call.tax_eur
    assert called(desk, policy, date(2026, 12, 2), until=FIRST_DAY) == []
    with desk.database.reading(TESTER) as session:
        [item] = books.find_by_reference(session, call.reference)
        assert (item.amount_eur, item.due_on) == (call.total_eur, FIRST_DAY)


def test_of_several_who_call_at_once_one_does(desk: Desk) -> None:
    policy = desk.issued()
    made = together(4, lambda _: len(called(desk, policy, FIRST_DAY)))
    assert sorted(made) == [0, 0, 0, 1]
    assert total_called(desk, policy) == desk.charged_eur(policy)


def test_an_end_gives_back_the_days_that_are_left(desk: Desk) -> None:
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    desk.carried_out(policy, date(2027, 7, 1), Termination("mutual_agreement", Refunding.UNEARNED))
    [credit] = called(desk, policy, date(2027, 7, 1))
    assert credit.total_eur < 0
    assert total_called(desk, policy) == desk.charged_eur(policy)
    assert held(desk, AccountRole.CLIENT) == total_called(desk, policy)
    assert called(desk, policy, date(2028, 1, 1)) == []


def test_an_issue_taken_back_gives_all_of_it_back(desk: Desk) -> None:
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    desk.taken_back(policy, 1)
    [credit] = called(desk, policy, date(2027, 1, 2))
    assert credit.total_eur < 0
    assert total_called(desk, policy) == 0
    for role in (AccountRole.CLIENT, AccountRole.PREMIUM_CALLED, AccountRole.TAX_CALLED):
        assert held(desk, role) == 0


def test_whoever_may_not_collect_calls_nothing(desk: Desk) -> None:
    policy = desk.issued()
    with pytest.raises(OutOfScope):
        called(desk, policy, FIRST_DAY, by=desk.by(Role.UNDERWRITER))
    assert total_called(desk, policy) == 0


def test_what_was_called_ahead_is_not_given_back_when_less_is_asked_for(desk: Desk) -> None:
    """Two instalments called in March; asked again for those due by January, nothing is given back nor left to call."""
    policy = desk.issued()
    desk.carried_out(policy, FIRST_DAY, Endorsement((ChangeInstalments(Frequency.QUARTERLY, Fraction(0)),)))
    [first] = called(desk, policy, FIRST_DAY)
    [second] = called(desk, policy, date(2027, 3, 3), until=date(2027, 4, 1))
    assert (first.instalment, second.instalment) == (1, 2)
    assert called(desk, policy, date(2027, 3, 4)) == []
    due = scheduled(desk, policy)
    assert due.next_due_on == date(2027, 7, 1)
    assert due.next_eur > 0
    [third] = called(desk, policy, date(2027, 6, 2), until=date(2027, 7, 1))
    assert third.total_eur == due.next_eur
