from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.contribution_wages import contribution_wages, months_in_force
from atmp_insure.rate_records.overcontribution import grave_claims, overcontributions
from atmp_insure.regulation.vocabulary import CostCategory
from tests.rate_records.builders import METALWORKS, SHOP, Rows, all_papers, check, check_with, with_line_cell

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law


def test_grave_claims_are_it6_and_incapacity_of_ten_percent_and_more(law: Law) -> None:
    (unit,) = check(all_papers(SHOP), law).units
    assert [claim.charges for claim in grave_claims(unit)] == [((CostCategory.IT6, 2023),), ((CostCategory.IP2, 2023),)]
    (unit,) = check(all_papers(METALWORKS), law).units
    (claim,) = grave_claims(unit)
    assert claim.charges == ((CostCategory.IT6, 2022), (CostCategory.IP4, 2023))


@pytest.mark.parametrize(("column", "category", "grave"), [("Catégorie IT", "IT5", 1), ("Catégorie IT", "IT6", 2)])
def test_an_it5_is_not_grave_and_an_it6_is(law: Law, column: str, category: str, grave: int) -> None:
    def change(rows: Rows) -> Rows:
        return with_line_cell(rows, 2, column, category)

    (unit,) = check_with(law, "compte_2022.csv", change).units
    assert len(grave_claims(unit)) == grave


def test_a_commuting_accident_is_never_grave(law: Law) -> None:
    (unit,) = check_with(law, "compte_2022.csv", lambda rows: with_line_cell(rows, 3, "Catégorie IT", "IT6")).units
    assert len(grave_claims(unit)) == 1


def test_the_chain_with_the_claim_is_the_one_that_was_notified(law: Law) -> None:
    for company in (METALWORKS, SHOP):
        reconciliation = check(all_papers(company), law)
        (unit,) = reconciliation.units
        notified = {sheet.rate_year: sheet.notified_percent for sheet in unit.papers.sheets}
        for one in overcontributions(reconciliation, law)[0].by_claim:
            assert one.impact is not None
            computed = {year.rate_year: year.with_claims.rate_percent for year in one.impact.years}
            assert {year: rate for year, rate in computed.items() if year in notified}.items() <= notified.items()


def test_the_over_contribution_runs_from_the_first_sheet_to_the_year_the_chains_meet(law: Law) -> None:
    (result,) = overcontributions(check(all_papers(), law), law)
    (one,) = result.by_claim
    assert one is result.together
    assert one.impact is not None
    years = one.impact.years
    assert [year.rate_year for year in years] == list(range(2024, 2034))
    assert years[-1].excess_points == 0
    assert one.impact.met_in == 2033
    # 2024, worked by hand: without the IT6 (40 783 €) the gross rate is 163 811 / 16 244 800 × 100 = 1.008390…, so
    # (1.008390 + 0.17) × 1.58 + 0.19 = 2.0519 → 2.05; sixteen months of 6 034 750 € a year make 8 046 333.33 €.
    assert years[0].without_claims.rate_percent == Fraction("2.05")
    assert years[0].contribution_wages_eur == Fraction(6_034_750) * 16 / 12
    assert years[0].excess_eur == Fraction("32185.33")
    assert one.impact.total_excess_eur == sum(year.excess_eur for year in years)


def test_every_assumption_is_said(law: Law) -> None:
    (result,) = overcontributions(check(all_papers(), law), law)
    said = " ".join(result.by_claim[0].assumptions)
    for part in (
        "Les autres sinistres",
        "Salaires après 2024",
        "Effectif après",
        "16 mois pour 2024 et 8 mois pour 2025",
    ):
        assert part in said


def test_each_claim_alone_leaves_the_others_in_both_chains(law: Law) -> None:
    (result,) = overcontributions(check(all_papers(SHOP), law), law)
    assert [len(one.claims) for one in result.by_claim] == [1, 1]
    assert result.together is not None
    assert result.together.impact is not None
    assert len(result.together.impact.by_claim) == 2


def test_a_claim_that_no_complete_sheet_counts_is_said_to_be_uncounted(law: Law) -> None:
    papers = {name: rows for name, rows in all_papers().items() if name.startswith("compte")}
    (result,) = overcontributions(check(papers, law), law)
    assert result.by_claim[0].impact is None
    assert "aucune feuille" in result.by_claim[0].missing_fr


def test_a_collective_rate_without_any_wages_is_not_put_in_euros(law: Law) -> None:
    def collective(rows: Rows) -> Rows:
        kept = [row for row in rows if not row or row[0] not in ("Salaires", "Effectif")]
        return [[row[0], "12"] if row and str(row[0]).startswith("Effectif de") else row for row in kept]

    papers = {name: collective(rows) for name, rows in all_papers().items()}
    reconciliation = check(papers, law)
    assert reconciliation.units[0].rates[0].result is not None
    (result,) = overcontributions(reconciliation, law)
    assert result.by_claim[0].missing_fr == "aucun document ne donne de salaires"


def test_a_rate_applies_to_the_wages_paid_while_it_is_in_force(law: Law) -> None:
    assert months_in_force(2023, law) == {2023: 12}
    assert months_in_force(2024, law) == {2024: 12, 2025: 4}
    assert months_in_force(2025, law) == {2025: 8}
    assert months_in_force(2026, law) == {2026: 12}
    wages = {2024: Fraction(1200), 2025: Fraction(2400)}
    assert contribution_wages(2024, wages, law) == 1200 + 800
    assert contribution_wages(2025, wages, law) == 1600
    assert contribution_wages(2026, wages, law) == 2400  # the last known year is repeated
