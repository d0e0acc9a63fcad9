"""Finding anything from anywhere: by the beginning of a name, by a whole number, a person by their whole name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.parties.models import Company, Establishment
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import ContactFacts, add_contact, end_contact
from tests.application import a_person, an_application, signed_in
from tests.db.builders import NOW, a_document, an_organisation
from tests.engines import a_database
from tests.parties.desk import of_office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FlaskClient]]:
    folder = tmp_path_factory.mktemp("search")
    with a_database("sqlite") as database:
        app = an_application(database, folder)
        with database.writing(system("test")) as session:
            company = Company(
                siren="000000018", name="Ateliers fictifs", search_name="ateliers fictifs", created_at=NOW
            )
            session.add(company)
            session.flush()
            session.add(Establishment(company_id=company.id, siret="00000001800010", name="Exempleville"))
        a_document(database, company.id, "Atelier : plan")
        other = an_organisation(database)
        with database.writing(of_office()) as session:
            add_contact(
                session,
                ContactOwner(organisation_id=other),
                ContactFacts("Dominique Exemple", "chargée d'affaires", phone="01 00 00 00 00"),
                NOW,
            )
            gone = add_contact(
                session,
                ContactOwner(organisation_id=other),
                ContactFacts("Camille Exemple", "chargé d'affaires", phone="01 00 00 00 00"),
                NOW,
            )
            end_contact(session, gone, NOW)
        yield {
            "handler": signed_in(app, a_person(database, "gestion", Role.CLAIMS_HANDLER)),
            "admin": signed_in(app, a_person(database, "admin", Role.ADMINISTRATOR)),
            "broker": signed_in(app, a_person(database, "courtage", Role.BROKER, organisation_id=other)),
            "visitor": app.test_client(),
        }


def found(client: FlaskClient, words: str) -> str:
    return client.get("/search", query_string={"words": words}, headers={"HX-Request": "true"}).text


@pytest.mark.parametrize("words", ["ateliers", "ATELIERS FIC", "  atéliers", "000000018", "000 000 018"])
def test_a_company_is_found_by_its_name_or_its_number(people: dict[str, FlaskClient], words: str) -> None:
    assert "Ateliers fictifs" in found(people["handler"], words)


@pytest.mark.parametrize("words", ["a", "", "fictifs", "00000001", "%", "zzz"])
def test_what_begins_otherwise_is_not_found(people: dict[str, FlaskClient], words: str) -> None:
    assert "Ateliers fictifs" not in found(people["handler"], words)


def test_a_siret_leads_to_its_establishment_and_its_company(people: dict[str, FlaskClient]) -> None:
    answer = found(people["handler"], "00000001800010")
    assert "/companies/1" in answer
    assert "/establishments/1" in answer


def test_a_document_is_found_by_its_title(people: dict[str, FlaskClient]) -> None:
    assert "Atelier : plan" in found(people["handler"], "atelier")


def test_a_foreign_broker_finds_nothing_and_a_visitor_is_asked_to_sign_in(people: dict[str, FlaskClient]) -> None:
    assert "Ateliers" not in found(people["broker"], "ateliers")
    assert people["visitor"].get("/search?words=ateliers").status_code == 302


def test_users_are_for_those_who_may_see_them(people: dict[str, FlaskClient]) -> None:
    assert "courtage" in found(people["admin"], "courtage").lower()
    assert "/people/" not in found(people["handler"], "courtage")


def test_the_page_of_the_search_stands_alone(people: dict[str, FlaskClient]) -> None:
    page = people["handler"].get("/search?words=ateliers").text
    assert "<h1>Recherche</h1>" in page
    assert "Ateliers fictifs" in page


def test_a_contact_of_a_partner_is_found_by_their_whole_name_until_they_leave(people: dict[str, FlaskClient]) -> None:
    assert "/partners/1" in found(people["handler"], "dominique exemple")
    assert "/partners/" not in found(people["handler"], "dominique")
    assert "/partners/" not in found(people["handler"], "camille exemple")
