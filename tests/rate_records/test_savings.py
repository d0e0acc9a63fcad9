"""What findings are worth: all the rates they touch, also after the last sheet, and from printed amounts alone."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.charged_claims import Origin, grouped, less
from atmp_insure.rate_records.check_answer import check_answer
from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.reconciliation import Status, reconcile
from atmp_insure.rate_records.report import check_report
from atmp_insure.rate_records.savings import saving_assumptions
from atmp_insure.rating.unit import ClaimLine
from atmp_insure.regulation.vocabulary import CostCategory
from tests.rate_records.builders import (
    METALWORKS,
    SHOP,
    Rows,
    all_papers,
    an_account,
    check,
    check_with,
    read_rows,
    with_cell,
)

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.rate_records.reconciliation import Reconciliation
    from atmp_insure.regulation.law import Law

IT6, IT3 = CostCategory.IT6, CostCategory.IT3


def one_finding(checked: Reconciliation, code: str) -> Finding:
    (found,) = [one for one in checked.findings if one.code == code]
    return found


def calm_sheet(notified: str) -> Rows:
    """The last sheet of the metal works, with the rate that it notifies; the rates after it come down by the cap."""
    return with_cell(all_papers()["feuille_2026.csv"], "Taux notifié", (Fraction(notified), 2))


def test_an_error_of_the_last_sheet_goes_on_through_the_cap_of_the_years_after(law: Law) -> None:
    # Worked by hand on the first steps: 4.95 instead of 4.45 holds the rate of 2027 at 4.95 × 1.25 = 6.19 instead of
    # 4.45 × 1.25 = 5.56; the account of 2023 (IP4) still weighs, so that both chains stand at their upper limit.
    checked = check(all_papers() | {"feuille_2026.csv": calm_sheet("4.95")}, law)
    found = one_finding(checked, "notified_rate_differs")
    wages = Fraction(METALWORKS.wages_eur[2024])
    first_two = (Fraction("0.50") + Fraction("0.63")) * wages / 100
    assert found.estimated_saving_eur is not None
    assert found.estimated_saving_eur > first_two


def test_an_error_that_touches_no_later_rate_is_worth_its_own_year(law: Law) -> None:
    # A collective rate has no cap in the general scope: nothing goes on to the year after.
    def collective(rows: Rows) -> Rows:
        small = with_cell(with_cell(rows, "Effectif de l'entreprise", "12"), "Effectif de la section", "12")
        return with_cell(with_cell(small, "Mode de tarification", "collectif"), "Taux notifié", (Fraction("3.68"), 2))

    papers = {name: rows for name, rows in all_papers(SHOP).items() if name.startswith("compte")}
    checked = check(papers | {"feuille_2026.csv": collective(all_papers(SHOP)["feuille_2026.csv"])}, law)
    found = one_finding(checked, "notified_rate_differs")  # 3.58 is due: 0.10 point of 1 902 300 €
    assert found.estimated_saving_eur == Fraction("1902.30")


def test_a_wrong_previous_rate_changes_the_rates_that_follow(law: Law) -> None:
    def with_previous(percent: str) -> Reconciliation:
        return check_with(
            law,
            "feuille_2025.csv",
            lambda rows: with_cell(rows, "Taux de l'année précédente", (Fraction(percent), 2)),
        )

    assert not with_previous("2.45").findings
    worth = [
        one_finding(with_previous(percent), "previous_rate_differs").estimated_saving_eur
        for percent in ("2.46", "2.65")
    ]
    # 3.45 is the upper limit from 2.45: from 2.65 the rate of 2025 would be 3.65, then 4.65 in 2026, and so on
    assert worth[0] is not None
    assert worth[1] is not None
    assert worth[1] > Fraction("0.20") * 2 * Fraction(METALWORKS.wages_eur[2024]) / 100 > worth[0] > 0


def test_what_savings_suppose_is_said_in_the_report_and_in_the_answer(law: Law) -> None:
    checked = check(all_papers() | {"feuille_2026.csv": calm_sheet("4.95")}, law)
    each, after = saving_assumptions(checked.units[0])
    assert "les enjeux ne s'additionnent pas" in each
    assert after.startswith(
        "Après la tarification 2026 : même effectif, derniers barèmes connus, aucun sinistre nouveau"
    )
    costs = overcontributions(checked, law)
    assert "Hypothèses des enjeux estimés" in check_report(checked, costs)
    assert [one["said_fr"] for one in check_answer(checked, costs)["saving_assumptions"]] == [each, after]


def test_no_saving_is_supposed_in_a_report_without_findings(law: Law) -> None:
    checked = check(all_papers(), law)
    assert "Hypothèses des enjeux" not in check_report(checked, overcontributions(checked, law))


def without_it6(law: Law) -> Law:
    """Tables in which nobody knows the average cost of an IT6."""
    return replace(
        law, average_costs={key: cell for key, cell in law.average_costs.items() if key[3] != IT6 or key[1] != "A"}
    )


def papers_without_prices() -> dict[str, Rows]:
    """The metal works; their sheets print the value of the risk of each year and no average cost."""

    def bare(rows: Rows) -> Rows:
        kept = [row for row in rows if not row or row[0] not in tuple(CostCategory)]
        return [row[:5] if row and row[0] == "Période triennale" else row for row in kept]

    return {name: bare(rows) if "feuille" in name else rows for name, rows in all_papers().items()}


def test_a_cost_that_no_table_prices_leaves_the_value_that_the_sheet_prints(law: Law) -> None:
    (unit,) = check(papers_without_prices(), without_it6(law)).units
    last = unit.rates[-1]
    assert [year.origin for year in last.charged] == [Origin.PRINTED_VALUE, Origin.ACCOUNT, Origin.ACCOUNT]
    assert last.status is Status.AS_PRINTED
    assert last.difference_points == 0
    said = (
        "Coût moyen IT6 absent des tables 2026 et de la feuille : valeur du risque imprimée sur la feuille de "
        "calcul 2026."
    )
    assert said in last.said_fr


def test_the_printed_cost_of_a_contested_line_is_taken_from_the_printed_value_of_the_risk(law: Law) -> None:
    papers = papers_without_prices()
    twice = papers["compte_2022.csv"]
    header = next(at for at, row in enumerate(twice) if "N° sinistre" in row)
    papers["compte_2022.csv"] = [*twice[: header + 2], list(twice[header + 1]), *twice[header + 2 :]]  # the IT6 again
    found = one_finding(check(papers, without_it6(law)), "claim_charged_twice")
    assert found.estimated_saving_eur is not None
    assert found.estimated_saving_eur > 0
    untouched = papers | {"compte_2022.csv": twice}
    assert "claim_charged_twice" not in {one.code for one in check(untouched, without_it6(law)).findings}


def test_a_grave_claim_without_price_costs_what_its_account_prints(law: Law) -> None:
    def cost_of_it6(printed: Reconciliation, tables: Law) -> Fraction:
        (result,) = overcontributions(printed, tables)
        assert result.together is not None
        assert result.together.impact is not None
        return result.together.impact.total_excess_eur

    priced = cost_of_it6(check(all_papers(), law), law)
    printed = cost_of_it6(check(papers_without_prices(), without_it6(law)), without_it6(law))
    assert abs(priced - printed) < priced / 100  # one schedule for the three years instead of three


def test_less_takes_what_is_there_and_nothing_else() -> None:
    two = ClaimLine("a", 2022, IT3), ClaimLine("b", 2022, IT3)
    whole = ClaimLine("valeur imprimée", 2021, IT3, cost_eur=Fraction(1_000))
    (left,) = less(two, [ClaimLine("", 2022, IT3)])
    assert left.category is IT3
    assert left.count == 1
    assert [one.count for one in less(two, [ClaimLine("", 2023, IT3)])] == [2]
    for taken, kept in ((400, 600), (1_000, 0), (1_001, 0)):
        (lowered,) = less([whole], [ClaimLine("", 2021, IT6, cost_eur=Fraction(taken))])
        assert lowered.cost_eur == kept
    (other_year,) = less([whole], [ClaimLine("", 2022, IT6, cost_eur=Fraction(400))])
    assert other_year.cost_eur == 1_000


def test_claims_of_one_kind_are_weighed_together_and_one_alone_keeps_its_name() -> None:
    three = [ClaimLine(str(at), 2022, IT3) for at in range(3)]
    other = ClaimLine("seul", 2022, IT3, third_party_share=Fraction(1, 2))
    together, alone = grouped([*three, other])
    assert together.ref == "3 sinistres IT3 du compte 2022"
    assert together.count == 3
    assert alone is other


def huge_account(lines: int, wrong: int) -> Rows:
    rows = an_account(2022)
    header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
    one = rows[header + 2]  # an IT3
    made = [[*one[:5], f"17299000{at:05} 12 220503 700", *one[6:]] for at in range(lines)]
    made = [[*row[:11], 15, *row[12:]] if at < wrong else row for at, row in enumerate(made)]
    return [*rows[: header + 1], *made]


@pytest.mark.parametrize("lines", [10_000])
def test_the_savings_of_a_huge_account_take_no_more_than_its_reading(law: Law, lines: int) -> None:
    papers = all_papers() | {"compte_2022.csv": huge_account(lines, wrong=lines // 50)}
    documents = [document for rows in papers.values() for document in read_rows(rows).documents]
    began = time.perf_counter()
    checked = reconcile(documents, law)
    took = time.perf_counter() - began
    wrong = [one for one in checked.findings if one.code == "it_category_differs"]
    assert len(wrong) == lines // 50
    assert len({one.estimated_saving_eur for one in wrong}) == 1
    assert took < 20  # two seconds on a laptop; half an hour when each finding weighed every line again
