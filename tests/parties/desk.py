"""People and parties for tests: who writes, for which invented company, with what around it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant, system
from atmp_insure.parties import payroll_service, queries, service
from atmp_insure.parties.models import Territory
from atmp_insure.parties.payroll_models import PayrollSource
from atmp_insure.parties.payroll_service import Report, Reported
from atmp_insure.parties.service import Classification, CompanyFacts, EstablishmentFacts

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
TESTER = system("test")
SIREN, OTHER_SIREN = "000000018", "000000026"
SIRET, SECOND_SIRET = "00000001800010", "00000001800028"
USER_ID = 901


def of_office(role: Role = Role.MANAGER, user_id: int = USER_ID) -> Actor:
    """Someone of the office in a role."""
    rights = frozenset(right.value for right in rights_of(role))
    return Actor(f"bureau.{role.value}", user_id=user_id, grants=(ScopeGrant(rights, everywhere=True),))


def of_company(company_id: int, role: Role = Role.EMPLOYER) -> Actor:
    """Someone of one company in a role."""
    rights = frozenset(right.value for right in rights_of(role))
    return Actor("employeur", user_id=902, grants=(ScopeGrant(rights, company_id=company_id),))


def of_organisation(organisation_id: int, role: Role = Role.BROKER) -> Actor:
    """Someone of an organisation in a role."""
    rights = frozenset(right.value for right in rights_of(role))
    return Actor("partenaire", user_id=903, grants=(ScopeGrant(rights, organisation_id=organisation_id),))


def a_known_company(database: Database, siren: str = SIREN, name: str = "Métaux Exemple", **facts: str) -> int:
    with database.writing(of_office()) as session:
        return service.create_company(session, siren, CompanyFacts(name, **facts), NOW).id


def an_establishment(database: Database, company_id: int, siret: str = SIRET, **facts: Any) -> int:
    with database.writing(of_office()) as session:
        company = queries.get_company(session, company_id)
        new = EstablishmentFacts(**{"name": "Atelier", **facts})
        return service.add_establishment(session, company, siret, new).id


def a_section(database: Database, establishment_id: int, number: str = "01") -> int:
    with database.writing(of_office()) as session:
        establishment = queries.get_establishment(session, establishment_id)
        return service.add_section(session, establishment, number, "", NOW).id


def classified(database: Database, section_id: int, first_day: date, ctn: str = "A", **more: Any) -> None:
    new = Classification(first_day, ctn, more.pop("territory", Territory.MAINLAND), "feuille de calcul", **more)
    with database.writing(of_office()) as session:
        service.classify_section(session, queries.get_section(session, section_id), new)


def reported(
    database: Database,
    section_id: int,
    year: int = 2025,
    payroll_eur: str | None = "1000000",
    headcount: str | None = "50",
    *,
    by: Actor | None = None,
    **more: Any,
) -> Reported:
    report = Report(
        year,
        Decimal(payroll_eur) if payroll_eur is not None else None,
        Decimal(headcount) if headcount is not None else None,
        more.pop("source", PayrollSource.EMPLOYER),
        more.pop("stated_on", date(2026, 1, 15)),
        **more,
    )
    with database.writing(by or of_office()) as session:
        return payroll_service.report_payroll(session, queries.get_section(session, section_id), report, NOW)


def a_partner(
    database: Database, kind: OrganisationKind = OrganisationKind.BROKER, name: str = "Courtage Exemple"
) -> int:
    with database.writing(TESTER) as session:
        row = Organisation(kind=kind, name=name, created_at=NOW)
        session.add(row)
        session.flush()
        return row.id


def a_whole_company(database: Database) -> tuple[int, int, int]:
    """A company with an establishment and a section."""
    company = a_known_company(database)
    establishment = an_establishment(database, company)
    return company, establishment, a_section(database, establishment)
