from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.charged_claims import Origin, temporary_worker_role
from atmp_insure.rate_records.documents import EmployerAccount, Severity
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.regulation.vocabulary import CostCategory, TemporaryWorkerRole
from tests.rate_records.builders import (
    METALWORKS,
    SHOP,
    Rows,
    all_papers,
    an_account,
    check,
    check_with,
    codes,
    read_one,
    with_cell,
    with_line_cell,
    without_row,
)
from tests.samples.expected import expected_rates

if TYPE_CHECKING:
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company


def rate_of(reconciliation: Reconciliation, rate_year: int) -> ReconciledRate:
    (unit,) = reconciliation.units
    return next(rate for rate in unit.rates if rate.sheet.rate_year == rate_year)


@pytest.mark.parametrize("company", [METALWORKS, SHOP], ids=lambda company: company.slug)
def test_faultless_papers_are_verified_to_the_hundredth(company: Company, law: Law) -> None:
    reconciliation = check(all_papers(company), law)
    assert not [finding for finding in reconciliation.findings if finding.severity is Severity.ERROR]
    (unit,) = reconciliation.units
    assert [rate.status for rate in unit.rates] == [Status.VERIFIED] * 3
    assert [rate.difference_points for rate in unit.rates] == [0, 0, 0]


@pytest.mark.parametrize("company", [METALWORKS, SHOP], ids=lambda company: company.slug)
def test_every_step_agrees_with_the_computation_made_apart(company: Company, law: Law) -> None:
    reconciliation = check(all_papers(company), law)
    for year, expected in expected_rates(company).items():
        result = rate_of(reconciliation, year).result
        assert result is not None
        assert result.gross_percent == expected.gross
        assert result.net_individual_percent == expected.individual
        assert result.individual_share == expected.own_share
        assert result.calculated_percent == expected.calculated
        assert result.limits is not None
        assert (result.limits.lower_percent, result.limits.upper_percent) == (expected.limit_low, expected.limit_high)
        assert result.rate_percent == expected.notified


def test_claims_come_from_the_account_then_the_counts_then_the_printed_value(law: Law) -> None:
    papers = all_papers()
    origins = [year.origin for year in rate_of(check(papers, law), 2024).charged]
    assert origins == [Origin.COUNTS, Origin.COUNTS, Origin.ACCOUNT]
    sheet = [row for row in papers["feuille_2024.csv"] if not row or row[0] not in tuple(CostCategory)]
    rate = rate_of(check(papers | {"feuille_2024.csv": sheet}, law), 2024)
    assert [year.origin for year in rate.charged] == [Origin.PRINTED_VALUE, Origin.PRINTED_VALUE, Origin.ACCOUNT]
    assert rate.status is Status.AS_PRINTED
    assert rate.difference_points == 0
    assert "Compte employeur 2020 non fourni : valeur du risque imprimée sur la feuille de calcul 2024." in rate.said_fr


def test_a_value_that_the_table_lacks_is_taken_from_the_sheet_and_said(law: Law) -> None:
    without_m3 = replace(law, surcharges={key: cell for key, cell in law.surcharges.items() if key != (2025, "m3")})
    rate = rate_of(check(all_papers(), without_m3), 2025)
    assert rate.status is Status.AS_PRINTED
    assert rate.difference_points == 0
    assert rate.said_fr[-1] == "Absent des tables 2025, lu sur la feuille de calcul 2025 : M3."
    lost = without_row(all_papers()["feuille_2025.csv"], "M3 compensation")
    rate = rate_of(check(all_papers() | {"feuille_2025.csv": lost}, without_m3), 2025)
    assert rate.status is Status.IMPOSSIBLE
    assert rate.missing_fr == ("majoration M3 (la tarification 2025)",)


def test_an_average_cost_and_a_collective_rate_may_be_taken_from_the_sheet(law: Law) -> None:
    bare = replace(
        law,
        average_costs={key: cell for key, cell in law.average_costs.items() if key[0] != 2026},
        collective_rates={key: cell for key, cell in law.collective_rates.items() if key[0] != 2026},
    )
    rate = rate_of(check(all_papers(SHOP), bare), 2026)
    assert rate.status is Status.AS_PRINTED
    assert rate.difference_points == 0
    assert any("taux net collectif" in said for said in rate.said_fr)
    assert any("coût moyen IT6" in said for said in rate.said_fr)
    # An individual rate needs no collective one: its absence from the tables is not said.
    no_collective = replace(law, collective_rates={})
    assert rate_of(check(all_papers(), no_collective), 2026).status is Status.VERIFIED


