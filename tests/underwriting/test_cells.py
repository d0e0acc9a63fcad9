"""Every sort of insured claim of a policy year: its days, the accounts that bear it, each trigger basis."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.underwriting.cells import (
    Cell,
    CellLine,
    PolicyYear,
    account_years,
    cells,
    expected_lines,
    insured_lines,
)
from atmp_insure.underwriting.expected_chain import YEARS_AFTER_ACCOUNT, Outlook
from atmp_insure.underwriting.frequency import Frequencies
from atmp_insure.underwriting.statistics import Level
from tests.underwriting.builders import DAY, a_tariff, an_estimate, golden, prompt, summed

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law
    from atmp_insure.underwriting.statistics import Assumptions

AT, MP = Cause.ACCIDENT, Cause.DISEASE
IT6, IP2, IP3, IP4, DEATH = InsuredEvent
NUMBERS = {
    (AT, IT6): "0.4", (AT, IP2): "0.1", (AT, IP3): "0.05", (AT, IP4): "0.02", (AT, DEATH): "0.01",
    (MP, IT6): "0.2", (MP, IP2): "0.03", (MP, IP3): "0", (MP, IP4): "0.004", (MP, DEATH): "0",
}  # fmt: skip
FOUND = Frequencies({key: Fraction(number) for key, number in NUMBERS.items()}, {}, (), ())
PERIODS = golden("policy_years")


def made(
    first_day: str = "2027-01-01",
    basis: TriggerBasis = TriggerBasis.OCCURRENCE,
    waiting_days: int = 0,
    assumptions: Assumptions | None = None,
) -> tuple[Cell, ...]:
    period = PolicyYear(date.fromisoformat(first_day), basis, waiting_days)
    return cells(0, FOUND, period, assumptions or a_tariff().assumptions, Level.CENTRAL)


def total(found: tuple[Cell, ...]) -> Fraction:
    return sum((one.expected for one in found), Fraction(0))


ALL = sum(FOUND.expected.values(), Fraction(0))


@pytest.mark.parametrize("row", PERIODS, ids=[f"{row['first_day']}+{row['waiting_days']}" for row in PERIODS])
def test_a_policy_year_falls_on_civil_years_by_its_days(row: dict[str, str]) -> None:
    period = PolicyYear(date.fromisoformat(row["first_day"]), TriggerBasis.OCCURRENCE, int(row["waiting_days"]))
    written = (one.split(":") for one in row["shares"].split())
    assert period.last_day.isoformat() == row["last_day"]
    assert period.shares() == {int(year): Fraction(share) for year, share in written}


def test_policy_years_follow_each_other_without_hole_or_overlap() -> None:
    for first_day in (date(2027, 1, 1), date(2027, 7, 1), date(2028, 3, 1), date(2028, 12, 31)):
        last = PolicyYear(first_day, TriggerBasis.OCCURRENCE).last_day
        assert (first_day.replace(year=first_day.year + 1) - last).days == 1


@pytest.mark.parametrize(
    ("first_day", "waiting_days"), [("2027-01-01", 0), ("2027-07-01", 0), ("2028-02-29", 0), ("2027-01-01", 90)]
)
def test_weights_add_up_to_the_expected_claims_of_the_days_that_are_insured(first_day: str, waiting_days: int) -> None:
    shares = PolicyYear(date.fromisoformat(first_day), TriggerBasis.OCCURRENCE, waiting_days).shares()
    assert total(made(first_day, waiting_days=waiting_days)) == ALL * sum(shares.values())


def test_weights_add_up_event_by_event_and_cause_by_cause() -> None:
    by_event = summed(((one.cause, one.event), one.expected) for one in made("2027-07-01"))
    assert by_event == {key: number for key, number in FOUND.expected.items() if number}


def test_no_cell_of_no_chance_is_kept() -> None:
    assert all(one.expected > 0 for one in made())
    assert not [one for one in made() if (one.cause, one.event) in {(MP, IP3), (MP, DEATH)}]
    certain = replace(prompt(), stoppage_of_grave=an_estimate("1", prompt().stoppage_of_grave))
    assert all(len(one.lines) == 2 for one in made(assumptions=certain) if one.event in {IP2, IP3, IP4})
    never = replace(prompt(), stoppage_of_grave=an_estimate("0", prompt().stoppage_of_grave))
    assert all(len(one.lines) == 1 for one in made(assumptions=never))


def test_each_sort_of_claim_is_told_once() -> None:
    for basis in TriggerBasis:
        keys = [(one.cause, one.event, one.lines) for one in made("2027-07-01", basis)]
        assert len(keys) == len(set(keys))


def test_no_day_insured_makes_no_cell() -> None:
    assert made(waiting_days=365) == ()
    assert made(waiting_days=365, basis=TriggerBasis.IP_NOTIFICATION) == ()


def test_no_day_insured_makes_no_cell_by_account_line_either() -> None:
    assert made(waiting_days=365, basis=TriggerBasis.ACCOUNT_LINE) == ()


def test_a_grave_claim_brings_its_stoppage_no_later_than_its_incapacity() -> None:
    for one in made():
        if len(one.lines) == 2:
            stoppage, own = one.lines
            assert stoppage.event is IT6
            assert own.event is one.event
            assert 2027 <= stoppage.account_year <= own.account_year


def test_an_incapacity_falls_on_the_accounts_of_the_years_in_which_it_may_be_notified() -> None:
    """Central delays: 5 % the same year, 40 %, 35 % and 20 % one to three years later (docs/pricing.md)."""
    found = [one for one in made() if (one.cause, one.event) == (AT, IP2)]
    by_year = summed((one.lines[-1].account_year, one.expected) for one in found)
    shares = {2027: "0.05", 2028: "0.40", 2029: "0.35", 2030: "0.20"}
    assert by_year == {year: Fraction("0.1") * Fraction(share) for year, share in shares.items()}


def test_with_accounts_that_tell_at_once_a_claim_is_enumerated_by_hand() -> None:
    found = {(one.cause, one.event, one.lines): one.expected for one in made(assumptions=prompt())}
    alone, with_stoppage = (CellLine(IP4, 2028),), (CellLine(IT6, 2027), CellLine(IP4, 2028))
    assert found[AT, IP4, alone] == Fraction("0.02") * Fraction("0.20")  # 80 % had a long stoppage too
    assert found[AT, IP4, with_stoppage] == Fraction("0.02") * Fraction("0.80")
    assert found[AT, DEATH, (CellLine(DEATH, 2027),)] == Fraction("0.01")
    # IT6 of both causes, a death; with and without a stoppage: IP2 and IP4 of both causes, IP3 of accidents
    assert len(found) == 3 + 2 * (2 + 2 + 1)


def test_by_account_line_every_line_is_a_claim_of_its_own_in_the_account_of_the_year_that_begins() -> None:
    found = made("2027-07-01", TriggerBasis.ACCOUNT_LINE)
    assert {line.account_year for one in found for line in one.lines} == {2027}
    assert all(one.lines == (CellLine(one.event, 2027),) for one in found)
    stoppages = {one.cause: one.expected for one in found if one.event is IT6}
    grave = Fraction("0.1") + Fraction("0.05") + Fraction("0.02")
    assert stoppages[AT] == Fraction("0.4") + grave * Fraction("0.80")  # those of grave claims count too
    assert sum(one.expected for one in found if one.event is IP2) == Fraction("0.13")


def test_by_account_line_waiting_days_do_not_move_the_account_that_is_insured() -> None:
    found = made("2027-12-01", TriggerBasis.ACCOUNT_LINE, waiting_days=31)
    assert {line.account_year for one in found for line in one.lines} == {2027}


def test_by_notification_an_incapacity_counts_in_its_own_year_and_its_stoppage_came_before() -> None:
    found = made("2027-07-01", TriggerBasis.IP_NOTIFICATION)
    for one in found:
        if one.event in {IP2, IP3, IP4}:
            assert one.lines == (CellLine(one.event, one.lines[0].account_year),)
            assert one.lines[0].account_year in {2027, 2028}
    assert sum(one.expected for one in found if one.event is IP2) == Fraction("0.13")


def test_by_notification_a_long_stoppage_and_a_death_go_by_the_day_they_occurred() -> None:
    own = {one for one in made("2027-07-01") if one.event in {IT6, DEATH}}
    assert own
    assert own == {one for one in made("2027-07-01", TriggerBasis.IP_NOTIFICATION) if one.event in {IT6, DEATH}}


@pytest.mark.parametrize("basis", TriggerBasis)
@pytest.mark.parametrize("first_day", ["2027-01-01", "2027-07-01", "2028-02-29", "2027-12-31"])
def test_every_line_falls_within_the_horizon_and_weighs_nine_years_at_least(
    first_day: str, basis: TriggerBasis, law: Law
) -> None:
    period = PolicyYear(date.fromisoformat(first_day), basis)
    outlook = Outlook(period, a_tariff().assumptions, Level.CENTRAL, law)
    years = [line.account_year for one in made(first_day, basis) for line in one.lines]
    assert min(years) >= period.first_day.year
    assert max(years) + YEARS_AFTER_ACCOUNT <= outlook.last_rate_year


def test_by_occurrence_the_horizon_is_nine_years_after_the_last_account_of_an_insured_claim(law: Law) -> None:
    for first_day, last_account in (("2027-01-01", 2030), ("2027-01-02", 2031)):  # the second one ends in 2028
        period = PolicyYear(date.fromisoformat(first_day), TriggerBasis.OCCURRENCE)
        outlook = Outlook(period, a_tariff().assumptions, Level.CENTRAL, law)
        assert account_years(made(first_day))[-1] == last_account
        assert outlook.last_rate_year == last_account + 9


def test_account_years_leave_none_out_between() -> None:
    assert account_years(made()) == range(2027, 2031)
    assert list(account_years(())) == []


def test_what_is_not_insured_leaves_its_line_out_of_the_claim() -> None:
    grave = next(one for one in made() if one.event is IP3 and len(one.lines) == 2)
    assert insured_lines(grave, frozenset({(IP3, AT), (IT6, AT)})) == grave.lines
    assert insured_lines(grave, frozenset({(IP3, AT)})) == grave.lines[1:]
    assert insured_lines(grave, frozenset({(IT6, AT)})) == grave.lines[:1]
    assert insured_lines(grave, frozenset({(IP3, MP), (IT6, MP)})) == ()


def test_a_full_year_of_events_brings_each_line_after_its_delay() -> None:
    lines = expected_lines(FOUND, prompt(), Level.CENTRAL)
    brought = summed(((delay, event), number) for delay, event, number in lines)
    assert brought[1, IP2] == Fraction("0.13")
    assert brought[0, DEATH] == Fraction("0.01")
    grave = Fraction("0.13") + Fraction("0.05") + Fraction("0.024")
    assert brought[0, IT6] == Fraction("0.6") + grave * Fraction("0.80")


def test_cells_are_the_same_whoever_buys_what() -> None:
    assert made() == made()
    assert made()[0].section == 0
    period = PolicyYear(DAY, TriggerBasis.OCCURRENCE)
    moved = cells(2, FOUND, period, a_tariff().assumptions, Level.CENTRAL)
    assert [replace(one, section=0) for one in moved] == list(made())
