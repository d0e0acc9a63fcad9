"""Companies, establishments and sections: created once, corrected in place, refused with what is wrong and where."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import Actor
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound
from atmp_insure.parties import queries, service
from atmp_insure.parties.models import SubSector, Territory
from atmp_insure.parties.reach_service import ReachReason
from atmp_insure.parties.service import Classification, CompanyFacts, EstablishmentFacts
from tests.parties.desk import (
    NOW,
    OTHER_SIREN,
    SECOND_SIRET,
    SIREN,
    SIRET,
    TESTER,
    TODAY,
    a_known_company,
    a_partner,
    a_section,
    a_whole_company,
    an_establishment,
    classified,
    of_company,
    of_office,
    of_organisation,
)

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database


def places(error: pytest.ExceptionInfo[InvalidInput]) -> set[str]:
    return {fault.place for fault in error.value.faults}


def test_a_company_is_created_under_its_siren_written_as_people_write_it(database: Database) -> None:
    with database.writing(of_office()) as session:
        facts = CompanyFacts("  Métaux   Exemple ", "25.11 z", "charpentes métalliques")
        number = service.create_company(session, "000 000 018", facts, NOW).id
    with database.reading(of_office()) as session:
        company = queries.get_company(session, number)
        assert (company.siren, company.name, company.search_name) == (SIREN, "Métaux Exemple", "metaux exemple")
        assert (company.naf_code, company.activity) == ("2511Z", "charpentes métalliques")


def test_a_siren_that_is_known_already_is_refused_with_the_name_it_has(database: Database) -> None:
    a_known_company(database)
    with (
        pytest.raises(InvalidInput, match="déjà connu : « Métaux Exemple »") as error,
        database.writing(of_office()) as session,
    ):
        service.create_company(session, SIREN, CompanyFacts("Autre"), NOW)
    assert places(error) == {"siren"}


@pytest.mark.parametrize(
    ("siren", "facts", "faulty"),
    [
        ("000000019", CompanyFacts("Exemple"), {"siren"}),  # one more than a right key
        ("00000001", CompanyFacts("Exemple"), {"siren"}),
        ("", CompanyFacts(" "), {"siren", "name"}),
        (SIREN, CompanyFacts("Exemple", "411"), {"naf_code"}),
        (SIREN, CompanyFacts("Exemple", "41200"), {"naf_code"}),
    ],
)
def test_each_fault_of_a_company_is_told_beside_its_field(
    database: Database, siren: str, facts: CompanyFacts, faulty: set[str]
) -> None:
    with pytest.raises(InvalidInput) as error, database.writing(of_office()) as session:
        service.create_company(session, siren, facts, NOW)
    assert places(error) == faulty


def test_only_the_office_and_brokers_create_companies(database: Database) -> None:
    company, firm = a_known_company(database), a_partner(database, OrganisationKind.LAW_FIRM, "Cabinet Exemple")
    for actor in (of_company(company), of_office(Role.AUDITOR), of_organisation(firm, Role.LAWYER)):
        with pytest.raises(OutOfScope), database.writing(actor) as session:
            service.create_company(session, OTHER_SIREN, CompanyFacts("Exemple"), NOW)


def test_a_broker_follows_the_company_it_brings_and_no_other_broker_does(database: Database) -> None:
    camille, sasha = (of_organisation(a_partner(database, name=name)) for name in ("Courtage Un", "Courtage Deux"))
    with database.writing(camille) as session:
        company = service.create_company(session, SIREN, CompanyFacts("Métaux Exemple"), NOW)
        establishment = service.add_establishment(session, company, SIRET, EstablishmentFacts("Atelier"))
        service.add_section(session, establishment, "1", "", NOW)
    with database.reading(camille) as session:
        found = queries.find_company(session, SIREN)
        assert found is not None
        assert [one.siret for one in queries.list_establishments(session, found.id, TODAY, 5)] == [SIRET]
    with database.reading(sasha) as session:
        assert queries.find_company(session, SIREN) is None
    with database.reading(of_office()) as session:
        [follower] = queries.list_followers(session, found.id)
        assert (follower.organisation.name, follower.reason) == ("Courtage Un", ReachReason.CLIENT)
    with pytest.raises(OutOfScope), database.writing(camille) as session:  # correcting it stays with the office
        service.correct_company(session, queries.get_company(session, found.id), CompanyFacts("Autre"))


def test_a_broker_that_brings_a_company_known_to_the_office_learns_neither_its_name_nor_its_file(
    database: Database,
) -> None:
    a_known_company(database)
    camille = of_organisation(a_partner(database))
    with pytest.raises(InvalidInput) as error, database.writing(camille) as session:
        service.create_company(session, SIREN, CompanyFacts("Métaux"), NOW)
    [fault] = error.value.faults
    assert (fault.place, fault.message) == ("siren", f"le SIREN {SIREN} est déjà connu du bureau")
    assert "mandat du client" in fault.remedy
    with database.reading(camille) as session:
        assert queries.find_company(session, SIREN) is None
    with database.writing(camille) as session:  # its own clients are told by their names
        service.create_company(session, OTHER_SIREN, CompanyFacts("Autre Exemple"), NOW)
    with pytest.raises(InvalidInput, match="« Autre Exemple »"), database.writing(camille) as session:
        service.create_company(session, OTHER_SIREN, CompanyFacts("Encore"), NOW)


def test_who_works_for_two_brokers_is_asked_for_which_of_them(database: Database) -> None:
    partners = [a_partner(database, name=name) for name in ("Courtage Un", "Courtage Deux")]
    grants = tuple(grant for number in partners for grant in of_organisation(number).grants)
    with pytest.raises(InvalidInput, match="plusieurs cabinets"), database.writing(Actor("deux", 5, grants)) as session:
        service.create_company(session, SIREN, CompanyFacts("Métaux Exemple"), NOW)


def test_a_correction_keeps_what_stood_before_in_the_change_log(database: Database) -> None:
    number = a_known_company(database)
    with database.writing(of_office()) as session:
        service.correct_company(session, queries.get_company(session, number), CompanyFacts("Métaux Exemple SA"))
    with database.reading(TESTER) as session:
        entry = session.query(ChangeLogEntry).filter_by(subject=f"companies:{number}", action="changed").one()
    assert entry.changes["name"] == ["Métaux Exemple", "Métaux Exemple SA"]
    with pytest.raises(OutOfScope), database.writing(of_company(number)) as session:
        service.correct_company(session, queries.get_company(session, number), CompanyFacts("Autre"))


def test_an_establishment_belongs_to_the_company_of_its_siren(database: Database) -> None:
    number = a_known_company(database)
    an_establishment(database, number, "000 000 018 00010", town="Lyon", postcode="69 001")
    with database.reading(of_office()) as session:
        found = queries.find_establishment(session, SIRET)
        assert found is not None
        assert (found.company_id, found.postcode, found.town) == (number, "69001", "Lyon")
    for siret, said in (
        ("00000002600010", "pas un SIRET"),
        ("00000002600013", "n'est pas d'un établissement de Métaux Exemple"),
        (SIRET, "déjà connu"),
    ):
        with pytest.raises(InvalidInput, match=said) as error:
            an_establishment(database, number, siret)
        assert places(error) == {"siret"}


def test_days_of_an_establishment_may_be_the_same_but_not_reversed(database: Database) -> None:
    number = a_known_company(database)
    day, before = date(2024, 6, 30), date(2024, 6, 29)
    an_establishment(database, number, opened_on=day, closed_on=day)
    with pytest.raises(InvalidInput, match="fermeture avant l'ouverture"):
        an_establishment(database, number, SECOND_SIRET, opened_on=day, closed_on=before)
    with pytest.raises(InvalidInput, match="code postal"):
        an_establishment(database, number, SECOND_SIRET, postcode="6900")


def test_an_establishment_is_there_from_its_first_day_to_its_last(database: Database) -> None:
    number = a_known_company(database)
    an_establishment(database, number, opened_on=date(2020, 1, 1), closed_on=date(2024, 12, 31))
    an_establishment(database, number, SECOND_SIRET)  # days unknown: always there
    with database.reading(of_office()) as session:

        def seen(day: date) -> list[str]:
            assert queries.count_establishments(session, number, day) == (
                len(queries.list_establishments(session, number, day)), 2,
            )  # fmt: skip
            return [one.siret for one in queries.list_establishments(session, number, day)]

        assert seen(date(2019, 12, 31)) == [SECOND_SIRET]
        assert seen(date(2020, 1, 1)) == [SIRET, SECOND_SIRET]
        assert seen(date(2024, 12, 31)) == [SIRET, SECOND_SIRET]
        assert seen(date(2025, 1, 1)) == [SECOND_SIRET]


def test_a_company_has_one_seat_at_most_which_comes_first(database: Database) -> None:
    number = a_known_company(database)
    first = an_establishment(database, number, is_head_office=True)
    an_establishment(database, number, SECOND_SIRET, is_head_office=True)
    with database.reading(of_office()) as session:
        shown = queries.list_establishments(session, number, NOW.date())
        assert [(one.siret, one.is_head_office) for one in shown] == [(SECOND_SIRET, True), (SIRET, False)]
    with database.writing(of_office()) as session:
        establishment = queries.get_establishment(session, first)
        service.correct_establishment(session, establishment, EstablishmentFacts("Atelier", is_head_office=True))
    with database.reading(of_office()) as session:
        assert [one.siret for one in queries.list_establishments(session, number, NOW.date())] == [SIRET, SECOND_SIRET]


def test_a_section_is_numbered_as_the_papers_number_it_and_once(database: Database) -> None:
    establishment = an_establishment(database, a_known_company(database))
    number = a_section(database, establishment, "1")
    with database.reading(of_office()) as session:
        assert queries.get_section(session, number).number == "01"
        assert queries.find_section(session, establishment, "01") is not None
    with pytest.raises(InvalidInput, match="existe déjà"):
        a_section(database, establishment, "01")
    with pytest.raises(InvalidInput, match="absent"):
        a_section(database, establishment, " ")


def test_a_section_is_classified_from_a_day_on_until_its_next_terms(database: Database) -> None:
    _company, _establishment, section = a_whole_company(database)
    classified(database, section, date(2023, 1, 1), "B", risk_code="452ba", sub_sector=SubSector.GROS_OEUVRE)
    classified(database, section, date(2025, 5, 1), "A", territory=Territory.ALSACE_MOSELLE)
    with database.reading(of_office()) as session:

        def on(day: date) -> str | None:
            terms = queries.terms_on(session, [section], day).get(section)
            return terms.ctn if terms is not None else None

        assert [on(day) for day in (date(2022, 12, 31), date(2023, 1, 1))] == [None, "B"]
        assert [on(day) for day in (date(2025, 4, 30), date(2025, 5, 1))] == ["B", "A"]
        latest, first = queries.list_terms(session, section)
        assert (first.risk_code, latest.risk_code) == ("45.2BA", None)
        assert (first.territory, latest.territory) == (Territory.MAINLAND, Territory.ALSACE_MOSELLE)


def test_terms_said_again_for_the_same_day_correct_what_was_said(database: Database) -> None:
    _company, _establishment, section = a_whole_company(database)
    for code in ("28.1AD", "28.1AF"):
        classified(database, section, date(2024, 1, 1), risk_code=code)
    with database.reading(of_office()) as session:
        assert [one.risk_code for one in queries.list_terms(session, section)] == ["28.1AF"]


def test_each_fault_of_a_classification_is_told_beside_its_field(database: Database) -> None:
    _company, _establishment, section = a_whole_company(database)
    wrong = Classification(
        date(2024, 1, 1), "J", Territory.MAINLAND, " ", risk_code="x", sub_sector=SubSector.SECOND_OEUVRE
    )
    with pytest.raises(InvalidInput) as error, database.writing(of_office()) as session:
        service.classify_section(session, queries.get_section(session, section), wrong)
    assert places(error) == {"ctn", "risk_code", "sub_sector", "source"}


def test_whoever_does_not_follow_a_company_finds_nothing_of_it(database: Database) -> None:
    company, establishment, section = a_whole_company(database)
    other = a_known_company(database, OTHER_SIREN, "Autre Exemple")
    with database.reading(of_company(other)) as session:
        for ask, number in (
            (queries.get_company, company),
            (queries.get_establishment, establishment),
            (queries.get_section, section),
        ):
            with pytest.raises(NotFound):
                ask(session, number)
        assert queries.find_company(session, SIREN) is None
