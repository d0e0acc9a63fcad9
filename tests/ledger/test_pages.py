"""The books on screen: an accountant matches, reverses and closes; what cannot be done is told, and nothing written."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.roles import Role
from atmp_insure.ledger import queries
from tests.application import a_person, an_application, signed_in
from tests.ledger.desk import NOW, BookKeeping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

OCTOBER = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(embedded: Database) -> BookKeeping:
    """Books with two premiums called, and a payment."""
    kept = BookKeeping.of(embedded)
    kept.posted(
        kept.call("1", "1000.00", tax="90.00", on=OCTOBER), kept.call("2", "500.00"), kept.receipt("3", "1200.00")
    )
    return kept


@pytest.fixture
def accountant(desk: BookKeeping, tmp_path: Path) -> FlaskClient:
    app = an_application(desk.database, tmp_path)
    return signed_in(app, a_person(desk.database, "camille.primes", Role.PREMIUM_ACCOUNTANT))


def words(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace("\u00a0", " ").replace("\u202f", " ")


def client_page(desk: BookKeeping) -> str:
    with desk.database.reading(desk.accountant) as session:
        return f"/ledger/accounts/{queries.accounts_of(session, [desk.client.code])[desk.client.code].id}"


def test_the_balance_tells_what_each_account_held_moved_and_holds(desk: BookKeeping, accountant: FlaskClient) -> None:
    page = words(accountant.get("/ledger?du=2026-11-01&au=2026-11-30").text)
    assert "411000 C000001" in page
    assert "1 090,00 € débiteur 500,00 € 1 200,00 € 390,00 € débiteur" in page
    assert "Total 0,00 € 1 700,00 € 1 700,00 € 0,00 €" in page
    exported = accountant.get("/ledger?du=2026-11-01&au=2026-11-30&export=csv").text.splitlines()
    assert exported[0].endswith("Compte;Intitulé;Titulaire;Solde au début;Débit;Crédit;Solde à la fin")
    assert any(line.endswith(";1090,00;500,00;1200,00;390,00") for line in exported)


@pytest.mark.parametrize(
    ("asked", "said"),
    [("du=hier", "« hier » n'est pas un jour"), ("du=2026-11-30&au=2026-11-01", "Le premier jour vient après")],
)
def test_days_that_cannot_be_meant_are_told(desk: BookKeeping, accountant: FlaskClient, asked: str, said: str) -> None:
    assert said in words(accountant.get(f"/ledger?{asked}").text).replace("&#39;", "'")


def test_a_payment_is_matched_in_part_and_unmatched(desk: BookKeeping, accountant: FlaskClient) -> None:
    page = client_page(desk)
    shown = accountant.get(page).text
    debits, credits_ = (re.search(f'name="{side}".*?</select>', shown, re.DOTALL) for side in ("debit", "credit"))
    assert debits is not None
    assert credits_ is not None
    [debit, *_], [credit] = (re.findall(r'value="(\d+)"', one[0]) for one in (debits, credits_))
    answer = accountant.post(f"{page}/settle", data={"debit": debit, "credit": credit, "amount": "90,00"})
    assert answer.status_code == 302
    assert "1 090,00 € 1 000,00 €" in words(accountant.get(page).text)  # of which a thousand is left
    accountant.post(f"{page}/settle", data={"debit": debit, "credit": credit, "amount": ""})  # all that can be
    left = words(accountant.get(page).text)
    assert "Appel 1 RF-1" not in left
    assert "1 200,00 € 110,00 €" in left
    [last, *_] = re.findall(r"/ledger/matches/(\d+)/undo", accountant.get(page).text)
    accountant.post(f"/ledger/matches/{last}/undo")
    assert "1 090,00 € 1 000,00 €" in words(accountant.get(page).text)


def test_more_than_is_left_is_not_matched_and_the_page_says_so(desk: BookKeeping, accountant: FlaskClient) -> None:
    page = client_page(desk)
    choices = re.findall(r'<option value="(\d+)"', accountant.get(page).text)
    data = {"debit": choices[0], "credit": choices[-1], "amount": "1090,01"}
    assert "il reste 1 090,00 € à lettrer" in words(accountant.post(f"{page}/settle", data=data).text)
    for amount, said in (("4.500", "s'arrête au centime"), ("0", "au-dessus de zéro"), ("-5", "au-dessus de zéro")):
        answer = accountant.post(f"{page}/settle", data=data | {"amount": amount})
        assert answer.status_code == 422
        assert said in words(answer.text).replace("&#39;", "'")


def test_an_entry_is_reversed_once_with_its_reason(desk: BookKeeping, accountant: FlaskClient) -> None:
    with desk.database.reading(desk.accountant) as session:
        entry = queries.entries_of(session, ["3"])["3"].id
    page = f"/ledger/entries/{entry}"
    assert accountant.post(f"{page}/reverse", data={"on": "2026-11-20", "reason": ""}).status_code == 422
    assert accountant.post(f"{page}/reverse", data={"on": "2026-11-20", "reason": "Doublon"}).status_code == 302
    shown = words(accountant.get(page).text)
    assert "Cette écriture est extournée par BQ-2026-000002" in shown
    assert "Extourner" not in shown
    again = accountant.post(f"{page}/reverse", data={"on": "2026-11-20", "reason": "Encore"})
    assert "déjà extournée" in words(again.text)


def test_an_entry_that_comes_from_an_act_is_taken_back_where_it_was_done(
    desk: BookKeeping, accountant: FlaskClient
) -> None:
    with desk.database.reading(desk.accountant) as session:
        entry = queries.entries_of(session, ["2"])["2"].id
    page = f"/ledger/entries/{entry}"
    assert "Extourner" not in words(accountant.get(page).text)
    refused = accountant.post(f"{page}/reverse", data={"on": "2026-11-20", "reason": "Doublon"})
    assert "vient d&#39;un acte" in words(refused.text)
    with desk.database.reading(desk.accountant) as session:
        assert queries.find_reversal(session, entry) is None


def test_months_are_closed_once_they_are_confirmed(desk: BookKeeping, accountant: FlaskClient) -> None:
    asked = accountant.post("/ledger/close", data={"month": "2026-10-01"})
    assert "Clore pour de bon ?" in words(asked.text)
    with desk.database.reading(desk.accountant) as session:
        assert queries.last_closed(session) is None
    done = accountant.post("/ledger/close", data={"month": "2026-10-01", "confirm": "yes"})
    assert done.status_code == 302
    assert "mois clos jusqu'à octobre 2026" in words(accountant.get("/ledger").text).replace("&#39;", "'")
    assert "Aucun mois n'est à clore" in words(accountant.get("/ledger/close").text).replace("&#39;", "'")


@pytest.mark.parametrize(
    ("role", "reads", "closes"),
    [(Role.AUDITOR, 200, 403), (Role.MANAGER, 200, 200), (Role.UNDERWRITER, 403, 403), (Role.CLAIMS_HANDLER, 403, 403)],
)
def test_who_reads_the_books_and_who_closes_them(
    desk: BookKeeping, tmp_path: Path, role: Role, reads: int, closes: int
) -> None:
    last_day = date(2026, 12, 31) if role is Role.AUDITOR else None
    client = signed_in(
        an_application(desk.database, tmp_path), a_person(desk.database, "autre.personne", role, last_day=last_day)
    )
    assert client.get("/ledger").status_code == reads
    assert client.get("/ledger/close").status_code == closes
