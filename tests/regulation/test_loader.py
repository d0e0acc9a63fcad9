"""The loader refuses what has no source, unit or date, and says where; an office's overlay is read over the law."""

from __future__ import annotations

import shutil
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.regulation.loader import installed_law, load_law
from atmp_insure.regulation.vocabulary import Activity
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from pathlib import Path

REGULATION = resource_dir("config") / "regulation"
SURCHARGES_2024 = "rate_years/2024/surcharges.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's regulation, free to be spoiled."""
    return shutil.copytree(REGULATION, tmp_path / "regulation")


def spoil(copy: Path, name: str, old: str, new: str) -> str:
    path = copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_law([(copy, "law")])
    return str(caught.value)


def test_the_product_s_own_law_loads_without_a_fault() -> None:
    loaded = installed_law(None)
    assert not loaded.replacements
    assert loaded.law.schedule_years == (2012, 2013, 2014, 2015, *range(2016, 2027))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    source:", "    origin:", "law/rate_years/2024/surcharges.yaml:4 : entrée sans source"),
        ('    source: "', '    source: ""  # "', "surcharges.yaml:4 : entrée sans source"),
        ("unit: percent\n", "", "surcharges.yaml : unit absent"),
        ("unit: percent", "unit: pourcent", "surcharges.yaml:2 : unité inconnue « pourcent »"),
        ("unit: percent", "unit: EUR", "unité « EUR ». Écrire unit: percent"),
        ("  - from: 2024-01-01\n    source", "  - source", "entrée sans from"),
        ("checked_on: 2026-11-22", "checked_on: hier", "surcharges.yaml:7 : « hier » n'est pas une date"),
        ("confidence: secondary", "confidence: sure", "« sure » n'est pas admis"),
        ('m1: "0.17"', "m1: 0.17", "surcharges.yaml:8 : « 0.17 » sans guillemets"),
        ('m1: "0.17"', 'm1: "0,17"', "« 0,17 » n'est pas un nombre décimal simple"),
        ('m1: "0.17"', 'm9: "0.17"', "clé inconnue m9"),
        ('m2: "58"', 'm1: "58"', "clé « m1 » écrite deux fois"),
        ("from: 2024-01-01", "from: 2024-02-01", "entrée du 2024-02-01 pour l'année 2024. Écrire from: 2024-01-01"),
        ("values:", "values: [", "YAML illisible"),
    ],
)  # fmt: skip
def test_what_cannot_be_trusted_is_refused_with_its_place(copy: Path, old: str, new: str, said: str) -> None:
    assert said in spoil(copy, SURCHARGES_2024, old, new)


def test_a_date_written_twice_in_one_rule_is_refused(copy: Path) -> None:
    assert "deux entrées au 2026-01-01" in spoil(
        copy, "rate_periods.yaml", "from: 2025-01-01\n    until: 2025-12-31", "from: 2026-01-01"
    )


def test_the_same_cell_given_twice_is_refused(copy: Path) -> None:
    said = spoil(copy, "rate_years/2024/average_costs.yaml", "      G   | -  ", "      F   | -  ")
    assert "valeur donnée deux fois" in said


def test_an_unsettled_value_needs_a_warning(copy: Path) -> None:
    said = spoil(copy, "headcount_freeze.yaml", "    warning:", "    # warning:")
    assert "valeur unsettled sans warning" in said


def test_shares_that_do_not_make_a_whole_are_refused(copy: Path) -> None:
    assert "les deux parts ne font pas 1" in spoil(copy, "temporary_work_shares.yaml", "2/3    | 1/3", "2/3    | 1/2")


def test_a_file_that_is_not_expected_is_refused(copy: Path) -> None:
    (copy / "notes.txt").write_text("à relire", "utf-8")
    with pytest.raises(InvalidInput, match=r"notes\.txt : fichier inattendu"):
        load_law([(copy, "law")])


def test_a_missing_rule_is_refused(copy: Path) -> None:
    (copy / "caps.yaml").unlink()
    with pytest.raises(InvalidInput, match=r"fichier caps\.yaml absent"):
        load_law([(copy, "law")])


def test_every_fault_is_told_at_once(copy: Path) -> None:
    for year in (2024, 2025):
        path = copy / f"rate_years/{year}/surcharges.yaml"
        path.write_text(path.read_text("utf-8").replace("source:", "origin:"), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_law([(copy, "law")])
    assert len(caught.value.faults) == 2


def test_the_rates_of_2025_start_on_the_first_of_may() -> None:
    law = installed_law(None).law
    assert [law.effective_on(year).isoformat() for year in (2024, 2025, 2026)] == [
        "2024-01-01",
        "2025-05-01",
        "2026-01-01",
    ]


def test_an_office_adds_a_year_and_corrects_a_cell_without_a_release(tmp_path: Path) -> None:
    folder = tmp_path / "regulation" / "rate_years" / "2021"
    folder.mkdir(parents=True)
    entry = (
        "label: x\nunit: EUR\nvalues:\n  - from: {day}\n    source: bureau\n    confidence: secondary\n"
        "    checked_on: 2026-11-22\n    table: |\n"
    )
    (folder / "average_costs.yaml").write_text(
        entry.format(day="2021-01-01") + "      ctn | activity | IT1\n      A   | -        | 333\n", "utf-8"
    )
    other = folder.parent / "2024"
    other.mkdir()
    (other / "average_costs.yaml").write_text(
        entry.format(day="2024-01-01") + "      ctn | activity | IT1\n      A   | -        | 288\n", "utf-8"
    )
    loaded = installed_law(tmp_path)
    assert loaded.law.average_costs[2021, "A", Activity.ALL, "IT1"].value == 333
    assert loaded.law.average_costs[2024, "A", Activity.ALL, "IT1"].value == 288
    assert loaded.law.average_costs[2024, "A", Activity.ALL, "IT2"].value == 522  # the product's, untouched
    assert [one.former.value for one in loaded.replacements] == [287]


def test_an_office_s_entry_takes_the_place_of_the_product_s_of_the_same_day(tmp_path: Path) -> None:
    folder = tmp_path / "regulation"
    folder.mkdir()
    text = (REGULATION / "headcount_freeze.yaml").read_text("utf-8").replace('year: "2017"', 'year: "2018"')
    (folder / "headcount_freeze.yaml").write_text(text, "utf-8")
    loaded = installed_law(tmp_path)
    assert loaded.law.headcount_freeze.entries[0].sourced.value.start_headcount_year == 2018
    assert len(loaded.replacements) == 1


def test_the_law_is_read_once_and_again_when_a_file_of_the_office_changed(tmp_path: Path) -> None:
    folder = tmp_path / "regulation"
    folder.mkdir()
    text = (REGULATION / "headcount_freeze.yaml").read_text("utf-8")
    former = installed_law(tmp_path)
    assert installed_law(tmp_path) is former
    for year in (2018, 2019):
        (folder / "headcount_freeze.yaml").write_text(text.replace('year: "2017"', f'year: "{year}"'), "utf-8")
        loaded = installed_law(tmp_path)
        assert loaded.law.headcount_freeze.entries[0].sourced.value.start_headcount_year == year
    (folder / "headcount_freeze.yaml").unlink()
    assert installed_law(tmp_path).law == former.law


def test_a_collective_rate_above_one_hundred_percent_existed() -> None:
    # Fibre-cement, 2016: a real cell, so a bound of 100 % on the tables would be wrong.
    assert installed_law(None).law.collective_rates[2016, "26.6JB"].value.rate_percent == Fraction("103.8")
