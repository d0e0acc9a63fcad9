"""The mode of a sheet: headcounts that its former sheets tell, and the first years of an establishment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import Severity
from tests.rate_records.builders import METALWORKS, SHOP, Rows, all_papers, check, with_cell

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.rate_records.reconciliation import Reconciliation
    from atmp_insure.regulation.law import Law

RATE_YEARS = (2024, 2025, 2026)


def mode_findings(
    law: Law, headcounts: tuple[str, ...], modes: tuple[str, ...], first_day: str | None = None
) -> dict[str, Finding]:
    """Findings about the mode of the shop, by file, with other headcounts and modes on its three sheets."""
    papers = all_papers(SHOP)
    for year, headcount, mode in zip(RATE_YEARS, headcounts, modes, strict=True):
        papers[f"feuille_{year}.csv"] = with_mode(papers[f"feuille_{year}.csv"], headcount, mode)
    return {one.file: one for one in check(papers, law).findings if one.code == "mode_differs"}


def with_mode(rows: Rows, headcount: str, mode: str) -> Rows:
    for label in ("Effectif de l'entreprise", "Effectif de la section"):
        rows = with_cell(rows, label, headcount)
    return with_cell(rows, "Mode de tarification", mode)


@pytest.mark.parametrize(
    ("last_mode", "expected"),
    [("collectif", []), ("mixte", ["feuille_2026.csv"])],
)
def test_a_threshold_crossed_this_year_does_not_count_yet(law: Law, last_mode: str, expected: list[str]) -> None:
    # 18 and 18.5 employees in 2022 and 2023, 21 in 2024: twenty must be reached five years running
    found = mode_findings(law, ("18", "18,5", "21"), ("collectif", "collectif", last_mode))
    assert list(found) == expected
    for finding in found.values():
        assert finding.severity is Severity.ERROR
        assert "les effectifs de 18 en 2022, 18,5 en 2023 et 21 en 2024" in finding.message_fr
        assert "sous réserve" not in finding.message_fr


@pytest.mark.parametrize(("headcount", "expected"), [("20", []), ("19,99", ["feuille_2026.csv"])])
def test_a_threshold_lost_this_year_counts_at_once(law: Law, headcount: str, expected: list[str]) -> None:
    assert list(mode_findings(law, ("25", "22", headcount), ("mixte", "mixte", "mixte"))) == expected


def test_a_mode_below_that_of_the_headcount_is_a_warning_while_former_years_are_unknown(law: Law) -> None:
    found = mode_findings(law, ("160", "160", "160"), ("mixte", "mixte", "mixte"))
    assert {one.severity for one in found.values()} == {Severity.WARNING}
    assert "un effectif de 160 relève de la tarification individuelle" in next(iter(found.values())).message_fr
    assert all("sous réserve du gel quinquennal" in one.message_fr for one in found.values())


def test_what_is_supposed_of_unknown_headcounts_is_said(law: Law) -> None:
    (unit,) = check(all_papers(SHOP), law).units
    said = "Effectifs antérieurs à 2022 inconnus : supposés du même côté des seuils que celui de 2022."
    assert all(said in rate.said_fr for rate in unit.rates)


def new_establishment(law: Law, created_on: date, mode: str, rate: str) -> Reconciliation:
    """The sheet of 2025 of the shop, created on some day."""
    sheet = with_mode(all_papers(SHOP)["feuille_2025.csv"], "71,50", mode)
    sheet = with_cell(sheet, "Taux notifié", (Fraction(rate), 2))
    accounts = {name: rows for name, rows in all_papers(SHOP).items() if name.startswith("compte_2023")}
    return check(accounts | {"feuille_2025.csv": [*sheet, ["Date de création", created_on]]}, law)


def new_findings(checked: Reconciliation) -> list[Finding]:
    return [one for one in checked.findings if one.code == "new_establishment_not_collective"]


@pytest.mark.parametrize(
    ("created_on", "mode", "rate", "expected"),
    [
        (date(2023, 1, 1), "mixte", "3.00", True),  # 2023, 2024 and 2025: the last of three years
        (date(2025, 12, 31), "mixte", "3.00", True),
        (date(2023, 1, 1), "collectif", "3.64", False),
        (date(2022, 12, 31), "mixte", "3.00", False),  # 2025 is the fourth year
    ],
)
def test_a_new_establishment_has_the_collective_rate_for_three_civil_years(
    law: Law, created_on: date, mode: str, rate: str, expected: bool
) -> None:
    checked = new_establishment(law, created_on, mode, rate)
    assert bool(new_findings(checked)) is expected
    assert "mode_differs" not in {one.code for one in checked.findings}


def test_the_finding_on_a_new_establishment_says_its_years_its_rate_and_its_saving(law: Law) -> None:
    (finding,) = new_findings(new_establishment(law, date(2023, 5, 2), "mixte", "4.64"))
    said = finding.message_fr.replace("\u00a0", " ").replace("\u202f", " ")
    assert "établissement créé le 02/05/2023" in said
    assert "pendant 3 années civiles, celle de la création comprise (de 2023 à 2025), soit 3,64 % en 2025" in said
    assert said.endswith("à faire examiner par un avocat.")
    assert finding.legal_basis == "art. D.242-6-17 CSS"
    assert finding.estimated_saving_eur is not None
    assert finding.estimated_saving_eur > 0


@pytest.mark.parametrize(
    ("created_on", "expected"), [("01/01/2023", True), ("31/12/2022", False), ("", False)]
)  # 2025 is the third year, then the fourth, then nothing is known
def test_the_day_of_creation_may_come_from_the_rate_history(law: Law, created_on: str, expected: bool) -> None:
    sheet = with_mode(all_papers(SHOP)["feuille_2025.csv"], "71,50", "mixte")
    sheet = with_cell(sheet, "Taux notifié", (Fraction("3.00"), 2))
    papers = {name: rows for name, rows in all_papers(SHOP).items() if name.startswith("compte_2023")}
    history: Rows = [
        ["SIRET", "Date d'effet", "Taux", "Date de création"],
        [SHOP.siret, "01/05/2025", "3,00 %", created_on],
    ]
    checked = check(papers | {"feuille_2025.csv": sheet, "taux.csv": history}, law)
    assert bool(new_findings(checked)) is expected


def test_a_sheet_is_believed_before_the_rate_history_on_the_day_of_creation(law: Law) -> None:
    history: Rows = [["SIRET", "Date d'effet", "Taux", "Créé le"], [SHOP.siret, "01/05/2025", "3,00 %", "01/01/2024"]]
    sheet = [*all_papers(SHOP)["feuille_2025.csv"], ["Date de création", date(2010, 1, 1)]]
    (unit,) = check({"feuille_2025.csv": sheet, "taux.csv": history}, law).units
    assert unit.papers.created_on == date(2010, 1, 1)


def test_the_years_before_the_creation_are_not_missing_from_the_papers(law: Law) -> None:
    (unit,) = new_establishment(law, date(2022, 3, 1), "mixte", "3.00").units
    assert [year.account_year for year in unit.rates[0].charged] == [2022, 2023]


def test_a_new_establishment_takes_the_single_rate_of_its_company_at_once(law: Law) -> None:
    single = replace(METALWORKS, single_rate_sirets=(METALWORKS.siret,))
    papers = all_papers(single)
    papers["feuille_2026.csv"] = [*papers["feuille_2026.csv"], ["Créé le", date(2025, 1, 1)]]
    assert not check(papers, law).findings


def test_an_establishment_created_after_its_rate_is_a_rate_that_cannot_be_recomputed(law: Law) -> None:
    checked = new_establishment(law, date(2026, 2, 1), "mixte", "3.00")
    assert [one.code for one in checked.findings] == ["rate_impossible"]
