"""`atmp records check` with two versions of an account, with payroll declarations alone, with an unreadable path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.command import spawned_text
from tests.rate_records.builders import a_sheet, an_account, csv_bytes
from tests.rate_records.payrolls import a_person, dsn_bytes, dsn_lines

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    return spawned_text("records", "check", *arguments)


def written(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def papers(folder: Path) -> list[str]:
    accounts = [written(folder, f"compte_{year}.csv", csv_bytes(an_account(year))) for year in (2022, 2023, 2024)]
    return [written(folder, "feuille.csv", csv_bytes(a_sheet(2026))), *accounts]


def without_first_line(year: int) -> bytes:
    rows = an_account(year)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    return csv_bytes([*rows[: at + 1], *rows[at + 2 : -1]])


def test_a_line_that_vanished_from_the_newer_account_is_a_finding_of_the_check(tmp_path: Path) -> None:
    given = papers(tmp_path)
    assert "line_vanished" not in check(*given, "--json").stdout
    newer = written(tmp_path, "compte_2022_bis.csv", without_first_line(2022))
    answer = json.loads(check(*given, newer, "--json").stdout)
    assert "line_vanished" in {finding["code"] for finding in answer["findings"]}


def test_payroll_declarations_alone_are_shown_with_what_is_missing(tmp_path: Path) -> None:
    done = check(written(tmp_path, "paie.txt", dsn_bytes(dsn_lines([a_person(1)]))))
    assert "DSN 09/2026" in done.stdout
    assert "Manquent les feuilles de calcul" in done.stdout


def test_an_unreadable_path_is_told_and_the_others_are_checked(tmp_path: Path) -> None:
    done = check(*papers(tmp_path), str(tmp_path / "absent.csv"), str(tmp_path / "absent_aussi.csv"), "--json")
    assert done.returncode == 2
    assert len(json.loads(done.stdout)["rates"]) == 1
    assert done.stderr.count("ce fichier ne peut pas être lu") == 2
