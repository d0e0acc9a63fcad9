"""A row of parties behind every page, as someone of the office would have written them; clearly invented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from stdnum import luhn

from atmp_insure.access.models import OrganisationKind
from atmp_insure.parties import (
    account_service,
    agreement_queries,
    agreement_service,
    import_service,
    partner_queries,
    partner_service,
    queries,
    reach_service,
)
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.account_service import NewAccount
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.body_models import ImportKind
from atmp_insure.parties.delegated_acts import DelegatedAct, TimedAct
from atmp_insure.parties.file_rows import FileRow
from atmp_insure.parties.import_rows import table_of
from atmp_insure.parties.import_service import NewImport
from atmp_insure.parties.partner_models import AccountPurpose, ContactMatter
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import ContactFacts, DoctorFacts, PartnerFacts
from atmp_insure.parties.payroll_models import PayrollSource
from tests.parties.desk import NOW, a_section, an_establishment, classified, of_office, reported

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession

COMPANY_ROWS = (
    "SIREN;Dénomination sociale;Code NAF", "000000026;Charpentes Exemple;4391A", "000000027;Faute Exemple;",
    "000000018;Métaux Exemple SAS;",
)  # fmt: skip


def furnish_parties(database: Database, company_id: int, user_id: int, document_id: int) -> dict[str, int]:
    """Everything that a company may have around it; gives the argument of each route."""
    with database.reading(of_office()) as session:
        siren = queries.get_company(session, company_id).siren
    establishment = an_establishment(
        database, company_id, siret_of(siren, 1), name="Siège de Lyon", address="1 rue de l'Exemple",
        postcode="69001", town="Lyon", is_head_office=True, opened_on=date(2012, 3, 1),
    )  # fmt: skip
    section = a_section(database, establishment)
    workshop = an_establishment(database, company_id, siret_of(siren, 2), name="Atelier de Metz", town="Metz")
    a_section(database, workshop)
    classified(database, section, date(2022, 1, 1), "A", risk_code="28.1AD")
    for year in range(2021, 2026):
        reported(
            database, section, year, f"{1_000_000 + 60_000 * (year - 2020)}", "82.5", stated_on=date(year + 1, 1, 31)
        )
    differing = reported(database, section, 2025, "1310250.40", "83", source=PayrollSource.DSN)
    with database.writing(of_office(user_id=user_id)) as session:
        return {
            "establishment_id": establishment,
            "section_id": section,
            "payroll_year_id": differing.used.id,
            **_partners(session, company_id),
            **_imports(session, document_id),
        }


def siret_of(siren: str, number: int) -> str:
    """The SIRET of an establishment of a company, with its key."""
    digits = f"{siren}{number:04}"
    return digits + luhn.calc_check_digit(digits)


def _partners(session: ScopedSession, company_id: int) -> dict[str, int]:
    company = queries.get_company(session, company_id)
    insurer = partner_service.create_partner(
        session, OrganisationKind.INSURER, PartnerFacts("Assurances Exemple", "000000034", town="Paris"), NOW
    )
    group = partner_service.create_partner(
        session, OrganisationKind.EMPLOYER_GROUP, PartnerFacts("Groupe Exemple"), NOW
    )
    reach_service.let_follow(session, company, insurer)
    membership = reach_service.join_group(session, company, group, date(2020, 1, 1), NOW.date())
    doctor = partner_service.add_doctor(session, DoctorFacts("Dr Claude Exemple", "rhumatologie"), None, NOW)
    contact = partner_service.add_contact(session, ContactOwner(company_id=company_id), ContactFacts(
        "Camille Exemple", "responsable paie", (ContactMatter.PAYROLL,), "camille@exemple.invalid"), NOW)  # fmt: skip
    account = account_service.propose_account(
        session, AccountOwner(company_id=company_id), company.name,
        NewAccount(AccountPurpose.PREMIUMS, company.name, "FR7630006000011234567890189", "", "RIB confirmé"),
        NOW,
    )  # fmt: skip
    return {
        "organisation_id": insurer.id, "membership_id": membership.id, "doctor_id": doctor.id,
        "contact_id": contact.id, "account_id": account.id, **_agreement(session, insurer.id),
    }  # fmt: skip


def _agreement(session: ScopedSession, insurer_id: int) -> dict[str, int]:
    insurer = partner_queries.get_organisation(session, insurer_id)
    new = NewAgreement("DEL-2026-1", "Délégation de gestion du risque de taux", date(2026, 1, 1))
    agreement = agreement_service.create_agreement(session, insurer, new, NOW)
    version = agreement_queries.get_version(session, agreement.versions[0].id)
    agreement_service.put_product(session, version, "taux-atmp", Decimal("0.125"), Decimal("0.1"))
    agreement_service.put_power(session, version, DelegatedAct.SETTLE, Decimal(50000))
    agreement_service.put_share(session, version, insurer, Decimal(1), is_leader=True)
    agreement_service.put_service_level(session, version, TimedAct.QUOTE, 5)
    agreement_service.sign_version(session, agreement, version, date(2026, 1, 2), NOW.date())
    draft = agreement_service.begin_version(session, agreement, version, date(2027, 1, 1), NOW)
    return {"agreement_id": agreement.id, "version_id": draft.id}


def _imports(session: ScopedSession, document_id: int) -> dict[str, int]:
    table = table_of(ImportKind.COMPANIES, [(n, line.split(";")) for n, line in enumerate(COMPANY_ROWS, start=1)])
    new = NewImport(
        ImportKind.COMPANIES, "entreprises.csv", document_id, "liste du courtier", NOW.date(), corrects=False
    )
    found = import_service.keep_import(session, new, table, NOW)
    row = FileRow(2, {"kind": "cpam", "code": "931", "name": "CPAM Exemple", "departments": "93", "town": "Bobigny"})
    context = import_service.context_of(found, NOW.date())
    import_service.write_row(session, ImportKind.BODIES, row, context, NOW)
    return {"import_id": found.id, "body_id": 1}
