"""What transactions cost, to the cent: days of the year, both years of a leap, minimum, tax, insurers who change."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.money import euros_text
from atmp_insure.policies.changes import ChangeBroker, ChangeContact, ChangeInsurer
from atmp_insure.policies.charges import days_of
from atmp_insure.policies.terms import InsurerShare
from atmp_insure.policies.transactions import Adjustment, InsuranceYear, Refunding, Suspension
from tests.policies.builders import ALONE, OTHER, SIRET, Y2027, Y2028, Stack, a_section, closed, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.policies.transactions import Charge

GOLDEN = Path(__file__).parent / "golden" / "charges.csv"
JULY, OCTOBER = date(2027, 7, 1), date(2027, 10, 1)
ONE, TWO = f"{SIRET}/01", f"{OTHER}/01"


def adjusted(stack: Stack, **wages: int) -> Stack:
    """The year 2027 on wages really paid, in euros by section: `one` and `two`."""
    given = {{"one": ONE, "two": TWO}[name]: Fraction(amount) for name, amount in wages.items()}
    stack.insert(Y2027.last_day, Adjustment(Y2027, given))
    return stack


def with_section() -> Stack:
    """A second section of two million from July on."""
    stack = Stack.issued()
    stack.endorse(JULY, opened(wages=2_000_000))
    return stack


def ended(on: date, year: InsuranceYear = Y2027) -> Stack:
    """A policy that ends on a day, its unearned premium given back."""
    stack = Stack.issued(year=year)
    stack.end(on)
    return stack


CASES: dict[str, Callable[[], Stack]] = {
    "issue_full_year": Stack.issued,
    "issue_1_april": lambda: Stack.issued(year=InsuranceYear(date(2027, 4, 1), date(2027, 12, 31))),
    "section_1_july": with_section,
    "end_1_october": lambda: ended(OCTOBER),
    "end_1_march_leap_year": lambda: ended(date(2028, 3, 1), Y2028),
    "minimum": lambda: Stack.issued(sections=(a_section(wages=100_000),)),
    "adjust_up": lambda: adjusted(Stack.issued(), one=4_400_000),
    "adjust_to_minimum": lambda: adjusted(Stack.issued(), one=200_000),
    "adjust_with_section": lambda: adjusted(with_section(), one=4_000_000, two=1_100_000),
}


def golden() -> list[dict[str, str]]:
    """Rows of the golden table, each with its calculation."""
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["source"] for row in rows)
    return rows


def last_charges(stack: Stack) -> tuple[Charge, ...]:
    return stack.transactions[-1].entry.charges


@pytest.mark.parametrize("case", CASES)
def test_a_transaction_costs_what_its_days_cost(case: str) -> None:
    expected = [row for row in golden() if row["case"] == case]
    assert expected, f"{case} has no golden row"
    found = [
        (one.code, euros_text(one.net_eur), euros_text(one.tax_eur), euros_text(one.commission_eur))
        for one in last_charges(CASES[case]())
    ]
    assert found == [(row["line"], row["net_eur"], row["tax_eur"], row["commission_eur"]) for row in expected]


def test_no_golden_row_is_left_out() -> None:
    assert {row["case"] for row in golden()} == set(CASES)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2027, 1, 1), date(2027, 12, 31), 365),
        (date(2028, 1, 1), date(2028, 12, 31), 366),
        (date(2027, 3, 1), date(2028, 2, 29), 366),  # the leap day is its last
        (date(2028, 3, 1), date(2029, 2, 28), 365),  # the leap day is the eve of its first
        (date(2027, 7, 1), date(2027, 12, 31), 365),  # a short first year: of the twelve months that end with it
    ],
)
def test_a_year_has_the_days_of_its_twelve_months(first: date, last: date, days: int) -> None:
    assert days_of(InsuranceYear(first, last)) == days


def test_instalments_bear_their_surcharge_and_tax_bears_on_both() -> None:
    charges = last_charges(Stack.issued(surcharge=Fraction(3, 100)))
    assert [(one.surcharge_eur, one.tax_eur) for one in charges] == [
        (Fraction(120), Fraction("370.80")), (Fraction(180), Fraction("556.20")), (Fraction(300), Fraction(927)),
    ]  # fmt: skip


def test_insurers_who_change_give_back_and_take_what_is_left_of_the_year() -> None:
    stack = Stack.issued()
    halves = (InsurerShare(1, Fraction(1, 2), True), InsurerShare(2, Fraction(1, 2), False))
    stack.endorse(JULY, ChangeInsurer(2, halves))
    charges = last_charges(stack)
    assert [(one.agreement_version_id, one.net_eur > 0) for one in charges] == [(1, False)] * 3 + [(2, True)] * 3
    assert sum(one.total_eur for one in charges) == 0
    stack.endorse(date(2027, 8, 1), ChangeInsurer(2, ALONE))
    assert len(last_charges(stack)) == 6, "other shares under one agreement: each bears its own"


def test_a_former_broker_keeps_its_commission_and_gives_back_that_of_what_is_refunded() -> None:
    stack = Stack.issued(broker_id=7)
    stack.endorse(JULY, ChangeBroker(8, Fraction(1, 10)))
    assert last_charges(stack) == ()
    stack.endorse(date(2027, 8, 1), opened(wages=1_000_000))
    assert {(one.broker_id, one.commission_eur / one.net_eur > Fraction(12, 100)) for one in last_charges(stack)} == {
        (8, False)
    }


@pytest.mark.parametrize("change", [ChangeContact(3), ChangeBroker(None, Fraction(0))])
def test_what_is_not_the_risk_costs_nothing(change: ChangeContact | ChangeBroker) -> None:
    stack = Stack.issued()
    assert stack.endorse(JULY, change).total_eur == 0


def test_a_suspension_costs_nothing_and_gives_nothing_back() -> None:
    stack = Stack.issued()
    assert stack.insert(JULY, Suspension()).total_eur == 0
    assert stack.end(OCTOBER, "non_payment", refunding=Refunding.KEPT).total_eur == 0


def test_a_section_that_leaves_on_the_last_day_costs_that_day() -> None:
    stack = Stack.issued(sections=(a_section(), a_section(OTHER, wages=3_650_000)))
    stack.endorse(Y2027.last_day, closed(OTHER))
    assert sum(one.net_eur for one in last_charges(stack)) == Fraction("-50")  # 3 650 000 € × 0,50 % ÷ 365


def test_nothing_is_owed_for_days_after_the_end() -> None:
    stack = Stack.issued()
    stack.renew()
    stack.end(Y2028.first_day)
    assert sum(one.net_eur for one in last_charges(stack)) == -20_000
    assert stack.net_eur == 20_000
