"""How a foreign actor asks each query of parties (see `tests/access/test_queries.py`), and rows for them to find."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import OrganisationKind
from atmp_insure.parties import (
    account_queries,
    agreement_queries,
    body_queries,
    import_queries,
    partner_queries,
    payroll_queries,
    queries,
)
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.agreement_models import (
    Agreement,
    AgreementPower,
    AgreementProduct,
    AgreementVersion,
    CoinsuranceShare,
    ServiceLevel,
    VersionState,
)
from atmp_insure.parties.body_models import Body, BodyKind, ImportKind, ImportState, PartyImport
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.parties.models import Company, Establishment, GroupMembership, RateSection, SectionTerms, Territory
from atmp_insure.parties.partner_models import (
    AccountPurpose,
    AccountState,
    BankAccount,
    Contact,
    Doctor,
    OrganisationProfile,
)
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.payroll_models import PayrollSource, PayrollStatement, PayrollYear

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
KINDS = tuple(OrganisationKind)
SIREN, SIRET = "000000018", "00000001800010"
OWNER = AccountOwner(company_id=1)
ACCOUNT = BankAccount(id=1, company_id=1, organisation_id=None, iban_digest=b"x", approval_id=1)
PREMIUMS = AccountPurpose.PREMIUMS


def first(rows: Any) -> list[Any]:
    """The rows of organisation 1 among those of organisations."""
    return [row for row in rows if row.id == 1]


COMPANIES: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.companies: lambda *_: queries.companies(),
    queries.establishments: lambda *_: queries.establishments(),
    queries.sections: lambda *_: queries.sections(),
    queries.find_company: lambda session, _: queries.find_company(session, SIREN),
    queries.find_establishment: lambda session, _: queries.find_establishment(session, SIRET),
    queries.find_section: lambda session, _: queries.find_section(session, 1, "01"),
    queries.names_of: lambda session, _: queries.names_of(session, [1]),
    queries.get_company: lambda session, _: queries.get_company(session, 1),
    queries.get_establishment: lambda session, _: queries.get_establishment(session, 1),
    queries.get_section: lambda session, _: queries.get_section(session, 1),
    queries.list_establishments: lambda session, _: queries.list_establishments(session, 1, TODAY),
    queries.count_establishments: lambda session, _: [
        count for count in queries.count_establishments(session, 1, TODAY) if count
    ],
    queries.list_sections: lambda session, _: queries.list_sections(session, [1]),
    queries.list_terms: lambda session, _: queries.list_terms(session, 1),
    queries.terms_on: lambda session, _: queries.terms_on(session, [1], TODAY),
    queries.list_memberships: lambda session, _: queries.list_memberships(session, 1),
    queries.get_membership: lambda session, _: queries.get_membership(session, 1),
    queries.list_followers: lambda session, _: queries.list_followers(session, 1),
    queries.list_followed: lambda session, _: queries.list_followed(session, 1, 10),
    queries.list_latest_documents: lambda session, _: queries.list_latest_documents(session, Company(id=1), TODAY),
    payroll_queries.payroll_used: lambda session, _: payroll_queries.payroll_used(session, [1], [2025]),
    payroll_queries.payroll_years: lambda *_: payroll_queries.payroll_years(),
    payroll_queries.list_payroll_of_section: lambda session, _: payroll_queries.list_payroll_of_section(session, 1),
    payroll_queries.get_payroll_year: lambda session, _: payroll_queries.get_payroll_year(session, 1),
    payroll_queries.list_statements: lambda session, _: payroll_queries.list_statements(session, 1, 2025),
    payroll_queries.list_company_years: lambda session, _: payroll_queries.list_company_years(session, 1, 2025, 5),
    payroll_queries.list_payroll_of_company: lambda session, _: payroll_queries.list_payroll_of_company(
        session, 1, 2025
    ),
    payroll_queries.count_differences: lambda session, _: payroll_queries.count_differences(session) or None,
    import_queries.companies_of: lambda session, _: import_queries.companies_of(session, [SIREN]),
    import_queries.establishments_of: lambda session, _: import_queries.establishments_of(session, [SIRET]),
    import_queries.sections_of: lambda session, _: import_queries.sections_of(session, [1])[1],
    import_queries.terms_of: lambda session, _: import_queries.terms_of(session, [1])[1],
    import_queries.payroll_of: lambda session, _: import_queries.payroll_of(session, [1]),
}
PARTNERS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    partner_queries.organisations: lambda session, _: first(session.scalars(partner_queries.organisations())),
    partner_queries.get_organisation: lambda session, _: partner_queries.get_organisation(session, 1),
    partner_queries.list_organisations_of: lambda session, _: first(
        partner_queries.list_organisations_of(session, KINDS)
    ),
    partner_queries.list_known_as: lambda session, _: first(
        partner_queries.list_known_as(session, SIREN, "", "Courtage Exemple")
    ),
    partner_queries.names_of_organisations: lambda session, _: partner_queries.names_of_organisations(session, [1]),
    partner_queries.account_owners: lambda session, _: partner_queries.account_owners(
        session, AgreementVersion(agreement_id=1)
    ),
    partner_queries.find_profile: lambda session, _: partner_queries.find_profile(session, 1),
    partner_queries.doctors: lambda *_: partner_queries.doctors(),
    partner_queries.get_doctor: lambda session, _: partner_queries.get_doctor(session, 1),
    partner_queries.get_contact: lambda session, _: partner_queries.get_contact(session, 1),
    partner_queries.contacts: lambda *_: partner_queries.contacts(),
    partner_queries.list_contacts: lambda session, _: [
        one
        for owner in (ContactOwner(company_id=1), ContactOwner(organisation_id=1), ContactOwner(body_id=1))
        for one in partner_queries.list_contacts(session, owner)
    ],
    account_queries.get_account: lambda session, _: account_queries.get_account(session, 1),
    account_queries.accounts: lambda *_: account_queries.accounts(),
    account_queries.list_accounts: lambda session, _: account_queries.list_accounts(session, OWNER),
    account_queries.list_accounts_among: lambda session, _: account_queries.list_accounts_among(session, [1]),
    account_queries.list_accounts_for: lambda session, _: account_queries.list_accounts_for(session, OWNER, PREMIUMS),
    account_queries.find_account_in_use: lambda session, _: account_queries.find_account_in_use(
        session, OWNER, PREMIUMS
    ),
    account_queries.list_same_iban: lambda session, _: account_queries.list_same_iban(session, ACCOUNT),
    account_queries.find_request: lambda session, _: account_queries.find_request(session, ACCOUNT),
    agreement_queries.agreements: lambda *_: agreement_queries.agreements(),
    agreement_queries.list_agreements_of: lambda session, _: agreement_queries.list_agreements_of(session, 1),
    agreement_queries.get_agreement: lambda session, _: agreement_queries.get_agreement(session, 1),
    agreement_queries.shares_of: lambda session, _: agreement_queries.shares_of(session, [1]),
    agreement_queries.get_version: lambda session, _: agreement_queries.get_version(session, 1),
    agreement_queries.find_version_on: lambda session, _: agreement_queries.find_version_on(session, 1, TODAY),
    agreement_queries.find_power_on: lambda session, _: agreement_queries.find_power_on(
        session, 1, DelegatedAct.PAY, TODAY
    ),
    body_queries.bodies: lambda *_: body_queries.bodies(),
    body_queries.get_body: lambda session, _: body_queries.get_body(session, 1),
    body_queries.find_body: lambda session, _: body_queries.find_body(session, BodyKind.CPAM, "000"),
    body_queries.count_bodies: lambda session, _: body_queries.count_bodies(session),
    body_queries.imports: lambda *_: body_queries.imports(),
    body_queries.get_import: lambda session, _: body_queries.get_import(session, 1),
    import_queries.bodies_of: lambda session, _: import_queries.bodies_of(session, [(BodyKind.CPAM, "000")]),
}
PARTIES = COMPANIES | PARTNERS
# what the office sees without any further right
OFFICE_KNOWS = frozenset({
    "companies", "establishments", "find_company", "find_establishment", "names_of", "get_company",
    "get_establishment", "list_establishments", "count_establishments", "list_followers", "list_followed",
    "companies_of", "establishments_of", "organisations", "get_organisation", "list_organisations_of",
    "names_of_organisations", "list_known_as", "account_owners",
})  # fmt: skip
# public reference: bodies with their source, no row of anyone
EVERYONE_KNOWS = frozenset({"bodies", "get_body", "find_body", "count_bodies", "bodies_of"})
NO_ROWS = {
    queries.open_on: "a criterion: the query that uses it is filtered",
    account_queries.owner_of: "tells whose an account is, from the account itself",
}


def add_parties(session: ScopedSession, company_id: int, organisation_id: int, mark: str = "x") -> None:
    """A row of each table of parties, all of one company and of one organisation, with a mark in every text."""
    session.add(Establishment(company_id=company_id, siret=SIRET, name=mark))
    session.flush()
    session.add(RateSection(company_id=company_id, establishment_id=1, number="01", label=mark, created_at=NOW))
    session.add(Body(kind=BodyKind.CPAM, code="000", name="CPAM Exemple", search_name="cpam exemple", departments="",
                     source="annuaire", checked_on=TODAY))  # fmt: skip
    session.flush()
    own = {"company_id": company_id, "establishment_id": 1, "section_id": 1}
    session.add_all([
        SectionTerms(**own, first_day=date(2024, 1, 1), ctn="A", territory=Territory.MAINLAND, has_single_rate=False,
                     is_support=False, source=mark),
        GroupMembership(company_id=company_id, organisation_id=organisation_id, first_day=TODAY),
        PayrollStatement(**own, year=2025, payroll_eur=Decimal(1), source=PayrollSource.DSN, is_estimate=False,
                         stated_on=TODAY, recorded_at=NOW, recorded_by=mark),
        PayrollYear(**own, year=2025, payroll_eur=Decimal(1), differs=True, reason=mark, chosen_by=mark, chosen_at=NOW),
        OrganisationProfile(organisation_id=organisation_id, siren=SIREN, bar=mark),
        Doctor(organisation_id=organisation_id, name=mark, name_digest=b"x", speciality=mark, created_at=NOW),
        Contact(company_id=company_id, name=mark, name_digest=b"x", duty=mark, matters="", phone=mark, created_at=NOW),
        PartyImport(kind=ImportKind.COMPANIES, document_id=1, file_name=mark, content="[]", source=mark,
                    stated_on=TODAY, corrects=False, row_count=0, state=ImportState.PREVIEWED, created_by=mark,
                    created_at=NOW),
        *(_account(mark, **owner) for owner in ({"company_id": company_id}, {"organisation_id": organisation_id})),
    ])  # fmt: skip
    _add_agreement(session, organisation_id, mark)


def _account(mark: str, **owner: int) -> BankAccount:
    return BankAccount(
        **owner, purpose=AccountPurpose.PREMIUMS, holder=mark, iban=mark, iban_digest=b"x", proof=mark,
        state=AccountState.IN_USE, proposed_by=mark, proposed_at=NOW,
    )  # fmt: skip


def _add_agreement(session: ScopedSession, organisation_id: int, mark: str) -> None:
    session.add(Agreement(organisation_id=organisation_id, reference=mark, title=mark, created_at=NOW))
    session.flush()
    version = AgreementVersion(
        agreement_id=1, number=1, first_day=date(2024, 1, 1), state=VersionState.SIGNED, premium_layout=[],
        claims_layout=[], written_by=mark, written_at=NOW, signed_on=date(2024, 1, 1),
    )  # fmt: skip
    session.add(version)
    session.flush()
    own = {"agreement_id": 1, "version_id": version.id}
    session.add_all([
        AgreementProduct(**own, product=mark, commission_rate=Decimal("0.1")),
        AgreementPower(**own, act=DelegatedAct.PAY.value),
        AgreementPower(**own, act=DelegatedAct.COLLECT.value),
        CoinsuranceShare(**own, organisation_id=organisation_id, share=Decimal(1), is_leader=True),
        ServiceLevel(**own, act="x", days=1),
    ])  # fmt: skip
    session.flush()
