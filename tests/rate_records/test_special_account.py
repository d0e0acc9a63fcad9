"""A disease of the special account (compte spécial): however the paper says it, no account bears its cost."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.rate_records.documents import EmployerAccount, Nature, Severity
from atmp_insure.rate_records.last_days import with_last_days
from atmp_insure.rate_records.overcontribution import grave_claims
from tests.rate_records.builders import Rows, all_papers, an_account, check, check_with, read_one, with_line_cell

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law

ACCIDENT, DISEASE = 2, 4  # lines of the 2022 account of the metal works
FOLLOWS = {"total_differs", "risk_value_differs", "notified_rate_differs"}


def with_column(rows: Rows, label: str, line: int, value: str) -> Rows:
    """The account with one more column, filled on one line."""
    header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
    return [
        [*row, label if at == header else value if at == header + 1 + line else ""] if at >= header else row
        for at, row in enumerate(rows)
    ]


def marked(rows: Rows, line: int = DISEASE) -> Rows:
    return with_column(rows, "Compte spécial", line, "oui")


def findings(law: Law, rows: Rows) -> dict[str, Finding]:
    found = check_with(law, "compte_2022.csv", lambda _: rows).findings
    return {one.code: one for one in found if one.code not in FOLLOWS}


@pytest.mark.parametrize(
    ("nature", "column", "value", "expected"),
    [
        ("MP", "Compte spécial", "oui", True),
        ("MP", "Compte spécial", "X", True),
        ("MP", "Compte spécial", "CS", True),
        ("MP", "Compte spécial", "non", False),
        ("MP", "Compte spécial", "", False),
        ("MP", "Observations", "Maladie inscrite au compte spécial", True),
        ("MP", "Observations", "Maladie non inscrite au compte spécial", False),
        ("MP", "Observations", "Taux d'IP contesté", False),
        ("MP", "Mention", "CS", True),
        ("MP CS", "Mention", "", True),
        ("MP - compte spécial", "Mention", "", True),
        ("CS", "Mention", "", True),
    ],
)
def test_papers_say_in_several_ways_that_a_disease_is_of_the_special_account(
    nature: str, column: str, value: str, expected: bool
) -> None:
    rows = with_line_cell(an_account(2022), DISEASE, "Nature", nature)
    account = read_one(with_column(rows, column, DISEASE, value))
    assert isinstance(account, EmployerAccount)
    assert [line.special_account for line in account.lines] == [False] * DISEASE + [expected, False]
    assert account.lines[DISEASE].claim.nature is Nature.DISEASE


def test_a_disease_of_the_special_account_with_a_cost_is_found_with_its_saving(law: Law) -> None:
    finding = findings(law, marked(an_account(2022)))["special_account_charged"]
    assert finding.severity is Severity.ERROR
    assert finding.estimated_saving_eur is not None
    assert finding.estimated_saving_eur > 0
    assert "compte spécial" in finding.message_fr
    assert finding.message_fr.endswith("à faire examiner par un avocat.")
    assert finding.legal_basis == "arrêté du 16 octobre 1995, art. 2 ; art. D.242-6-3 CSS"
    assert finding.place.endswith("colonne 22")


def test_a_disease_of_the_special_account_without_cost_is_as_it_should_be(law: Law) -> None:
    rows = with_line_cell(marked(an_account(2022)), DISEASE, "Valeur du risque", Fraction(0))
    assert not findings(law, rows)


def test_a_disease_without_that_mark_is_charged_as_any_other(law: Law) -> None:
    assert not findings(law, an_account(2022))
    assert not findings(law, with_column(an_account(2022), "Compte spécial", DISEASE, "non"))


def test_an_accident_is_never_of_the_special_account(law: Law) -> None:
    assert not findings(law, marked(an_account(2022), ACCIDENT))


def test_the_rate_is_recomputed_without_the_disease(law: Law) -> None:
    (unit,) = check_with(law, "compte_2022.csv", marked).units
    claims = next(year.claims for year in unit.rates[0].charged if year.account_year == 2022)
    assert len(claims) == 4  # three accidents of IT, one of them grave; neither the commuting one nor the disease
    assert len(grave_claims(unit)) == 1


def test_the_last_day_is_that_of_the_last_rate_that_counts_the_account(law: Law) -> None:
    papers = all_papers() | {"compte_2022.csv": marked(an_account(2022))}
    found = with_last_days(check(papers, law), installed_deadlines(None)).findings
    assert {one.contest_before for one in found if one.code == "special_account_charged"} == {date(2026, 3, 9)}
