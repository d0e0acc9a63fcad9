"""What settles what: the oldest first, to the cent, whatever there is; and the letters that accountants give it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.ledger.settling import Owed, Settlement, letters, oldest_first

MARCH, APRIL, MAY = (date(2027, month, 1) for month in (3, 4, 5))
amounts = st.integers(1, 500).map(lambda cents: Decimal(cents) / 100)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def owed(number: int, due_on: date, amount: str) -> Owed:
    return Owed(number, due_on, Decimal(amount))


def test_the_oldest_debt_is_settled_first_and_the_first_written_of_the_same_day() -> None:
    debits = owed(3, APRIL, "50"), owed(2, MARCH, "40"), owed(1, APRIL, "50")
    assert oldest_first(debits, [owed(9, MAY, "100")]) == (
        Settlement(2, 9, Decimal(40)), Settlement(1, 9, Decimal(50)), Settlement(3, 9, Decimal(10)),
    )  # fmt: skip


def test_a_payment_too_large_leaves_its_rest_open() -> None:
    assert oldest_first([owed(1, MARCH, "40")], [owed(9, MAY, "100")]) == (Settlement(1, 9, Decimal(40)),)
    assert oldest_first([], [owed(9, MAY, "100")]) == ()


@given(st.lists(st.tuples(days, amounts), max_size=8), st.lists(st.tuples(days, amounts), max_size=8))
def test_no_more_is_settled_than_there_is_and_nothing_waits_on_both_sides(
    debts: list[tuple[date, Decimal]], paid: list[tuple[date, Decimal]]
) -> None:
    debits = [Owed(at, *one) for at, one in enumerate(debts)]
    credits_ = [Owed(at, *one) for at, one in enumerate(paid, start=100)]
    found = oldest_first(debits, credits_)
    settled: dict[int, Decimal] = defaultdict(Decimal)
    for one in found:
        assert one.amount_eur > 0
        settled[one.debit] += one.amount_eur
        settled[one.credit] += one.amount_eur
    for item in (*debits, *credits_):
        assert settled[item.number] <= item.left_eur
    total = min(sum(one.left_eur for one in debits), sum(one.left_eur for one in credits_))
    assert sum((one.amount_eur for one in found), Decimal(0)) == total
    by_age = sorted(debits, key=lambda one: (one.due_on, one.number))
    whole = [settled[one.number] == one.left_eur for one in by_age]
    assert whole == sorted(whole, reverse=True)  # none is paid whole after one that is not


def test_items_that_settle_each_other_however_far_share_a_letter() -> None:
    found = letters([(5, 9), (1, 7), (2, 7), (2, 8)])
    assert found == {1: "AAA", 2: "AAA", 7: "AAA", 8: "AAA", 5: "AAB", 9: "AAB"}


def test_letters_go_on_after_the_last_of_three() -> None:
    many = letters([(2 * at, 2 * at + 1) for at in range(26**3 + 2)])
    assert [many[0], many[2 * 25], many[2 * 26], many[2 * (26**3 - 1)], many[2 * 26**3], many[2 * (26**3 + 1)]] == [
        "AAA", "AAZ", "ABA", "ZZZ", "AAAA", "AAAB",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(21, 40)), max_size=30))
def test_groups_are_those_of_a_walk_from_each_item(pairs: list[tuple[int, int]]) -> None:
    beside: dict[int, set[int]] = defaultdict(set)
    for debit, credit in pairs:
        beside[debit].add(credit)
        beside[credit].add(debit)
    found = letters(pairs)
    assert found.keys() == beside.keys()
    for number in beside:
        reached, waiting = {number}, [number]
        while waiting:
            for other in beside[waiting.pop()] - reached:
                reached.add(other)
                waiting.append(other)
        assert {other for other, letter in found.items() if letter == found[number]} == reached
