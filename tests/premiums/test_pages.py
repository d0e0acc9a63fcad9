"""Premiums on screen: an accountant calls, a broker and the client read theirs, nobody else acts."""

from __future__ import annotations

import json
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner

from atmp_insure.cli import atmp
from atmp_insure.db.work_queue import QueueEntry
from atmp_insure.formatting import euros
from atmp_insure.premiums import jobs, queries
from tests.application import texts
from tests.engines import a_database
from tests.parties.desk import TESTER
from tests.premiums.desk import FIRST_DAY, called, scheduled
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.premiums.models import PremiumCall


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


@pytest.fixture
def policy(office: Office) -> int:
    return office.desk.issued()


def the_call(office: Office, policy: int) -> PremiumCall:
    with office.database.reading(TESTER) as session:
        [call] = queries.list_calls_of(session, policy)
        return call


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def amount(of: Decimal) -> str:
    return plain(euros(of))


def test_what_a_policy_owes_is_shown_before_it_is_called_and_called_once(office: Office, policy: int) -> None:
    page = f"/policies/{policy}/premiums"
    with on(date(2026, 11, 25)):
        assert "Rien : tout ce que le contrat doit d'ici là a été appelé." in office.page(office.accountant, page)
    with on(date(2026, 12, 2)):
        accountant, due = office.accountant, office.desk.charged_eur(policy)
        said = plain(office.page(accountant, page))
        assert "Appeler ce qui est dû" in said
        assert amount(due) in said
        assert accountant.post(f"{page}/call").status_code == 302
        call = the_call(office, policy)
        assert (call.total_eur, call.due_on) == (due, FIRST_DAY)
        assert f"Appelé : {call.name}." in office.page(accountant, page)
        accountant.post(f"{page}/call")
        assert "est à appeler : quelqu" in office.page(accountant, page)
        shown = plain(office.page(accountant, f"/premiums/calls/{call.id}"))
    assert "à échoir" in shown
    assert "PR-2026-000001" in shown, "the accountant reads the entry"
    assert "en préparation" in shown


def test_the_paper_is_made_once_filed_and_offered(office: Office, policy: int) -> None:
    [call] = called(office.desk, policy, FIRST_DAY)
    for _ in range(2):
        with office.database.writing(TESTER) as session:
            jobs.print_call(session, QueueEntry(kind=jobs.PRINT, key="x", payload={"call_id": call.id}, due_at=NOW))
    with office.database.reading(TESTER) as session:
        paper = queries.find_paper(session, call.id)
    assert paper is not None
    client = office.client
    assert f"/documents/{paper.document_id}/" in client.get(f"/premiums/calls/{call.id}").text
    assert client.get(f"/documents/{paper.document_id}/versions/1").status_code in {200, 404}


def test_an_issue_taken_back_has_the_paper_of_its_credit_note(office: Office, policy: int) -> None:
    called(office.desk, policy, FIRST_DAY)
    office.desk.taken_back(policy, 1)
    [credit] = called(office.desk, policy, date(2027, 1, 2))
    with office.database.writing(TESTER) as session:
        jobs.print_call(session, QueueEntry(kind=jobs.PRINT, key="x", payload={"call_id": credit.id}, due_at=NOW))
        assert queries.find_paper(session, credit.id) is not None
    shown = office.page(office.accountant, f"/premiums/calls/{credit.id}")
    assert "Avoir de prime" in shown
    assert "avoir à imputer ou à rendre" in shown
    years = office.page(office.accountant, f"/policies/{policy}/premiums")
    assert "année annulée" in years


def test_the_client_reads_its_calls_and_neither_entries_nor_acts(office: Office, policy: int) -> None:
    [call] = called(office.desk, policy, FIRST_DAY)
    client: FlaskClient = office.client
    shown = plain(office.page(client, f"/premiums/calls/{call.id}"))
    assert "PR-2027" not in shown
    assert amount(call.total_eur) in shown, "what is left of it"
    assert call.name in office.page(client, "/premiums")
    assert client.get("/premiums/run").status_code == 403
    assert client.post(f"/policies/{policy}/premiums/call").status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", True), ("state=due", True), ("state=settled", False), ("state=to_come", False), ("q=AP-2027-000001", True),
        ("q=AP-2027-000002", False), ("day_from=2027-01-01&day_to=2027-01-01", True), ("day_from=2027-01-02", False),
    ],
)  # fmt: skip
def test_calls_are_found_by_state_number_and_due_date(office: Office, policy: int, asked: str, found: bool) -> None:
    [call] = called(office.desk, policy, FIRST_DAY)
    with on(date(2027, 1, 5)):
        listed = office.page(office.accountant, f"/premiums?{asked}")
    assert (call.name in listed) is found


