"""Papers, rates and simulations as a program uses them: the same services, rights and reading log as the pages."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.db.reach import CompanyReach
from atmp_insure.documents.models import Document
from tests.api.test_resources import pages, require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.db.builders import an_organisation
from tests.engines import a_database
from tests.rate_records.desk.conftest import Desk, a_desk, sample, samples
from tests.rate_records.desk.test_consequences import newer_account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

ROOT = "/api/v1"
UNIT = "01-28.1AD"
ACCOUNT, SHEET = "compte_employeur_2023.csv", "feuille_calcul_2026.csv"


class House:
    """The application with one company, and programs of people who see it differently."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        app = an_application(desk.database, folder)
        insurer = an_organisation(desk.database, "Assurance Exemple", "insurer")
        with desk.database.writing(system("test")) as session:
            session.add(CompanyReach(organisation_id=insurer, company_id=desk.company_id, reason="test"))
        gestion = a_person(desk.database, "gestion", Role.CLAIMS_HANDLER)
        self.handler = a_program(app, a_token(desk.database, gestion))
        self.nameless = a_program(app, a_token(desk.database, gestion, TokenScope.WRITE_RATES))
        porteur = a_person(desk.database, "porteur", Role.INSURER, organisation_id=insurer)
        self.insurer = a_program(app, a_token(desk.database, porteur))
        ailleurs = a_person(desk.database, "ailleurs", Role.BROKER, organisation_id=an_organisation(desk.database))
        self.stranger = a_program(app, a_token(desk.database, ailleurs))

    def give(self, *files: tuple[str, bytes], preview: bool = False) -> dict[str, Any]:
        """Give files of the company, as the one who files them does."""
        parts = [(io.BytesIO(content), name) for name, content in files]
        data = {"company_id": self.desk.company_id, "files": parts}
        query = "?preview=true" if preview else ""
        return told(self.handler.post(f"{ROOT}/paper-deposits{query}", data=data), 201)

    def kept(self, *files: tuple[str, bytes]) -> dict[str, Any]:
        """Give files, and keep all that they hold."""
        deposit = self.give(*files)["deposit"]
        chosen = [paper["id"] for paper in deposit["papers"]]
        return told(self.handler.post(f"{ROOT}/paper-deposits/{deposit['id']}/keep", json={"papers": chosen}))

    def readings(self) -> list[str]:
        """What the reading log tells."""
        with self.desk.database.reading(system("test")) as session:
            return [f"{one.actor} : {one.what}" for one in session.query(ReadingLogEntry).order_by(ReadingLogEntry.id)]


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


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
        house.kept(*samples())
        yield house


def test_papers_are_given_looked_at_and_kept_with_what_follows(house: House) -> None:
    given = house.give(*samples())
    deposit = given["deposit"]
    assert (deposit["state"], len(deposit["papers"]), given["repeated"]) == ("proposed", 6, [])
    assert {one["rate_year"] for one in deposit["effect"]["rates"]} == {2024, 2025, 2026}
    chosen = [paper["id"] for paper in deposit["papers"]]
    kept = told(house.handler.post(f"{ROOT}/paper-deposits/{deposit['id']}/keep", json={"papers": chosen}))
    assert (kept["state"], kept["effect"]) == ("kept", None)
    require_problem(house.handler.post(f"{ROOT}/paper-deposits/{deposit['id']}/discard"), 409)
    again = house.give(*samples())
    assert (again["deposit"], len(again["repeated"])) == (None, 6)
    asked = f"{ROOT}/rates?company_id={house.desk.company_id}"
    rates = [one for page in pages(house.handler, asked, 2) for one in page]
    assert [one["rate_year"] for one in rates] == [2024, 2025, 2026]
    assert all(one["notified_percent"] == one["recomputed_percent"] for one in rates)


def test_a_deposit_that_is_tried_shows_all_and_keeps_nothing(house: House) -> None:
    tried = house.give(sample(SHEET), preview=True)["deposit"]
    assert tried["papers"][0]["kind"] == "calculation_sheet"
    assert tried["effect"]["rates"][0]["notified_after_percent"]
    assert told(house.handler.get(f"{ROOT}/paper-deposits"))["items"] == []
    with house.desk.database.reading(system("test")) as session:
        assert session.query(Document).count() == 0
    assert list(house.desk.vault.store.list_addresses()) == []
    assert house.give(sample(SHEET))["repeated"] == []  # given for the first time