def test_a_sheet_without_headcount_or_claims_is_impossible_and_says_so(law: Law) -> None:
    sheet = without_row(all_papers()["feuille_2024.csv"], "Effectif de l'entreprise")
    bare = without_row(sheet, "Effectif de la section")
    reconciliation = check({"feuille_2024.csv": bare}, law)
    assert rate_of(reconciliation, 2024).missing_fr == ("effectif de l'entreprise",)
    assert codes(reconciliation.findings) == ["rate_impossible"]
    rows = [row for row in sheet if not row or row[0] not in (*CostCategory, "Valeur du risque")]
    assert rate_of(check({"feuille_2024.csv": rows}, law), 2024).missing_fr == (
        "compte employeur 2020",
        "compte employeur 2021",
        "compte employeur 2022",
    )


def test_the_former_sheet_gives_the_reference_of_the_cap(law: Law) -> None:
    def other_previous(rows: Rows) -> Rows:
        return with_cell(rows, "Taux de l'année précédente", (Fraction("3.00"), 2))

    with_former = rate_of(check_with(law, "feuille_2025.csv", other_previous), 2025)
    assert with_former.question is not None
    assert with_former.question.previous_rate_percent == Fraction("2.45")
    alone = other_previous(all_papers()["feuille_2025.csv"])
    papers = {name: rows for name, rows in all_papers().items() if name.startswith("compte")}
    without_former = rate_of(check(papers | {"feuille_2025.csv": alone}, law), 2025)
    assert without_former.question is not None
    assert without_former.question.previous_rate_percent == 3


def test_what_a_sheet_leaves_out_is_said(law: Law) -> None:
    def bare(rows: Rows) -> Rows:
        return without_row(without_row(rows, "Taux de l'année précédente"), "Effectif de l'entreprise")

    said = rate_of(check_with(law, "feuille_2024.csv", bare), 2024).said_fr
    assert "Taux de l'année précédente inconnu : l'écrêtement n'est pas appliqué." in said
    assert "Effectif de l'entreprise absent : celui de la section en tient lieu." in said


def test_the_it_and_the_ip_of_one_claim_share_a_name_without_social_security_number(law: Law) -> None:
    (unit,) = check(all_papers(), law).units
    refs = unit.papers.claim_refs()
    shared = [line for line in unit.papers.all_lines() if line.claim_key.startswith("1729900000001")]
    assert [line.categories for line in shared] == [(CostCategory.IT6,), (CostCategory.IP4,)]
    assert {refs[line.claim_key] for line in shared} == {"17299******01 96 220314 700"}


def test_two_victims_whose_masked_numbers_are_alike_are_kept_apart(law: Law) -> None:
    def twin(rows: Rows) -> Rows:
        first = with_line_cell(rows, 1, "N° sinistre", "1729911111101 96 220314 700")
        return with_line_cell(first, 0, "N° sinistre", "1729900000001 96 220314 700")

    (unit,) = check_with(law, "compte_2022.csv", twin).units
    refs = set(unit.papers.claim_refs().values())
    assert {"17299******01 96 220314 700", "17299******01 96 220314 700 (2)"} <= refs


@pytest.mark.parametrize(
    ("agency", "user", "value", "role"),
    [
        ("", "", Fraction(56_825), None),
        ("0", "0", Fraction(56_825), None),
        ("", "33,33", Fraction(18_941), TemporaryWorkerRole.USER),
        ("66,67", "", Fraction(37_883), TemporaryWorkerRole.AGENCY),
        (
            "66,67",
            "33,33",
            Fraction(18_941),
            TemporaryWorkerRole.USER,
        ),  # the value tells whose account it is
        ("66,67", "33,33", Fraction(37_883), TemporaryWorkerRole.AGENCY),
    ],
)
def test_the_company_of_a_temporary_worker_is_the_one_that_bears_the_line(
    agency: str, user: str, value: Fraction, role: TemporaryWorkerRole | None
) -> None:
    rows = an_account(2023, SHOP)
    for column, cell in (("% ETT", agency), ("% EUT", user), ("Valeur du risque", value)):
        rows = with_line_cell(rows, 1, column, cell)
    account = read_one(rows)
    assert isinstance(account, EmployerAccount)
    assert temporary_worker_role(account.lines[1]) is role


def test_papers_of_two_sections_are_checked_apart(law: Law) -> None:
    def of_section(rows: Rows, section: str) -> Rows:
        changed = with_cell(rows, "Section", section)
        header = next((at for at, row in enumerate(rows) if "N° sinistre" in row), len(rows))
        return [
            [*row[:2], section, *row[3:]] if at > header and row[0] != "Total" else row
            for at, row in enumerate(changed)
        ]

    papers = all_papers()
    doubled = papers | {f"section_02_{name}": of_section(rows, "02") for name, rows in papers.items()}
    reconciliation = check(doubled, law)
    assert [unit.papers.establishment.section for unit in reconciliation.units] == ["01", "02"]
    assert all(rate.difference_points == 0 for unit in reconciliation.units for rate in unit.rates)


def test_the_same_file_given_twice_counts_once(law: Law) -> None:
    papers = all_papers()
    reconciliation = check(papers | {"copie.csv": papers["compte_2022.csv"]}, law)
    assert codes(reconciliation.findings) == []
    assert rate_of(reconciliation, 2024).difference_points == 0
