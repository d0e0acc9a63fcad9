"""Partners with what identifies them, doctors and contacts: found again, never written twice, hidden from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties import partner_queries, partner_service
from atmp_insure.parties.partner_models import ContactMatter
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import ContactFacts, DoctorFacts, PartnerFacts
from tests.parties.desk import NOW, OTHER_SIREN, SIREN, a_known_company, of_company, of_office, of_organisation

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

BROKER, FIRM = OrganisationKind.BROKER, OrganisationKind.LAW_FIRM


def create(database: Database, facts: PartnerFacts, kind: OrganisationKind = BROKER) -> int:
    with database.writing(of_office()) as session:
        return partner_service.create_partner(session, kind, facts, NOW).id


def faulty(database: Database, facts: PartnerFacts, kind: OrganisationKind = BROKER) -> set[str]:
    with pytest.raises(InvalidInput) as error:
        create(database, facts, kind)
    return {fault.place for fault in error.value.faults}


def test_a_partner_is_created_with_what_identifies_it_and_found_by_it(database: Database) -> None:
    number = create(database, PartnerFacts("  Courtage   Exemple", SIREN, "12 345 678", NOW.date(), town="Lyon"))
    with database.reading(of_office()) as session:
        profile = partner_queries.find_profile(session, number)
        assert profile is not None
        assert (profile.siren, profile.orias_number, profile.town) == (SIREN, "12345678", "Lyon")
        for asked in ((SIREN, "", ""), ("", "12345678", ""), ("", "", "COURTAGE EXEMPLE")):
            assert [one.id for one in partner_queries.list_known_as(session, *asked)] == [number]
        assert partner_queries.list_known_as(session, "", "", "") == []
        [listed] = session.scalars(partner_queries.organisations()).all()
        assert (listed.name, listed.search_name, listed.identifier) == (
            "Courtage Exemple",
            "courtage exemple",
            "12345678",
        )


def test_a_name_a_siren_or_an_orias_number_belongs_to_one_partner(database: Database) -> None:
    create(database, PartnerFacts("Courtage Exemple", SIREN, "12345678"))
    assert faulty(database, PartnerFacts("Courtage Exemple", SIREN, "12345678")) == {"name", "siren", "orias_number"}
    assert create(database, PartnerFacts("Courtage Exemple"), OrganisationKind.INSURER)  # another kind, another partner


@pytest.mark.parametrize(
    ("facts", "places"),
    [
        (PartnerFacts(" "), {"name"}),
        (PartnerFacts("Exemple", "000000019"), {"siren"}),
        (PartnerFacts("Exemple", orias_number="1234567"), {"orias_number"}),
        (PartnerFacts("Exemple", orias_number="123456789"), {"orias_number"}),
        (PartnerFacts("Exemple", orias_checked_on=NOW.date()), {"orias_number"}),
    ],
)
def test_each_fault_of_a_partner_is_told_beside_its_field(
    database: Database, facts: PartnerFacts, places: set[str]
) -> None:
    assert faulty(database, facts) == places


def test_a_partner_is_corrected_without_being_refused_for_its_own_numbers(database: Database) -> None:
    number = create(database, PartnerFacts("Courtage Exemple", SIREN, "12345678"))
    with database.writing(of_office()) as session:
        organisation = partner_queries.get_organisation(session, number)
        partner_service.correct_partner(
            session, organisation, PartnerFacts("Courtage Nouvel Exemple", SIREN, "12345678")
        )
    with database.reading(of_office()) as session:
        assert partner_queries.get_organisation(session, number).search_name == "courtage nouvel exemple"


def test_the_people_of_a_partner_see_it_and_write_nothing(database: Database) -> None:
    number = create(database, PartnerFacts("Courtage Exemple", SIREN))
    with database.reading(of_organisation(number)) as session:
        assert partner_queries.find_profile(session, number) is not None
    for actor in (of_organisation(number), of_office(Role.AUDITOR)):
        with pytest.raises(OutOfScope), database.writing(actor) as session:
            partner_service.create_partner(session, BROKER, PartnerFacts("Autre"), NOW)
    with database.reading(of_organisation(number + 1)) as session, pytest.raises(NotFound):
        partner_queries.get_organisation(session, number)


def test_an_administrator_adds_a_partner_and_corrects_none(database: Database) -> None:
    with database.writing(of_office(Role.ADMINISTRATOR)) as session:
        number = partner_service.create_partner(session, BROKER, PartnerFacts("Courtage Neuf", SIREN), NOW).id
    with database.writing(of_office(Role.ADMINISTRATOR)) as session:
        organisation = partner_queries.get_organisation(session, number)
        with pytest.raises(OutOfScope):
            partner_service.correct_partner(session, organisation, PartnerFacts("Courtage Ancien"))


def add_doctor(database: Database, facts: DoctorFacts, firm: int | None = None) -> int:
    with database.writing(of_office()) as session:
        organisation = partner_queries.get_organisation(session, firm) if firm is not None else None
        return partner_service.add_doctor(session, facts, organisation, NOW).id


def test_a_doctor_of_a_law_firm_is_seen_by_it_and_by_the_office_only(database: Database) -> None:
    firm, other = (create(database, PartnerFacts(name), FIRM) for name in ("Cabinet Exemple", "Autre Cabinet"))
    doctor = add_doctor(database, DoctorFacts("Dr Claude Exemple", "rhumatologie", "10000000001"), firm)
    for actor in (of_office(), of_organisation(firm, Role.LAWYER)):
        with database.reading(actor) as session:
            assert partner_queries.get_doctor(session, doctor).name == "Dr Claude Exemple"
    with database.reading(of_organisation(other, Role.LAWYER)) as session, pytest.raises(NotFound):
        partner_queries.get_doctor(session, doctor)


def test_the_name_of_a_doctor_is_encrypted_and_found_whole_only(database: Database) -> None:
    doctor = add_doctor(database, DoctorFacts("Dr Claude Exemple", "rhumatologie"))
    with database.snapshot() as connection:
        name = connection.execute(text("SELECT name FROM doctors")).scalar_one()
    assert b"Exemple" not in bytes(name)
    with database.reading(of_office()) as session:
        digest = partner_queries.get_doctor(session, doctor).name_digest
        assert digest == partner_service.name_digest(session, "dr  CLAUDE exemple")
        assert digest != partner_service.name_digest(session, "dr claude")


def test_a_doctor_has_one_page_and_may_no_longer_be_proposed(database: Database) -> None:
    facts = DoctorFacts("Dr Exemple", "rhumatologie", "10 000 000 001")
    doctor = add_doctor(database, facts)
    for wrong, place in (
        (facts, "rpps_number"),
        (DoctorFacts("Dr Exemple", "x", "1"), "rpps_number"),
        (DoctorFacts("", "x"), "name"),
        (DoctorFacts("x", " "), "speciality"),
    ):
        with pytest.raises(InvalidInput) as error:
            add_doctor(database, wrong)
        assert [fault.place for fault in error.value.faults] == [place]
    with database.writing(of_office()) as session:
        partner_service.correct_doctor(session, partner_queries.get_doctor(session, doctor), facts)
        partner_service.end_doctor(session, partner_queries.get_doctor(session, doctor), NOW)
    with pytest.raises(Refused), database.writing(of_office()) as session:
        partner_service.end_doctor(session, partner_queries.get_doctor(session, doctor), NOW)


CAMILLE = ContactFacts("Camille Exemple", "responsable paie", (ContactMatter.PAYROLL,), phone="01 00 00 00 00")


def add_contact(database: Database, owner: ContactOwner, facts: ContactFacts = CAMILLE) -> int:
    with database.writing(of_office()) as session:
        return partner_service.add_contact(session, owner, facts, NOW).id


def test_a_contact_is_of_one_company_and_seen_by_those_who_follow_it(database: Database) -> None:
    company, other = a_known_company(database), a_known_company(database, OTHER_SIREN, "Autre Exemple")
    contact = add_contact(database, ContactOwner(company_id=company))
    for actor, seen in ((of_office(), 1), (of_company(company), 1), (of_company(other), 0)):
        with database.reading(actor) as session:
            found = partner_queries.list_contacts(session, ContactOwner(company_id=company))
            assert len(found) == seen
    with pytest.raises(OutOfScope), database.writing(of_company(company)) as session:
        partner_service.correct_contact(session, partner_queries.get_contact(session, contact), CAMILLE)


def test_a_contact_who_left_is_proposed_no_longer_and_kept(database: Database) -> None:
    owner = ContactOwner(organisation_id=create(database, PartnerFacts("Courtage Exemple")))
    contact = add_contact(database, owner)
    with database.writing(of_office()) as session:
        partner_service.end_contact(session, partner_queries.get_contact(session, contact), NOW)
    with database.reading(of_office()) as session:
        assert partner_queries.list_contacts(session, owner) == []
        assert partner_queries.get_contact(session, contact).name == "Camille Exemple"
    with pytest.raises(Refused), database.writing(of_office()) as session:
        partner_service.end_contact(session, partner_queries.get_contact(session, contact), NOW)


def test_a_contact_that_cannot_be_reached_is_refused(database: Database) -> None:
    owner = ContactOwner(company_id=a_known_company(database))
    for facts, places in (
        (ContactFacts("", "", phone="1"), {"name", "duty"}),
        (ContactFacts("x", "x"), {"email"}),
        (ContactFacts("x", "x", email="x"), {"email"}),
    ):
        with pytest.raises(InvalidInput) as error:
            add_contact(database, owner, facts)
        assert {fault.place for fault in error.value.faults} == places
