"""Called, collected, overdue: by insurer, broker and month, and that the sums are those of the books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.ledger import queries as books
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.chart import AccountKey, AccountRole
from atmp_insure.policies.transactions import Refunding, Termination
from atmp_insure.premiums import figure_queries as queries
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.call_shares import Part, Whose, collected_parts, left_of
from atmp_insure.premiums.collecting import collected_of
from atmp_insure.premiums.figures import CallFacts, Figure, Grouping, figures_by, total_of
from tests.parties.desk import TESTER
from tests.policies.desk import Desk
from tests.premiums.desk import FIRST_DAY, called
from tests.premiums.figure_desk import held_on, two_insurers
from tests.premiums.test_commissions import brokered
from tests.premiums.test_payments import a_payment, paid

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

CALLED = (AccountRole.PREMIUM_CALLED, AccountRole.TAX_CALLED)
COLLECTED = (AccountRole.PREMIUM_COLLECTED, AccountRole.TAX_COLLECTED)
DAY = date(2027, 3, 1)
PREMIUM, TAX = AccountKey(AccountRole.PREMIUM_CALLED, 1), AccountKey(AccountRole.TAX_CALLED, 1)
OTHER = AccountKey(AccountRole.PREMIUM_CALLED, 2)
parts = st.dictionaries(
    st.builds(Part, st.sampled_from((PREMIUM, TAX, OTHER)), st.integers(0, 3)), st.integers(-(10**6), 10**6), min_size=1
)


def of_accounts(found: dict[Part, int]) -> dict[AccountKey, int]:
    sums: dict[AccountKey, int] = {}
    for part, cents in sorted(found.items()):
        sums[part.account] = sums.get(part.account, 0) + cents
    return sums


@given(parts, st.fractions(0, 1))
def test_however_brokers_cut_an_account_what_is_collected_on_it_is_what_the_books_say(
    called_: dict[Part, int], share: object
) -> None:
    settled = int(abs(sum(called_.values())) * share)  # type: ignore[operator]
    assert of_accounts(collected_parts(called_, settled)) == collected_of(of_accounts(called_), settled)
    everybody = left_of(called_, settled, Whose())
    assert everybody == sum(called_.values()) - sum(collected_parts(called_, settled).values())
    assert everybody == sum(left_of(called_, settled, Whose(broker_id=broker)) for broker in range(4))
    assert everybody == sum(left_of(called_, settled, Whose(insurer_id=insurer)) for insurer in (1, 2))


@pytest.mark.parametrize(
    ("due_on", "overdue", "to_come"),
    [(DAY - timedelta(days=1), 75, 0), (DAY, 75, 0), (DAY + timedelta(days=1), 0, 75)],  # due that day: overdue
)
def test_what_is_left_is_overdue_from_its_due_date_on(due_on: date, overdue: int, to_come: int) -> None:
    call = CallFacts(date(2027, 1, 31), due_on, {Part(PREMIUM, 7): 100, Part(TAX, 7): 9}, 34)
    [(month, found)] = figures_by(Grouping.MONTH, [call], DAY).items()
    assert month == date(2027, 1, 1)
    assert found == Figure(premium=100, tax=9, collected=34, overdue=overdue, to_come=to_come)
    assert found.called == 109


def test_calls_of_the_last_of_a_month_and_of_the_first_of_the_next_are_two_months() -> None:
    calls = [CallFacts(on, DAY, {Part(PREMIUM, 0): 5}, 0) for on in (date(2027, 1, 31), date(2027, 2, 1))]
    assert list(figures_by(Grouping.MONTH, calls, DAY)) == [date(2027, 1, 1), date(2027, 2, 1)]
    assert figures_by(Grouping.INSURER, calls, DAY).keys() == {1}
    assert figures_by(Grouping.BROKER, calls, DAY).keys() == {0}, "nobody brought them"


def test_a_credit_note_is_called_below_zero_and_never_overdue() -> None:
    note = CallFacts(DAY, DAY, {Part(PREMIUM, 0): -100, Part(TAX, 0): -9}, 0)
    assert figures_by(Grouping.BROKER, [note], DAY) == {0: Figure(premium=-100, tax=-9, credit=-109)}
    used = CallFacts(DAY, DAY, note.parts, 109)
    assert figures_by(Grouping.BROKER, [used], DAY) == {0: Figure(premium=-100, tax=-9, collected=-109)}


def of(desk: Desk, grouping: Grouping, first: date, last: date, on: date) -> dict[int | date, Figure]:
    with desk.database.reading(TESTER) as session:
        return figures_by(grouping, queries.list_called(session, first, last), on)


def turnovers(desk: Desk, insurer: int, roles: tuple[AccountRole, ...], first: date, last: date) -> Turnover:
    """What moved on accounts of an insurer from a day to another, both included."""
    with desk.database.reading(TESTER) as session:
        numbers = [
            one.id for one in session.scalars(books.accounts())
            if one.role in roles and one.organisation_id == insurer
        ]  # fmt: skip
        before, until = books.turnover(session, first - timedelta(days=1)), books.turnover(session, last)
    none = Turnover()
    return sum((until.get(one, none).since(before.get(one, none)) for one in numbers), none)


def test_figures_by_insurer_are_the_turnovers_of_its_accounts(database: Database) -> None:
    version, insurers = two_insurers(database)
    desk = Desk.of(database, version)
    policy, broker = brokered(desk)
    [january] = called(desk, policy, date(2027, 1, 31), until=date(2027, 1, 31))
    [february] = called(desk, desk.twin(policy), date(2027, 2, 1), until=date(2027, 2, 1))
    paid(desk, a_payment(desk, january.total_eur + Decimal("123.45"), date(2027, 2, 10)), date(2027, 2, 10))
    first, last, on = date(2027, 1, 1), date(2027, 2, 28), date(2027, 3, 1)
    found = of(desk, Grouping.INSURER, first, last, on)
    assert found.keys() == set(insurers)
    for insurer in insurers:
        one = found[insurer]
        moved = turnovers(desk, insurer, CALLED, first, last)
        assert (euros(one.called), euros(one.collected)) == (moved.credit_eur, moved.debit_eur)
        assert euros(one.tax) == turnovers(desk, insurer, (AccountRole.TAX_CALLED,), first, last).credit_eur
        assert euros(one.collected) == turnovers(desk, insurer, COLLECTED, first, last).credit_eur
        assert euros(one.overdue) == -held_on(desk, on, *CALLED, of=insurer)
    total = total_of(found.values())
    assert euros(total.called) == january.total_eur + february.total_eur
    assert euros(total.collected) == january.total_eur + Decimal("123.45")
    assert of(desk, Grouping.BROKER, first, last, on) == {broker: total}
    months = of(desk, Grouping.MONTH, first, last, on)
    assert {key: euros(one.called) for key, one in months.items()} == {
        date(2027, 1, 1): january.total_eur, date(2027, 2, 1): february.total_eur,
    }  # fmt: skip
    assert months[date(2027, 1, 1)].overdue == 0
    assert total_of(of(desk, Grouping.INSURER, first, date(2027, 1, 31), on).values()) == months[date(2027, 1, 1)]
    assert euros(total.overdue) == held_on(desk, on, AccountRole.CLIENT)


def test_figures_with_a_credit_note_still_add_up_to_the_books(database: Database) -> None:
    version, insurers = two_insurers(database)
    desk = Desk.of(database, version)
    policy = desk.issued()
    called(desk, policy, FIRST_DAY)
    desk.carried_out(policy, date(2027, 7, 1), Termination("mutual_agreement", Refunding.UNEARNED))
    [note] = called(desk, policy, date(2027, 7, 1))
    assert note.total_eur < 0
    found = of(desk, Grouping.INSURER, FIRST_DAY, date(2027, 7, 31), date(2027, 8, 1))
    for insurer in insurers:
        one = found[insurer]
        moved = turnovers(desk, insurer, CALLED, FIRST_DAY, date(2027, 7, 31))
        assert euros(one.called - one.collected) == moved.credit_eur - moved.debit_eur
        assert one.called == one.collected + one.overdue + one.to_come + one.credit
    total = total_of(found.values())
    assert (euros(total.credit), total.collected) == (note.total_eur, 0)
    assert euros(total.overdue + total.to_come + total.credit) == held_on(desk, date(2027, 8, 1), AccountRole.CLIENT)
