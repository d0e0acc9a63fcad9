"""Instalments: their days, in whole and in shorter years, and how an amount is shared between them to the cent."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.policies.grounds import added
from atmp_insure.policies.transactions import InsuranceYear
from atmp_insure.premiums.instalments import instalments, parts, weights_of

Y2027 = InsuranceYear(date(2027, 1, 1), date(2027, 12, 31))
FROM_MARCH = InsuranceYear(date(2027, 3, 15), date(2027, 12, 31))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("year", "frequency", "days"),
    [
        (Y2027, Frequency.YEARLY, ["2027-01-01"]),
        (Y2027, Frequency.HALF_YEARLY, ["2027-01-01", "2027-07-01"]),
        (Y2027, Frequency.QUARTERLY, ["2027-01-01", "2027-04-01", "2027-07-01", "2027-10-01"]),
        (FROM_MARCH, Frequency.YEARLY, ["2027-03-15"]),
        (FROM_MARCH, Frequency.QUARTERLY, ["2027-03-15", "2027-04-01", "2027-07-01", "2027-10-01"]),
        (InsuranceYear(date(2027, 4, 1), date(2027, 12, 31)), Frequency.QUARTERLY,
         ["2027-04-01", "2027-07-01", "2027-10-01"]),
        (InsuranceYear(date(2027, 12, 31), date(2027, 12, 31)), Frequency.MONTHLY, ["2027-12-31"]),
        (InsuranceYear(date(2027, 8, 31), date(2028, 8, 30)), Frequency.HALF_YEARLY, ["2027-08-31", "2028-02-29"]),
    ],
)  # fmt: skip
def test_a_year_is_called_on_the_days_of_its_frequency_counted_from_its_end(
    year: InsuranceYear, frequency: Frequency, days: list[str]
) -> None:
    assert [one.due_on.isoformat() for one in instalments(year, frequency)] == days


def test_a_whole_year_bears_alike_and_a_shorter_one_by_its_days() -> None:
    whole, short = (instalments(one, Frequency.QUARTERLY) for one in (Y2027, FROM_MARCH))
    assert weights_of(whole, Frequency.QUARTERLY) == (1, 1, 1, 1)
    assert weights_of(short, Frequency.QUARTERLY) == (17, 91, 92, 92)


@pytest.mark.parametrize(
    ("cents", "weights", "remainder_at", "shared"),
    [
        (10_000, (1, 1, 1), 1, (3_334, 3_333, 3_333)),
        (10_000, (1, 1, 1), 3, (3_333, 3_333, 3_334)),
        (-10_000, (1, 1, 1), 1, (-3_334, -3_333, -3_333)),  # given back as it was called
        (1, (1, 1, 1, 1), 1, (1, 0, 0, 0)),
        (0, (1, 1), 1, (0, 0)),
        (29_200, (17, 91, 92, 92), 1, (1_700, 9_100, 9_200, 9_200)),
    ],
)
def test_what_does_not_divide_falls_on_the_instalment_that_is_named(
    cents: int, weights: tuple[int, ...], remainder_at: int, shared: tuple[int, ...]
) -> None:
    assert parts(cents, weights, remainder_at) == shared


years = st.builds(
    lambda due_on, before: InsuranceYear(max(added(due_on, -12), due_on - timedelta(days=before)), due_on - DAY),
    st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(1, 366),
)  # fmt: skip


@given(years, st.sampled_from(Frequency))
def test_instalments_cover_every_day_of_the_year_once(year: InsuranceYear, frequency: Frequency) -> None:
    found = instalments(year, frequency)
    assert 1 <= len(found) <= frequency.calls
    assert (found[0].due_on, found[-1].last_day) == (year.first_day, year.last_day)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    for former, latter in itertools.pairwise(found):
        assert former.last_day + DAY == latter.due_on
    assert all(one.days > 0 for one in found)


@given(st.integers(-(10**10), 10**10), st.lists(st.integers(1, 366), min_size=1, max_size=12), st.data())
def test_parts_add_up_and_none_goes_against_the_whole(cents: int, weights: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(weights)))
    found = parts(cents, weights, at)
    assert sum(found) == cents
    assert all(one * cents >= 0 for one in found)
    assert parts(-cents, weights, at) == tuple(-one for one in found)
