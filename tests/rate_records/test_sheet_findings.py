"""What a sheet says against the texts and the other papers, each on both sides of its boundary."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import Severity
from atmp_insure.regulation.vocabulary import normal_risk_code
from tests.rate_records.builders import (
    METALWORKS,
    SHOP,
    Rows,
    a_sheet,
    all_papers,
    check,
    check_with,
    codes,
    read_rows,
    with_cell,
    with_line_cell,
)

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company
    from tests.samples.layout import Cell


def found_with(law: Law, name: str, label: str, value: Cell, company: Company = METALWORKS) -> tuple[Finding, ...]:
    return check_with(law, name, lambda rows: with_cell(rows, label, value), company).findings


# 74.75 employees: 0.9 / 130 × 54.75 + 0.1 = 0.4790…; sheets print two decimals at least
@pytest.mark.parametrize(("percent", "expected"), [("48", []), ("47.5", []), ("47", ["share_differs"])])
def test_the_share_is_the_one_of_the_headcount(law: Law, percent: str, expected: list[str]) -> None:
    label = "Fraction du taux net individuel"
    assert codes(found_with(law, "feuille_2026.csv", label, (Fraction(percent), 2), SHOP)) == expected


@pytest.mark.parametrize(
    ("label", "percent", "expected"),
    [
        ("Limite haute", "4.45", []),  # 3.45 + 1 point
        ("Limite haute", "4.46", []),  # a hundredth is a rounding
        ("Limite haute", "4.47", ["limit_differs"]),
        ("Limite basse", "2.65", []),  # 3.45 − 0.8 point
        ("Limite basse", "2.63", ["limit_differs"]),
    ],
)
def test_the_printed_limits_follow_from_the_rate_of_the_year_before(
    law: Law, label: str, percent: str, expected: list[str]
) -> None:
    assert codes(found_with(law, "feuille_2026.csv", label, (Fraction(percent), 4))) == expected


@pytest.mark.parametrize(("headcount", "expected"), [("178,10", []), ("178,11", ["headcount_differs"])])
def test_the_headcount_of_a_year_is_the_same_on_the_account_and_on_the_sheet(
    law: Law, headcount: str, expected: list[str]
) -> None:
    assert codes(found_with(law, "compte_2024.csv", "Effectif", headcount)) == expected


def test_an_account_may_print_the_headcount_of_its_own_section(law: Law) -> None:
    papers = all_papers()
    papers["feuille_2026.csv"] = with_cell(papers["feuille_2026.csv"], "Effectif de la section", "60")
    for headcount, expected in (("60", []), ("61", ["headcount_differs"])):
        papers["compte_2024.csv"] = with_cell(papers["compte_2024.csv"], "Effectif", headcount)
        assert codes(check(papers, law).findings) == expected


def with_fourth_year(rows: Rows, year: int) -> Rows:
    """The sheet with one more column of years, empty claims and 50 000 € of value of the risk."""
    block = {"Période triennale": year, "Salaires": "", "Valeur du risque": Fraction(50_000)}
    return [[row[0], block[row[0]], *row[1:]] if row and row[0] in block else row for row in rows]


def without_counts(rows: Rows) -> Rows:
    return [row for row in rows if not row or not str(row[0]).startswith(("IT", "IP"))]


def test_a_year_outside_the_triennium_is_found_beside_the_three_right_ones(law: Law) -> None:
    sheet = without_counts(a_sheet(2026))
    total = with_cell(sheet, "Valeur du risque", Fraction("797276.50"), 4)  # the claim of 2021 is in the total
    for rows, expected in ((sheet, []), (with_fourth_year(total, 2021), ["year_outside_triennium"])):
        found = check(all_papers() | {"feuille_2026.csv": rows}, law).findings
        assert codes(found) == expected
        for one in found:
            assert "compte l'année 2021, hors de la période 2022–2024" in one.message_fr
            assert one.place


def test_a_sheet_without_its_three_years_is_the_sheet_of_another_year() -> None:
    shifted = with_cell(with_fourth_year(without_counts(a_sheet(2026)), 2021), "Période triennale", 2020, 2)
    (fault,) = read_rows(shifted).faults
    assert "n'entre pas dans le taux 2026" in fault.message


def test_it_never_guesses_another_risk_code(law: Law) -> None:
    # 4.55 is the collective rate of no paper's code: many other codes have it, and none is named
    found = found_with(law, "feuille_2026.csv", "Taux net collectif", (Fraction("4.55"), 2))
    assert codes(found) == ["collective_rate_differs"]
    words = found[0].message_fr.replace("\u00a0", " ").split()
    assert {code for word in words if (code := normal_risk_code(word.strip(",;")))} == {METALWORKS.risk_code}


def test_the_same_claim_in_two_accounts_for_two_costs_is_as_it_should_be(law: Law) -> None:
    # the IT6 of 2022 and the IP4 of 2023 are those of one accident: neither twice nor a relapse
    assert not check(all_papers(), law).findings


def test_an_accident_notified_a_second_time_for_its_disability_is_a_revision(law: Law) -> None:
    def again(rows: Rows) -> Rows:
        line = with_line_cell(rows, 0, "N° sinistre", METALWORKS.charges[0].claim_number(METALWORKS))
        for label, value in (("Catégorie IT", ""), ("Coût moyen IT", ""), ("Catégorie IP", "IP4")):
            line = with_line_cell(line, 0, label, value)
        return line

    found = check_with(law, "compte_2024.csv", again).findings
    (revision,) = [one for one in found if one.code == "relapse_charged"]
    assert "une révision n'est pas imputée" in revision.message_fr
    assert revision.severity is Severity.ERROR


@pytest.mark.parametrize(
    "company", [METALWORKS, SHOP, replace(SHOP, fund="CARSAT DE L'EXEMPLE")], ids=["metalworks", "shop", "other fund"]
)
def test_faultless_papers_give_no_finding_at_all(law: Law, company: Company) -> None:
    assert check(all_papers(company), law).findings == ()


def test_every_finding_states_a_difference_and_argues_nothing(law: Law) -> None:
    papers = all_papers() | {"feuille_2026.csv": with_cell(a_sheet(2026), "Taux notifié", (Fraction("4.95"), 2))}
    papers["compte_2022.csv"] = with_line_cell(papers["compte_2022.csv"], 3, "Valeur du risque", Fraction(287))
    papers["compte_2023.csv"] = with_line_cell(papers["compte_2023.csv"], 0, "Taux d'IP", (Fraction(39), 0))
    errors = [one for one in check(papers, law).findings if one.severity is Severity.ERROR]
    assert len({one.code for one in errors}) > 3
    for one in errors:
        assert one.message_fr.endswith("à faire examiner par un avocat.")
        assert one.legal_basis
        assert one.file
        assert one.place
