"""The position of an insurer at the end of a day: what is owed to it, beside the account that holds its money."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.roles import Role
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import payment_service
from tests.engines import a_database
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_commissions import commission
from tests.premiums.test_pages import amount, plain
from tests.premiums.test_payments import a_payment
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "/premiums/positions"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def test_the_position_of_a_day_is_called_the_eve_of_a_payment_and_collected_on_its_day(office: Office) -> None:
    [call] = called(office.desk, office.desk.issued(), FIRST_DAY)
    paid_on = date(2027, 1, 5)
    new = a_payment(office.desk, call.total_eur + 40, paid_on)
    with office.database.writing(office.desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        payment_service.receive(session, new, Books(CHART, at_noon(paid_on)))
    premium = call.net_eur + call.surcharge_eur
    with on(date(2027, 1, 9)):
        accountant = office.accountant
        eve = plain(office.page(accountant, f"{PAGE}?jour=2027-01-04"))
        assert f"Primes appelées, non encaissées {amount(premium)}" in eve
        assert f"Taxe appelée, non encaissée {amount(call.tax_eur)}" in eve
        assert "Solde du compte de primes 0,00 €" in eve
        day = plain(office.page(accountant, f"{PAGE}?jour=2027-01-05"))
        assert "Primes appelées, non encaissées 0,00 €" in day
        assert f"Primes encaissées, à reverser {amount(premium - commission(call))}" in day
        assert f"Taxe encaissée, à reverser {amount(call.tax_eur)}" in day
        assert f"Solde du compte de primes {amount(call.total_eur + 40)}" in day
        assert f"dont commissions laissées au bureau {amount(commission(call))}" in day
        assert "dont non imputé, chèques, autre compte 40,00 €" in day
        written = accountant.get(f"{PAGE}?jour=2027-01-05&export=csv").get_data(as_text=True)
        assert str(call.total_eur + 40).replace(".", ",") in written
        assert "n'est pas un jour" in plain(office.page(accountant, f"{PAGE}?jour=hier")).replace("&#39;", "'")
        assert "Aucun mouvement" in office.page(accountant, f"{PAGE}?jour=2026-12-31")
    assert office.client.get(PAGE).status_code == 403
