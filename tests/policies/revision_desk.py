"""The desk where policies are revised: a client insured for 2026 on its papers, and who moves its revision for 2027."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import AuthorityLimit
from atmp_insure.access.roles import Role
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.parties.agreement_queries import get_version
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import ContactFacts, add_contact
from atmp_insure.policies import queries, revision_queries, revision_service
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.issue_service import shares_of
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.policies.models import Policy
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.revision_service import RevisionDesk
from atmp_insure.policies.sequence import insertion
from atmp_insure.policies.stack_service import Act, write_entries
from atmp_insure.policies.terms import InsuredSection, PremiumRate
from atmp_insure.policies.transactions import InsuranceYear, Opening
from atmp_insure.settings import Settings
from atmp_insure.underwriting import service as quote_service
from atmp_insure.underwriting.referral_service import ACT
from tests.db.builders import TESTER, a_user
from tests.engines import key_ring
from tests.policies.builders import TAX, some_terms
from tests.policies.desk import an_insurer
from tests.rate_records.desk.conftest import Desk as Papers
from tests.rate_records.desk.conftest import a_desk, samples, the_office
from tests.underwriting.builders import a_variant, book, exposure_of
from tests.underwriting.desk import NEEDS, of_office

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.policies.models import PolicyTransaction
    from atmp_insure.policies.paper_shown import PaperRoom
    from atmp_insure.policies.revision_models import PolicyRevision
    from atmp_insure.policies.terms import PolicyTerms

DUE, Y2026 = date(2027, 1, 1), InsuranceYear(date(2026, 1, 1), date(2026, 12, 31))
SEPTEMBER = datetime(2026, 9, 1, 8, tzinfo=UTC)
LAST_DAY = date(2026, 10, 31)  # on which new terms may be told
THIRTY_DAYS = timedelta(days=30)
SHEET_2026 = "feuille_calcul_2026.csv"


@cache
def _metalworks() -> InsuredSection:
    """The section of the metalworks, with wages of two years ago."""
    [one] = exposure_of("metalworks").sections
    wages = one.wages_by_year[max(one.wages_by_year) - 1]
    return InsuredSection(one.siret, one.section, one.risk_code, wages, one.headcount, Y2026.first_day)


def insured_terms(price: str, **facts: Any) -> PolicyTerms:
    """The cover of the quotes of tests, at so much percent of wages."""
    variant, section = a_variant(), _metalworks()
    codes = [one.code for one in GUARANTEES if one.code in variant.guarantees]
    rates = tuple(PremiumRate(code, Fraction(price) / 100 / len(codes), "ordinary") for code in codes)
    given: dict[str, Any] = {
        "product_version": "2026-1", "guarantees": variant.guarantees, "rates": rates, "diseases": variant.diseases,
        "deductible": variant.deductible, "limits": variant.limits, "sections": (section,),
        "frequency": Frequency.YEARLY,
    }  # fmt: skip
    return some_terms(**(given | facts))


@dataclass
class Revising:
    """A client insured for 2026, its papers, and the office.

    Attributes:
        policy_id: of the metalworks.
        now: the moment at which the office acts.
    """

    papers: Papers
    policy_id: int
    underwriter: Actor
    now: datetime = SEPTEMBER

    @classmethod
    def of(cls, database: Database, folder: Path, *, price: str = "0.40", email: str = "paie@exemple.invalid",
           without: tuple[str, ...] = (), needs: bool = True) -> Revising:  # fmt: skip
        """A policy at so much percent of wages; what was told at its first quote, papers and address may be lacking."""
        papers = a_desk(database, folder)
        papers.keep(papers.deposit(*(one for one in samples() if one[0] not in without)))
        version = an_insurer(database)
        with database.writing(TESTER) as session:
            if email:
                facts = ContactFacts("Camille Exemple", "responsable paie", email=email)
                add_contact(session, ContactOwner(company_id=papers.company_id), facts, SEPTEMBER)
            agreement = get_version(session, version)
            terms = insured_terms(price, agreement_version_id=version, shares=shares_of(agreement))
            policy = Policy(company_id=papers.company_id, reference="P-2026-01", product=terms.product, quote_id=None,
                            created_at=SEPTEMBER, created_by="test", transactions=[])  # fmt: skip
            session.add(policy)
            session.flush()
            entries = insertion((), Y2026.first_day, Opening(terms, Y2026), TAX).entries
            write_entries(session, policy, entries, Act("Reprise", SEPTEMBER))
            number = policy.id
            if needs:
                new = quote_service.NewSubmission(papers.company_id, terms.product, Y2026.first_day)
                file = quote_service.open_submission(session, new, book(), SEPTEMBER)
                quote_service.write_needs(session, file, NEEDS, "Franchise de 0,30 %.", SEPTEMBER)
        return cls(papers, number, of_office(Role.MANAGER, a_user(database, "responsable.revision")))

    @property
    def database(self) -> Database:
        """Where it stands."""
        return self.papers.database

    @property
    def desk(self) -> RevisionDesk:
        """What revisions are made with, now."""
        ground = installed_grounds(None).on(DUE_DATE, self.now.date())
        return RevisionDesk(the_office(), book(), Settings(environment="test"), ground, document_kinds(), self.now)

    @property
    def room(self) -> PaperRoom:
        """What papers are made with."""
        made = open_room(Settings(environment="test"), key_ring())
        return replace(made, vault=self.papers.vault)

    def grants_authority(self) -> None:
        """Lets managers accept any wages alone."""
        with self.database.writing(TESTER) as session:
            session.add(AuthorityLimit(user_id=self.underwriter.user_id, act=ACT, largest_eur=10**9,
                                       first_day=Y2026.first_day, given_by="test"))  # fmt: skip

    def on(self, day: date) -> Revising:
        """The same desk on a later day."""
        return replace(self, now=datetime.combine(day, self.now.timetz()))

    def opened(self) -> PolicyRevision:
        """The revision of the policy."""
        with self.database.writing(self.underwriter) as session:
            policy = queries.get_policy(session, self.policy_id)
            number = revision_service.open_revision(session, policy, self.desk, THIRTY_DAYS).id
        return self.revision(number)

    def advanced(self) -> PolicyRevision:
        """The revision, moved as far as it goes."""
        with self.database.writing(self.underwriter) as session:
            found = revision_queries.find_revision(session, self.policy_id, DUE)
            assert found is not None
            revision_service.advance(session, found, self.desk)
            number = found.id
        return self.revision(number)

    def revision(self, number: int) -> PolicyRevision:
        """A revision with its parts."""
        with self.database.reading(self.underwriter) as session:
            return revision_queries.get_revision(session, number)

    def transactions(self) -> list[PolicyTransaction]:
        """All that is recorded on the policy."""
        with self.database.reading(self.underwriter) as session:
            return list(queries.get_policy(session, self.policy_id).transactions)
