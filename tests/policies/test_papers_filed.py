"""Papers in the vault and with their transaction: made from what the database knows, put away once, on both engines."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.models import Document
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.errors import NotFound, Refused
from atmp_insure.parties import agreement_queries, agreement_service, partner_service
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.parties.partner_service import PartnerFacts
from atmp_insure.policies import issue_service, paper_shown, policy_pdf, queries, service
from atmp_insure.policies.changes import ChangeBroker, ChangePrice
from atmp_insure.policies.issue_service import Issuing
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.paper_service import file_paper
from atmp_insure.policies.paper_shown import PaperRoom, certificate_of, notice_of, paper_of, printed, put_paper
from atmp_insure.policies.paper_values import RenewalLetter, SpecialConditions
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, stack_of
from atmp_insure.policies.transactions import (
    Adjustment,
    Endorsement,
    Opening,
    Refunding,
    Renewal,
    Resumption,
    Suspension,
    Termination,
)
from atmp_insure.underwriting import queries as quotes
from atmp_insure.web.request_scope import settings
from tests.application import an_application
from tests.db.builders import TESTER, a_document
from tests.engines import a_database
from tests.policies.papers import AT_DUE_DATE, last_day_to_send
from tests.underwriting.desk import NOW, Quoting, of_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy, PolicyTransaction
    from atmp_insure.policies.transactions import Content

ACT = Act("Demande du client.", NOW, insurer_accord="courriel de l'assureur")
CATALOGUE = installed_catalogue(None)


def room() -> PaperRoom:
    """The room of the request, where every ground is told like the due date."""
    return PaperRoom(settings(), vault(), lambda code, _on: replace(AT_DUE_DATE, code=code), last_day_to_send)


@dataclass
class Office:
    """An application with a policy that was issued from an accepted quote."""

    app: Flask
    database: Database
    actor: Actor
    broker: Actor
    stranger: Actor
    policy_id: int

    @contextmanager
    def at_work(self, actor: Actor | None = None) -> Iterator[tuple[ScopedSession, Policy]]:
        """A session in a request, with the policy."""
        with self.app.test_request_context(), self.database.writing(actor or self.actor) as session:
            yield session, queries.get_policy(session, self.policy_id)

    def act(self, on: date, content: Content) -> int:
        """A transaction comes in; its number."""
        with self.at_work() as (session, policy):
            return service.carry_out(session, policy, Wanted(on, content), ACT, CATALOGUE)[0].number


def _insured(database: Database) -> None:
    """An insurer whose agreement covers the product."""
    with database.writing(TESTER) as session:
        insurer = partner_service.create_partner(
            session, OrganisationKind.INSURER, PartnerFacts("Assurances Fictives", "000000034", town="Modèle"), NOW
        )
        new = NewAgreement("DEL-2026-1", "Délégation de gestion du risque de taux", date(2026, 1, 1))
        agreement = agreement_service.create_agreement(session, insurer, new, NOW)
        version = agreement_queries.get_version(session, agreement.versions[0].id)
        agreement_service.put_product(session, version, "taux_atmp", Decimal("0.125"), Decimal("0.1"))
        agreement_service.put_power(session, version, DelegatedAct.ENDORSE, None)
        agreement_service.put_share(session, version, insurer, Decimal(1), is_leader=True)
        agreement_service.sign_version(session, agreement, version, date(2026, 1, 2), NOW.date())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest) -> Iterator[Database]:
    with a_database(request.param) as opened:
        _insured(opened)
        yield opened


@pytest.fixture(scope="module")
def app(ground: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("application")
    return an_application(ground, folder)


@pytest.fixture
def office(ground: Database, app: Flask) -> Office:
    quoting = Quoting.of(ground)
    quote_id = quoting.quoted()
    quoting.accepted(quoting.sent(quote_id))
    with ground.writing(quoting.second) as session:
        quote = quotes.get_quote(session, quote_id)
        policy = issue_service.issue_policy(session, quote, Issuing(), CATALOGUE, ACT)
        return Office(app, ground, quoting.second, quoting.broker, quoting.stranger, policy.id)


def last_of(policy: Policy) -> PolicyTransaction:
    """The transaction that was recorded last."""
    return policy.transactions[-1]


def opening_of(policy: Policy) -> Opening:
    """How a policy began."""
    content = stack_of(policy)[0].entry.content
    assert isinstance(content, Opening)
    return content


def test_the_paper_of_an_issue_bears_the_figures_of_the_quote_and_the_names_that_are_known(office: Office) -> None:
    with office.at_work() as (session, policy):
        paper = paper_of(session, policy, policy.transactions[0], room())
        quote = quotes.get_quote(session, policy.quote_id or 0)
    assert isinstance(paper, SpecialConditions)
    parties = dict(paper.parties)
    assert parties["Assureur"] == "Assurances Fictives, Modèle"
    assert parties["Courtier"].startswith("Courtage")
    assert parties["Courtier"].endswith("numéro Orias : non renseigné")
    premium = quote.answer["variants"][1]["premium"]
    total = paper.premium.total[5].replace("\u202f", "").replace(",", ".")
    assert Fraction(total) == Fraction(premium["total_eur"])
    assert "mandat ATMP" in " ".join(paper.premium_fr)


def test_a_paper_is_put_away_once_with_its_transaction(office: Office) -> None:
    for _twice in range(2):
        with office.at_work() as (session, policy):
            issue = policy.transactions[0]
            content = printed(paper_of(session, policy, issue, room()))
            document = put_paper(session, issue, content, room(), NOW)
            assert (document.kind, document.title) == (
                "special_conditions",
                f"Conditions particulières {policy.reference} au 01/01/2027",
            )
    with office.at_work() as (session, policy):
        [filed] = policy.transactions[0].papers
        assert session.get_one(Document, filed.document_id).company_id == policy.company_id


def test_each_kind_of_transaction_that_has_a_paper_is_put_away_under_its_own_kind(office: Office) -> None:
    with office.at_work() as (_session, policy):
        first, terms = opening_of(policy).year, opening_of(policy).terms
    year, wages = next_year(first), {one.key: one.wages_eur for one in terms.sections}
    acts: tuple[tuple[date, Content], ...] = (
        (date(2027, 7, 1), Endorsement((ChangeBroker(None, Fraction(0)),))),
        (date(2027, 8, 1), Suspension()),
        (date(2027, 9, 1), Resumption()),
        (year.first_day, Renewal(year)),
        (year.first_day, Adjustment(first, wages)),
        (date(2028, 7, 1), Termination("due_date_insured", Refunding.UNEARNED)),
    )
    kinds = []
    for on, content in acts:
        office.act(on, content)
        with office.at_work() as (session, policy):
            kinds.append(put_paper(session, last_of(policy), _paper(session, policy), room(), NOW).kind)
    assert kinds == [
        "endorsement", "suspension_letter", "resumption_letter", "renewal_letter", "adjustment_letter",
        "termination_letter",
    ]  # fmt: skip


def _paper(session: ScopedSession, policy: Policy) -> bytes:
    return printed(paper_of(session, policy, last_of(policy), room()))


def test_a_reversal_has_no_paper_and_a_transaction_that_was_taken_back_neither(office: Office) -> None:
    number = office.act(date(2027, 7, 1), Suspension())
    with office.at_work() as (session, policy):
        service.take_back(session, policy, number, ACT, CATALOGUE)
    with office.at_work() as (session, policy):
        for row in policy.transactions[number - 1 :]:
            with pytest.raises(Refused, match="annulée"):
                paper_of(session, policy, row, room())
        with pytest.raises(Refused, match="annulation"):
            put_paper(session, last_of(policy), b"%PDF", room(), NOW)


def test_a_certificate_is_put_away_under_its_kind(office: Office) -> None:
    with office.at_work() as (session, policy):
        attested = certificate_of(session, policy, date(2027, 2, 1), room(), dated=date(2027, 1, 20))
        assert attested.is_covered
        assert attested.frame.dated == date(2027, 1, 20)
        put = put_paper(session, policy.transactions[0], printed(attested), room(), NOW, kind=paper_shown.CERTIFICATE)
        assert (put.kind, put.title) == ("certificate_of_cover", f"Attestation d'assurance {policy.reference}")


def test_a_certificate_on_the_eve_of_a_policy_says_that_cover_is_to_begin(office: Office) -> None:
    with office.at_work() as (session, policy):
        eve, first = (
            certificate_of(session, policy, day, room(), dated=NOW.date())
            for day in (date(2026, 12, 31), date(2027, 1, 1))
        )
    assert (eve.is_covered, first.is_covered) == (False, True)
    assert eve.standing_fr.startswith("Le contrat prendra effet")


def test_a_broker_who_may_not_see_the_insurer_reads_its_name_on_the_paper_and_a_stranger_reads_nothing(
    office: Office,
) -> None:
    with office.at_work(office.broker) as (session, policy):
        paper = paper_of(session, policy, policy.transactions[0], room())
        assert isinstance(paper, SpecialConditions)
        assert dict(paper.parties)["Assureur"] == "Assurances Fictives, Modèle"
    with pytest.raises(NotFound), office.at_work(office.stranger):
        pass


def test_a_notice_of_new_terms_is_made_from_a_renewal_that_is_only_planned(office: Office) -> None:
    with office.at_work() as (session, policy):
        opening = opening_of(policy)
        year, terms = next_year(opening.year), opening.terms
        dearer = ChangePrice(tuple(replace(one, rate=one.rate * 2) for one in terms.rates), terms.minimum_eur)
        plan = service.plan_act(session, policy, Wanted(year.first_day, Renewal(year, (dearer,))), CATALOGUE)
        letter = notice_of(session, policy, plan, date(2027, 9, 1), room())
        assert len(policy.transactions) == 1
    assert isinstance(letter, RenewalLetter)
    assert letter.is_notice
    assert letter.subject.startswith("Nouvelles conditions")
    assert policy_pdf.renewal_pdf(letter).startswith(b"%PDF")


def test_only_a_document_of_the_company_is_filed_with_its_policy(office: Office) -> None:
    other = a_document(office.database, None, "Autre")
    with office.at_work() as (session, policy), pytest.raises(Refused, match="n'est pas de l'entreprise"):
        file_paper(session, policy.transactions[0], other, NOW)
    with office.at_work() as (_session, policy):
        assert policy.transactions[0].papers == []


def test_whoever_may_not_put_papers_away_puts_none(office: Office) -> None:
    reader = of_office(Role.AUDITOR, 1)
    with office.at_work(reader) as (session, policy), pytest.raises(OutOfScope):
        put_paper(session, policy.transactions[0], _paper(session, policy), room(), NOW)
