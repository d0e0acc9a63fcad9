"""One rate for several establishments (taux unique): their accounts are read together, whatever form they come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import CalculationSheet
from atmp_insure.rate_records.payroll_checks import payroll_findings
from atmp_insure.rate_records.payroll_declaration import Contract
from tests.rate_records.builders import (
    Rows,
    a_sheet,
    all_papers,
    check,
    codes,
    read_one,
    with_cell,
    with_line_cell,
    without_row,
)
from tests.rate_records.test_payroll_checks import a_month
from tests.samples.companies import ACCOUNT_YEARS, METALWORKS
from tests.samples.faulty_companies import MULTI_SITE

if TYPE_CHECKING:
    from atmp_insure.rate_records.payroll_declaration import PayrollDeclaration
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.regulation.law import Law
    from tests.samples.layout import Cell

SEAT, DEPOT = MULTI_SITE.single_rate_sirets
FAULTLESS = replace(
    MULTI_SITE,
    charges=tuple(replace(one, charged_whole=False) for one in MULTI_SITE.charges if one.claim not in (3, 25)),
)
DEPOT_WAGES = 1_000_000


def account_of(siret: str, year: int) -> Rows:
    """The account of one depot alone: its lines and its wages."""
    rows = all_papers(FAULTLESS)[f"compte_{year}.csv"]
    header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
    lines = [row for row in rows[header + 1 :] if row[1] == siret]
    wages = DEPOT_WAGES if siret == DEPOT else FAULTLESS.wages_eur[year] - DEPOT_WAGES
    above = with_cell(with_cell(rows[: header + 1], "SIRET", siret), "Salaires", Fraction(wages))
    return [*above, *lines]


def sheets(*, labelled: bool) -> dict[str, Rows]:
    named = {name: rows for name, rows in all_papers(FAULTLESS).items() if name.startswith("feuille")}
    return named if labelled else {name: without_row(rows, "Taux unique") for name, rows in named.items()}


def accounts_of_each_depot() -> dict[str, Rows]:
    return {f"compte_{year}_{siret}.csv": account_of(siret, year) for year in ACCOUNT_YEARS for siret in (SEAT, DEPOT)}


@pytest.mark.parametrize("labelled", [True, False])
def test_the_accounts_of_all_establishments_give_the_single_rate(law: Law, labelled: bool) -> None:
    checked = check(sheets(labelled=labelled) | accounts_of_each_depot(), law)
    (unit,) = checked.units
    assert unit.papers.sirets == (SEAT, DEPOT)
    assert codes(checked.findings) == []
    assert [rate.difference_points for rate in unit.rates] == [0, 0, 0]


def test_one_account_for_all_establishments_gives_the_single_rate(law: Law) -> None:
    checked = check(all_papers(FAULTLESS), law)
    assert len(checked.units) == 1
    assert codes(checked.findings) == []


def test_a_sheet_downloaded_for_each_establishment_is_one_sheet(law: Law) -> None:
    again = {f"depot_{name}": with_cell(rows, "SIRET", DEPOT) for name, rows in sheets(labelled=True).items()}
    checked = check(sheets(labelled=True) | again | accounts_of_each_depot(), law)
    assert len(checked.units) == 1
    assert codes(checked.findings) == []


def test_a_sheet_whose_wages_are_those_of_its_own_account_stands_for_its_own_establishment(law: Law) -> None:
    elsewhere = {f"depot_{year}.csv": account_of(DEPOT, year) for year in ACCOUNT_YEARS}
    own = {name: rows for name, rows in all_papers(FAULTLESS).items() if name not in elsewhere}
    own = {name: without_row(rows, "Taux unique") if "feuille" in name else rows for name, rows in own.items()}
    own = {name: [row for row in rows if DEPOT not in row] for name, rows in own.items()}
    checked = check(own | elsewhere, law)
    assert [unit.papers.sirets for unit in checked.units] == [(SEAT,), (DEPOT,)]


def test_another_risk_code_or_another_company_is_never_taken_into_a_single_rate(law: Law) -> None:
    rows = account_of(DEPOT, 2022)
    header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
    other = with_cell(rows, "Code risque", "60.2MA")
    for at in range(len(rows) - header - 1):
        other = with_line_cell(other, at, "Code risque", "602MA")
    papers = sheets(labelled=True) | {"autre.csv": other}
    papers |= {f"metal_{name}": rows for name, rows in all_papers(METALWORKS).items()}
    assert {unit.papers.sirets for unit in check(papers, law).units} == {(SEAT,), (DEPOT,), (METALWORKS.siret,)}


def test_the_sheet_stands_in_for_a_year_of_which_one_account_is_missing(law: Law) -> None:
    papers = sheets(labelled=True) | accounts_of_each_depot()
    del papers[f"compte_2023_{DEPOT}.csv"]
    checked = check(papers, law)
    (unit,) = checked.units
    assert [rate.difference_points for rate in unit.rates] == [0, 0, 0]
    # a third party bears a share of a claim of 2023: numbers of claims do not give the printed value
    said = f"Compte employeur 2023 de {DEPOT} non fourni : valeur du risque imprimée sur la feuille de calcul 2026."
    assert said in unit.rates[-1].said_fr


def test_wages_of_the_establishments_add_up_to_those_of_the_sheet(law: Law) -> None:
    papers = sheets(labelled=True) | accounts_of_each_depot()
    name = f"compte_2022_{DEPOT}.csv"
    for wages, expected in ((DEPOT_WAGES, []), (DEPOT_WAGES + 1, ["wages_differ"])):
        changed = with_cell(papers[name], "Salaires", Fraction(wages))
        assert codes(check(papers | {name: changed}, law).findings) == expected


def test_the_single_rate_of_the_first_year_starts_from_the_mean_of_the_former_ones(law: Law) -> None:
    former = without_row(a_sheet(2024, FAULTLESS), "Taux unique")
    rates = {SEAT: "4.00", DEPOT: "6.00"}
    before = {f"2024_{siret}.csv": with_cell(former, "SIRET", siret) for siret in rates}
    before = {
        name: with_cell(rows, "Taux notifié", (Fraction(rate), 2))
        for (name, rows), rate in zip(before.items(), rates.values(), strict=True)
    }
    later = {name: rows for name, rows in sheets(labelled=True).items() if "2024" not in name}
    checked = check(later | before | accounts_of_each_depot(), law)
    single = next(unit for unit in checked.units if len(unit.papers.sirets) > 1)
    assert [rate.sheet.rate_year for rate in single.rates] == [2025, 2026]
    question = single.rates[0].question
    assert question is not None
    assert sorted(unit.rate_percent for unit in question.previous_units) == [4, 6]
    assert [unit.papers.is_absorbed for unit in checked.units].count(True) == 2


@pytest.mark.parametrize(
    ("label", "value", "expected"),
    [
        ("Taux unique", "oui", True),
        ("Taux unique", "non", False),
        ("Taux unique", (Fraction("4.52"), 2), True),
        ("Établissements concernés", f"{METALWORKS.siret}, {METALWORKS.siret[:9]}00028", True),
        ("Établissements concernés", "00010 et 00028", True),
        ("Établissements concernés", METALWORKS.siret, False),
    ],
)
def test_a_sheet_says_that_it_is_a_single_rate_in_several_ways(label: str, value: Cell, expected: bool) -> None:
    sheet = read_one([*a_sheet(2026), [label, value]])
    assert isinstance(sheet, CalculationSheet)
    assert sheet.single_rate is expected


@pytest.mark.parametrize("mode", ["Taux unique mixte", "Taux mixte"])
def test_the_mode_may_name_the_single_rate(mode: str) -> None:
    sheet = read_one(with_cell(a_sheet(2026), "Mode de tarification", mode))
    assert isinstance(sheet, CalculationSheet)
    assert sheet.single_rate is ("unique" in mode)
    assert sheet.mode is not None
    assert sheet.mode.value == "mixed"


def declared(siret: str, *contracts: Contract) -> PayrollDeclaration:
    """March 2022 as one establishment declares it."""
    month = a_month(date(2022, 3, 1), applied="5.20")
    return replace(month, establishment=month.establishment._replace(siret=siret), contracts=contracts)


def test_a_victim_is_looked_for_in_all_the_establishments_of_a_single_rate(law: Law) -> None:
    papers: list[UnitPapers] = [unit.papers for unit in check(all_papers(FAULTLESS), law).units]
    victim = FAULTLESS.charges[0]  # 8 March 2022, charged to the seat
    key = declared(SEAT).persons.key_of_nir(victim.claim_number(FAULTLESS))
    assert key is not None
    contract = Contract(key, FAULTLESS.risk_code, False, "01", date(2020, 1, 1), None)

    def found(*declarations: PayrollDeclaration) -> list[str]:
        return [one.code for one in payroll_findings(declarations, papers) if "victim" in one.code]

    assert found(declared(SEAT), declared(DEPOT)) == ["victim_absent_from_dsn"]
    assert found(declared(SEAT), declared(DEPOT, contract)) == []
    assert found(declared(SEAT)) == []  # the other establishment may have declared the victim


def test_wages_declared_by_all_the_establishments_are_compared_together(law: Law) -> None:
    papers = [unit.papers for unit in check(all_papers(FAULTLESS), law).units]

    def found(depot_eur: int, *sirets: str) -> list[str]:
        year = []
        for siret in sirets:
            paid = depot_eur if siret == DEPOT else FAULTLESS.wages_eur[2024] - DEPOT_WAGES
            for month in range(1, 13):
                one = a_month(date(2024, month, 1), applied="4.16", payroll_eur=Fraction(paid, 12))
                section = one.sections[0]._replace(risk_code=FAULTLESS.risk_code)
                place = one.establishment._replace(siret=siret)
                year.append(replace(one, establishment=place, sections=(section,), sha256=f"{siret} {month}"))
        return [one.code for one in payroll_findings(year, papers) if one.code == "dsn_wages_differ"]

    assert found(DEPOT_WAGES, SEAT, DEPOT) == []
    assert found(DEPOT_WAGES + 50_000, SEAT, DEPOT) == ["dsn_wages_differ"]  # more than 1 % of 3 980 000 €
    assert found(DEPOT_WAGES, SEAT) == []  # one establishment alone proves nothing
