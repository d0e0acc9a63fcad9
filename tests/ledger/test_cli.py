"""`atmp ledger check-fec` as a user runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ledger.builders import NAME, a_file, an_entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Atmp


def kept(folder: Path, content: str, name: str = NAME) -> str:
    (folder / name).write_bytes(content.encode("iso8859-15"))
    return str(folder / name)


def test_a_file_that_conforms_is_told_with_what_was_recognised(atmp: Atmp, tmp_path: Path) -> None:
    done = atmp("ledger", "check-fec", kept(tmp_path, a_file()))
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"FEC {NAME} : aucune erreur (rien à signaler).",
        "SIREN 732829320, exercice du 01/01/2025 au 31/12/2025.",
        "Encodage : ASCII ; séparateur : tabulation.",
        "4\u00a0lignes, 2\u00a0écritures ; débit 200,00\u00a0€, crédit 200,00\u00a0€.",
    ]


def test_an_error_gives_status_one_and_says_where_and_what_to_do(atmp: Atmp, tmp_path: Path) -> None:
    wrong = a_file(an_entry(first={"Debit": "100.00", "EcritureLet": "A"}))
    done = atmp("ledger", "check-fec", kept(tmp_path, wrong, "copie.txt"))
    assert done.status == 1
    told = done.out.splitlines()
    assert told[0] == "FEC copie.txt : non conforme (1\u00a0erreur, 1\u00a0avertissement, 1\u00a0remarque)."
    assert told[1] == "SIREN inconnu, exercice inconnu, dates non comparées."
    assert "2\u00a0lignes (dont 1 hors des totaux)" in told[3]
    assert told[4].startswith(
        "▲ Erreur [amount] ligne 2, Debit : Montant « 100.00 » au point décimal. Écrire le montant"
    )
    assert told[5].startswith("△ Avertissement [lettering] ligne 2, DateLet : Lettrage « A » sans date. Donner")
    assert told[6].startswith("· Remarque [file_name] Nom « copie.txt » autre que")


def test_a_warning_alone_gives_status_zero(atmp: Atmp, tmp_path: Path) -> None:
    done = atmp("ledger", "check-fec", kept(tmp_path, a_file(an_entry(first={"EcritureLet": "A"}))), "--json")
    assert (done.status, done.answer["conforming"], done.answer["warnings"]) == (0, True, 1)


def test_the_json_document_says_all_that_the_report_says(atmp: Atmp, tmp_path: Path) -> None:
    answer = atmp("ledger", "check-fec", kept(tmp_path, a_file(an_entry(first={"Debit": "99,00"}))), "--json").answer
    assert {name: value for name, value in answer.items() if name != "findings"} == {
        "file": NAME, "conforming": False, "siren": "732829320", "first_day": "2025-01-01", "closing_day": "2025-12-31",
        "encoding": "ASCII", "separator": "tabulation", "lines": 2, "unread_lines": 0, "entries": 1,
        "debit_eur": "99.00", "credit_eur": "100.00", "errors": 2, "warnings": 0, "notes": 0,
        "counts": {"entry_unbalanced": 1, "file_unbalanced": 1},
    }  # fmt: skip
    assert answer["findings"][1] == {
        "code": "entry_unbalanced",
        "severity": "error",
        "line": 2,
        "field": "",
        "message_fr": (
            "Écriture AC0001 du journal AC déséquilibrée : débit 99,00\u00a0€, crédit 100,00\u00a0€, écart −1,00\u00a0€"
        ),
        "remedy_fr": "Retrouver la ligne qui manque ou le montant qui diffère",
    }


def test_standard_input_has_no_name_unless_one_is_given(atmp: Atmp) -> None:
    content = a_file(an_entry(day="20260101")).encode()
    assert atmp("ledger", "check-fec", "-", "--json", stdin=content).answer["errors"] == 0
    named = atmp("ledger", "check-fec", "-", "--name", NAME, "--json", stdin=content)
    assert (named.status, named.answer["counts"]) == (1, {"outside_year": 2})


def test_the_first_day_of_a_longer_year_is_given_by_whoever_knows_it(atmp: Atmp, tmp_path: Path) -> None:
    path = kept(tmp_path, a_file(an_entry(day="20240701")))
    assert atmp("ledger", "check-fec", path, "--json").answer["counts"] == {"before_assumed_year": 2}
    longer = atmp("ledger", "check-fec", path, "--first-day", "2024-07-01", "--json")
    assert (longer.status, longer.answer["counts"], longer.answer["first_day"]) == (0, {}, "2024-07-01")
    shorter = atmp("ledger", "check-fec", path, "--first-day", "2024-07-02", "--json")
    assert (shorter.status, shorter.answer["counts"]) == (1, {"outside_year": 2})


def test_many_faults_of_a_kind_are_told_in_part(atmp: Atmp, tmp_path: Path) -> None:
    rows = [row for n in range(1, 61) for row in an_entry(f"AC{n:04}", PieceRef="")]
    told = atmp("ledger", "check-fec", kept(tmp_path, a_file(rows))).out.splitlines()
    assert told[0].endswith("non conforme (120\u00a0erreurs).")
    assert told[-1] == "… et 20\u00a0constats de plus, des mêmes sortes."
    assert len(told) == 4 + 100 + 1


def test_a_terminal_is_not_commanded_by_a_file(atmp: Atmp, tmp_path: Path) -> None:
    done = atmp("ledger", "check-fec", kept(tmp_path, a_file(an_entry(first={"CompteNum": "\x1b[2J"}))))
    assert done.status == 1
    assert "\x1b" not in done.out


def test_what_cannot_be_opened_is_told_in_one_line(atmp: Atmp, tmp_path: Path) -> None:
    missing = atmp("ledger", "check-fec", str(tmp_path / NAME))
    assert (missing.status, missing.out) == (2, "")
    assert missing.err == f"{tmp_path / NAME} : ce fichier ne peut pas être lu. Vérifier le chemin et les droits.\n"
    assert "est un dossier" in atmp("ledger", "check-fec", str(tmp_path)).err
