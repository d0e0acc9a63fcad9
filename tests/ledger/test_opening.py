"""Balances of another system: each line checked with its place, posted once or not at all, taken back whole."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger import opening_service, queries
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.settling import Settlement
from atmp_insure.parties.models import Company
from tests.application import a_person, an_application, signed_in
from tests.db.together import together
from tests.ledger.desk import CHART, BookKeeping
from tests.ledger.test_own_fec import lines_of, opening
from tests.ledger.test_pages import words
from tests.parties.desk import of_office

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database

FIRST_DAY = date(2026, 11, 1)
HEADINGS = "compte;titulaire;débit;crédit;exigible le;référence;libellé"


@pytest.fixture
def desk(database: Database) -> BookKeeping:
    return BookKeeping.of(database)


def siren_of(desk: BookKeeping) -> str:
    with desk.database.reading(desk.accountant) as session:
        return session.scalars(select(Company.siren).where(Company.id == desk.client.holder_id)).one()


def a_balance(desk: BookKeeping) -> list[str]:
    """Two premiums owed by a client, what was collected of them for the insurer, and the money of both."""
    client = siren_of(desk)
    return [
        f"client;{client};1 000,00;;15/10/2026;ANC-1;Prime d'octobre",
        f"411000;{client};200,00;;2026-11-15;ANC-2;",
        "premium_called;Assurances Fictives;;1200,00;;;",
        "premium_collected;assurances fictives;;300,00;;LOT-7;",
        "512200;Assurances Fictives;300,00;;;;",
    ]


def taken_over(desk: BookKeeping, lines: list[str], by: Actor | None = None, first_day: date = FIRST_DAY) -> int:
    rows = opening_service.rows_of("\r\n".join([HEADINGS, *lines]).encode())
    with desk.database.writing(by or desk.accountant) as session:
        found = opening_service.look_at(session, rows, first_day, CHART)
        return opening_service.take_over(session, found, desk.books)


def told(desk: BookKeeping, *lines: str) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        taken_over(desk, list(lines))
    with desk.database.reading(desk.accountant) as session:
        assert session.scalars(queries.entries()).all() == []
    return [one.line() for one in refusal.value.faults]


def test_each_item_opens_with_its_due_day_and_reference_and_the_counterpart_comes_to_zero(desk: BookKeeping) -> None:
    assert taken_over(desk, a_balance(desk)) == 4  # three items, and the balances that are not matched
    assert desk.balance_eur(desk.client) == 1200
    assert desk.balance_eur(desk.insurer(AccountRole.PREMIUM_CALLED)) == -1200
    assert desk.balance_eur(desk.insurer(AccountRole.PREMIUM_BANK)) == 300
    assert desk.balance_eur(AccountKey(AccountRole.OPENING)) == 0
    with desk.database.reading(desk.accountant) as session:
        rows = session.scalars(queries.entries()).all()
        items = session.scalars(queries.open_items()).all()
        assert {(one.journal, one.entered_on) for one in rows} == {(Journal.OPENING, FIRST_DAY)}
        assert {(one.side, one.amount_eur, one.due_on, one.reference) for one in items} == {
            (Side.DEBIT, Decimal("1000.00"), date(2026, 10, 15), "ANC-1"),
            (Side.DEBIT, Decimal("200.00"), date(2026, 11, 15), "ANC-2"),
            (Side.CREDIT, Decimal("300.00"), FIRST_DAY, "LOT-7"),
        }


def test_a_payment_settles_an_item_that_was_taken_over_and_the_file_conforms(desk: BookKeeping) -> None:
    taken_over(desk, a_balance(desk))
    [owed] = [one for one in _items(desk) if one[2] == "ANC-1"]
    [paid] = desk.posted(desk.receipt("1", "1000"))
    desk.settled([Settlement(owed[0], desk.item(paid).id, Decimal(1000))])
    lines = lines_of(desk)
    assert [one.journal for one in lines[:4]] == ["AN"] * 4  # first, whenever it was posted
    assert {one.label.partition(" ")[0] for one in lines if one.lettering} == {"AN-2026-000002", "BQ-2026-000001"}
    assert opening(lines_of(desk, 2027))[f"411000 C{desk.client.holder_id:06}"] == 200


def _items(desk: BookKeeping) -> list[tuple[int, Side, str]]:
    with desk.database.reading(desk.accountant) as session:
        return [(one.id, one.side, one.reference) for one in session.scalars(queries.open_items())]


def test_what_is_not_a_whole_balance_stays_on_the_account_of_counterpart(desk: BookKeeping) -> None:
    taken_over(desk, ["512100;;50,00;;;;"])
    assert desk.balance_eur(AccountKey(AccountRole.OPENING)) == -50
    assert opening(lines_of(desk, 2027)) == {"512100": 50, "890000": -50}


def test_every_line_in_fault_is_told_with_its_place_and_nothing_is_written(desk: BookKeeping) -> None:
    client = siren_of(desk)
    assert told(
        desk,
        "999;;1;;;;",
        f"client;{client};1,00;1,00;15/10/2026;R;",
        "512100;;;;;;",
        "512100;;1,005;;;;",
        "512100;;-1;;;;",
        "512100;;un;;;;",
        f"client;{client};1;;31/02/2026;R;",
        f"client;{client};1;;;;",
        "client;;;1;;;",
        "512100;Quelqu'un;1;;;;",
        "512100;;1;;15/10/2026;;",
        "commission;;;1;;;",
        "opening;;;1;;;",
        "client;000000000;;5;;;",
        "broker;Personne;;5;;;",
        "512100;;7;;;;",
        "512100;;8;;;;",
    ) == [
        "ligne 2, compte : compte « 999 » inconnu. Donner un rôle ou un numéro du plan de comptes du bureau.",
        "ligne 3, débit : débit et crédit tous deux remplis. Donner l'un des deux.",
        "ligne 4, débit : ni débit ni crédit. Donner l'un des deux.",
        (
            "ligne 5, débit : « 1,005 » ne convient pas. Donner un montant au-dessus de zéro, au centime ; un solde "
            "de l'autre sens va dans l'autre colonne."
        ),
        (
            "ligne 6, débit : « -1 » ne convient pas. Donner un montant au-dessus de zéro, au centime ; un solde "
            "de l'autre sens va dans l'autre colonne."
        ),
        "ligne 7, débit : « un » n'est pas un montant. Écrire par exemple 1 234,50.",
        "ligne 8, exigible le : « 31/02/2026 » n'est pas un jour. Écrire JJ/MM/AAAA.",
        "ligne 9, exigible le : créance sans jour d'exigibilité. Donner le jour où elle est due.",
        "ligne 9, référence : créance sans référence. Donner celle que le client rappelle en payant.",
        "ligne 10, titulaire : compte 411000 sans titulaire. Donner le SIREN de l'entreprise.",
        "ligne 11, titulaire : titulaire « Quelqu'un » en trop. Laisser vide : ce compte est celui du bureau.",
        (
            "ligne 12, exigible le : compte 512100 non lettré. Laisser vides exigibilité et référence : ce compte ne "
            "se lettre pas."
        ),
        (
            "ligne 13, compte : compte de charges ou de produits 706100. Les comptes des classes 6 et 7 partent de "
            "zéro : retirer la ligne."
        ),
        "ligne 14, compte : compte de contrepartie 890000. Retirer la ligne : la contrepartie se calcule.",
        "ligne 15, titulaire : assuré « 000000000 » inconnu. Le créer d'abord, ou corriger le SIREN.",
        "ligne 16, titulaire : courtier « Personne » inconnu. Le créer d'abord, ou corriger le nom.",
        "ligne 18, compte : déjà dit à la ligne 17. Garder une ligne, ou donner une autre référence.",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADINGS.encode(), "aucune ligne de solde"),
        (b"compte;titulaire;solde\r\n512100;;1", "colonne absente : débit, crédit"),
        (b"PK\x03\x04\x00", "n'est pas un texte délimité"),
    ],
)
def test_a_file_that_is_none_of_ours_says_what_to_bring(desk: BookKeeping, content: bytes, said: str) -> None:
    with desk.database.reading(desk.accountant) as session, pytest.raises(InvalidInput, match=said):
        opening_service.look_at(session, opening_service.rows_of(content), FIRST_DAY, CHART)


def test_the_same_file_is_taken_over_once_whoever_brings_it_at_once(desk: BookKeeping) -> None:
    assert sorted(together(3, lambda _: taken_over(desk, a_balance(desk)))) == [0, 0, 4]
    assert desk.balance_eur(desk.client) == 1200
    with pytest.raises(Refused, match=r"déjà été repris le 01/11/2026 \(AN-2026-000001 à AN-2026-000004\)"):
        taken_over(desk, ["512100;;50,00;;;;"])


def test_what_was_taken_over_is_taken_back_whole_and_may_then_be_taken_over_again(desk: BookKeeping) -> None:
    taken_over(desk, a_balance(desk))
    with desk.database.writing(desk.accountant) as session:
        assert opening_service.take_back(session, desk.books) == 4
    assert desk.balance_eur(desk.client) == 0
    assert taken_over(desk, a_balance(desk)) == 4
    assert desk.balance_eur(desk.client) == 1200
    lines_of(desk)


def test_nothing_is_taken_back_once_an_item_of_it_is_settled(desk: BookKeeping) -> None:
    taken_over(desk, a_balance(desk))
    [owed] = [one for one in _items(desk) if one[2] == "ANC-2"]
    [paid] = desk.posted(desk.receipt("1", "200"))
    desk.settled([Settlement(owed[0], desk.item(paid).id, Decimal(200))])
    with pytest.raises(Refused, match="lettrée"), desk.database.writing(desk.accountant) as session:
        opening_service.take_back(session, desk.books)
    assert desk.balance_eur(desk.insurer(AccountRole.PREMIUM_CALLED)) == -1200


@pytest.mark.parametrize(("day", "fits"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True)])
def test_balances_open_books_that_did_not_begin_before_them(desk: BookKeeping, day: date, fits: bool) -> None:
    desk.posted(desk.call("1", "10", on=day))
    if fits:
        assert taken_over(desk, a_balance(desk)) == 4
        return
    with pytest.raises(Refused, match="des écritures depuis le 31/10/2026"):
        taken_over(desk, a_balance(desk))


def test_a_take_over_is_of_the_first_day_of_a_month(desk: BookKeeping) -> None:
    with pytest.raises(InvalidInput, match="premier jour d'un mois"):
        taken_over(desk, a_balance(desk), first_day=date(2026, 11, 2))


def test_who_may_only_read_the_books_takes_nothing_over(desk: BookKeeping) -> None:
    with pytest.raises(OutOfScope):
        taken_over(desk, a_balance(desk), of_office(Role.AUDITOR))


def test_an_accountant_checks_a_file_takes_it_over_and_takes_it_back(embedded: Database, tmp_path: Path) -> None:
    desk = BookKeeping.of(embedded)
    content = "\r\n".join([HEADINGS, *a_balance(desk)]).encode()
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        app = an_application(embedded, tmp_path)
        accountant = signed_in(app, a_person(embedded, "camille", Role.PREMIUM_ACCOUNTANT))

        def sent(first_day: str = "2026-11-01", **act: str) -> str:
            form = {"file": (io.BytesIO(content), "soldes.csv"), "first_day": first_day, **act}
            return words(accountant.post("/ledger/opening", data=form, follow_redirects=True).text)

        assert "Le fichier est juste : rien n'est encore passé" in sent(check="yes").replace("&#39;", "'")
        assert desk.balance_eur(desk.client) == 0
        assert "premier jour d'un mois" in sent("2026-11-02").replace("&#39;", "'")
        assert "Soldes repris." in sent()
        assert "déjà repris : rien n'a été passé" in sent().replace("&#39;", "'")
        assert "/ledger/opening" in accountant.get("/ledger").text
        assert "AN-2026-000001 à AN-2026-000004" in words(accountant.get("/ledger/opening").text)
        undone = accountant.post("/ledger/opening/undo", follow_redirects=True)
        assert "Reprise annulée." in words(undone.text)
    assert desk.balance_eur(desk.client) == 0