def test_a_call_is_found_by_the_reference_that_a_payment_quotes(office: Office, policy: int) -> None:
    [call] = called(office.desk, policy, FIRST_DAY)
    accountant = office.accountant
    for asked in (call.reference, "RF" + call.reference[2:].lower(), "METAL"):
        office.page(accountant, f"/premiums?q={asked}")
    assert call.name in office.page(accountant, f"/premiums?q={call.reference}")
    assert call.name in office.page(accountant, f"/premiums?q={call.reference[:4]}+{call.reference[4:]}")


def test_a_run_shows_how_much_it_will_call_and_starts_exactly_that(office: Office, policy: int) -> None:
    scheduled(office.desk, policy)
    with on(date(2026, 12, 2)):
        accountant = office.accountant
        due = plain(office.page(accountant, "/premiums/due"))
        assert amount(office.desk.charged_eur(policy)) in due
        first = accountant.post("/premiums/run", data={"until": "2027-01-01"})
        assert "Lancer les appels" in first.text
        seen = first.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
        changed = accountant.post("/premiums/run", data={"until": "2027-01-01", "seen": "autre", "confirm": "yes"})
        assert changed.status_code == 200, "what is to be called is not what was shown: it is shown again"
        given = {"until": "2027-01-01", "seen": unescape(seen), "confirm": "yes"}
        assert accountant.post("/premiums/run", data=given).status_code == 302
        none = accountant.post("/premiums/run", data={"until": "2026-12-02"})
        assert "Lancer les appels" not in none.text


def test_the_command_lists_what_is_due_and_hands_it_to_a_run(
    office: Office, policy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled(office.desk, policy)
    monkeypatch.setenv("ATMP_DATABASE__URL", office.database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ATMP_SECURITY__KEYS_FILE", str(office.database.key_ring._path))

    def said(*arguments: str) -> str:
        answer = CliRunner().invoke(atmp, ["premiums", "schedule", *arguments], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return plain(answer.output)

    assert "0 contrat(s) à appeler jusqu'au 31/12/2026." in said("--until", "2026-12-31")
    due = json.loads(said("--until", "2027-01-01", "--json"))
    assert [(one["due_on"], one["amount_eur"]) for one in due["due"]] == [
        ("2027-01-01", str(office.desk.charged_eur(policy)))
    ]
    assert due["run"] is None
    handed = said("--until", "2027-01-01", "--call")
    assert "1 contrat(s) à appeler jusqu'au 01/01/2027." in handed
    assert "Confié au traitement n° 1." in handed


def test_a_payment_is_recorded_on_the_client_s_account_once_and_taken_back_with_its_reason(
    office: Office, policy: int
) -> None:
    [call] = called(office.desk, policy, FIRST_DAY)
    page = f"/premiums/accounts/{office.desk.quoting.company_id}"
    with on(date(2027, 1, 5)):
        accountant = office.accountant
        shown = accountant.get(page).text
        assert f"Exigible aujourd'hui {amount(call.total_eur)}" in plain(office.page(accountant, page))
        key = shown.partition('name="key"')[2].partition('value="')[2].partition('"')[0]
        insurer = shown.partition('name="insurer_id"')[2].partition('<option value="')[2].partition('"')[0]
        given = {"key": key, "received_on": "2027-01-04", "means": "transfer", "insurer_id": insurer,
                 "for_reference": "", "reference": "FACTURE 12"}  # fmt: skip
        assert accountant.post(f"{page}/payments", data=given | {"amount": ""}).status_code == 422
        refused = accountant.post(f"{page}/payments", data=given | {"amount": "1", "received_on": "2027-02-01"})
        assert "Jour à venir" in texts(refused.text)
        for _ in range(2):
            sent = accountant.post(f"{page}/payments", data=given | {"amount": "1 000,00"})
            assert sent.status_code == 302
        said = plain(office.page(accountant, page))
        assert f"Exigible aujourd'hui {amount(call.total_eur - 1000)}" in said
        assert "EN-000001" in said
        assert "EN-000002" not in said, "the form sent twice is one payment"
        assert "BQ-2027-000001" in office.page(accountant, "/premiums/payments/1")
        taken = "/premiums/payments/1/take-back"
        assert accountant.post(taken, data={"reason": ""}).status_code == 422
        assert accountant.post(taken, data={"reason": "Virement d'un autre client"}).status_code == 302
        assert f"Exigible aujourd'hui {amount(call.total_eur)}" in plain(office.page(accountant, page))
        again = accountant.post(taken, data={"reason": "Encore"})
        assert "déjà annulé" in texts(again.text)
        assert "Annulé le 05/01/2027" in office.page(accountant, "/premiums/payments/1")


def test_a_client_reads_its_account_and_records_nothing(office: Office, policy: int) -> None:
    [call] = called(office.desk, policy, FIRST_DAY)
    page = f"/premiums/accounts/{office.desk.quoting.company_id}"
    client = office.client
    said = office.page(client, page)
    assert call.name in said
    assert "Enregistrer un encaissement" not in said
    assert client.post(f"{page}/payments", data={"amount": "1"}).status_code == 403
    assert client.post(f"{page}/allocate").status_code == 403
