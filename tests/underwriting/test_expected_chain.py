"""The years to come of a section: wages to the cent, claims in decimals without the policy year's own, the horizon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.regulation.vocabulary import CostCategory
from atmp_insure.underwriting.cells import PolicyYear
from atmp_insure.underwriting.expected_chain import ExpectedSection, Outlook, expected_section
from atmp_insure.underwriting.frequency import Frequencies
from atmp_insure.underwriting.statistics import Level
from tests.underwriting.builders import a_tariff, exposure_of, summed

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law

AT = Cause.ACCIDENT
NUMBERS = {InsuredEvent.IT6: "0.4", InsuredEvent.IP2: "0.1", InsuredEvent.IP4: "0.02", InsuredEvent.DEATH: "0.01"}
FOUND = Frequencies({(AT, event): Fraction(number) for event, number in NUMBERS.items()}, {}, (), ())
METALWORKS = exposure_of("metalworks").sections[0]


def expected(
    law: Law,
    *,
    first_day: str = "2027-01-01",
    level: Level = Level.CENTRAL,
    basis: TriggerBasis = TriggerBasis.OCCURRENCE,
) -> ExpectedSection:
    outlook = Outlook(PolicyYear(date.fromisoformat(first_day), basis), a_tariff().assumptions, level, law)
    return expected_section(METALWORKS, 0, FOUND, outlook)


def added(found: ExpectedSection) -> dict[tuple[int, CostCategory], Fraction]:
    """What is expected of each account and category, beside what the papers tell."""
    lines = found.question.base_claims[len(METALWORKS.chain.base_claims) :]
    counts = summed(((line.account_year, line.category), line.count) for line in lines)
    assert len(counts) == len(lines)  # one line for each
    return counts


@pytest.mark.parametrize(
    ("level", "wages"),
    [
        (Level.LOW, {2025: "6125271.25", 2026: "6217150.32", 2027: "6310407.57"}),  # 1.5 % a year
        (Level.CENTRAL, {2025: "6185618.75", 2026: "6340259.22", 2027: "6498765.70"}),  # 2.5 %, cent by cent
        (Level.HIGH, {2025: "6245966.25", 2026: "6464575.07", 2027: "6690835.20"}),  # 3.5 %
    ],
)
def test_wages_grow_from_the_last_known_year_each_rounded_to_the_cent(
    law: Law, level: Level, wages: dict[int, str]
) -> None:
    found = expected(law, level=level).question.wages_eur
    assert found.at(2024) == 6_034_750
    assert {year: found.at(year) for year in wages} == {year: Fraction(amount) for year, amount in wages.items()}


def test_wages_under_each_rate_are_whole_cents_up_to_the_horizon(law: Law) -> None:
    question = expected(law).question
    years = range(question.first_rate_year, (question.last_rate_year or 0) + 1)
    paid = [question.contribution_wages_eur.at(year) for year in years]
    assert all(amount is not None and (amount * 100).denominator == 1 for amount in paid)
    assert question.contribution_wages_eur.at(2030) == question.wages_eur.at(2030)  # twelve months of one civil year


def test_known_wages_are_never_moved(law: Law) -> None:
    found = expected(law).question.wages_eur
    assert all(found.at(year) == amount for year, amount in METALWORKS.wages_by_year.items())


@pytest.mark.parametrize(
    ("first_day", "last_rate_year"),
    [("2027-01-01", 2039), ("2027-01-02", 2040), ("2027-12-31", 2040), ("2028-02-29", 2041), ("2026-12-31", 2039)],
)
def test_the_horizon_is_the_last_account_of_an_insured_claim_and_nine_years(
    law: Law, first_day: str, last_rate_year: int
) -> None:
    assert expected(law, first_day=first_day).question.last_rate_year == last_rate_year


def test_known_accounts_are_left_as_the_papers_tell_them(law: Law) -> None:
    found = expected(law)
    assert found.first_expected_year == 2025
    assert found.question.base_claims[: len(METALWORKS.chain.base_claims)] == METALWORKS.chain.base_claims
    assert min(year for year, _ in added(found)) == 2025
    assert max(year for year, _ in added(found)) == 2037  # the last account that the rate of 2039 counts


def test_ordinary_claims_of_each_year_to_come_are_the_mean_of_the_known_ones_at_a_millionth(law: Law) -> None:
    found = added(expected(law))
    for year in range(2025, 2038):
        for kind, number in METALWORKS.ordinary.items():
            assert found[year, kind] == round(number * 10**6) / Fraction(10**6)


def test_ordinary_claims_are_in_both_chains_and_never_studied(law: Law) -> None:
    assert expected(law).question.studied_claims == ()


@pytest.mark.parametrize(
    ("year", "left"),
    [(2025, "1"), (2026, "1"), (2027, "0.95"), (2028, "0.60"), (2029, "0.65"), (2030, "0.80"), (2031, "1")],
)
def test_incapacities_of_other_policy_years_are_expected_and_those_of_this_one_left_out(
    law: Law, year: int, left: str
) -> None:
    """Notified 5, 40, 35 and 20 % in the year of the event and the three after: this policy's leave what remains."""
    assert added(expected(law))[year, CostCategory.IP2] == Fraction("0.1") * Fraction(left)


