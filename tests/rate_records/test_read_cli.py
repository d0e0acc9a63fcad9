"""`atmp records read` as a user runs it: several kinds of papers, exit statuses, what is printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.command import spawned
from tests.rate_records.builders import an_account, csv_bytes, with_line_cell
from tests.rate_records.pages import image_pdf
from tests.rate_records.payrolls import a_person, dsn_bytes, dsn_lines

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def atmp(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return spawned("records", "read", *arguments, stdin=stdin)


def written(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_a_newer_account_answers_its_differences_and_an_emptied_one_needs_attention(tmp_path: Path) -> None:
    former = written(tmp_path, "a.csv", csv_bytes(an_account(2022)))
    newer = written(tmp_path, "b.csv", csv_bytes(with_line_cell(an_account(2022), 1, "Nb jours d'arrêt", "52")))
    done = atmp(former, newer, "--json")
    assert done.returncode == 0
    (update,) = json.loads(done.stdout)["updates"]
    assert (update["unchanged"], len(update["changed"]), update["emptied"]) == (5, 1, False)
    text = atmp(former, newer).stdout.decode()
    assert "lignes 0 nouvelle, 1 changée, 0 disparue, 5 inchangées" in text

    empty = csv_bytes([["Exercice", 2022], ["SIRET", "00000001800010"], ["Aucun sinistre"]])
    done = atmp(former, written(tmp_path, "c.csv", empty), "--json")
    assert (done.returncode, done.stderr) == (1, b"")
    (update,) = json.loads(done.stdout)["updates"]
    assert [finding["code"] for finding in update["findings"]] == ["account_emptied", "update_order_unknown"]
    assert update["order_is_known"] is False


def test_payroll_declarations_answer_their_sections_and_the_year(tmp_path: Path) -> None:
    people = [a_person(1, nir="1809900000001", stoppages=(("06", "10092026", "05102026"), ("01", "01092026")))]
    people.append(a_person(2, code="281ADB", rate="1.10", wages="2980.50"))
    done = atmp(written(tmp_path, "paie.txt", dsn_bytes(dsn_lines(people))), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"1809900000001" not in done.stdout
    answer = json.loads(done.stdout)
    (document,) = answer["documents"]
    assert (document["kind"], document["siret"], document["year"]) == ("dsn", "00000001800010", 2026)
    assert document["fields"]["month"] == "2026-09"
    assert document["fields"]["payroll_eur"] == "5430.50"
    assert [line["payroll_eur"] for line in document["lines"]] == ["2450.00", "2980.50"]
    assert [line["applied_percents"] for line in document["lines"]] == [["3.42"], ["1.10"]]
    assert [stoppage["reason"] for stoppage in document["fields"]["stoppages"]] == ["06"]
    assert answer["payroll"]["distinct_stoppages"] == {"06": 1, "05": 0}
    assert answer["payroll"]["years"][0]["missing_months"] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]


def test_standard_input_and_files_may_be_mixed_and_a_missing_one_is_told(tmp_path: Path) -> None:
    paper = written(tmp_path, "a.csv", csv_bytes(an_account(2022)))
    done = atmp(paper, "-", str(tmp_path / "absent.csv"), "--json", stdin=csv_bytes(an_account(2023)))
    assert done.returncode == 2
    assert [document["file"] for document in json.loads(done.stdout)["documents"]] == [paper, "entrée standard"]
    assert "ce fichier ne peut pas être lu" in done.stderr.decode()


def test_a_folder_is_told_as_such(tmp_path: Path) -> None:
    assert "est un dossier" in atmp(str(tmp_path)).stderr.decode()


def test_every_file_that_cannot_be_opened_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    paper = written(tmp_path, "a.csv", csv_bytes(an_account(2022)))
    done = atmp(str(tmp_path / "un.csv"), paper, str(tmp_path / "deux.csv"), "--json")
    assert done.returncode == 2
    answer = json.loads(done.stdout)
    assert [document["file"] for document in answer["documents"]] == [paper]
    assert [fault["file"] for fault in answer["unreadable"]] == [str(tmp_path / "un.csv"), str(tmp_path / "deux.csv")]
    assert done.stderr.decode().count("ne peut pas être lu. Vérifier le chemin et les droits") == 2


def test_the_text_says_the_sections_of_a_dsn_and_the_images_that_are_left_to_key(tmp_path: Path) -> None:
    people = [a_person(1), a_person(2, code="281ADB", rate="1.10", wages="2980.50")]
    paye = written(tmp_path, "paie.dsn", dsn_bytes(dsn_lines(people)))
    scanned = written(tmp_path, "scan.pdf", image_pdf(2))
    done = atmp(paye, scanned)
    text = done.stdout.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert done.returncode == 2
    assert f"DSN 09/2026   {paye}" in text
    assert "code risque 28.1AD : salaires 2 450 €, effectif 1, taux appliqué 3,42 %" in text
    assert "code risque 28.1AD (bureau) : salaires 2 980,50 €, effectif 1, taux appliqué 1,10 %" in text
    assert f"À saisir à la main   {scanned}" in text
    assert "2 pages · en image · empreinte SHA-256" in text
    assert "PDF de 2 pages en image" in done.stderr.decode()
