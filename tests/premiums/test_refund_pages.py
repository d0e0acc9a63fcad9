"""Refunds on screen: proposed from the account of a client, answered by another person, read by the client."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine

from tests.application import texts
from tests.engines import a_database
from tests.premiums.desk import FIRST_DAY, called
from tests.premiums.test_pages import amount, plain
from tests.premiums.test_payments import a_payment, paid
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

IBAN = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def hidden(page: TestResponse, name: str) -> str:
    return page.text.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


def test_a_refund_goes_from_the_account_to_a_second_person_and_is_read_by_the_client(office: Office) -> None:
    [call] = called(office.desk, office.desk.issued(), FIRST_DAY)
    paid(office.desk, a_payment(office.desk, call.total_eur + 40))
    account = f"/premiums/accounts/{office.desk.quoting.company_id}"
    with on(date(2027, 1, 5)):
        accountant, manager = office.accountant, office.manager
        assert f'href="{account}/refund"' in accountant.get(account).text
        offered = accountant.get(f"{account}/refund")
        assert 'value="40,00"' in offered.text, "what is left is offered"
        insurer = offered.text.partition('name="insurer_id"')[2].partition('<option value="')[2].partition('"')[0]
        given = {"key": hidden(offered, "key"), "amount": "40", "reason": "Trop-perçu", "insurer_id": insurer}
        wrong = accountant.post(f"{account}/refund", data=given | {"iban": "FR76"})
        assert wrong.status_code == 422
        assert "« FR76 » n" in texts(wrong.text)
        for _ in range(2):
            assert accountant.post(f"{account}/refund", data=given | {"iban": IBAN}).location == "/premiums/refunds/1"
        page = "/premiums/refunds/1"
        assert "Accorder le remboursement" not in office.page(accountant, page), "their own"
        assert "RB-000001" in office.page(accountant, "/premiums/refunds?state=waiting")
        assert "RB-000001" not in office.page(accountant, "/premiums/refunds?state=paid")
        assert "Répondre à la demande de remboursement RB-000001" in office.page(manager, "/")
        assert "Accorder le remboursement" in office.page(manager, page)
        assert manager.post(f"{page}/decline", data={"reason": ""}).status_code == 422
        assert manager.post(f"{page}/grant").status_code == 302
        assert "a déjà reçu sa réponse" in texts(manager.post(f"{page}/grant").text)
        assert "BQ-2027-00000" in office.page(manager, page)
        assert "RB-000001" in office.page(accountant, "/premiums/refunds?state=paid")
        statement = plain(office.page(accountant, account))
        assert "RB-000001" in statement
        assert f"Reçu ou rendu, non imputé {amount(Decimal(0))}" in statement
        read = office.page(office.client, page)
        assert "FR76 •••• 0189" in read
        assert IBAN.replace(" ", "") not in read
        assert office.client.post(f"{page}/grant").status_code == 403
