"""The commands as a user runs them: answers on standard output, faults on standard error, exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command import spawned
from tests.rate_records.builders import METALWORKS, SHOP, a_sheet, csv_bytes, with_cell
from tests.samples.faulty_companies import FAULTY_COMPANIES
from tests.samples.generate import EXPECTED, HERE

if TYPE_CHECKING:
    from tests.samples.model import Company

RATE_KEYS = {"notified", "recomputed", "difference", "status", "trace"}
FINDING_KEYS = {"code", "severity", "message_fr", "place", "legal_basis", "estimated_saving_eur", "contest_before"}


def atmp(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return spawned("records", *arguments, stdin=stdin)


def papers_of(slug: str) -> list[str]:
    return [str(path) for path in sorted((HERE / slug).iterdir())]


@pytest.mark.parametrize("company", [METALWORKS, SHOP], ids=lambda company: company.slug)
def test_the_papers_of_the_samples_are_checked_and_verified(company: object) -> None:
    slug = getattr(company, "slug", "")
    done = atmp("check", *papers_of(slug), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    answer = json.loads(done.stdout)
    assert [rate["status"] for rate in answer["rates"]] == ["verified"] * 3
    assert [rate["difference"] for rate in answer["rates"]] == ["0.00"] * 3
    assert all(set(rate) >= RATE_KEYS and rate["trace"] for rate in answer["rates"])
    assert answer["findings"] == []
    assert answer["overcontributions"][0]["chains_meet_in"]


@pytest.mark.parametrize("company", FAULTY_COMPANIES, ids=lambda company: company.slug)
def test_every_file_of_a_faulty_company_is_a_paper_that_is_checked(company: Company) -> None:
    done = atmp("check", *papers_of(company.slug), "--json")
    assert (done.returncode, done.stderr) == (1, b"")
    answer = json.loads(done.stdout)
    assert not answer["unreadable"]
    assert answer["findings"]
    assert len(answer["saving_assumptions"]) == 2


def test_a_file_that_is_no_paper_is_told_beside_the_findings(tmp_path: Path) -> None:
    other = tmp_path / "constats.csv"
    other.write_bytes((EXPECTED / "builder.csv").read_bytes())
    done = atmp("check", *papers_of("builder"), str(other), "--json")
    assert done.returncode == 2
    assert done.stderr.decode().startswith(str(other))
    assert json.loads(done.stdout)["findings"]


def test_the_report_is_printed_without_json() -> None:
    done = atmp("check", *papers_of("shop"))
    assert done.returncode == 0
    assert "Parcours du taux" in done.stdout.decode()


def test_a_finding_of_severity_error_gives_status_one(tmp_path: Path) -> None:
    paper = tmp_path / "feuille.csv"
    paper.write_bytes(csv_bytes(with_cell(a_sheet(2026), "M1 trajet", (Fraction("0.20"), 2))))
    done = atmp("check", str(paper), "--json")
    assert (done.returncode, done.stderr) == (1, b"")
    (finding,) = json.loads(done.stdout)["findings"]
    assert set(finding) >= FINDING_KEYS
    assert (finding["code"], finding["severity"]) == ("surcharge_differs", "error")
    assert finding["estimated_saving_eur"] == "0.00"  # the cap holds the rate whichever M1 is used


def test_a_rounding_alone_gives_status_zero(tmp_path: Path) -> None:
    papers = [path for path in papers_of("metalworks") if "feuille_calcul_2026" not in path]
    changed = tmp_path / "feuille_calcul_2026.csv"
    changed.write_bytes(csv_bytes(with_cell(a_sheet(2026), "Taux notifié", (Fraction("4.46"), 2))))
    done = atmp("check", *papers, str(changed), "--json")
    assert done.returncode == 0
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == ["rounding_difference"]


def test_standard_input_is_read_with_a_dash() -> None:
    done = atmp("read", "-", "--json", stdin=csv_bytes(a_sheet()))
    assert done.returncode == 0
    (document,) = json.loads(done.stdout)["documents"]
    assert (document["file"], document["kind"]) == ("entrée standard", "calculation_sheet")


@pytest.mark.parametrize("command", ["read", "check"])
def test_an_unusable_file_gives_one_line_for_each_fault_and_status_two(command: str, tmp_path: Path) -> None:
    rows = with_cell(with_cell(a_sheet(), "SIRET", "1,23457E+13"), "Taux brut", "?")
    paper = tmp_path / "abime.csv"
    paper.write_bytes(csv_bytes(rows))
    done = atmp(command, str(paper), "--json")
    lines = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, b"", 1)
    assert lines[0].startswith(f"{paper} : ligne 4, colonne 2 : SIRET")
    assert "abîmé par le tableur" in lines[0]


def test_the_faults_of_every_bad_file_are_told_after_what_the_others_say(tmp_path: Path) -> None:
    for name, content in (("a.csv", b""), ("b.csv", csv_bytes(a_sheet())), ("c.pdf", b"%PDF-1.4")):
        (tmp_path / name).write_bytes(content)
    done = atmp("read", *(str(tmp_path / name) for name in ("a.csv", "b.csv", "c.pdf")), "--json")
    assert done.returncode == 2
    assert [Path(line.partition(" : ")[0]).name for line in done.stderr.decode().splitlines()] == ["a.csv", "c.pdf"]
    answer = json.loads(done.stdout)
    assert [Path(document["file"]).name for document in answer["documents"]] == ["b.csv"]
    assert len(answer["unreadable"]) == 2


def test_reading_a_delimited_text_loads_neither_the_law_nor_a_workbook_library() -> None:
    script = (
        "import sys\nfrom atmp_insure.command_line import run\nfrom atmp_insure.rate_records.cli import records\n"
        "from datetime import date\nfrom pathlib import Path\n"
        "import atmp_insure.rate_records.cli.read\nfrom atmp_insure.rate_records.readers import read_files\n"
        "read_files([('x', Path(sys.argv[1]).read_bytes())], date(2026, 1, 1))\n"
        "print(sorted({*sys.argv[2:]} & set(sys.modules)))"
    )
    paper = str(HERE / "metalworks" / "compte_employeur_2023.csv")
    heavy = ("python_calamine", "numpy", "polars", "marshmallow", "yaml", "stdnum", "atmp_insure.regulation.loader")
    done = subprocess.run([sys.executable, "-c", script, paper, *heavy], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
