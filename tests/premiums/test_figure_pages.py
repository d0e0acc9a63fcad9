"""The aged balance and the figures of premiums on screen: who reads them, what they say, as files."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import payment_service
from tests.engines import a_database
from tests.parties.desk import a_partner
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_pages import amount, plain
from tests.premiums.test_payments import a_payment, the_insurer
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AGEING, FIGURES = "/premiums/ageing", "/premiums/figures"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def receive(office: Office, eur: object, paid_on: date) -> None:
    with office.database.writing(office.desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        new = a_payment(office.desk, str(eur), paid_on)
        payment_service.receive(session, new, Books(CHART, at_noon(paid_on)))


def cells(office: Office, address: str) -> list[str]:
    """The one line of a table as its file has it."""
    written = office.accountant.get(address).get_data(as_text=True)
    _heading, line = written.strip().split("\r\n")
    return line.split(";")


def comma(eur: object) -> str:
    return str(eur).replace(".", ",")


def test_a_debt_grows_old_from_day_to_day_until_it_is_paid(office: Office) -> None:
    [call] = called(office.desk, office.desk.issued(), date(2026, 12, 20), until=FIRST_DAY)
    assert call.due_on == FIRST_DAY
    with on(date(2027, 4, 5)):
        receive(office, call.total_eur - 100, date(2027, 4, 5))
    with on(date(2027, 4, 6)):
        for day, column in (
            ("2026-12-31", 2), ("2027-01-01", 3), ("2027-01-11", 3), ("2027-01-12", 4), ("2027-01-31", 4),
            ("2027-02-01", 5), ("2027-03-02", 5), ("2027-03-03", 6), ("2027-04-01", 6), ("2027-04-02", 7),
        ):  # fmt: skip
            found = cells(office, f"{AGEING}?jour={day}&export=csv")
            assert found[column] == comma(call.total_eur), day
            assert [one for one in found[2:8] if one != "0,00"] == [comma(call.total_eur)], day
            assert [found[8], found[10]] == [comma(call.total_eur)] * 2
        assert "Rien de dû" in office.page(office.accountant, f"{AGEING}?jour=2026-12-19"), "it is called the day after"
        today = plain(office.page(office.accountant, AGEING))
        assert amount(call.total_eur - 100) not in today
        assert today.count(amount(call.total_eur * 0 + 100)) == 6, "its band, what is owed, the balance; and in total"
        company = office.desk.quoting.company_id
        assert f'href="/premiums/accounts/{company}"' in office.accountant.get(AGEING).text
        assert "n'est pas un jour" in unescape(plain(office.page(office.accountant, f"{AGEING}?jour=hier")))


def test_money_that_settles_nothing_stands_beside_the_ages(office: Office) -> None:
    [call] = called(office.desk, office.desk.issued(), FIRST_DAY)
    with on(date(2027, 1, 9)):
        receive(office, call.total_eur + 40, date(2027, 1, 9))
        found = cells(office, f"{AGEING}?export=csv")
        assert found[8:] == ["0,00", "-40,00", "-40,00"]
        asked = f"{AGEING}?assureur={the_insurer(office.desk)}"
        assert "Rien de dû" in office.page(office.accountant, asked), "it is of no insurer yet"


def test_the_aged_balance_is_read_by_insurer_and_by_broker(office: Office) -> None:
    [call] = called(office.desk, office.desk.issued(), FIRST_DAY)
    insurer, broker = the_insurer(office.desk), call.lines[0].broker_id
    other = a_partner(office.database, OrganisationKind.INSURER, "Assureur sans contrat")
    with on(date(2027, 1, 9)):
        assert cells(office, f"{AGEING}?assureur={insurer}&export=csv")[8] == comma(call.total_eur)
        assert cells(office, f"{AGEING}?courtier={broker or 0}&export=csv")[8] == comma(call.total_eur)
        page = office.page(office.accountant, f"{AGEING}?assureur={other}")
        assert "Rien de dû" in page
        said = unescape(office.page(office.accountant, f"{AGEING}?assureur=99999"))
        assert "« 99999 » n'est ni un assureur ni un courtier connu" in said
        assert amount(call.total_eur) in plain(said), "all of them are shown"


def test_figures_are_read_by_insurer_by_broker_and_by_month(office: Office) -> None:
    [call] = called(office.desk, office.desk.issued(), FIRST_DAY)
    with on(date(2027, 2, 9)):
        receive(office, "100.00", date(2027, 2, 9))
        amounts = [
            call.net_eur + call.surcharge_eur, call.tax_eur, call.total_eur, "100.00", call.total_eur - 100, "0.00",
            "0.00",
        ]  # fmt: skip
        names = {"assureur": "Assurances Fictives", "mois": "janvier 2027"}
        for grouping in ("assureur", "courtier", "mois"):
            found = cells(office, f"{FIGURES}?par={grouping}&export=csv")
            assert found[1:] == [comma(one) for one in amounts], grouping
            assert found[0] == names.get(grouping, found[0])
        page = plain(office.page(office.accountant, FIGURES))
        assert "appelé entre janvier 2027 et février 2027" in page
        assert amount(call.total_eur - 100) in page
        accountant = office.accountant
        assert f"assureur={the_insurer(office.desk)}" in accountant.get(FIGURES).text, "leads to its aged balance"
        assert "par=assureur&amp;du=2027-01&amp;au=2027-01" in accountant.get(f"{FIGURES}?par=mois").text
        assert "Rien d'appelé" in unescape(office.page(accountant, f"{FIGURES}?du=2027-02&au=2027-02"))
        assert "appelé en janvier 2027" in office.page(accountant, f"{FIGURES}?du=2027-01&au=2027-01")
        swapped = unescape(plain(office.page(accountant, f"{FIGURES}?du=2027-02&au=2027-01")))
        assert "Le premier mois vient après le dernier" in swapped
        assert amount(call.total_eur) in swapped
        odd = unescape(office.page(accountant, f"{FIGURES}?par=client&du=janvier"))
        assert "« client » n'est pas un regroupement" in odd
        assert "« janvier » n'est pas un mois" in odd


def test_both_are_handed_over_as_workbooks_and_the_readings_are_logged(office: Office) -> None:
    called(office.desk, office.desk.issued(), FIRST_DAY)
    with on(date(2027, 1, 9)):
        for address in (AGEING, FIGURES):
            answer = office.accountant.get(f"{address}?export=xlsx")
            assert answer.data.startswith(b"PK")
            assert "attachment" in answer.headers["Content-Disposition"]


def test_only_who_reads_the_books_reads_them_and_finds_them_from_the_calls(office: Office) -> None:
    for address in (AGEING, FIGURES):
        assert office.client.get(address).status_code == 403
        assert address not in office.client.get("/premiums").text
        assert address in office.accountant.get("/premiums").text
        assert address in office.accountant.get("/premiums/positions").text
    assert AGEING in office.accountant.get("/ledger").text
