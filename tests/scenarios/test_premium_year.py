"""One client's whole year of premiums, told through pages, papers, the policy and the books, on either database.

Four instalments on the declared payroll: the first bounces, is claimed, suspends cover and brings it back once paid; an
endorsement raises the third; the payroll that was paid settles the year. After each step the same question is asked of
every account.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure import app, work
from atmp_insure.db.runs import RunItem
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.db.work_queue import QueueEntry
from atmp_insure.db.worker import Worker
from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.ledger import queries as books
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.parties.agreement_queries import get_version
from atmp_insure.policies.adjustment_service import wanted_adjustment
from atmp_insure.policies.changes import ChangeInstalments, ChangeWages
from atmp_insure.policies.queries import get_policy
from atmp_insure.policies.transactions import Endorsement
from atmp_insure.premiums import chase_jobs, chase_queries, payment_queries, queries
from atmp_insure.settings import read_settings
from tests.engines import a_database
from tests.parties.desk import TESTER
from tests.premiums.test_pages import amount, plain
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.policies.terms import InsuredSection
    from atmp_insure.premiums.models import PremiumCall

ZERO = Decimal(0)
FIRST_DAY, LAST_DAY = date(2027, 1, 1), date(2027, 12, 31)
OWED_TO_INSURERS = (
    AccountRole.PREMIUM_CALLED, AccountRole.TAX_CALLED, AccountRole.PREMIUM_COLLECTED, AccountRole.TAX_COLLECTED,
    AccountRole.COMMISSION,
)  # fmt: skip


class Year(Office):
    """The office, its worker, and the policy whose premiums are followed."""

    policy: int

    def works(self) -> None:
        """The worker does all that is marked: papers, mails, what comes next; nothing of it fails."""
        Worker(self.database, work.RUN_KINDS, work.QUEUE_HANDLERS).drain()
        with self.database.reading(TESTER) as session:
            assert [one.error for one in session.query(QueueEntry) if one.error] == []
            assert [one.error for one in session.query(RunItem) if one.error] == []

    def morning(self, day: date) -> None:
        """The job of every morning, then the worker."""
        chase_jobs.chase_premiums(JobContext(self.database, read_settings(), day, datetime.now(UTC)))
        self.works()

    def called(self) -> PremiumCall:
        """What the accountant calls from the page of the policy: its last call."""
        assert self.accountant.post(f"/policies/{self.policy}/premiums/call").status_code == 302
        self.works()
        return self.calls()[-1]

    def calls(self) -> list[PremiumCall]:
        with self.database.reading(TESTER) as session:
            return list(queries.list_calls_of(session, self.policy))

    def pays(self, eur: Decimal, day: date) -> None:
        """The client pays by transfer, and the accountant records it on its account."""
        with self.database.reading(TESTER) as session:
            insurer = get_version(session, self.desk.insurer).shares[0].organisation_id
        company = self.desk.quoting.company_id
        told = {"key": f"{day}", "amount": f"{eur}".replace(".", ","), "received_on": f"{day}", "means": "transfer",
                "insurer_id": str(insurer), "for_reference": "", "reference": "VIR"}  # fmt: skip
        answer = self.accountant.post(f"/premiums/accounts/{company}/payments", data=told)
        assert answer.status_code == 302, plain(answer.text)
        self.works()

    def held(self, *roles: AccountRole) -> Decimal:
        """What accounts of some roles hold; above zero: at their debit."""
        with self.database.reading(TESTER) as session:
            accounts = [one.id for one in session.scalars(books.accounts()) if one.role in roles]
            moved = books.turnover(session, date(2099, 12, 31))
        return sum((moved.get(one, Turnover()).balance_eur for one in accounts), ZERO)

    def section(self) -> InsuredSection:
        """The section that is insured, as the year ends."""
        state = self.desk.state(self.policy, LAST_DAY)
        assert state is not None
        return state.terms.sections[0]

    def standing(self, day: date) -> str:
        """What the page of the policy says of a day, to the claims handler."""
        return self.page(self.handler, f"/policies/{self.policy}?le={day}")

    def papers(self) -> list[str]:
        """The transactions of the policy that have their paper, by kind."""
        with self.database.reading(TESTER) as session:
            return [row.kind.value for row in get_policy(session, self.policy).transactions if row.papers]

    def agrees(self, paid: Decimal) -> None:
        """Called = owed for what was reached, each number once, and every account says the same."""
        calls = self.calls()
        total = sum((one.total_eur for one in calls), ZERO)
        assert self.held(AccountRole.CLIENT) == total - paid
        assert self.held(AccountRole.PREMIUM_BANK) == paid
        assert self.held(*OWED_TO_INSURERS) == -total, "what is called is owed, collected or left as commission"
        assert self.held(*AccountRole) == ZERO
        assert len({(one.year, one.number) for one in calls}) == len(calls)
        company = self.desk.quoting.company_id
        shown = plain(self.page(self.accountant, f"/premiums/accounts/{company}"))
        assert amount(total - paid) in shown


@pytest.fixture(params=["sqlite", "postgresql"])
def year(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Year]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database(request.param) as database, time_machine.travel(NOW, tick=False):
        found = Year(database, tmp_path)
        database.handlers = app.FACT_HANDLERS
        found.policy = found.desk.issued()
        quarterly = Endorsement((ChangeInstalments(Frequency.QUARTERLY, Fraction(2, 100)),))
        found.desk.carried_out(found.policy, FIRST_DAY, quarterly)
        found.works()
        yield found
        database.handlers = {}


def test_a_year_of_premiums(year: Year) -> None:
    first = the_first_instalment_bounces(year)
    notice = it_is_claimed_and_cover_stops(year)
    second = it_is_paid_and_cover_comes_back(year, first, notice)
    paid = the_rest_of_the_year_is_called_and_paid(year, first, first.total_eur + second.total_eur)
    the_payroll_that_was_paid_settles_the_year(year, paid)
    with year.database.reading(TESTER) as session:
        assert chase_queries.find_open_notice(session, year.policy) is None


def the_first_instalment_bounces(year: Year) -> PremiumCall:
    """Called a month ahead, to be posted as nobody has an address; paid, and the payment bounces."""
    owed = year.desk.charged_eur(year.policy)
    with on(date(2026, 12, 2)):
        first = year.called()
        assert (first.due_on, first.instalment, first.instalments) == (FIRST_DAY, 1, 4)
        assert abs(first.total_eur * 4 - owed) < Decimal(1)
        assert "à poster" in year.page(year.client, f"/premiums/calls/{first.id}"), "nobody there has an address"
        year.agrees(ZERO)
    with on(date(2027, 1, 4)):
        year.pays(first.total_eur, date(2027, 1, 4))
        year.agrees(first.total_eur)
        assert "soldé" in year.page(year.client, f"/premiums/calls/{first.id}")
    with on(date(2027, 1, 7)):
        with year.database.reading(TESTER) as session:
            [payment] = payment_queries.list_payments_of(session, first.company_id)
        back = year.accountant.post(f"/premiums/payments/{payment.id}/take-back", data={"reason": "Rejet AM04"})
        assert back.status_code == 302
        year.works()
        year.agrees(ZERO)
        assert "échu, à encaisser" in year.page(year.client, f"/premiums/calls/{first.id}")
    return first


def it_is_claimed_and_cover_stops(year: Year) -> int:
    """Reminded on the seventh day, claimed from the tenth, suspended at the end of the thirtieth of the posting."""
    page = f"/policies/{year.policy}/premiums"
    for day in (date(2027, 1, 8), date(2027, 1, 9)):
        with on(day):
            year.morning(day)
            assert "Mise en demeure possible dès le" in year.page(year.accountant, page)
    with on(date(2027, 1, 10)):
        assert year.accountant.post(f"{page}/notice").status_code == 409
    with on(date(2027, 1, 12)):
        given = year.accountant.post(f"{page}/notice")
        assert given.status_code == 302
        year.works()
        notice = int(given.location.rsplit("/", 1)[1])
        assert "à expédier" in year.page(year.accountant, given.location)
        posting = {"sent_on": "2027-01-12", f"proof_{notice}": "1A 000 000 0001 1"}
        assert year.accountant.post("/premiums/notices/posting", data=posting).status_code == 302
        assert "11/02/2027" in year.page(year.accountant, given.location), "the last day covered without payment"
    with on(date(2027, 2, 11)):
        year.morning(date(2027, 2, 11))
        assert "garantie suspendue" not in year.standing(date(2027, 2, 11))
    with on(date(2027, 2, 12)):
        year.morning(date(2027, 2, 12))
        assert "garantie suspendue" in year.standing(date(2027, 2, 12))
        assert "garantie suspendue" not in year.standing(date(2027, 2, 11)), "an accident of the 11th is covered"
        assert "suspend" in year.papers()
        year.agrees(ZERO)
    return notice


def it_is_paid_and_cover_comes_back(year: Year, first: PremiumCall, notice: int) -> PremiumCall:
    """The second instalment is called meanwhile; the first paid, cover resumes at noon, and the gap stays a gap."""
    with on(date(2027, 3, 3)):
        second = year.called()
        assert second.due_on == date(2027, 4, 1)
        year.agrees(ZERO)
    with on(date(2027, 3, 20)):
        year.pays(first.total_eur, date(2027, 3, 20))
        assert "réglée" in year.page(year.accountant, f"/premiums/notices/{notice}")
        assert "resume" in year.papers()
        year.agrees(first.total_eur)
    with on(date(2027, 3, 21)):
        assert "garantie suspendue" in year.standing(date(2027, 3, 20))
        assert "en vigueur" in year.standing(date(2027, 3, 21))
    with on(date(2027, 4, 1)):
        year.pays(second.total_eur, date(2027, 4, 1))
        year.agrees(first.total_eur + second.total_eur)
        assert "Aucune prime à suivre" in year.page(year.accountant, "/premiums/unpaid")
    return second


def the_rest_of_the_year_is_called_and_paid(year: Year, first: PremiumCall, paid: Decimal) -> Decimal:
    """More wages from July on: what falls on the two instalments already called comes with the third."""
    with on(date(2027, 6, 2)):
        section, before = year.section(), year.desk.charged_eur(year.policy)
        raised = ChangeWages(section.siret, section.section, section.wages_eur + 1_000_000)
        year.desk.carried_out(year.policy, date(2027, 7, 1), Endorsement((raised,)), now=datetime.now(UTC))
        more = year.desk.charged_eur(year.policy) - before
        assert more > 0
        third = year.called()
        assert abs(third.total_eur - first.total_eur - more * 3 / 4) < Decimal(1)
        year.pays(third.total_eur, date(2027, 6, 2))
        paid += third.total_eur
        year.agrees(paid)
    with on(date(2027, 9, 2)):
        fourth = year.called()
        year.pays(fourth.total_eur, date(2027, 9, 2))
        paid += fourth.total_eur
        year.agrees(paid)
        assert paid == year.desk.charged_eur(year.policy), "the deposit of the whole year"
    return paid


def the_payroll_that_was_paid_settles_the_year(year: Year, paid: Decimal) -> None:
    """The wages of July were those of the whole year: the premium of the first half is called too, and paid."""
    with on(date(2028, 2, 1)):
        section = year.section()
        with year.database.reading(TESTER) as session:
            wages = {f"{section.siret}/{section.section}": section.wages_eur}
            wanted = wanted_adjustment(get_policy(session, year.policy), FIRST_DAY, wages, date(2028, 2, 1))
        year.desk.carried_out(year.policy, wanted.on, wanted.content, now=datetime.now(UTC))
        final = year.called()
        year.agrees(paid)
        owed = year.desk.charged_eur(year.policy)
        assert final.total_eur == owed - paid > 0
        assert sum(one.total_eur for one in year.calls()) == owed
        year.pays(final.total_eur, date(2028, 2, 1))
        year.agrees(owed)
        assert year.held(AccountRole.CLIENT) == ZERO
