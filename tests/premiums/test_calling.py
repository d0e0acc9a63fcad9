"""Calls by difference: instalments, an endorsement in between, an end; whatever happens, what is owed gets called."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.policies.transactions import Charge, InsuranceYear
from atmp_insure.premiums.calling import Amounts, CalledLine, Lines, Shares, added, owed_of, reached, to_call
from atmp_insure.premiums.instalments import instalments

Y2027, Y2028 = (InsuranceYear(date(year, 1, 1), date(year, 12, 31)) for year in (2027, 2028))
NINE = Fraction(9, 100)
IP2, IP3 = CalledLine("IP2", NINE, 1, 0), CalledLine("IP3", NINE, 1, 5)
QUARTERS = (1, 1, 1, 1)


def charge(code: str, net: str, first_day: date = Y2027.first_day, broker: int | None = None) -> Charge:
    amount = Fraction(net)
    return Charge(
        code, first_day, Y2027.last_day, first_day, 1, amount, Fraction(0), NINE, round(amount * 9) / Fraction(100),
        amount / 10, broker,
    )  # fmt: skip


def test_what_is_owed_of_a_year_is_the_sum_of_its_charges_line_by_line() -> None:
    charges = [
        charge("IP2", "1000"), charge("IP2", "-250", date(2027, 7, 1)), charge("IP3", "400", broker=5),
        charge("IP2", "1100", Y2028.first_day),
    ]  # fmt: skip
    assert owed_of(charges, Y2027) == {
        IP2: Amounts(75_000, 0, 6_750, 7_500), IP3: Amounts(40_000, 0, 3_600, 4_000),
    }  # fmt: skip


def test_four_quarters_an_endorsement_and_an_end_are_called_by_difference() -> None:
    called: Lines = {}
    owed = {IP2: Amounts(net=100_000, tax=9_000)}
    said = []
    for count in (1, 1, 2):
        one = to_call(owed, called, Shares(QUARTERS, count))
        said.append(one.get(IP2, Amounts()).total)
        called = added(called, one)
    assert said == [27_250, 0, 27_250]  # called again, nothing
    owed = {IP2: Amounts(net=110_000, tax=9_900)}  # a guarantee dearer since July: what was called lags behind
    for count in (3, 4):
        one = to_call(owed, called, Shares(QUARTERS, count))
        said.append(one[IP2].total)
        called = added(called, one)
    assert said[3:] == [35_425, 29_975]
    owed = {IP2: Amounts(net=80_000, tax=7_200)}  # it ended in the meantime: the rest is given back at once
    assert to_call(owed, called, Shares(QUARTERS, 4))[IP2].total == -32_700


def test_instalments_are_reached_by_their_day_and_all_of_them_once_cover_has_ended() -> None:
    quarters = instalments(Y2027, Frequency.QUARTERLY)
    assert [reached(quarters, on, None) for on in (
        date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1), date(2028, 1, 1),
    )] == [0, 1, 1, 2, 4]  # fmt: skip
    assert reached(quarters, date(2027, 5, 1), date(2027, 5, 2)) == 2
    assert reached(quarters, date(2027, 5, 2), date(2027, 5, 2)) == 4


cents = st.integers(-(10**8), 10**8)
amounts = st.builds(Amounts, cents, cents, cents, cents)
lines = st.dictionaries(st.sampled_from([IP2, IP3, CalledLine("IP4", NINE, 2, 0)]), amounts, max_size=3)


@given(st.lists(st.tuples(lines, st.integers(0, 4), st.integers(1, 4)), max_size=8), lines)
def test_whatever_was_owed_on_the_way_a_year_called_to_its_end_was_called_what_is_owed(
    steps: list[tuple[Lines, int, int]], last: Lines
) -> None:
    called: Lines = {}
    for owed, count, remainder_at in [*steps, (last, 4, 1)]:
        called = added(called, to_call(owed, called, Shares(QUARTERS, count, remainder_at)))
    assert {line: one for line, one in called.items() if one != Amounts()} == {
        line: one for line, one in last.items() if one != Amounts()
    }
    assert to_call(last, called, Shares(QUARTERS, 4)) == {}
