"""Payments: the oldest debt first or the one named, partial, over, taken back; what insurers are owed follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger import queries as books
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.parties.agreement_queries import get_version
from atmp_insure.policies.changes import ChangeWages
from atmp_insure.policies.transactions import Endorsement, Refunding, Termination
from atmp_insure.premiums import collecting_service, payment_queries, payment_service, queries
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.premiums.payment_service import NewPayment
from tests.db.together import together
from tests.engines import a_database
from tests.parties.desk import TESTER
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.models import PremiumCall
    from atmp_insure.premiums.payment_models import PremiumPayment

ZERO = Decimal(0)
_KEYS = count(1)
CALLED = (AccountRole.PREMIUM_CALLED, AccountRole.TAX_CALLED)
COLLECTED = (AccountRole.PREMIUM_COLLECTED, AccountRole.TAX_COLLECTED, AccountRole.COMMISSION)  # which they leave


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def the_insurer(desk: Desk) -> int:
    with desk.database.reading(TESTER) as session:
        return get_version(session, desk.insurer).shares[0].organisation_id


def a_payment(desk: Desk, amount: Decimal | str, on: date = FIRST_DAY, **given_: object) -> NewPayment:
    facts = {"key": f"k{next(_KEYS)}", "means": PaymentMeans.TRANSFER} | given_
    return NewPayment(
        company_id=desk.quoting.company_id,
        insurer_id=the_insurer(desk),
        received_on=on,
        amount_eur=Decimal(amount),
        **facts,  # type: ignore[arg-type]
    )


def paid(desk: Desk, new: NewPayment, on: date = FIRST_DAY, by: Actor | None = None) -> PremiumPayment:
    with desk.database.writing(by or desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        return payment_service.receive(session, new, Books(CHART, at_noon(on)))


def left(desk: Desk, call: PremiumCall) -> Decimal:
    with desk.database.reading(TESTER) as session:
        return queries.left_of(session, [call.reference])[call.reference]


def held(desk: Desk, *roles: AccountRole) -> Decimal:
    """What accounts of some roles hold together; above zero: at their debit."""
    with desk.database.reading(TESTER) as session:
        accounts = [one.id for one in session.scalars(books.accounts()) if one.role in roles]
        moved = books.turnover(session, date(2099, 12, 31))
    return sum((moved.get(one, Turnover()).balance_eur for one in accounts), ZERO)


def test_a_payment_in_full_settles_its_call_and_is_owed_to_the_insurer(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur))
    assert left(desk, call) == 0
    assert held(desk, AccountRole.CLIENT) == 0
    assert held(desk, *CALLED) == 0
    assert held(desk, AccountRole.PREMIUM_COLLECTED, AccountRole.COMMISSION) == -(call.net_eur + call.surcharge_eur)
    assert held(desk, AccountRole.TAX_COLLECTED) == -call.tax_eur
    assert held(desk, AccountRole.PREMIUM_BANK) == call.total_eur


def test_payments_settle_the_oldest_debt_first_in_part_and_what_is_over_waits(desk: Desk) -> None:
    policy = desk.issued()
    [first] = called(desk, policy, FIRST_DAY)
    other = desk.twin(policy)
    [second] = called(desk, other, date(2027, 1, 2), until=date(2027, 1, 2))
    paid(desk, a_payment(desk, first.total_eur - 100), date(2027, 1, 3))
    assert (left(desk, first), left(desk, second)) == (Decimal(100), second.total_eur)
    assert held(desk, *COLLECTED) == -(first.total_eur - 100)
    paid(desk, a_payment(desk, second.total_eur + 150), date(2027, 1, 4))
    assert (left(desk, first), left(desk, second)) == (ZERO, ZERO)
    assert held(desk, AccountRole.CLIENT) == -50
    assert held(desk, *COLLECTED) == -(first.total_eur + second.total_eur), "what settles nothing is no insurer's yet"


def test_a_payment_that_names_a_call_settles_that_one_alone(desk: Desk) -> None:
    policy = desk.issued()
    [first] = called(desk, policy, FIRST_DAY)
    [second] = called(desk, desk.twin(policy), FIRST_DAY)
    paid(desk, a_payment(desk, second.total_eur + 10, for_reference=second.reference))
    assert (left(desk, first), left(desk, second)) == (first.total_eur, ZERO)
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        assert len(payment_service.allocate(session, desk.quoting.company_id, Books(CHART, at_noon(FIRST_DAY)))) == 1
    assert left(desk, first) == first.total_eur - 10


def test_a_credit_note_settles_what_is_owed_and_insurers_are_owed_less(desk: Desk) -> None:
    policy = desk.issued()
    [call] = called(desk, policy, FIRST_DAY)
    desk.carried_out(policy, date(2027, 7, 1), Termination("mutual_agreement", Refunding.UNEARNED))
    [credit] = called(desk, policy, date(2027, 7, 1))
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        payment_service.allocate(session, desk.quoting.company_id, Books(CHART, at_noon(date(2027, 7, 1))))
    assert left(desk, credit) == 0
    assert left(desk, call) == call.total_eur + credit.total_eur
    assert held(desk, *COLLECTED) == 0, "nothing was paid"
    paid(desk, a_payment(desk, left(desk, call), date(2027, 7, 2)), date(2027, 7, 2))
    assert held(desk, *COLLECTED) == -(call.total_eur + credit.total_eur)
    assert held(desk, *CALLED) == 0


def test_a_payment_taken_back_is_owed_again_once_and_the_books_say_so(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    payment = paid(desk, a_payment(desk, call.total_eur, means=PaymentMeans.CHEQUE))
    assert held(desk, AccountRole.CHEQUES) == call.total_eur

    def taken_back(_who: int) -> str:
        try:
            with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
                found = payment_queries.get_payment(session, payment.id)
                payment_service.take_back(session, found, "Chèque impayé", Books(CHART, at_noon(FIRST_DAY)))
        except Refused as error:
            return str(error)
        return "done"

    answers = together(4, taken_back)
    assert answers.count("done") == 1
    assert left(desk, call) == call.total_eur
    assert held(desk, AccountRole.CHEQUES) == 0
    assert held(desk, *COLLECTED) == 0
    assert held(desk, AccountRole.CLIENT) == call.total_eur
    assert "est déjà annulé" in taken_back(1)


def test_of_ten_accountants_with_the_same_payment_one_records_it(desk: Desk) -> None:
    [call] = called(desk, desk.issued(), FIRST_DAY)
    new = a_payment(desk, "100")
    found = together(10, lambda _: paid(desk, new).id)
    assert len(set(found)) == 1
    assert left(desk, call) == call.total_eur - 100
    assert held(desk, AccountRole.PREMIUM_BANK) == 100


@pytest.mark.parametrize(("amount", "on", "place"), [("0", FIRST_DAY, "amount"), ("-1", FIRST_DAY, "amount"),
                                                     ("1", date(2027, 1, 2), "received_on")])  # fmt: skip
def test_what_cannot_be_a_payment_is_refused_beside_its_field(desk: Desk, amount: str, on: date, place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        paid(desk, a_payment(desk, amount, on))
    assert refused.value.faults[0].place == place


def test_whoever_may_not_collect_records_no_payment(desk: Desk) -> None:
    new = a_payment(desk, "10")
    with pytest.raises(OutOfScope):
        paid(desk, new, by=desk.by(Role.CLAIMS_HANDLER))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.integers(0, 11)),
        st.tuples(st.just("pay"), st.integers(1, 12_000_000)),
        st.tuples(st.just("wages"), st.integers(50, 150)),
        st.tuples(st.just("back"), st.integers(0, 3)),
        st.tuples(st.just("allocate"), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 3)),
        st.tuples(st.just("end"), st.integers(6, 10)),
    ),
    min_size=3, max_size=9,
)  # fmt: skip


# each example is an office of its own: the same few on every machine, and as they were found
@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(steps)
def test_whatever_happens_called_is_owed_accounts_agree_and_each_number_is_used_once(
    wanted: list[tuple[str, int]],
) -> None:
    with a_database("sqlite") as database:
        desk = Desk.of(database, an_insurer(database))
        policy, today, naive_paid, ended = desk.issued(), date(2027, 12, 31), ZERO, False
        noted = Books(CHART, at_noon(today))
        accountant = desk.by(Role.PREMIUM_ACCOUNTANT)
        for act, value in wanted:
            if act == "call":
                called(desk, policy, today, until=date(2027, value + 1, 1))
            elif act == "pay":
                naive_paid += paid(desk, a_payment(desk, Decimal(value).scaleb(-2), today), today).amount_eur
            elif act == "wages" and not ended:
                section = desk.state(policy, today).terms.sections[0]  # type: ignore[union-attr]
                change = ChangeWages(section.siret, section.section, Fraction(round(section.wages_eur * value / 100)))
                desk.carried_out(policy, date(2027, 5, 1), Endorsement((change,)))
            elif act == "end" and not ended:
                desk.carried_out(
                    policy, date(2027, value, 1), Termination("mutual_agreement", Refunding.UNEARNED),
                )  # fmt: skip
                ended = True
            else:
                with database.writing(accountant) as session:
                    if act == "allocate":
                        payment_service.allocate(session, desk.quoting.company_id, noted)
                    standing = [
                        one for one in payment_queries.list_payments_of(session, desk.quoting.company_id)
                        if one.reverses_id is None and payment_queries.find_reversal(session, one.id) is None
                    ]  # fmt: skip
                    if act == "back" and standing:
                        chosen = standing[value % len(standing)]
                        naive_paid -= chosen.amount_eur
                        payment_service.take_back(session, chosen, "Erreur", noted)
                    account = payment_queries.find_client_account(session, desk.quoting.company_id)
                    if act == "undo" and account is not None:
                        matches = [
                            one for one in books.list_settled(session, account, 9)
                            if one.debit_entry.reverses_id is None and one.credit_entry.reverses_id is None
                            and books.find_reversal(session, one.credit_entry_id) is None
                        ]  # fmt: skip
                        if matches:
                            undone = ledger.unsettle(session, matches[value % len(matches)], noted)
                            collecting_service.follow(session, [undone], noted)
            _agrees(desk, policy, naive_paid)
        called(desk, policy, today, until=today)
        with database.reading(TESTER) as session:
            calls = queries.list_calls_of(session, policy)
        assert sum((one.total_eur for one in calls), ZERO) == desk.charged_eur(policy)
        assert [one.number for one in calls] == list(range(1, len(calls) + 1))


def _agrees(desk: Desk, policy: int, naive_paid: Decimal) -> None:
    """What calls, payments and settlements say by themselves, beside what the accounts hold."""
    with desk.database.reading(TESTER) as session:
        calls = queries.list_calls_of(session, policy)
        owed_eur = sum((one.total_eur for one in calls), ZERO)
        left_by = queries.left_of(session, [one.reference for one in calls])
    signs = {one.reference: -1 if one.total_eur < 0 else 1 for one in calls}
    open_eur = sum((signs[reference] * amount for reference, amount in left_by.items()), ZERO)
    assert held(desk, AccountRole.CLIENT) == owed_eur - naive_paid
    assert held(desk, AccountRole.PREMIUM_BANK) == naive_paid
    assert held(desk, *CALLED) == -open_eur
    assert held(desk, *COLLECTED) == -(owed_eur - open_eur)
