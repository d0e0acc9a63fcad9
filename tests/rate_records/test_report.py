from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.rate_path import MOST_YEARS, WIDTH, RatePath, drawn
from atmp_insure.rate_records.read_report import read_report
from atmp_insure.rate_records.report import check_report
from tests.rate_records.builders import METALWORKS, SHOP, all_papers, an_account, check, check_with, read_one, with_cell

if TYPE_CHECKING:
    from atmp_insure.rate_records.reconciliation import Reconciliation
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company


def report_of(reconciliation: Reconciliation, law: Law) -> str:
    return check_report(reconciliation, overcontributions(reconciliation, law))


@pytest.mark.parametrize("company", [METALWORKS, SHOP], ids=lambda company: company.slug)
def test_the_report_says_everything_and_names_nobody(company: Company, law: Law) -> None:
    text = report_of(check(all_papers(company), law), law)
    parts = (
        company.name, "Documents lus", "vérifié", "Aucun écart", "Parcours du taux", "Surcotisation", "Hypothèses",
        "Calcul du taux 2024", "Calcul du taux 2026", "Écrêtement", "Fondements", "art. D.242-6-15",
    )  # fmt: skip
    assert [part for part in parts if part not in text] == []
    for charge in company.charges:
        assert charge.name.partition("-")[2] not in text
        assert charge.claim_number(company)[:13] not in text
    assert "17299******" not in text  # claims are named by their date


@pytest.mark.parametrize("company", [METALWORKS, SHOP], ids=lambda company: company.slug)
def test_no_line_of_the_report_is_wider_than_one_hundred_columns(company: Company, law: Law) -> None:
    assert max(map(len, report_of(check(all_papers(company), law), law).splitlines())) <= WIDTH


def test_a_finding_stands_in_the_report_with_its_article_and_place(law: Law) -> None:
    reconciliation = check_with(
        law, "feuille_2026.csv", lambda rows: with_cell(rows, "M1 trajet", (Fraction("0.2"), 2))
    )
    text = " ".join(report_of(reconciliation, law).split())
    assert "▲ À examiner : La feuille de calcul 2026 porte une majoration M1 de 0,2 %" in text
    assert "(art. D.242-6-9 CSS) [feuille_2026.csv : ligne 31, colonne 2]" in text


def test_an_impossible_rate_is_reported_with_what_is_missing(law: Law) -> None:
    sheet = [row for row in all_papers()["feuille_2024.csv"] if not row or not str(row[0]).startswith("Effectif")]
    text = report_of(check({"feuille.csv": sheet}, law), law)
    assert "Impossible ; il manque : effectif de l'entreprise." in text
    assert "impossible" in text


def test_accounts_alone_make_a_report_without_rates(law: Law) -> None:
    text = report_of(check({"compte.csv": an_account()}, law), law)
    assert "Compte employeur 2022" in text
    assert "Non chiffrée" in text


def test_the_read_report_counts_and_names_nobody() -> None:
    text = read_report([read_one(an_account())])
    assert "Compte employeur 2022   papier.csv" in text
    assert "6 lignes" in text
    assert "EXEMPLE" not in text


def test_a_path_is_drawn_with_its_points_and_its_years() -> None:
    notified = {2024: Fraction("2.45"), 2025: Fraction("3.45")}
    path = RatePath(
        notified, projected={2026: Fraction("3.00")}, without={2025: Fraction("2.00"), 2026: Fraction("2.00")}
    )
    lines = drawn(path)
    text = "\n".join(lines)
    assert (text.count("●"), text.count("•"), text.count("○")) == (2, 1, 2)
    assert "░" in text
    assert all(label in text for label in ("2,45", "3,45", "3,00", "2,00", "2024", "2025", "2026"))
    assert next(at for at, line in enumerate(lines) if "3,45" in line) < next(
        at for at, line in enumerate(lines) if "○" in line
    )


@pytest.mark.parametrize("count", [1, 2, 12, 20, 60])
@pytest.mark.parametrize("span", ["0", "0.01", "1.5", "60"])
def test_any_path_fits_in_one_hundred_columns_and_a_few_rows(count: int, span: str) -> None:
    rates = {2010 + at: Fraction(1) + Fraction(span) * at / count for at in range(count)}
    lines = drawn(RatePath(rates, without=rates))
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) <= 22
    assert "\n".join(lines).count("●") == min(count, MOST_YEARS)
