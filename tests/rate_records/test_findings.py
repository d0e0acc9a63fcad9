"""Each finding is shown by a faulty paper, and not by the paper on the other side of its boundary."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import Severity
from tests.rate_records.builders import (
    METALWORKS,
    SHOP,
    Rows,
    all_papers,
    check,
    check_with,
    codes,
    with_cell,
    with_line_cell,
)

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company
    from tests.samples.layout import Cell


def findings_with(law: Law, name: str, label: str, value: Cell, column: int = 1) -> tuple[Finding, ...]:
    return check_with(law, name, lambda rows: with_cell(rows, label, value, column)).findings


def findings_with_value(
    law: Law, name: str, line: int, value: Cell, company: Company = METALWORKS
) -> tuple[Finding, ...]:
    return check_with(law, name, lambda rows: with_line_cell(rows, line, "Valeur du risque", value), company).findings


def test_a_hundredth_of_a_point_is_a_rounding_and_two_are_a_difference(law: Law) -> None:
    for percent, code, severity in (
        ("4.45", None, None),
        ("4.46", "rounding_difference", Severity.INFORMATION),
        ("4.44", "rounding_difference", Severity.INFORMATION),
        ("4.43", "notified_rate_differs", Severity.ERROR),
    ):
        findings = findings_with(law, "feuille_2026.csv", "Taux notifié", (Fraction(percent), 2))
        assert [(finding.code, finding.severity) for finding in findings] == (
            [] if code is None else [(code, severity)]
        )


def test_a_rate_beyond_the_limits_is_a_cap_forgotten_too(law: Law) -> None:
    # 3.45 the year before: 4.45 at most; a hundredth more is a rounding, two are not
    at_the_limit = codes(findings_with(law, "feuille_2026.csv", "Taux notifié", (Fraction("4.46"), 2)))
    beyond = codes(findings_with(law, "feuille_2026.csv", "Taux notifié", (Fraction("4.47"), 2)))
    assert at_the_limit == ["rounding_difference"]
    assert beyond == ["cap_forgotten", "notified_rate_differs"]


def test_a_difference_is_stated_with_points_euros_articles_and_place(law: Law) -> None:
    findings = findings_with(law, "feuille_2026.csv", "Taux notifié", (Fraction("4.95"), 2))
    (finding,) = [one for one in findings if one.code == "notified_rate_differs"]
    said = finding.message_fr.replace("\u00a0", " ").replace("\u202f", " ")
    assert said == (
        "Le taux 2026 notifié (4,95 %) est supérieur de 0,50 point au taux recalculé (4,45 %), "
        "soit environ 30 174 € par an : à faire examiner par un avocat."
    )
    assert (finding.file, finding.place) == ("feuille_2026.csv", "ligne 41, colonne 2")
    assert finding.legal_basis == "art. D.242-6-2 à D.242-6-17 CSS"
    # points from 2026 to 2033, each rate held by the limit that follows from the one before, of 6 034 750 € a year
    points = ("0.50", "0.63", "0.50", "0.40", "0.40", "0.40", "0.40", "0.27")
    assert finding.estimated_saving_eur == sum(map(Fraction, points)) * 6_034_750 / 100 + Fraction("0.01")


@pytest.mark.parametrize(("total", "expected"), [(54_286, []), (54_292, []), (54_293, ["total_differs"])])
def test_the_lines_of_an_account_add_up_to_its_total_to_one_euro_a_line(
    law: Law, total: int, expected: list[str]
) -> None:
    assert codes(findings_with(law, "compte_2022.csv", "Total", Fraction(total), 21)) == expected  # six lines: 6 €


@pytest.mark.parametrize(("value", "expected"), [(675_929, []), (675_933, []), (675_934, ["risk_value_differs"])])
def test_the_value_of_the_risk_is_that_of_the_lines_of_the_account(law: Law, value: int, expected: list[str]) -> None:
    def change(rows: Rows) -> Rows:
        total = with_cell(rows, "Valeur du risque", Fraction(54_105 + 55_066 + value), 4)
        return with_cell(total, "Valeur du risque", Fraction(value), 3)

    assert codes(check_with(law, "feuille_2025.csv", change).findings) == expected  # four lines: 4 €


def test_the_years_of_a_sheet_add_up_to_its_total(law: Law) -> None:
    for total, expected in ((785_103, []), (785_104, ["total_differs"])):
        assert codes(findings_with(law, "feuille_2025.csv", "Valeur du risque", Fraction(total), 4)) == expected


def test_the_wages_of_a_year_are_the_same_on_every_paper(law: Law) -> None:
    for wages, expected in ((5_642_300, []), (5_642_301, ["wages_differ"])):
        assert codes(findings_with(law, "compte_2022.csv", "Salaires", Fraction(wages))) == expected


def test_the_previous_rate_is_the_one_notified_on_the_former_sheet(law: Law) -> None:
    for percent, expected in (("2.45", []), ("2.46", ["previous_rate_differs"])):
        findings = findings_with(law, "feuille_2025.csv", "Taux de l'année précédente", (Fraction(percent), 2))
        assert codes(findings) == expected


@pytest.mark.parametrize(
    ("label", "good", "bad", "code"),
    [
        ("M1 trajet", "0.19", "0.18", "surcharge_differs"),
        ("M2 charges", "52", "53", "surcharge_differs"),
        ("M3 compensation", "0.17", "0.18", "surcharge_differs"),
        ("M4 pénibilité", "0.03", "0.04", "surcharge_differs"),
        ("Taux net collectif", "4.08", "4.07", "collective_rate_differs"),
    ],
)
def test_printed_surcharges_and_collective_rate_are_those_of_the_tables(
    law: Law, label: str, good: str, bad: str, code: str
) -> None:
    assert codes(findings_with(law, "feuille_2026.csv", label, (Fraction(good), 2))) == []
    assert codes(findings_with(law, "feuille_2026.csv", label, (Fraction(bad), 2))) == [code]


def test_printed_average_costs_are_those_of_the_schedule_of_the_year(law: Law) -> None:
    for cost, expected in ((673_575, []), (673_576, ["average_cost_differs"])):
        assert codes(findings_with(law, "feuille_2026.csv", "IP4", Fraction(cost), 5)) == expected


def test_a_line_may_carry_the_cost_of_any_schedule_that_its_account_feeds(law: Law) -> None:
    def with_cost(cost: int) -> list[str]:
        def change(rows: Rows) -> Rows:
            line = with_line_cell(
                with_line_cell(rows, 1, "Coût moyen IT", Fraction(cost)), 1, "Valeur du risque", Fraction(cost)
            )
            return with_cell(line, "Total", Fraction(54_286 - 1758 + cost), 21)

        return codes(check_with(law, "compte_2022.csv", change).findings)

    assert with_cost(1758) == with_cost(1805) == with_cost(1779) == []  # schedules of 2024, 2025, 2026
    assert with_cost(1759) == ["average_cost_differs"]


@pytest.mark.parametrize(("value", "expected"), [("4462", []), ("4463", []), ("4464", ["line_cost_differs"])])
def test_a_line_charges_its_costs_after_third_party_recovery(law: Law, value: str, expected: list[str]) -> None:
    assert codes(findings_with_value(law, "compte_2022.csv", 2, Fraction(value))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("18941.67", []), ("18942", []), ("56825", ["temporary_worker_charged_in_full", "total_differs"])],
)
def test_a_line_of_a_temporary_worker_charges_the_share_of_the_user_company(
    law: Law, value: str, expected: list[str]
) -> None:
    findings = findings_with_value(law, "compte_2023.csv", 1, Fraction(value), SHOP)
    assert codes(findings) == expected


@pytest.mark.parametrize(
    ("company", "headcount", "mode", "expected"),
    [
        (METALWORKS, "150", "individuel", False),
        (METALWORKS, "149,99", "individuel", True),
        (SHOP, "20", "mixte", False),
        (SHOP, "19,99", "mixte", True),
    ],
)
def test_the_mode_is_the_one_of_the_headcount(
    law: Law, company: Company, headcount: str, mode: str, expected: bool
) -> None:
    def change(rows: Rows) -> Rows:
        return with_cell(with_cell(rows, "Effectif de l'entreprise", headcount), "Mode de tarification", mode)

    found = check_with(law, "feuille_2026.csv", change, company).findings
    assert ("mode_differs" in codes(found)) is expected


def test_a_commuting_accident_has_no_cost(law: Law) -> None:
    for value, expected in (("0", []), ("1", ["commuting_accident_charged"])):
        assert codes(findings_with_value(law, "compte_2022.csv", 3, Fraction(value))) == expected


def test_the_key_of_a_siret_is_checked(law: Law) -> None:
    sheet = all_papers()["feuille_2026.csv"]
    for siret, expected in (("00000001800010", []), ("00000001800011", ["siret_wrong_key"])):
        assert codes(check({"feuille.csv": with_cell(sheet, "SIRET", siret)}, law).findings) == expected


def test_papers_of_two_companies_are_told(law: Law) -> None:
    papers = {
        f"{company.slug}_{name}": rows for company in (METALWORKS, SHOP) for name, rows in all_papers(company).items()
    }
    assert codes(check(papers, law).findings) == ["several_companies"]


def test_two_papers_for_one_year_are_told_and_the_last_is_used(law: Law) -> None:
    papers = all_papers()
    again = with_cell(papers["feuille_2026.csv"], "Date de notification", "07/03/2026")
    found = check(papers | {"rectifiee.csv": again}, law).findings
    assert [(finding.code, finding.file) for finding in found] == [("year_given_twice", "rectifiee.csv")]


def test_findings_come_the_gravest_first(law: Law) -> None:
    def change(rows: Rows) -> Rows:
        return with_cell(with_cell(rows, "M1 trajet", (Fraction("0.20"), 2)), "Taux notifié", (Fraction("4.46"), 2))

    found = check_with(law, "feuille_2026.csv", change).findings
    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.INFORMATION]