def test_a_stoppage_and_a_death_of_the_policy_year_are_left_out_by_their_own_delays(law: Law) -> None:
    found = added(expected(law))
    # IP4 2027: incapacities of the three years before (95 %), deaths of the year before (30 %)
    assert found[2027, CostCategory.IP4] == Fraction("0.02") * Fraction("0.95") + Fraction("0.01") * Fraction("0.30")
    assert found[2025, CostCategory.IP4] == Fraction("0.03")
    assert found[2027, CostCategory.IT6] < found[2028, CostCategory.IT6] < found[2029, CostCategory.IT6]


@pytest.mark.parametrize("first_day", ["2027-01-01", "2027-07-01", "2028-02-29"])
@pytest.mark.parametrize("basis", TriggerBasis)
def test_what_the_chains_leave_out_is_what_the_cells_bring_and_nothing_twice(
    law: Law, first_day: str, basis: TriggerBasis
) -> None:
    found = expected(law, first_day=first_day, basis=basis)
    chain = added(found)
    brought = summed(
        ((line.account_year, line.event.category), cell.expected) for cell in found.cells for line in cell.lines
    )
    for kind in (CostCategory.IT6, CostCategory.IP2, CostCategory.IP4):
        steady = chain[2025, kind]
        for year in range(2025, 2038):
            together = chain.get((year, kind), Fraction(0)) + brought.get((year, kind), Fraction(0))
            assert abs(together - steady) <= Fraction(1, 10**6)


def test_no_grave_claim_is_expected_of_nobody(law: Law) -> None:
    none = Frequencies(dict.fromkeys(FOUND.expected, Fraction(0)), {}, (), ())
    outlook = Outlook(PolicyYear(date(2027, 1, 1), TriggerBasis.OCCURRENCE), a_tariff().assumptions, Level.CENTRAL, law)
    found = expected_section(METALWORKS, 0, none, outlook)
    assert found.cells == ()
    assert {kind for _, kind in added(found)} == set(METALWORKS.ordinary)


def test_without_any_account_the_years_to_come_begin_after_those_that_the_last_sheet_counts(law: Law) -> None:
    [section] = exposure_of("metalworks", "feuille").sections
    outlook = Outlook(PolicyYear(date(2027, 1, 1), TriggerBasis.OCCURRENCE), a_tariff().assumptions, Level.CENTRAL, law)
    assert expected_section(section, 0, FOUND, outlook).first_expected_year == 2025


def test_an_account_newer_than_the_last_sheet_is_known_too(law: Law) -> None:
    section = replace(METALWORKS, history=replace(METALWORKS.history, years=(2022, 2023, 2024, 2025)))
    outlook = Outlook(PolicyYear(date(2027, 1, 1), TriggerBasis.OCCURRENCE), a_tariff().assumptions, Level.CENTRAL, law)
    assert expected_section(section, 0, FOUND, outlook).first_expected_year == 2026
