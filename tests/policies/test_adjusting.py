"""The adjustment of a policy year: which year is over, its sections, each line before and after, questions on wages."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from atmp_insure.kernel.errors import InvalidInput, MissingParameter, Refused
from atmp_insure.policies.adjusting import (
    adjusted_lines,
    adjusted_on,
    adjustment_of,
    charged_before,
    doubts,
    require_over,
    year_insured,
    year_that_begins,
    years_over,
)
from atmp_insure.policies.loader import installed_doubtful
from atmp_insure.policies.state import counting
from atmp_insure.policies.terms import MINIMUM_LINE
from atmp_insure.policies.transactions import InsuranceYear, Refunding, Suspension
from tests.policies.builders import FIRST_DAY, OTHER, SIRET, Y2027, Y2028, Stack, closed, opened, paid

ONE, TWO = f"{SIRET}/01", f"{OTHER}/01"
JULY, OCTOBER = date(2027, 7, 1), date(2027, 10, 1)
DAY = timedelta(days=1)


def adjust(stack: Stack, year: InsuranceYear = Y2027, **wages: int) -> Fraction:
    """A year adjusted on the wages of sections `one` and `two`; what it costs without tax."""
    given = {{"one": ONE, "two": TWO}[name]: Fraction(amount) for name, amount in wages.items()}
    content = adjustment_of(year_insured(counting(stack.transactions), year), given)
    state = stack.on(max(one.effective_on for one in stack.transactions))
    assert state is not None
    plan = stack.insert(adjusted_on(state, year), content)
    return sum((one.net_eur for entry in plan.entries for one in entry.charges), Fraction(0))


def test_a_year_is_over_on_the_day_after_its_last_one_and_not_before() -> None:
    stack = Stack.issued()
    stack.renew()
    state = stack.on(Y2028.last_day)
    assert state is not None
    assert years_over(state, Y2027.last_day) == ()
    assert years_over(state, Y2027.last_day + DAY) == (Y2027,)
    assert years_over(state, Y2028.last_day + DAY) == (Y2028, Y2027)
    with pytest.raises(Refused, match="n'est pas terminée"):
        require_over(state, Y2028, Y2028.last_day)


def test_a_policy_that_ended_in_the_year_is_adjusted_from_the_day_after_its_last_insured_one() -> None:
    stack = Stack.issued()
    stack.end(OCTOBER)
    state = stack.on(OCTOBER)
    assert state is not None
    assert adjusted_on(state, Y2027) == OCTOBER
    assert (years_over(state, OCTOBER - DAY), years_over(state, OCTOBER)) == ((), (Y2027,))
    # 273 of 365 days: 20 000 € a year became 14 958.90 €; on wages of 3 000 000 € for these days, 0.50 % of them
    assert adjust(stack, one=3_000_000) == Fraction("15000") - Fraction("14958.90")


def test_a_policy_that_is_void_has_nothing_to_adjust() -> None:
    stack = Stack.issued()
    stack.end(OCTOBER, "nullity", refunding=Refunding.KEPT, voids=True)
    state = stack.on(OCTOBER)
    assert state is not None
    assert years_over(state, Y2028.last_day) == ()


def test_a_year_that_was_renewed_and_ended_as_it_began_was_never_insured() -> None:
    stack = Stack.issued()
    stack.renew()
    stack.end(Y2028.first_day)
    state = stack.on(Y2028.first_day)
    assert state is not None
    assert years_over(state, Y2028.last_day + DAY) == (Y2027,)


def test_no_year_begins_on_a_day_that_none_begins_on() -> None:
    state = Stack.issued().on(FIRST_DAY)
    assert state is not None
    assert year_that_begins(state, FIRST_DAY) == Y2027
    with pytest.raises(InvalidInput, match="01/01/2027"):
        year_that_begins(state, FIRST_DAY + DAY)


def test_sections_have_their_insured_days_and_the_provisional_wages_of_these_days() -> None:
    stack = Stack.issued()
    stack.endorse(JULY, opened(wages=3_650_000), paid(SIRET, 5_000_000))
    stack.endorse(OCTOBER, closed())
    stack.insert(date(2027, 8, 1), Suspension())  # these days count: their premium stays due
    insured = year_insured(counting(stack.transactions), Y2027)
    assert [(one.key, one.days) for one in insured.sections] == [(ONE, 273), (TWO, 184)]
    # 181 days at 4 000 000 € a year and 92 at 5 000 000 €; 184 at 3 650 000 €
    expected = [round((181 * Fraction(4_000_000) + 92 * Fraction(5_000_000)) / 365, 2), Fraction(1_840_000)]
    assert [one.provisional_eur for one in insured.sections] == expected
    assert insured.minimum_eur == 1500


def test_each_line_is_shown_before_and_after_and_the_minimum_is_a_line_of_its_own() -> None:
    stack = Stack.issued()
    adjust(stack, one=100_000)  # 500 € of premium, below the minimum of 1 500 €
    counted = counting(stack.transactions)
    lines = adjusted_lines(charged_before(counted, 2), stack.transactions[1].entry.charges, Y2027)
    assert [one.code for one in lines] == ["IP2", "IP3", "IP4", MINIMUM_LINE]
    assert [one.provisional_eur for one in lines] == [4000, 6000, 10_000, 0]
    assert [one.final_eur for one in lines] == [100, 150, 250, 1000]
    assert sum(one.total_eur for one in lines) == sum(one.total_eur for one in stack.transactions[1].entry.charges)
    assert lines[0].tax_eur == Fraction("-351")  # 9 % of what is given back


def test_a_second_adjustment_of_a_year_costs_what_differs_from_the_first() -> None:
    stack = Stack.issued()
    stack.renew()
    assert adjust(stack, one=4_400_000) == 2000
    assert adjust(stack, one=4_500_000) == 500
    assert adjust(stack, one=4_500_000) == 0
    counted = counting(stack.transactions)
    lines = adjusted_lines(charged_before(counted, 4), stack.transactions[3].entry.charges, Y2027)
    assert [one.provisional_eur for one in lines] == [4400, 6600, 11_000], "provisional: as the first left it"


def test_what_comes_in_later_for_a_day_of_the_year_applies_the_adjustment_again() -> None:
    stack, other = Stack.issued(), Stack.issued()
    adjust(stack, one=4_000_000)
    stack.endorse(Y2027.last_day, paid(SIRET, 8_000_000))  # on the very last day
    other.endorse(Y2027.last_day, paid(SIRET, 8_000_000))
    adjust(other, one=4_000_000)
    assert stack.net_eur == other.net_eur == 20_000


@pytest.mark.parametrize(
    ("wages", "said"),
    [
        ({ONE: Fraction(1), TWO: Fraction(1)}, "n'était pas assurée"),
        ({}, "absente"),
        ({ONE: Fraction(-1)}, "négative"),
    ],
)
def test_wages_are_those_of_the_sections_of_the_year_each_named_once(wages: dict[str, Fraction], said: str) -> None:
    insured = year_insured(counting(Stack.issued().transactions), Y2027)
    with pytest.raises(InvalidInput, match=said):
        adjustment_of(insured, wages)
    assert adjustment_of(insured, {ONE: Fraction(0)}).wages_eur == {ONE: 0}, "nothing may have been paid"


@pytest.mark.parametrize(
    ("paid_eur", "asked"),
    [("1999999.99", True), ("2000000", False), ("8000000", False), ("8000000.01", True)],  # of 4 000 000 provisional
)
def test_wages_beyond_the_double_or_below_the_half_are_asked_about(paid_eur: str, asked: bool) -> None:
    insured = year_insured(counting(Stack.issued().transactions), Y2027)
    found = doubts(insured, {ONE: Fraction(paid_eur)}, installed_doubtful(None, FIRST_DAY))
    assert bool(found) is asked
    assert all(ONE in one for one in found)


def test_nothing_is_known_of_doubts_before_their_first_day() -> None:
    with pytest.raises(MissingParameter):
        installed_doubtful(None, date(1999, 12, 31))
