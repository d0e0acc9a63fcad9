"""What papers teach: cells that the tables lack, agreed on by all papers, into the overlay and nowhere else."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.regulation.cli import regulation
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.values import Confidence
from atmp_insure.regulation.vocabulary import Activity
from tests.rate_records.builders import SHOP, a_sheet, csv_bytes, with_cell

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.rate_records.builders import Rows


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An overlay where the office has withdrawn nothing and added nothing."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("ATMP_CONFIG_DIR", str(folder))
    return folder


def run(tmp_path: Path, *sheets: Rows, write: bool = False) -> Result:
    paths = []
    for at, rows in enumerate(sheets):
        path = tmp_path / f"feuille_{at}.csv"
        path.write_bytes(csv_bytes(rows))
        paths.append(str(path))
    return CliRunner(catch_exceptions=False).invoke(regulation, ["learn", *paths, *(["--write"] if write else [])])


def a_sheet_of_2021(cost: str = "33000") -> Rows:
    """A sheet of a year whose average costs and collective rates the tables hold in part only."""
    rows = with_cell(with_cell(a_sheet(2024, SHOP), "Année de tarification", 2021), "Date d'effet", "01/01/2021")
    block = next(at for at, row in enumerate(rows) if row and row[0] == "Période triennale")
    rows[block] = ["Période triennale", 2017, 2018, 2019, "Total", "Coût moyen"]
    return with_cell(rows, "IT6", Fraction(cost), 5)


def test_a_cost_that_the_tables_lack_is_proposed_with_its_paper(tmp_path: Path, overlay: Path) -> None:
    result = run(tmp_path, a_sheet_of_2021())
    assert "average_costs 2021 D IT6 : 33\u202f000 (feuille de calcul 2021 de l'établissement 00000002600013)" in (
        result.stdout
    )
    assert not list(overlay.iterdir())


def test_what_is_proposed_enters_the_overlay_as_printed(tmp_path: Path, overlay: Path) -> None:
    run(tmp_path, a_sheet_of_2021(), write=True)
    cell = installed_law(overlay).law.average_costs[2021, "D", Activity.ALL, "IT6"]
    assert (cell.value, cell.citation.confidence) == (Fraction(33_000), Confidence.AS_PRINTED)
    assert "feuille de calcul 2021" in cell.citation.source


def test_papers_that_disagree_are_told_and_teach_nothing(tmp_path: Path, overlay: Path) -> None:
    other = with_cell(a_sheet_of_2021("33001"), "SIRET", "00000001800010")
    result = run(tmp_path, a_sheet_of_2021(), other, write=True)
    assert result.exit_code == 1
    assert "average_costs 2021 D IT6 : 33\u202f001 sur" in result.stdout
    assert "et 33\u202f000 sur" in result.stdout
    assert "Rien n'est proposé pour cette valeur" in result.stdout
    assert (2021, "D", Activity.ALL, "IT6") not in installed_law(overlay).law.average_costs


def test_a_paper_that_disagrees_with_the_tables_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, with_cell(a_sheet(2024, SHOP), "M1 trajet", (Fraction("0.18"), 2)))
    assert result.exit_code == 1
    assert "surcharges 2024 m1" in result.stdout


def test_writing_needs_an_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATMP_CONFIG_DIR", raising=False)
    with pytest.raises(InvalidInput, match="ATMP_CONFIG_DIR"):
        run(tmp_path, a_sheet_of_2021(), write=True)
