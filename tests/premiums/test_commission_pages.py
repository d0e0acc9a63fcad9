"""Commissions on screen: the accountant makes statements, the broker disputes a line, each sees its own."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.roles import Role
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import commission_statement_service as service
from atmp_insure.premiums import payment_service
from tests.application import a_person, signed_in, texts
from tests.engines import a_database
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_commissions import brokered, commission
from tests.premiums.test_pages import amount, plain
from tests.premiums.test_payments import a_payment
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.premiums.models import PremiumCall

ROOT = "/premiums/commissions"
IN_FEBRUARY = date(2027, 2, 3)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


@pytest.fixture
def earned(office: Office) -> tuple[PremiumCall, int]:
    """A call that a client paid, and its broker."""
    policy, broker = brokered(office.desk)
    [call] = called(office.desk, policy, FIRST_DAY)
    with office.database.writing(office.desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        payment_service.receive(session, a_payment(office.desk, call.total_eur), Books(CHART, at_noon(FIRST_DAY)))
    return call, broker


def stated(office: Office, broker: int) -> None:
    with office.database.writing(office.desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        service.make_statement(session, broker, date(2027, 1, 31), Books(CHART, at_noon(IN_FEBRUARY)))


def test_a_run_shows_what_each_statement_will_hold_and_starts_exactly_that(
    office: Office, earned: tuple[PremiumCall, int]
) -> None:
    call, _ = earned
    with on(IN_FEBRUARY):
        accountant = office.accountant
        assert "Commissions" in office.page(accountant, "/premiums")
        first = accountant.post(f"{ROOT}/run", data={"last_day": "2027-01-31"})
        said = plain(texts(first.text))
        assert amount(commission(call)) in said
        assert "Établir ces bordereaux" in said
        seen = unescape(first.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0])
        other = accountant.post(f"{ROOT}/run", data={"last_day": "2027-01-31", "seen": "autre", "confirm": "yes"})
        assert other.status_code == 200, "what would be done is not what was shown: it is shown again"
        started = accountant.post(f"{ROOT}/run", data={"last_day": "2027-01-31", "seen": seen, "confirm": "yes"})
        assert started.status_code == 302
        none = accountant.post(f"{ROOT}/run", data={"last_day": "2026-12-31"})
        assert "Établir ces bordereaux" not in none.text
        assert accountant.post(f"{ROOT}/run", data={"last_day": "2027-02-28"}).status_code == 422, "not over"


def test_a_broker_reads_its_statement_disputes_a_line_and_reads_the_answer(
    office: Office, earned: tuple[PremiumCall, int]
) -> None:
    call, broker = earned
    stated(office, broker)
    own = a_person(office.database, "camille.courtier", Role.BROKER, organisation_id=broker)
    with on(IN_FEBRUARY):
        client = signed_in(office.app, own)
        assert "BC-2027-000001" in office.page(client, ROOT)
        shown = plain(office.page(client, f"{ROOT}/statements/1"))
        assert amount(commission(call)) in shown
        assert "Enregistrer le règlement" not in shown
        line = f"{ROOT}/lines/1"
        assert "Contester cette ligne" in office.page(client, line)
        assert client.post(f"{line}/dispute", data={"reason": ""}).status_code == 422
        assert client.post(f"{line}/dispute", data={"reason": "Taux de 18 %"}).status_code == 302
        assert "déjà contestée" in texts(client.post(f"{line}/dispute", data={"reason": "Encore"}).text)
        assert client.post(f"{line}/answer", data={"outcome": "rejected", "reason": "x"}).status_code == 403
        accountant = office.accountant
        assert "Répondre à la contestation" in office.page(accountant, line)
        assert "une ligne du bordereau BC-2027-000001" in office.page(accountant, "/tasks")
        answer = {"outcome": "upheld", "correction": "", "reason": "Avenant du 2 janvier"}
        assert "correction sans montant" in texts(accountant.post(f"{line}/answer", data=answer).text).lower()
        assert accountant.post(f"{line}/answer", data=answer | {"correction": "120,50"}).status_code == 302
        assert "déjà répondu" in texts(accountant.post(f"{line}/answer", data=answer | {"correction": "1"}).text)
        read = plain(office.page(client, line))
        assert "contestation fondée, corrigée" in read
        assert "Avenant du 2 janvier" in read


def test_a_statement_is_paid_on_its_page_once_and_exported(office: Office, earned: tuple[PremiumCall, int]) -> None:
    call, broker = earned
    stated(office, broker)
    with on(IN_FEBRUARY):
        accountant, page = office.accountant, f"{ROOT}/statements/1"
        assert "Enregistrer le règlement" in office.page(accountant, page)
        pay = {"paid_on": "2027-02-03", "reference": "VIR 12"}
        refused = accountant.post(f"{page}/pay", data=pay | {"paid_on": "2027-02-02"})
        assert "Jour avant le bordereau" in texts(refused.text)
        assert accountant.post(f"{page}/pay", data=pay).status_code == 302
        assert "est déjà réglé, le 03/02/2027" in texts(accountant.post(f"{page}/pay", data=pay).text)
        said = office.page(accountant, page)
        assert "VIR 12" in said
        assert "BQ-2027-000002" in said, "the entry that pays it"
        written = accountant.get(f"{page}?export=csv").get_data(as_text=True)
        assert call.name in written
        assert str(commission(call)).replace(".", ",") in written
        assert accountant.get(f"{page}?export=xlsx").status_code == 200


def test_another_broker_and_the_client_see_nothing_of_it(office: Office, earned: tuple[PremiumCall, int]) -> None:
    _, broker = earned
    stated(office, broker)
    other = a_person(office.database, "camille.autre", Role.BROKER, organisation_id=office.other_broker)
    with on(IN_FEBRUARY):
        client = signed_in(office.app, other)
        assert "Aucun bordereau de commissions" in office.page(client, ROOT)
        for page in (f"{ROOT}/statements/1", f"{ROOT}/lines/1"):
            assert client.get(page).status_code == 404
            assert office.client.get(page).status_code == 403
        assert client.post(f"{ROOT}/lines/1/dispute", data={"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", True), ("state=to_pay", True), ("state=paid", False), ("q=BC-2027-000001", True), ("q=BC-2027-000002", False),
     ("q=courtage", True), ("q=assureur", False), ("day_to=2027-02-02", False)],
)  # fmt: skip
def test_statements_are_found_by_state_number_and_broker(
    office: Office, earned: tuple[PremiumCall, int], asked: str, found: bool
) -> None:
    stated(office, earned[1])
    with on(IN_FEBRUARY):
        assert (
            "BC-2027-000001" in office.page(office.accountant, f"{ROOT}?{asked}").partition("Établi le")[2]
        ) is found
