"""The pages of parties, as people use them: no dead end, entries kept, each refusal said with what to do."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from stdnum import luhn

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.reach import CompanyReach
from atmp_insure.parties import panels
from atmp_insure.parties.payroll_models import PayrollSource
from tests.application import a_person, signed_in, texts
from tests.parties.desk import (
    NOW,
    OTHER_SIREN,
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
    reported,
)

if TYPE_CHECKING:
    from datetime import date

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company

IBAN = "FR76 3000 6000 0112 3456 7890 189"


def said(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return texts(answer.text).replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " ")


def sent(client: FlaskClient, address: str, **data: object) -> str:
    """Send a form that is right; gives where it leads."""
    answer = client.post(address, data=data)
    assert answer.status_code == 302, (address, texts(answer.text)[-800:])
    return answer.headers["Location"]


def refused(client: FlaskClient, address: str, **data: object) -> str:
    """Send a form that is wrong; gives what the page says."""
    answer = client.post(address, data=data)
    assert answer.status_code == 422, (address, answer.status_code)
    return texts(answer.text).replace("&#39;", "'")


def test_a_company_is_brought_from_its_siren_to_its_first_payroll_without_a_dead_end(manager: FlaskClient) -> None:
    assert "Ajouter une entreprise" in said(manager, "/companies")
    company = sent(manager, "/companies/new", siren="000 000 018", name="Métaux Exemple", activity="charpentes")
    assert "Ajouter un établissement" in said(manager, company)
    establishment = sent(manager, f"{company}/establishments/new", siret=SIRET, name="Siège", town="Lyon")
    assert "Aucune section" in said(manager, establishment)
    section = sent(manager, f"{establishment}/sections/new", number="1")
    assert "Classement à compléter" in said(manager, section)
    sent(
        manager,
        f"{section}/terms",
        first_day="2024-01-01",
        ctn="A",
        risk_code="281AD",
        territory="FR",
        source="feuille",
    )
    year = sent(manager, f"{section}/payroll/new", year="2025", payroll_eur="1 250 000,50", headcount="82,5",
                source="employer", stated_on="2026-01-15")  # fmt: skip
    assert "1 250 000,50 €" in said(manager, year)
    page = said(manager, company)
    for shown in ("CTN A · 28.1AD", "82,5", "1 250 000,50 €", "Organisations ayant accès", "Historique", "Notes"):
        assert shown in page


def test_a_wrong_entry_is_told_beside_its_field_and_nothing_typed_is_lost(manager: FlaskClient) -> None:
    answer = manager.post("/companies/new", data={"siren": "000000019", "name": "Métaux Exemple"})
    assert answer.status_code == 422
    assert "n'est pas un SIREN" in answer.text.replace("&#39;", "'")
    assert 'value="Métaux Exemple"' in answer.text


@pytest.mark.parametrize("typed", ["4.500", "4,500", "1 250,505"])
def test_a_point_between_thousands_is_not_taken_for_a_few_euros(
    manager: FlaskClient, embedded: Database, typed: str
) -> None:
    _company, _establishment, section = a_whole_company(embedded)
    said_back = refused(manager, f"/companies/sections/{section}/payroll/new", year="2025", payroll_eur=typed,
                        source="employer", stated_on="2026-01-15")  # fmt: skip
    assert "Un montant s'arrête au centime : écrire 4 500 ou 4,50" in said_back


def test_a_known_siren_or_siret_leads_to_its_page(manager: FlaskClient, embedded: Database) -> None:
    a_whole_company(embedded)
    for address, data, link in (
        ("/companies/new", {"siren": SIREN, "name": "x"}, 'href="/companies/1"'),
        ("/companies/1/establishments/new", {"siret": SIRET, "name": "x"}, 'href="/companies/establishments/1"'),
    ):
        answer = manager.post(address, data=data)
        assert answer.status_code == 422
        assert "Ouvrir sa page" in answer.text
        assert link in answer.text
    a_partner(embedded)
    answer = manager.post("/partners/new", data={"kind": "broker", "name": "Courtage Exemple"})
    assert 'href="/partners/1"' in answer.text


def test_a_company_is_shown_as_of_a_day(manager: FlaskClient, embedded: Database) -> None:
    company = a_known_company(embedded)
    last = TODAY - timedelta(days=400)
    old = an_establishment(embedded, company, name="Ancien atelier", closed_on=last)
    classified(embedded, a_section(embedded, old), last - timedelta(days=30), "B")
    assert "Aucun n'était ouvert ce jour-là" in said(manager, "/companies/1")
    for day, shown in ((last, True), (last + timedelta(days=1), False)):
        page = said(manager, f"/companies/1?le={day}")
        assert ("Ancien atelier" in page) is shown
        assert ("CTN B" in page) is shown
        assert "Tel que connu au" in page
    assert "« demain » n'est pas un jour" in said(manager, "/companies/1?le=demain")


def test_who_follows_a_company_is_said_and_ended_on_its_page(
    manager: FlaskClient, app: Flask, embedded: Database
) -> None:
    a_known_company(embedded)
    assert "Ajouter un partenaire" in said(manager, "/companies/1/followers/new")
    partner = a_partner(embedded)
    person = signed_in(app, a_person(embedded, "c.courtier", Role.BROKER, organisation_id=partner))
    assert person.get("/companies/1").status_code == 404
    sent(manager, "/companies/1/followers/new", organisation_id=str(partner))
    page = said(person, "/companies/1")
    assert "Métaux Exemple" in page
    assert "Organisations ayant accès" not in page  # whom else the company works with is not the broker's business
    assert "cliente du courtier" in said(manager, "/companies/1")
    sent(manager, "/companies/1/followers/1/end")
    assert person.get("/companies/1").status_code == 404


def test_a_company_joins_and_leaves_a_group_on_its_page(manager: FlaskClient, embedded: Database) -> None:
    a_known_company(embedded)
    assert "Ajouter un groupe" in said(manager, "/companies/1/groups/new")
    group = a_partner(embedded, OrganisationKind.EMPLOYER_GROUP, "Groupe Exemple")
    assert "à venir" in refused(manager, "/companies/1/groups/new", organisation_id=str(group), first_day="2099-01-01")
    sent(manager, "/companies/1/groups/new", organisation_id=str(group), first_day="2020-01-01")
    assert "Groupe Exemple" in said(manager, "/companies/1")
    sent(manager, "/companies/groups/1/end", last_day="2024-12-31")
    assert "jusqu'au 31/12/2024" in said(manager, "/companies/1")
    assert manager.post("/companies/groups/1/end", data={"last_day": "2024-12-31"}).status_code == 409


def test_a_difference_is_shown_from_the_company_to_its_sources_and_settled(
    manager: FlaskClient, embedded: Database
) -> None:
    _company, _establishment, section = a_whole_company(embedded)
    year = reported(embedded, section).used.id
    reported(embedded, section, payroll_eur="1000100", source=PayrollSource.DSN)
    assert "Trancher les différences" in said(manager, "/companies/1")
    assert "à trancher" in said(manager, "/companies/payroll?state=differs")
    page = said(manager, f"/companies/payroll/{year}")
    assert "+100,00 €" in page
    assert "Motif" in refused(manager, f"/companies/payroll/{year}", payroll="2", headcount="1", reason="")
    sent(manager, f"/companies/payroll/{year}", payroll="2", headcount="1", reason="DSN définitive")
    page = said(manager, f"/companies/payroll/{year}")
    assert "DSN définitive" in page
    assert "−100,00 €" in page
    assert "Aucune ligne ne répond" in said(manager, "/companies/payroll?state=differs")


def test_an_employer_declares_payroll_and_corrects_nothing_else(app: Flask, embedded: Database) -> None:
    company, _establishment, section = a_whole_company(embedded)
    employer = signed_in(app, a_person(embedded, "e.employeur", Role.EMPLOYER, company_id=company))
    page = said(employer, f"/companies/sections/{section}")
    assert "Déclarer masse salariale et effectif" in page
    assert "Classer la section" not in page
    sent(employer, f"/companies/sections/{section}/payroll/new", year="2025", headcount="12", source="employer",
         stated_on="2026-01-15")  # fmt: skip
    for address in ("/companies/1/edit", "/companies/new", "/companies/sections/1/terms", "/imports", "/partners/new"):
        assert employer.get(address).status_code == 403


def test_an_iban_waits_for_a_second_person_who_is_told_what_to_check(
    manager: FlaskClient, colleague: FlaskClient, embedded: Database
) -> None:
    a_known_company(embedded)
    given = {"purpose": "premiums", "holder": "Métaux Exemple", "iban": IBAN, "proof": "RIB confirmé"}
    assert "IBAN" in refused(manager, "/companies/1/accounts/new", **given | {"iban": IBAN[:-1] + "8"})
    account = sent(manager, "/companies/1/accounts/new", **given)
    assert "une autre personne" in said(manager, account)
    assert manager.post(account, data={"reason": "x", "accept": "y"}).status_code == 409
    assert "Confirmer ou refuser" in said(colleague, account)
    assert "FR76 •••• 0189" in said(colleague, "/people/approvals")
    sent(colleague, account, reason="rappelé", accept="y")
    assert "en usage" in said(manager, account)
    page = said(manager, "/companies/1")
    assert "FR76 •••• 0189" in page
    assert "3456" not in page


def test_an_administrator_adds_the_partner_whose_people_they_invite_and_corrects_none(
    app: Flask, embedded: Database
) -> None:
    administrator = signed_in(app, a_person(embedded, "a.admin", Role.ADMINISTRATOR))
    person = a_person(embedded, "c.courtier")
    users, page = said(administrator, "/people"), f"/people/{person.user_id}"
    assert "Partenaires" in users
    assert "ajouter un partenaire" in said(administrator, page)
    assert "Ajouter un partenaire" in said(administrator, "/partners")
    partner = sent(administrator, "/partners/new", kind="broker", name="Courtage Neuf", siren=OTHER_SIREN)
    number = partner.rpartition("/")[2]
    assert sent(
        administrator, f"{page}/grants", role="broker", organisation_id=number, first_day="2026-01-01"
    ).startswith(page)
    assert "Courtage Neuf" in said(administrator, page)
    assert "Modifier la fiche du partenaire" not in said(administrator, partner)
    assert administrator.get(f"{partner}/edit").status_code == 403
    assert administrator.post(f"{partner}/contacts/new").status_code == 403
    assert administrator.get("/people/organisations").status_code == 404


@pytest.mark.parametrize(("role", "adds"), [(Role.UNDERWRITER, True), (Role.AUDITOR, False), (Role.BROKER, False)])
def test_the_list_of_partners_offers_to_add_one_to_whoever_may(
    app: Flask, embedded: Database, role: Role, adds: bool
) -> None:
    firm = a_partner(embedded) if role is Role.BROKER else None
    last_day = TODAY + timedelta(days=900)
    someone = signed_in(app, a_person(embedded, "quelqu.un", role, organisation_id=firm, last_day=last_day))
    assert ("Ajouter un partenaire" in said(someone, "/partners")) is adds
    assert someone.get("/partners/new").status_code == (200 if adds else 403)


def test_contacts_are_added_corrected_and_withdrawn_where_they_belong(manager: FlaskClient, embedded: Database) -> None:
    a_known_company(embedded)
    a_partner(embedded)
    for owner in ("/companies/1", "/partners/1"):
        assert sent(manager, f"{owner}/contacts/new", name="Camille Exemple", duty="paie", phone="01") == owner
        assert "Camille Exemple" in said(manager, owner)
    assert "Donner l'un des deux" in refused(manager, "/companies/1/contacts/new", name="x", duty="x")
    assert sent(manager, "/companies/contacts/2", name="Dominique Exemple", duty="primes", phone="02",
                matters=["premiums", "legal"]) == "/partners/1"  # fmt: skip
    assert "primes, contentieux" in said(manager, "/partners/1")
    assert sent(manager, "/companies/contacts/2/end") == "/partners/1"
    assert "Aucun contact" in said(manager, "/partners/1")


def test_an_agreement_is_written_signed_read_as_of_a_day_and_ended(manager: FlaskClient, embedded: Database) -> None:
    assert "Ajouter un partenaire" in said(manager, "/agreements/new")
    insurer = a_partner(embedded, OrganisationKind.INSURER, "Assurances Exemple")
    sent(manager, "/agreements/new", organisation_id=str(insurer), reference="DEL-1", title="Délégation",
         first_day="2026-01-01")  # fmt: skip
    version = "/agreements/versions/1"
    assert "Aucune version signée n'est en vigueur à cette date" in said(manager, "/agreements/1")
    assert "pourcentage" in refused(manager, f"{version}/products", product="x", commission="douze")
    sent(manager, f"{version}/products", product="taux-atmp", commission="12,5")
    sent(manager, f"{version}/powers", act="pay_claim", largest_eur="50 000")
    sent(manager, f"{version}/service-levels", act="quote", days="5")
    sent(manager, f"{version}/shares", insurer_id=str(insurer), share="60")
    sent(manager, f"{version}/practice", first_day="2026-01-01", premium_layout=["policy"], bordereau_months="1")
    assert "60,00 % au lieu de 100 %" in refused(manager, f"{version}/sign", signed_on="2026-01-02")
    sent(manager, f"{version}/shares", insurer_id=str(insurer), share="100", is_leader="y")
    assert "Rien ne manque" in said(manager, version)
    sent(manager, f"{version}/sign", signed_on="2026-01-02")
    for shown in ("12,50 %", "50 000,00 €", "apériteur", "contrat, avenant", "chaque mois"):
        assert shown in said(manager, "/agreements/1")
    assert "Aucune version signée" in said(manager, "/agreements/1?le=2025-12-31")
    sent(manager, "/agreements/1/versions/new", first_day="2027-01-01")
    sent(manager, "/agreements/versions/2/remove", part="products", number="2")
    assert "Aucun produit" in said(manager, "/agreements/versions/2")
    sent(manager, "/agreements/versions/2/discard")
    sent(manager, "/agreements/1/end", last_day="2026-12-31")
    assert "jusqu'au 31/12/2026" in said(manager, "/agreements/1")
    assert "DEL-1" in said(manager, f"/partners/{insurer}")


def test_a_doctor_is_added_corrected_and_no_longer_proposed(manager: FlaskClient) -> None:
    assert sent(manager, "/doctors/new", name="Dr Exemple", speciality="rhumatologie") == "/doctors/1"
    sent(manager, "/doctors/1/edit", name="Dr Exemple", speciality="psychiatrie", rpps_number="10000000001")
    assert "psychiatrie" in said(manager, "/doctors")
    sent(manager, "/doctors/1/end")
    assert "n'est plus proposé" in said(manager, "/doctors/1")


def test_a_file_is_brought_looked_at_and_written_from_the_browser(manager: FlaskClient) -> None:
    heading = manager.get("/imports/models/bodies").get_data(as_text=True)
    rows = f"{heading}CPAM;931;CPAM Exemple;93;;;;;\r\nmairie;1;x;;;;;;\r\n"
    form = {"kind": "bodies", "source": "annuaire", "stated_on": "2026-03-03"}
    address = sent(manager, "/imports/new", **form, file=(io.BytesIO(rows.encode()), "organismes.csv"))
    page = said(manager, address)
    assert "Reprendre 1 ligne" in page
    assert "n'est pas une nature d'organisme" in page
    sent(manager, f"{address}/write")
    assert "Vérifié le 03/03/2026" in said(manager, "/bodies/1")
    assert "CPAM Exemple" in said(manager, "/bodies?kind=cpam")
    assert (
        "colonnes absentes"
        in refused(manager, "/imports/new", **form, file=(io.BytesIO(b"a;b\n1;2\n"), "x.csv")).lower()
    )
    assert manager.post(f"{address}/write").status_code == 409


def test_bodies_begin_empty_and_say_where_they_come_from(manager: FlaskClient) -> None:
    page = said(manager, "/bodies")
    assert "aucun n'est inventé" in page
    assert "Reprendre un fichier d'organismes" in page


def test_upper_domains_add_panels_that_are_shown_to_those_who_may_see_them(
    app: Flask, manager: FlaskClient, embedded: Database
) -> None:
    company = a_known_company(embedded)
    asked: list[tuple[str, date]] = []

    def query(_session: ScopedSession, found: Company, on: date) -> list[str]:
        asked.append((found.siren, on))
        return []

    panel = panels.Panel("papers", "Pièces du dossier", Right.READ_PRIVILEGED, "parties/_documents_panel.html", query)
    panels.install(app, (panel,))
    assert "Pièces du dossier" not in said(manager, "/companies/1")
    with embedded.writing(TESTER) as session:
        session.add(CompanyReach(organisation_id=a_firm(session), company_id=company, reason="test"))
    lawyer = signed_in(app, a_person(embedded, "l.avocat", Role.LAWYER, organisation_id=1))
    assert "Pièces du dossier" in said(lawyer, "/companies/1?le=2024-06-30")
    assert [(siren, day.isoformat()) for siren, day in asked] == [(SIREN, "2024-06-30")]
    with pytest.raises(ValueError, match="papers"):
        panels.install(app, (panel, panel))


def a_firm(session: ScopedSession) -> int:
    row = Organisation(kind=OrganisationKind.LAW_FIRM, name="Cabinet Exemple", created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def test_lists_search_by_name_siren_and_siret_and_export(manager: FlaskClient, embedded: Database) -> None:
    a_whole_company(embedded)
    a_known_company(embedded, OTHER_SIREN, "Bois Exemple")
    for query, found in (
        ("q=metaux", "Métaux"), ("q=000000018", "Métaux"), ("q=000+000+018", "Métaux"), (f"q={SIRET}", "Métaux"),
        ("q=bois", "Bois"), ("sort=-created_at", "Métaux"),
    ):  # fmt: skip
        assert f"{found} Exemple" in said(manager, f"/companies?{query}")
    assert "Bois Exemple" not in said(manager, "/companies?q=metaux")
    assert SIRET in manager.get("/companies/establishments?q=metaux&export=csv").get_data(as_text=True)
    assert "Aucune ligne ne répond" in said(manager, "/companies/establishments?state=closed")


def test_the_page_of_a_company_asks_as_many_queries_for_many_establishments_as_for_few(
    manager: FlaskClient, embedded: Database
) -> None:
    company = a_known_company(embedded)
    counts: list[int] = []
    for number in (1, 12):
        for at in range(number):
            siret = sirets()[len(counts) * 20 + at]
            section = a_section(embedded, an_establishment(embedded, company, siret))
            reported(embedded, section)
        counts.append(selects(manager, embedded))
    assert counts[0] == counts[1]


def sirets() -> list[str]:
    return [f"{SIREN}{number:04}{luhn.calc_check_digit(f'{SIREN}{number:04}')}" for number in range(1, 60)]


def selects(client: FlaskClient, database: Database) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    said(client, "/companies/1")
    event.remove(database.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.startswith("SELECT")])
