"""Payroll declarations beside the papers: the rate applied, the wages of a whole year, the headcount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import Establishment, Severity
from atmp_insure.rate_records.payroll_checks import payroll_findings
from atmp_insure.rate_records.payroll_declaration import (
    Contract,
    DeclarationType,
    Envelope,
    PayrollDeclaration,
    SectionMonth,
)
from atmp_insure.rate_records.persons import Persons
from tests.rate_records.builders import METALWORKS, all_papers, check

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law

WAGES_2024 = METALWORKS.wages_eur[2024]
HEADCOUNT_2024 = Fraction(METALWORKS.headcounts[2024])


def a_month(
    month: date,
    *,
    applied: str = "4.45",
    payroll_eur: Fraction = Fraction(WAGES_2024, 12),
    presence: Fraction = HEADCOUNT_2024,
) -> PayrollDeclaration:
    """A normal monthly declaration of the metal works."""
    envelope = Envelope("P26V01", None, False, "01", DeclarationType.NORMAL, "11", 1, None, None, None, {})
    section = SectionMonth(
        "ligne 1", METALWORKS.risk_code, False, payroll_eur, (), (Fraction(applied),), payroll_eur, Fraction(0),
        presence, presence, Fraction(0), 1,
    )  # fmt: skip
    return PayrollDeclaration(
        file=f"{month:%Y-%m}.dsn",
        sha256=f"{month:%Y%m}",
        establishment=Establishment(siret=METALWORKS.siret, section="01", risk_code=METALWORKS.risk_code),
        year=month.year,
        places={},
        month=month,
        envelope=envelope,
        sections=(section,),
        contracts=(),
        stoppages=(),
        persons=Persons(b"secret of a test"),
    )


def about_months(found: dict[str, Finding]) -> list[str]:
    """Codes about wages, headcount and rate: nobody is under contract in these declarations."""
    return [code for code in found if code.startswith("dsn_")]


def a_year(months: int = 12, **changes: Fraction) -> list[PayrollDeclaration]:
    """The declarations of 2024, at the rate of 2024."""
    return [a_month(date(2024, month, 1), applied="2.45", **changes) for month in range(1, months + 1)]


def with_victim(first_day: date | None, last_day: date | None = None) -> list[PayrollDeclaration]:
    """The declaration of March 2022, with the contract of the victim of 14 March, or without anybody."""
    month = a_month(date(2022, 3, 1), applied="2.60")
    key = month.persons.key_of_nir(METALWORKS.charges[0].claim_number(METALWORKS))
    assert key is not None
    if first_day is None:
        return [month]
    return [replace(month, contracts=(Contract(key, METALWORKS.risk_code, False, "01", first_day, last_day),))]


@pytest.mark.parametrize(
    ("first_day", "last_day", "expected"),
    [
        (date(2022, 3, 14), None, []),
        (date(2022, 3, 15), None, ["accident_before_hiring"]),
        (date(2020, 1, 1), date(2022, 3, 14), []),
        (date(2020, 1, 1), date(2022, 3, 13), ["victim_absent_from_dsn"]),
        (None, None, ["victim_absent_from_dsn"]),
    ],
)
def test_the_victim_was_there_on_the_day_of_the_accident(
    law: Law, first_day: date | None, last_day: date | None, expected: list[str]
) -> None:
    assert [code for code in findings(law, with_victim(first_day, last_day)) if "dsn_rate" not in code] == expected


def findings(law: Law, declarations: list[PayrollDeclaration]) -> dict[str, Finding]:
    units = [unit.papers for unit in check(all_papers(), law).units]
    return {one.code: one for one in payroll_findings(declarations, units)}


def test_a_year_declared_as_printed_says_nothing(law: Law) -> None:
    assert not about_months(findings(law, a_year()))


def test_another_rate_than_the_one_notified_is_worth_its_months(law: Law) -> None:
    found = findings(law, [a_month(date(2026, 2, 1), applied="4.95", payroll_eur=Fraction(500_000))])
    assert found["dsn_rate_differs"].severity is Severity.ERROR
    assert found["dsn_rate_differs"].estimated_saving_eur == 2_500  # 0.50 point of 500 000 €
    assert "DSN de 02/2026" in found["dsn_rate_differs"].message_fr
    assert not findings(law, [a_month(date(2026, 2, 1))])


def test_the_rate_of_2024_runs_until_the_end_of_april_2025(law: Law) -> None:
    assert not findings(law, [a_month(date(2025, 4, 1), applied="2.45")])
    assert "dsn_rate_differs" in findings(law, [a_month(date(2025, 5, 1), applied="2.45")])
    assert not findings(law, [a_month(date(2025, 5, 1), applied="3.45")])


@pytest.mark.parametrize(("factor", "expected"), [("1.0099", []), ("1.0101", ["dsn_wages_differ"])])
def test_wages_may_differ_by_one_percent(law: Law, factor: str, expected: list[str]) -> None:
    declared = Fraction(WAGES_2024, 12) * Fraction(factor)
    assert about_months(findings(law, a_year(payroll_eur=declared))) == expected


def test_a_year_with_a_month_missing_proves_nothing(law: Law) -> None:
    assert not about_months(findings(law, a_year(months=11, payroll_eur=Fraction(1_000), presence=Fraction(3))))


@pytest.mark.parametrize(("presence", "expected"), [("170", []), ("169", ["dsn_headcount_differs"])])
def test_the_headcount_may_differ_by_five_percent(law: Law, presence: str, expected: list[str]) -> None:
    # 178.10 on the sheet of 2026: down to 169.195
    assert about_months(findings(law, a_year(presence=Fraction(presence)))) == expected


def test_declarations_stand_beside_papers_without_being_rated(law: Law) -> None:
    checked = check(all_papers(), law)
    assert len(checked.units) == 1
