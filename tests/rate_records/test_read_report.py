"""What `records read` and `records check` say at a terminal of the papers that were received."""

from __future__ import annotations

from atmp_insure.rate_records.account_update import updates
from atmp_insure.rate_records.read_report import missing_papers_fr, read_report
from atmp_insure.rate_records.readers import read_files
from tests.rate_records.builders import TODAY, a_sheet, an_account, csv_bytes
from tests.rate_records.payrolls import a_person, dsn_bytes, dsn_lines

SHEET = "feuille.csv", csv_bytes(a_sheet(2026))
ACCOUNT = "compte.csv", csv_bytes(an_account(2022))
PAYROLL = "paie.dsn", dsn_bytes(dsn_lines([a_person(1)]))


def missing(*files: tuple[str, bytes]) -> str | None:
    return missing_papers_fr(read_files(files, TODAY).documents)


def test_payroll_declarations_alone_say_what_a_rate_needs() -> None:
    assert missing(PAYROLL) == (
        "Documents reçus : DSN (1). Manquent les feuilles de calcul (écran « Feuille de calcul ») et les comptes "
        "employeur annuels (écran « Éléments de calcul du taux ») : aucun taux ne peut être recalculé."
    )


def test_sheets_without_accounts_allow_a_part_of_the_checks() -> None:
    said = missing(SHEET, PAYROLL) or ""
    assert said.startswith("Documents reçus : Feuille de calcul (1) et DSN (1). Manquent les comptes employeur")
    assert said.endswith("contrôle partiel.")
    assert (missing(ACCOUNT) or "").endswith("aucun taux ne peut être recalculé.")


def test_nothing_is_missing_when_sheets_and_accounts_are_there() -> None:
    assert missing(SHEET, ACCOUNT) is None


def test_nothing_at_all_is_said_as_such() -> None:
    assert (missing_papers_fr([]) or "").startswith("Documents reçus : aucun. Manquent")


def test_no_person_is_named_at_a_terminal() -> None:
    former = "ancien.csv", csv_bytes(an_account(2022))
    newer = "nouveau.csv", csv_bytes([row for row in an_account(2022) if "TROIS" not in row])
    documents = read_files([former, newer, PAYROLL], TODAY).documents
    text = read_report(documents, updates(documents))
    assert "1 disparue" in text
    assert "EXEMPLE" not in text
    assert "TROIS" not in text
