"""Commission: earned as the client pays, clawed back when it no longer does, at the agreed rate, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.kernel.money import round_cents
from atmp_insure.ledger.chart import AccountRole, Journal
from atmp_insure.ledger.queries import entries as books_entries
from atmp_insure.ledger.service import Books
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.policies.models import Policy
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.transactions import InsuranceYear, Opening, Refunding, Renewal, Termination
from atmp_insure.premiums import commission_queries, payment_service
from atmp_insure.premiums.commissions import Earned, Rates, at_rate, broker_rate, earned_of
from tests.parties.desk import TESTER, a_partner
from tests.parties.desk import of_office as anyone_of_office
from tests.policies.desk import REASON, Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_payments import a_payment, held, paid
from tests.underwriting.desk import NOW, PRODUCT

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.models import PremiumCall

ZERO = Decimal(0)
RENEWED = InsuranceYear(date(2028, 1, 1), date(2028, 12, 31))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def an_agreement(
    desk: Desk, organisation: int, rate: str, renewal: str | None = None, first_day: date = date(2026, 1, 1)
) -> None:
    """What a broker is promised for the product, signed."""
    with desk.database.writing(anyone_of_office()) as session:
        partner = partner_queries.get_organisation(session, organisation)
        new = NewAgreement(f"COURTAGE-{organisation}-{rate}", "Courtage", first_day)
        version = agreement_service.create_agreement(session, partner, new, NOW).versions[0]
        agreement_service.put_product(
            session, version, PRODUCT, Decimal(rate), None if renewal is None else Decimal(renewal)
        )
        session.flush()
        agreement = agreement_queries.get_agreement(session, version.agreement_id)
        agreement_service.sign_version(session, agreement, version, NOW.date(), NOW.date())


def brokered(desk: Desk, rate: str = "0.15", broker: int | None = 0) -> tuple[int, int]:
    """A policy that a broker brought at a rate, before anything is called; None: it came without one."""
    model = desk.issued()
    opening = stack_of(desk.policy(model))[0].entry
    assert isinstance(opening.content, Opening)
    name = a_partner(desk.database, OrganisationKind.BROKER, f"Courtage {rate}") if broker == 0 else None
    terms = replace(opening.content.terms, broker_id=name, commission=Fraction(rate))
    charges = tuple(
        replace(one, broker_id=name, commission_eur=round_cents(one.net_eur * Fraction(rate)))
        for one in opening.charges
    )  # fmt: skip
    entry = replace(opening, content=replace(opening.content, terms=terms), charges=charges)
    with desk.database.writing(desk.by(Role.MANAGER)) as session:
        company = desk.quoting.company_id
        made = Policy(company_id=company, reference=f"B-{rate}-{name}", product=PRODUCT, quote_id=None, created_at=NOW,
                      created_by="test", transactions=[])  # fmt: skip
        session.add(made)
        session.flush()
        write_entries(session, made, [entry], Act(REASON, NOW))
        return made.id, name or 0


def earned(desk: Desk, call: PremiumCall) -> Earned:
    with desk.database.reading(TESTER) as session:
        found = commission_queries.earned_by_line(session, call.id)
    return sum((Earned(*(int(one * 100) for one in sums)) for sums in found.values()), Earned())


def commission(call: PremiumCall) -> Decimal:
    return sum((one.commission_eur for one in call.lines), ZERO)


def test_a_broker_is_owed_its_commission_when_the_client_has_paid_and_not_before(desk: Desk) -> None:
    policy, broker = brokered(desk, "0.12")
    [call] = called(desk, policy, FIRST_DAY)
    assert earned(desk, call) == Earned()
    assert held(desk, AccountRole.BROKER) == 0
    paid(desk, a_payment(desk, call.total_eur))
    assert {one.broker_id for one in call.lines} == {broker}
    assert held(desk, AccountRole.COMMISSION_PASSED) == -held(desk, AccountRole.BROKER) == commission(call)
    withheld = -held(desk, AccountRole.COMMISSION)
    assert abs(withheld - call.net_eur * Decimal("0.15")) < Decimal("0.05"), "as its agreement says"
    assert held(desk, AccountRole.PREMIUM_COLLECTED) == -(call.net_eur + call.surcharge_eur - withheld)
    assert held(desk, AccountRole.TAX_COLLECTED) == -call.tax_eur, "no commission on the tax"


def test_half_a_payment_earns_half_a_commission_and_the_other_half_the_very_rest(desk: Desk) -> None:
    policy, _ = brokered(desk)
    [call] = called(desk, policy, FIRST_DAY)
    half = (call.total_eur / 2).quantize(Decimal("0.01"))
    paid(desk, a_payment(desk, half))
    assert abs(-held(desk, AccountRole.BROKER) - commission(call) / 2) < Decimal("0.05")
    paid(desk, a_payment(desk, call.total_eur - half, date(2027, 1, 5)), date(2027, 1, 5))
    assert held(desk, AccountRole.BROKER) == -commission(call)
    assert earned(desk, call).collected == int(call.total_eur * 100)


def test_a_payment_taken_back_claws_the_commission_back_to_the_cent(desk: Desk) -> None:
    policy, _ = brokered(desk)
    [call] = called(desk, policy, FIRST_DAY)
    payment = paid(desk, a_payment(desk, call.total_eur))
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        payment_service.take_back(session, payment, "Chèque impayé", Books(CHART, at_noon(date(2027, 1, 9))))
    assert earned(desk, call) == Earned()
    assert held(desk, AccountRole.BROKER) == held(desk, AccountRole.COMMISSION) == 0
    assert held(desk, AccountRole.COMMISSION_PASSED) == held(desk, AccountRole.PREMIUM_COLLECTED) == 0


def test_a_credit_note_takes_off_the_commission_of_what_is_given_back(desk: Desk) -> None:
    policy, _ = brokered(desk)
    [call] = called(desk, policy, FIRST_DAY)
    desk.carried_out(policy, date(2027, 7, 1), Termination("mutual_agreement", Refunding.UNEARNED))
    [credit] = called(desk, policy, date(2027, 7, 1))
    on = date(2027, 7, 2)
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        payment_service.allocate(session, desk.quoting.company_id, Books(CHART, at_noon(on)))
    assert abs(held(desk, AccountRole.BROKER)) < Decimal("0.05"), "nothing was paid, but cents do not divide"
    paid(desk, a_payment(desk, call.total_eur + credit.total_eur, on), on)
    assert held(desk, AccountRole.BROKER) == -(commission(call) + commission(credit))
    assert commission(credit) < 0


def test_without_a_broker_the_commission_is_the_offices_own(desk: Desk) -> None:
    policy, _ = brokered(desk, broker=None)
    [call] = called(desk, policy, FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur))
    assert -held(desk, AccountRole.COMMISSION) == commission(call) > 0
    assert held(desk, AccountRole.BROKER) == held(desk, AccountRole.COMMISSION_PASSED) == 0


def test_commissions_are_posted_in_their_journal_and_named_after_their_call(desk: Desk) -> None:
    policy, _ = brokered(desk)
    [call] = called(desk, policy, FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur))
    with desk.database.reading(TESTER) as session:
        from_books = [one for one in session.scalars(books_entries()) if one.journal is Journal.COMMISSIONS]
    assert [(one.name, one.piece) for one in from_books] == [("CO-2027-000001", call.name)]


def renewed(desk: Desk, rate: str, said: tuple[str, str]) -> tuple[PremiumCall, Decimal]:
    """The call of the second year of a policy, paid: what the broker is owed for that year."""
    policy, broker = brokered(desk, rate)
    an_agreement(desk, broker, *said)
    desk.carried_out(policy, RENEWED.first_day, Renewal(RENEWED))
    first, second = called(desk, policy, RENEWED.first_day)
    paid(desk, a_payment(desk, first.total_eur, RENEWED.first_day), RENEWED.first_day)
    before = -held(desk, AccountRole.BROKER)
    assert before == commission(first), "the first year stays at its rate"
    paid(desk, a_payment(desk, second.total_eur, RENEWED.first_day), RENEWED.first_day)
    return second, -held(desk, AccountRole.BROKER) - before


def test_at_renewal_a_rate_taken_from_the_agreement_becomes_its_rate_of_renewal(desk: Desk) -> None:
    second, owed = renewed(desk, "0.15", ("0.15", "0.1"))
    assert abs(owed - second.net_eur / 10) < Decimal("0.05")
    assert owed < commission(second)


def test_a_rate_agreed_for_one_policy_stays_at_renewal(desk: Desk) -> None:
    second, owed = renewed(desk, "0.12", ("0.15", "0.1"))
    assert owed == commission(second)


lines = st.dictionaries(
    st.integers(1, 5),
    st.builds(Earned, *(st.integers(0, 10**6),) * 4),
    max_size=5,
)


@given(lines, st.fractions(0, 1), st.sampled_from([1, -1]))
def test_parts_of_a_call_add_up_to_what_is_collected(carried: dict[int, Earned], share: Fraction, sign: int) -> None:
    if sign < 0:
        carried = {key: -one for key, one in carried.items()}
    total = sum(one.collected for one in carried.values())
    part = int(total * share)
    found = earned_of(carried, part)
    if total:
        assert sum(one.collected for one in found.values()) == part
        assert set(earned_of(carried, 0).values()) <= {Earned()}
    assert earned_of(carried, total) == carried


def test_what_is_called_stands_where_the_rate_is_its_own() -> None:
    rate = Fraction(15, 100)
    assert at_rate(10_001, 1_501, rate, rate) == 1_501, "a cent that sharing a year put there stays"
    assert at_rate(10_001, 1_501, rate, None) == 1_501
    assert at_rate(10_001, 1_501, rate, Fraction(1, 10)) == 1_000
    assert at_rate(-10_001, -1_500, None, Fraction(1, 10)) == -1_000


def test_a_version_that_says_otherwise_holds_from_its_first_policy_year() -> None:
    old, new = Rates(Fraction(15, 100)), Rates(Fraction(14, 100), Fraction(9, 100))
    assert broker_rate(Fraction(15, 100), [old, old]) == Fraction(15, 100)
    assert broker_rate(Fraction(15, 100), [old, new]) == Fraction(9, 100)
    assert broker_rate(Fraction(15, 100), [old, None]) is None, "the agreement ended"
    assert broker_rate(Fraction(12, 100), [old, new]) is None, "agreed for the policy alone"
    assert broker_rate(None, [old, new]) is None, "a former broker"
