"""Premiums that brokers collect, on screen: the broker declares its own, the accountant records what it transferred."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.reach import CompanyReach
from atmp_insure.premiums import broker_queries
from tests.application import a_person, signed_in, texts
from tests.engines import a_database
from tests.parties.desk import TESTER, a_partner
from tests.premiums.test_broker_bordereaux import collected_by_broker
from tests.premiums.test_pages import amount, plain
from tests.premiums.test_payments import left, the_insurer
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = "/premiums/bordereaux"
IN_FEBRUARY = date(2027, 2, 3)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def test_a_broker_declares_by_a_file_and_the_accountant_records_its_transfer(office: Office) -> None:
    call, broker = collected_by_broker(office.desk)
    with office.database.writing(TESTER) as session:
        session.add(CompanyReach(organisation_id=broker, company_id=call.company_id, reason="test"))
    with on(IN_FEBRUARY):
        person = signed_in(office.app, a_person(office.database, "b.courtier", Role.BROKER, organisation_id=broker))
        assert person.get(f"{ROOT}/new").headers["Location"].endswith(f"/new/{broker}")
        assert call.name in office.page(person, f"{ROOT}/new/{broker}")
        assert "À régler à votre courtier" in office.page(person, f"/premiums/calls/{call.id}")
        wrong = {
            "declared_on": "2027-01-31",
            "key": "k",
            f"amount_{call.id}": "10,005",
            f"paid_{call.id}": "2027-01-10",
        }
        told = person.post(f"{ROOT}/new/{broker}", data=wrong)
        assert told.status_code == 422
        assert f"{call.name}, Montant : « 10,005 » ne convient pas" in plain(texts(told.text))
        file = f"Appel;Montant;Payé le\n{call.reference};{call.total_eur};10/01/2027\n".encode()
        right = {"declared_on": "2027-01-31", "key": "k", "file": (io.BytesIO(file), "bordereau.csv")}
        assert person.post(f"{ROOT}/new/{broker}", data=right).headers["Location"].endswith(f"{ROOT}/1")
        assert left(office.desk, call) == 0
        assert amount(call.total_eur) in plain(texts(person.get(f"{ROOT}/1").text))
        assert person.post(f"{ROOT}/1/transfers", data={}).status_code == 403
        assert "Primes encaissées par un courtier, à remettre" in office.page(person, "/")
        accountant, insurer = office.accountant, the_insurer(office.desk)
        assert "Primes encaissées par un courtier, à remettre" in office.page(accountant, "/")
        more = {"received_on": "2027-02-03", "key": "t", f"part_{insurer}": str(call.total_eur + 1)}
        assert "de trop" in plain(texts(accountant.post(f"{ROOT}/1/transfers", data=more).text))
        whole = more | {f"part_{insurer}": str(call.total_eur)}
        assert accountant.post(f"{ROOT}/1/transfers", data=whole).status_code == 302
        assert "remis" in office.page(accountant, f"{ROOT}?state=remitted")
        for path in (f"{ROOT}/lines/1", f"{ROOT}/transfers/1", f"/premiums/accounts/{call.company_id}"):
            assert "BE-000001" in office.page(accountant, path)
        assert accountant.get(f"{ROOT}/1?export=csv").status_code == 200
        assert accountant.post(f"{ROOT}/lines/1/take-back", data={"reason": "Chèque impayé"}).status_code == 302
        assert "de plus que ce que ce bordereau déclare" in office.page(accountant, f"{ROOT}/1")
        assert accountant.post(f"{ROOT}/transfers/1/take-back", data={"reason": "Erreur"}).status_code == 302
    with office.database.reading(TESTER) as session:
        assert broker_queries.sum_to_remit(session)[0] == 0


def test_another_broker_neither_reads_nor_declares_it(office: Office) -> None:
    _, broker = collected_by_broker(office.desk)
    other = a_partner(office.database, OrganisationKind.BROKER, "Autre courtage")
    with on(IN_FEBRUARY):
        stranger = signed_in(office.app, a_person(office.database, "c.courtier", Role.BROKER, organisation_id=other))
        assert stranger.post(f"{ROOT}/new/{broker}", data={"declared_on": "2027-01-31"}).status_code in {403, 404}
