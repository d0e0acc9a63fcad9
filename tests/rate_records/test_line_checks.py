"""A line against its own dates, days and shares; each finding with its euros, and nothing on the other side."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import Severity
from tests.rate_records.builders import METALWORKS, SHOP, Change, Rows, an_account, check_with, with_line_cell

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company
    from tests.samples.layout import Cell

ONE_IT3, THIRD_PARTY, COMMUTING, DISEASE = 1, 2, 3, 4  # lines of the 2022 account of the metal works


def changed(line: int, **cells: Cell) -> Change:
    """Some cells of one line replaced; names are the labels, with underscores for spaces."""

    def change(rows: Rows) -> Rows:
        for label, value in cells.items():
            rows = with_line_cell(rows, line, label.replace("_", " "), value)
        return rows

    return change


def found(law: Law, change: Change, name: str = "compte_2022.csv", company: Company = METALWORKS) -> dict[str, Finding]:
    """Findings by code, sums apart."""
    return {
        one.code: one
        for one in check_with(law, name, change, company).findings
        if one.code not in {"total_differs", "risk_value_differs", "notified_rate_differs", "line_cost_differs"}
    }


@pytest.mark.parametrize(
    ("days", "severity"),
    [(15, Severity.ERROR), (16, None), (45, None), (46, Severity.INFORMATION)],  # IT3 is 16 to 45 days
)
def test_the_days_give_the_it_category(law: Law, days: int, severity: Severity | None) -> None:
    findings = found(law, lambda rows: with_line_cell(rows, ONE_IT3, "Nb jours d'arrêt", days))
    assert [(code, one.severity) for code, one in findings.items()] == (
        [("it_category_differs", severity)] if severity else []
    )


def test_a_heavier_it_category_than_its_days_costs_its_difference(law: Law) -> None:
    change = changed(0)  # the IT6 of 412 days
    assert not found(law, change)
    finding = found(law, lambda rows: with_line_cell(rows, 0, "Nb jours d'arrêt", 150))["it_category_differs"]
    assert finding.estimated_saving_eur is not None
    assert finding.estimated_saving_eur > 0
    assert "150 jours d'arrêt, qui relèvent de IT5" in finding.message_fr
    assert finding.place


@pytest.mark.parametrize(
    ("percent", "severity"), [(9, None), (10, Severity.INFORMATION), (0, None)]
)  # the line is charged IP1: under 10 %
def test_the_disability_rate_gives_the_ip_category(law: Law, percent: int, severity: Severity | None) -> None:
    findings = found(law, changed(DISEASE, **{"Taux d'IP": (Fraction(percent), 0)}))
    assert [one.severity for code, one in findings.items() if code == "ip_category_differs"] == (
        [severity] if severity else []
    )


def test_an_ip4_for_a_rate_of_39_percent_is_worth_a_fortune(law: Law) -> None:
    finding = found(law, changed(0, **{"Taux d'IP": (Fraction(39), 0)}), "compte_2023.csv")["ip_category_differs"]
    assert finding.severity is Severity.ERROR
    assert finding.estimated_saving_eur is not None
    assert finding.estimated_saving_eur > 500_000
    assert not found(law, changed(0, **{"Taux d'IP": (Fraction(40), 0)}), "compte_2023.csv")


@pytest.mark.parametrize(
    ("occurred_on", "expected"),
    [
        (date(2022, 1, 1), []),
        (date(2021, 12, 31), []),  # an accident of December may be declared in January
        (date(2021, 11, 30), ["wrong_account_year"]),
        (date(2023, 1, 1), ["wrong_account_year"]),
    ],
)
def test_an_it_cost_stands_in_the_year_of_the_declaration(law: Law, occurred_on: date, expected: list[str]) -> None:
    assert list(found(law, changed(ONE_IT3, Date_du_sinistre=occurred_on))) == expected


@pytest.mark.parametrize(
    ("notified_on", "expected"),
    [
        (date(2022, 12, 31), []),
        (date(2023, 1, 1), ["ip_cost_before_notification"]),
        (date(2021, 12, 31), ["wrong_account_year"]),
    ],
)
def test_an_ip_cost_stands_in_the_year_of_its_notification(law: Law, notified_on: date, expected: list[str]) -> None:
    assert list(found(law, changed(DISEASE, Date_de_notification_IP=notified_on))) == expected


def test_a_commuting_accident_with_a_cost_is_worth_all_of_it(law: Law) -> None:
    finding = found(law, changed(COMMUTING, Valeur_du_risque=Fraction(40_783)))["commuting_accident_charged"]
    assert finding.estimated_saving_eur is not None
    assert finding.estimated_saving_eur > 0
    assert not found(law, changed(COMMUTING, Valeur_du_risque=Fraction(0)))


def test_the_share_of_a_third_party_must_leave_the_cost(law: Law) -> None:
    whole = found(law, changed(THIRD_PARTY, Valeur_du_risque=Fraction(8_924)))  # half of it is due
    assert list(whole) == ["third_party_share_left"]
    assert whole["third_party_share_left"].estimated_saving_eur is not None
    assert not found(law, changed(THIRD_PARTY, Valeur_du_risque=Fraction(4_462)))


def test_a_temporary_worker_is_shared_between_two_companies(law: Law) -> None:
    whole = found(law, changed(1, Valeur_du_risque=Fraction(56_825)), "compte_2023.csv", SHOP)
    assert list(whole) == ["temporary_worker_charged_in_full"]
    assert not found(law, changed(1), "compte_2023.csv", SHOP)


@pytest.mark.parametrize(("percent", "expected"), [("33.33", []), ("50", ["temporary_share_differs"])])
def test_the_share_of_a_claim_of_2023_is_a_third_of_the_ip(law: Law, percent: str, expected: list[str]) -> None:
    change = changed(1, **{"% EUT": (Fraction(percent), 2)})
    assert list(found(law, change, "compte_2023.csv", SHOP)) == expected


def test_the_same_line_twice_is_charged_twice(law: Law) -> None:
    def doubled(rows: Rows) -> Rows:
        header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
        return [*rows[: header + 2], list(rows[header + 1]), *rows[header + 2 :]]

    finding = found(law, doubled)["claim_charged_twice"]
    assert finding.estimated_saving_eur is not None
    assert finding.estimated_saving_eur > 0


def test_a_relapse_is_not_charged_again(law: Law) -> None:
    line = next(row for row in an_account(2022) if row and row[0] == 2022 and "IT6" in row)

    def with_relapse(rows: Rows) -> Rows:
        header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
        return [*rows[: header + 1], [2023, *line[1:]], *rows[header + 1 :]]

    codes = found(law, with_relapse, "compte_2023.csv")
    assert "relapse_charged" in codes
    assert "une rechute n'est pas imputée" in codes["relapse_charged"].message_fr
