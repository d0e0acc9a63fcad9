"""The workbook of a check: rates with their path, findings, costs, and one sheet for each paper with its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import python_calamine as calamine
from click.testing import CliRunner

from atmp_insure.rate_records.cli.check import check
from tests.rate_records.builders import a_sheet, csv_bytes, with_cell
from tests.samples.generate import HERE

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(path: Path, sheet: str) -> list[list[object]]:
    return [list(row) for row in calamine.load_workbook(str(path)).get_sheet_by_name(sheet).to_python()]


def test_each_paper_has_its_sheet_and_each_value_its_place(tmp_path: Path) -> None:
    papers = sorted(str(path) for path in (HERE / "metalworks").iterdir())
    result = CliRunner(catch_exceptions=False).invoke(check, [*papers, "--xlsx", str(tmp_path / "controle.xlsx")])
    assert result.exit_code == 0
    names = calamine.load_workbook(str(tmp_path / "controle.xlsx")).sheet_names
    assert names[:3] == ["Taux", "Constats", "Surcotisation"]
    assert len(names) == 3 + len(papers)
    rates = rows_of(tmp_path / "controle.xlsx", "Taux")
    assert [row[:5] for row in rates[1:4]] == [
        [2024.0, 2.45, 2.45, 0.0, "vérifié"],
        [2025.0, 3.45, 3.45, 0.0, "vérifié"],
        [2026.0, 4.45, 4.45, 0.0, "vérifié"],
    ]
    sheet = rows_of(tmp_path / "controle.xlsx", "feuille_calcul_2025.xlsx")
    assert ["Salaires 2022", 5642300.0, "feuille Feuille calcul 2025, cellule C17"] in [row[:3] for row in sheet]


def test_a_paper_s_text_never_becomes_a_formula(tmp_path: Path) -> None:
    paper = tmp_path / "feuille.csv"
    paper.write_bytes(csv_bytes(with_cell(a_sheet(2026), "Raison sociale", "=1+1")))
    CliRunner(catch_exceptions=False).invoke(check, [str(paper), "--xlsx", str(tmp_path / "c.xlsx")])
    assert ["Raison sociale", "=1+1"] in [row[:2] for row in rows_of(tmp_path / "c.xlsx", "feuille.csv")]


def test_a_workbook_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    paper = tmp_path / "feuille.csv"
    paper.write_bytes(csv_bytes(a_sheet(2026)))
    result = CliRunner().invoke(check, [str(paper), "--xlsx", str(tmp_path / "absent" / "c.xlsx")])
    assert result.exit_code != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feuille.csv"]