def test_what_cannot_be_read_or_is_of_another_company_is_told(house: House) -> None:
    given = house.give(("bruit.csv", b"a;b\n1;2\n"), sample("compte_employeur_2023.csv"))
    assert [one["source"] for one in given["deposit"]["told"]] == ["bruit.csv"]
    left = told(house.handler.post(f"{ROOT}/paper-deposits/{given['deposit']['id']}/discard"))
    assert (left["state"], {paper["state"] for paper in left["papers"]}) == ("discarded", {"left_out"})
    refused = house.handler.post(f"{ROOT}/paper-deposits", data={"company_id": 1, "files": (io.BytesIO(b""), "x.csv")})
    assert require_problem(refused, 422)["errors"][0]["place"] == "/files"


def test_a_newer_account_tells_its_difference_before_it_is_kept_and_after(house: House) -> None:
    house.kept(sample(ACCOUNT))
    deposit = house.give(newer_account(decided="12/01/2026"))["deposit"]
    (difference,) = deposit["effect"]["differences"]
    assert (difference["lines"]["new"], difference["lines"]["vanished"]) == (1, 0)
    newer = deposit["papers"][0]["id"]
    told(house.handler.post(f"{ROOT}/paper-deposits/{deposit['id']}/keep", json={"papers": [newer]}))
    (kept,) = told(house.handler.get(f"{ROOT}/rate-papers/{newer}/differences"))["items"]
    assert kept == difference
    former = told(house.handler.get(f"{ROOT}/rate-papers?state=superseded"))["items"][0]
    assert (former["id"], former["superseded_by"]) == (difference["former_id"], newer)


def test_a_paper_is_corrected_with_a_reason_and_what_was_read_stays(house: House) -> None:
    house.kept(sample(SHEET))
    paper = told(house.handler.get(f"{ROOT}/rate-papers?kind=calculation_sheet"))["items"][0]["id"]
    address, body = f"{ROOT}/rate-papers/{paper}", {"name": "notified_percent", "value": "9,99 %", "reason": "relu"}
    tried = told(house.handler.post(f"{address}/corrections?preview=true", json=body), 201)
    assert (tried["changed"], tried["paper"]["corrections"][0]["author_name"]) == (True, "Gestion")
    assert told(house.handler.get(address))["corrections"] == []
    done = told(house.handler.post(f"{address}/corrections", json=body), 201)
    values = {one["name"]: one["value"] for one in done["paper"]["values"]}
    assert (done["changed"], values["notified_percent"]) == (True, "9,99 %")
    assert told(house.handler.post(f"{address}/corrections", json=body), 201)["changed"] is False
    assert told(house.handler.get(f"{ROOT}/rates"))["items"][0]["notified_percent"] == "9.99"
    for wrong, status in (({"value": "beaucoup"}, 422), ({"name": "colour"}, 404), ({"reason": " "}, 422)):
        require_problem(house.handler.post(f"{address}/corrections", json=body | wrong), status)


def test_victims_are_named_to_those_who_may_know_and_their_reading_is_written(house: House) -> None:
    house.kept(sample(ACCOUNT))
    paper = told(house.handler.get(f"{ROOT}/rate-papers"))["items"][0]["id"]
    assert house.readings() == []
    hidden = told(house.nameless.get(f"{ROOT}/rate-papers/{paper}"))["lines"]
    assert {(one["last_name"], one["first_name"]) for one in hidden} == {(None, None)}
    assert house.readings() == []
    named = told(house.handler.get(f"{ROOT}/rate-papers/{paper}"))["lines"]
    assert any(one["last_name"] for one in named)
    assert [one["claim_number"] for one in named] == [one["claim_number"] for one in hidden]
    assert all("*" in one["claim_number"] for one in named)
    assert house.readings() == ["gestion (jeton « Export ») : Compte employeur 2023"]
    line = named[0]
    assert (line["account_year"], line["is_charged"]) == (2023, True)
    assert all(amount is None or "." in amount for amount in (line["it_cost_eur"], line["value_eur"]))


def test_the_rates_of_an_establishment_are_explained_year_by_year(furnished: House) -> None:
    (unit,) = told(furnished.handler.get(f"{ROOT}/establishments/1/rates"))["units"]
    assert (unit["key"], unit["cannot_simulate"]) == (UNIT, "")
    assert [one["rate_year"] for one in unit["rates"]] == [2024, 2025, 2026]
    assert unit["rates"][1]["reasons"]
    assert {one["year"] for one in unit["accounts"]} == {2022, 2023, 2024}
    trace = told(furnished.handler.get(f"{ROOT}/establishments/1/rates/{UNIT}/2026"))
    assert trace["rate_percent"] == unit["rates"][2]["recomputed_percent"]
    assert trace["steps"][-1]["source"]
    for path in (f"{UNIT}/2099", "99-XX/2026"):
        require_problem(furnished.handler.get(f"{ROOT}/establishments/1/rates/{path}"), 404)


