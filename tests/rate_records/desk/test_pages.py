"""The pages of papers and rates, used as a handler, a broker and an insurer use them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.reach import CompanyReach
from atmp_insure.rate_records import queries
from tests.application import a_person, an_application, signed_in
from tests.db.builders import an_organisation
from tests.engines import a_database
from tests.rate_records.desk.conftest import HANDLER, SIRET, Desk, a_desk, sample, samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

UNIT = "01-28.1AD"
ADDED = "category_1=IP4&year_1=2025"


class House:
    """The application with one company, and people who see it differently."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        app = an_application(desk.database, folder)
        office = an_organisation(desk.database)
        insurer = an_organisation(desk.database, "Assurance Exemple", "insurer")
        with desk.database.writing(system("test")) as session:
            for one in (office, insurer):
                session.add(CompanyReach(organisation_id=one, company_id=desk.company_id, reason="test"))
        self.handler = signed_in(app, a_person(desk.database, "gestion", Role.CLAIMS_HANDLER))
        self.broker = signed_in(app, a_person(desk.database, "courtage", Role.BROKER, organisation_id=office))
        self.insurer = signed_in(app, a_person(desk.database, "porteur", Role.INSURER, organisation_id=insurer))

    def papers(self) -> str:
        return f"/companies/{self.desk.company_id}/papers"

    def give(self, client: FlaskClient, *files: tuple[str, bytes]) -> str:
        """Give files; the address where one is sent."""
        data = {"files": [(io.BytesIO(content), name) for name, content in files]}
        answer = client.post(self.papers(), data=data, content_type="multipart/form-data")
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def kept(self, client: FlaskClient, *files: tuple[str, bytes]) -> None:
        """Give files and keep all of them."""
        address = self.give(client, *files)
        chosen = re.findall(r'name="papers" value="(\d+)"', client.get(address).text)
        assert client.post(f"{address}/keep", data={"papers": chosen}).status_code == 302


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_database("sqlite") as database:
        yield House(a_desk(database, tmp_path), tmp_path)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house with all the papers of the metalworks kept; tests only read it."""
    folder = tmp_path_factory.mktemp("rates")
    with a_database("sqlite") as database:
        house = House(a_desk(database, folder), folder)
        house.kept(house.broker, *samples())
        yield house


def test_a_broker_gives_the_papers_of_a_client_and_reads_its_rates(furnished: House) -> None:
    page = furnished.broker.get("/establishments/1/rates").text
    assert page.count("vérifié") == 3
    for rate in ("2,45", "3,45", "4,45"):
        assert rate in page


def test_before_they_are_kept_papers_show_what_they_will_change(house: House) -> None:
    address = house.give(house.handler, *samples())
    page = house.handler.get(address).text
    assert "Ce que cela changera" in page
    assert "4,45" in page
    assert "Aucun taux connu" in house.handler.get("/establishments/1/rates").text


def test_names_are_for_those_who_may_read_them_and_their_reading_is_written(furnished: House) -> None:
    with furnished.desk.database.reading(HANDLER) as session:
        account = next(one for one in queries.list_counting(session, 1) if one.kind == "employer_account")
    handler = furnished.handler.get(f"/rate-papers/{account.id}?line=0").text
    broker = furnished.broker.get(f"/rate-papers/{account.id}").text
    assert "EXEMPLE" in handler
    assert "EXEMPLE UN" not in broker
    assert "nom réservé" in broker
    with furnished.desk.database.reading(system("test")) as session:
        read = session.scalars(select(ReadingLogEntry).where(ReadingLogEntry.subject == f"rate_papers:{account.id}"))
        assert [entry.action for entry in read] == ["read"]


def test_a_number_of_social_security_is_never_shown_whole(furnished: House) -> None:
    with furnished.desk.database.reading(HANDLER) as session:
        numbers = [one.id for one in queries.list_counting(session, 1)]
    for number in numbers:
        assert not re.search(r"1\d{12}", furnished.handler.get(f"/rate-papers/{number}").text)


def test_an_insurer_reads_rates_and_changes_nothing(furnished: House) -> None:
    assert furnished.insurer.get("/establishments/1/rates").status_code == 200
    assert furnished.insurer.get(furnished.papers()).status_code == 200
    assert furnished.insurer.post(furnished.papers(), data={}).status_code == 403
    assert furnished.insurer.post("/rate-papers/1/corrections", data={}).status_code == 403


@pytest.mark.parametrize("query", ["", ADDED, "removed=unknown", "payroll_2026=9+000+000&headcount=12"])
def test_the_simulator_answers_every_scenario(furnished: House, query: str) -> None:
    answer = furnished.handler.get(f"/establishments/1/simulation/{UNIT}?{query}")
    assert answer.status_code == 200
    assert ("Taux simulé" in answer.text) is ("removed" not in query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("category_1=IP4", "Donner l&#39;exercice"),
        ("category_1=IP9&year_1=2025", "IP9"),
        ("category_1=IP4&year_1=deux", "année"),
        ("category_1=IP4&year_1=2025&share_1=140", "de 0 à 100"),
        ("payroll_2026=beaucoup", "beaucoup"),
        ("headcount=-3", "effectif"),
    ],
)
def test_a_wrong_entry_of_the_simulator_is_said_beside_it_and_kept(furnished: House, query: str, said: str) -> None:
    answer = furnished.handler.get(f"/establishments/1/simulation/{UNIT}?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert "field-error" in answer.text


def test_each_simulated_figure_is_one_press_from_its_explanation(furnished: House) -> None:
    page = furnished.handler.get(f"/establishments/1/simulation/{UNIT}?{ADDED}").text
    explained = re.findall(r'hx-get="([^"]+)"', page)
    address = next(one for one in explained if "/2028" in one and "known" not in one).replace("&amp;", "&")
    answer = furnished.handler.get(address)
    assert "Taux 2028 simulé" in answer.text
    assert "D.242-6-15" in answer.text


def test_a_simulation_is_given_as_a_pdf(furnished: House) -> None:
    answer = furnished.broker.get(f"/establishments/1/simulation/{UNIT}/pdf?{ADDED}")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert SIRET in answer.headers["Content-Disposition"]


def test_a_file_that_is_refused_is_named_and_nothing_is_deposited(house: House) -> None:
    data = {
        "files": [(io.BytesIO(b"MZ\x90"), "virus.exe"), (io.BytesIO(sample("feuille_calcul_2024.csv")[1]), "f.csv")]
    }
    answer = house.handler.post(house.papers(), data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "virus.exe" in answer.text
    assert "Relire ce dépôt" not in house.handler.get(house.papers()).text


def test_a_repeated_file_says_so_and_leads_back(house: House) -> None:
    house.kept(house.handler, sample("feuille_calcul_2024.csv"))
    address = house.give(house.handler, sample("feuille_calcul_2024.csv"))
    assert address.endswith("/papers")
    assert "rien n&#39;a été fait deux fois" in house.handler.get(address).text


def test_a_correction_is_made_on_the_page_of_the_paper(house: House) -> None:
    house.kept(house.handler, *samples())
    with house.desk.database.reading(HANDLER) as session:
        sheet = next(one for one in queries.list_counting(session, 1) if one.year == 2026)
    address = f"/rate-papers/{sheet.id}/corrections"
    wrong = house.handler.post(address, data={"name": "notified_percent", "value": "x", "reason": "papier"})
    assert wrong.status_code == 422
    assert "Taux notifié" in wrong.text
    right = house.handler.post(address, data={"name": "notified_percent", "value": "9,99", "reason": "papier"})
    assert right.status_code == 302
    assert "9,99" in house.handler.get(f"/rate-papers/{sheet.id}").text
    assert "à examiner" in house.handler.get("/rate-findings").text
