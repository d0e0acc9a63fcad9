"""The accounting file of our own books as it leaves: from the page of files, and by `atmp ledger fec`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.roles import Role
from atmp_insure.ledger.fec_check import check_fec
from tests.application import a_person, an_application, signed_in
from tests.ledger.desk import NOW, BookKeeping
from tests.ledger.test_pages import words

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database
    from tests.command import Atmp

SIREN, NAME = "732829320", "732829320FEC20261231.txt"
IN_2027 = datetime(2027, 1, 12, 9, tzinfo=UTC)


@pytest.fixture
def desk(embedded: Database) -> BookKeeping:
    """Books with a premium called, and paid."""
    kept = BookKeeping.of(embedded)
    kept.posted(kept.call("1", "1000.00", tax="90.00"), kept.receipt("2", "1090.00"))
    return kept


def page(desk: BookKeeping, folder: Path, address: str, role: Role = Role.AUDITOR, **settings: str) -> tuple[int, str]:
    app = an_application(desk.database, folder, **settings)
    answer = signed_in(app, a_person(desk.database, "lecteur", role)).get(address)
    return answer.status_code, answer.get_data().decode("iso8859-15" if address[-1].isdigit() else "utf-8")


def test_whoever_reads_the_books_takes_the_file_which_conforms(desk: BookKeeping, tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        status, text = page(desk, tmp_path, "/ledger/fec/2026", ATMP_SITE__OFFICE_SIREN=SIREN)
    assert status == 200
    report = check_fec([text.encode("iso8859-15")], NAME)
    assert (report.findings, report.lines, report.entries) == ((), 5, 2)


def test_the_page_says_what_is_provisional_and_then_final(desk: BookKeeping, tmp_path: Path) -> None:
    with time_machine.travel(IN_2027, tick=False):
        app = an_application(desk.database, tmp_path, ATMP_SITE__OFFICE_SIREN=SIREN)
        reader = signed_in(app, a_person(desk.database, "camille", Role.PREMIUM_ACCOUNTANT))
        assert 'href="/ledger/fec"' in reader.get("/ledger").text
        before = words(reader.get("/ledger/fec").text)
        desk.at(IN_2027).closed(NOW.date().replace(month=12))
        after = words(reader.get("/ledger/fec").text)
    assert f"{NAME} provisoire : des mois ne sont pas clos" in before
    assert "732829320FEC20271231.txt provisoire : exercice en cours" in before
    assert f"{NAME} définitif" in after
    assert "Le résultat des exercices passés est montré au compte 12" in after


def test_without_the_siren_of_the_office_no_file_is_written(desk: BookKeeping, tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        app = an_application(desk.database, tmp_path)
        reader = signed_in(app, a_person(desk.database, "lecteur", Role.AUDITOR))
        assert "ATMP_SITE__OFFICE_SIREN" in words(reader.get("/ledger/fec").text)
        refused = reader.get("/ledger/fec/2026")
    assert refused.status_code == 422
    assert "SIREN du bureau non réglé" in words(refused.text)


@pytest.mark.parametrize("year", ["1900", "2025"])
def test_a_year_that_the_books_do_not_have_is_refused(desk: BookKeeping, tmp_path: Path, year: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert page(desk, tmp_path, f"/ledger/fec/{year}", ATMP_SITE__OFFICE_SIREN=SIREN)[0] == 422


def test_a_broker_does_not_take_the_file(desk: BookKeeping, tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        app = an_application(desk.database, tmp_path, ATMP_SITE__OFFICE_SIREN=SIREN)
        other = signed_in(app, a_person(desk.database, "souscripteur", Role.UNDERWRITER))
        assert other.get("/ledger/fec/2026").status_code == 403


@pytest.fixture
def here(desk: BookKeeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installation of the desk, as commands find it."""
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ATMP_SITE__OFFICE_SIREN", SIREN)
    monkeypatch.setattr("atmp_insure.installation.open_installation", lambda *_: desk.database)
    monkeypatch.setattr(type(desk.database), "close", lambda _: None)
    return tmp_path


def test_the_command_writes_checks_and_says_that_the_file_is_provisional(here: Path, atmp: Atmp) -> None:
    done = atmp("ledger", "fec", "--year", "2026", "--output", str(here))
    assert (done.status, done.err) == (0, "")
    told = done.out.splitlines()
    assert told[0].startswith(f"{here / NAME} : FEC PROVISOIRE")
    assert told[1].startswith("À confirmer : Le résultat des exercices passés")
    assert told[2] == f"FEC {NAME} : aucune erreur (rien à signaler)."
    assert [one.name for one in here.glob("*FEC*")] == [NAME]


def test_the_command_says_that_the_file_of_a_closed_year_is_final(desk: BookKeeping, here: Path, atmp: Atmp) -> None:
    desk.at(IN_2027).closed(NOW.date().replace(month=12))
    told = atmp("ledger", "fec", "--year", "2026", "--output", str(here)).out
    assert "FEC définitif" in told
    assert "PROVISOIRE" not in told


def test_the_command_refuses_in_one_line_what_it_cannot_do(
    here: Path, atmp: Atmp, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = atmp("ledger", "fec", "--year", "2026", "--output", str(here / "absent"))
    assert (nowhere.status, nowhere.err.count("\n")) == (2, 1)
    assert "Vérifier le chemin" in nowhere.err
    assert "aucune écriture jusqu'au 31/12/2025" in atmp("ledger", "fec", "--year", "2025").err
    assert "n'est pas une année de clôture" in atmp("ledger", "fec", "--year", "27").err
    monkeypatch.setenv("ATMP_SITE__OFFICE_SIREN", "")
    assert "ATMP_SITE__OFFICE_SIREN" in atmp("ledger", "fec", "--year", "2026").err


def test_balances_are_taken_over_by_a_command_that_says_what_it_did(here: Path, atmp: Atmp, desk: BookKeeping) -> None:
    file = here / "soldes.csv"
    file.write_text("compte;titulaire;débit;crédit\n512100;;50,00;\ncheques;;;20\n", "utf-8")
    ask = ("ledger", "open", str(file), "--first-day", "2026-11-01")
    checked = atmp(*ask, "--check")
    assert (checked.status, checked.err) == (0, "")
    assert "contrôlé, rien n'est passé. Débit 50,00\u00a0€, crédit 20,00\u00a0€" in checked.out
    assert "reste au bilan d'ouverture −30,00\u00a0€" in checked.out
    assert "2 écriture(s) passée(s)" in atmp(*ask).out
    assert "déjà repris" in atmp(*ask).out
    file.write_text("compte;titulaire;débit;crédit\n51;;50,00;\n", "utf-8")
    wrong = atmp(*ask)
    assert wrong.status == 2
    assert wrong.err.startswith(f"{file} : ligne 2, compte : compte « 51 » inconnu")