def scenario(**changes: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "establishment_id": 1, "unit": UNIT, "removed": [], "added": [], "payroll_eur": {}, "headcount": None,
        "explain": False,
    }  # fmt: skip
    return nothing | changes


def test_a_scenario_gives_both_chains_with_exact_euros(furnished: House) -> None:
    added = {"category": "IP4", "account_year": 2025, "third_party_percent": "0"}
    found = told(furnished.handler.post(f"{ROOT}/simulations", json=scenario(added=[added], explain=True)))
    first = found["years"][0]
    assert first["rate_year"] == 2027  # an account year weighs from the second year after
    assert first["simulated_trace"]["rate_percent"] == first["simulated_percent"]
    total = sum(round(float(one["difference_eur"]) * 100) for one in found["years"])
    assert found["total_eur"] == f"{total / 100:.2f}"
    assert total > 0
    same = told(furnished.handler.post(f"{ROOT}/simulations", json=scenario()))
    assert (same["total_eur"], same["years"][0]["known_trace"]) == ("0.00", None)


def test_a_claim_taken_away_lowers_the_chain_and_payroll_moves_its_euros(furnished: House) -> None:
    (unit,) = told(furnished.handler.get(f"{ROOT}/establishments/1/rates"))["units"]
    refs = [one["ref"] for one in unit["claims"]]
    less = told(furnished.handler.post(f"{ROOT}/simulations", json=scenario(removed=refs)))
    assert float(less["total_eur"]) < 0
    paid = scenario(removed=refs, payroll_eur={"2026": "1"}, headcount="25.5")
    assert told(furnished.handler.post(f"{ROOT}/simulations", json=paid))["total_eur"] != less["total_eur"]
    for wrong, place in (
        ({"removed": ["inventé"]}, "/removed"),
        ({"added": [{"category": "IP4", "account_year": 1995, "third_party_percent": "0"}]}, "/added"),
        ({"payroll_eur": {"2026": "-1"}}, "/payroll_eur/2026/value"),
    ):
        told_wrong = require_problem(furnished.handler.post(f"{ROOT}/simulations", json=scenario(**wrong)), 422)
        assert [fault["place"] for fault in told_wrong["errors"]] == [place]


def test_findings_come_by_worth_and_by_severity(house: House) -> None:
    house.kept(*samples())
    (sheet,) = told(house.handler.get(f"{ROOT}/rate-papers?year=2026"))["items"]
    wrong = {"name": "notified_percent", "value": "9,99 %", "reason": "relu"}
    told(house.handler.post(f"{ROOT}/rate-papers/{sheet['id']}/corrections", json=wrong), 201)
    found = [one for page in pages(house.handler, f"{ROOT}/rate-findings", 1) for one in page]
    assert "notified_rate_differs" in {one["code"] for one in found}
    worth = [float(one["saving_eur"] or 0) for one in found]
    assert worth == sorted(worth, reverse=True)
    errors = told(house.handler.get(f"{ROOT}/rate-findings?severity=error"))["items"]
    assert errors == [one for one in found if one["severity"] == "error"]
    assert errors


def test_who_only_reads_gives_and_corrects_nothing_and_a_stranger_finds_nothing(furnished: House) -> None:
    files = {"company_id": furnished.desk.company_id, "files": (io.BytesIO(b"x"), "x.csv")}
    require_problem(furnished.insurer.post(f"{ROOT}/paper-deposits", data=files), 403)
    require_problem(furnished.insurer.get(f"{ROOT}/paper-deposits"), 403)
    assert told(furnished.insurer.get(f"{ROOT}/rates"))["items"]
    lines = told(furnished.insurer.get(f"{ROOT}/rate-papers/1"))["lines"]
    assert all(one["last_name"] is None for one in lines)
    for path in ("rates", "rate-papers", "rate-findings", "paper-deposits"):
        assert told(furnished.stranger.get(f"{ROOT}/{path}"))["items"] == []
    for path in ("rate-papers/1", "rate-papers/1/differences", "establishments/1/rates", "paper-deposits/1"):
        require_problem(furnished.stranger.get(f"{ROOT}/{path}"), 404)
    require_problem(furnished.stranger.post(f"{ROOT}/simulations", json=scenario()), 404)
