"""`atmp regulation`: what each year covers, and a new year's schedule taken into the office's overlay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.regulation.cli import regulation
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.vocabulary import Activity

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

COSTS = "year,effective_from,ctn,sub_sector,region,category,cost_eur,source,confidence\n"
LINE_2027 = "2027,2027-01-01,A,,all,IT1,301,Arrêté inventé du 24/12/2026,official\n"


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATMP_CONFIG_DIR", str(tmp_path))
    return tmp_path


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner(catch_exceptions=False).invoke(regulation, arguments, input=text)


def test_check_prints_what_each_year_covers() -> None:
    years = {year["rate_year"]: year for year in json.loads(run("check", "--json").stdout)["years"]}
    assert list(years) == list(range(2012, 2027))
    assert years[2024]["average_cost_cells"] == years[2024]["average_cost_cells_whole"] == 93
    assert years[2012]["surcharges"] == ["m4"]
    assert years[2021]["average_cost_cells"] == 0
    assert years[2026]["committees_partial"] == ["B"]


def test_published_floors_agree_with_the_surcharges() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "publié" not in result.stdout


def test_a_published_floor_that_disagrees_needs_attention(overlay: Path) -> None:
    folder = overlay / "regulation" / "rate_years" / "2024"
    folder.mkdir(parents=True)
    head = (
        "label: x\nunit: percent\nvalues:\n  - from: 2024-01-01\n    source: bureau\n"
        "    confidence: secondary\n    checked_on: 2026-11-22\n"
    )
    (folder / "surcharges.yaml").write_text(head + '    floor_rate_published: "0.47"\n', "utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert "0,46\u00a0% (publié : 0,47\u00a0%)" in result.stdout


def test_a_dry_run_says_what_changes_and_writes_nothing(overlay: Path) -> None:
    text = (
        COSTS
        + LINE_2027
        + "2026,2026-01-01,A,,all,IT1,291,Rectificatif inventé,official\n2026,2026-01-01,A,,all,IT2,526,x,official\n"
    )
    result = run("import", "-", "--dry-run", text=text)
    assert "1 valeur(s) nouvelle(s), 1 changée(s), 1 inchangée(s)." in result.stdout
    assert "290 → 291" in result.stdout
    assert not list(overlay.iterdir())


def test_an_import_is_in_force_at_once_and_keeps_what_the_overlay_held(overlay: Path) -> None:
    run("import", "-", text=COSTS + LINE_2027)
    run(
        "import",
        "-",
        text=COSTS + "2027,2027-01-01,B,gros_oeuvre,metropole,IP2-4,160000.50,Autre source inventée,secondary\n",
    )
    law = installed_law(overlay).law
    assert law.average_costs[2027, "A", Activity.ALL, "IT1"].value == 301
    assert law.average_costs[2027, "A", Activity.ALL, "IT1"].citation.source == "Arrêté inventé du 24/12/2026"
    assert float(law.average_costs[2027, "B", Activity.GROS_OEUVRE, "IP2-4"].value) == 160000.50


def test_the_same_import_twice_changes_nothing(overlay: Path) -> None:
    run("import", "-", text=COSTS + LINE_2027)
    before = {path: path.read_bytes() for path in overlay.rglob("*.yaml")}
    assert "0 valeur(s) nouvelle(s), 0 changée(s), 1 inchangée(s)." in run("import", "-", text=COSTS + LINE_2027).stdout
    assert before == {path: path.read_bytes() for path in overlay.rglob("*.yaml")}


def test_surcharges_and_collective_rates_are_recognised_by_their_columns(overlay: Path) -> None:
    run(
        "import",
        "-",
        text="year,effective_from,m1,m2,m3,m4,source,confidence\n2027,2027-01-01,0.19,52,0.17,0.03,inventé,official\n",
    )
    run(
        "import",
        "-",
        text="year;effective_from;ctn;risk_code;label;net_rate_percent;source;confidence\n2027;2027-01-01;A;281AD;x;4.10;inventé;official\n",
    )
    law = installed_law(overlay).law
    assert law.surcharges[2027, "m2"].value == 52
    assert float(law.collective_rates[2027, "28.1AD"].value.rate_percent) == 4.10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "barème non reconnu"),
        ("year,ctn\n", "barème non reconnu"),
        (COSTS, "aucune valeur"),
        (COSTS.replace("source", "origine") + LINE_2027, "colonne inconnue « origine »"),
        (COSTS + LINE_2027 + LINE_2027, "ligne 3 : valeur donnée deux fois"),
        (COSTS + LINE_2027.replace("2027-01-01", "2027-05-01"), "ligne 2 : effet au 2027-05-01"),
        (COSTS + LINE_2027.replace("2027,2027", "2011,2011"), "ligne 2 : année 2011"),
        (COSTS + LINE_2027.replace("IT1", "IT9"), "« IT9 » n'est pas admis"),
        (COSTS + LINE_2027.replace("301", "3,01"), "ligne 2"),
        (COSTS + LINE_2027.replace(",A,", ",B,").replace("IT1", "IP3"), "IP3 du comité B sans groupe d'activités"),
        (COSTS + LINE_2027.replace("Arrêté inventé du 24/12/2026", ""), "source absent"),
        (COSTS + '2027,"', "CSV mal formé"),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_line(overlay: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        run("import", "-", text=text)
    assert said in str(caught.value)
    assert not list(overlay.iterdir())


def test_an_import_without_overlay_says_how_to_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATMP_CONFIG_DIR", raising=False)
    with pytest.raises(InvalidInput, match="ATMP_CONFIG_DIR"):
        run("import", "-", text=COSTS + LINE_2027)
