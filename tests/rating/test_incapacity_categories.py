"""Golden: both sides of every boundary of the temporary (days) and permanent (percent) incapacity categories."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.builders import golden

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law


@pytest.mark.parametrize("on", [date(2010, 1, 1), date(2012, 6, 20), date(2026, 12, 31)], ids=str)
@pytest.mark.parametrize("row", golden("incapacity_categories"), ids=lambda row: f"{row['kind']}-{row['value']}")
def test_days_and_rates_fall_in_the_category_of_the_law(row: dict[str, str], on: date, law: Law) -> None:
    table: dict[str, Fraction] = {}
    if row["kind"] == "IT":
        table = {
            category.value: Fraction(first) for category, first in law.temporary_incapacity_categories.at(on).value
        }
    else:
        table = {category.value: first for category, first in law.permanent_incapacity_categories.at(on).value}
    reached = [category for category, first in table.items() if first <= Fraction(row["value"])]
    assert max(reached, key=lambda category: table[category]) == row["category"]


def test_every_category_has_one_first_value_in_rising_order(law: Law) -> None:
    for table in (
        law.temporary_incapacity_categories.at(date(2024, 1, 1)).value,
        law.permanent_incapacity_categories.at(date(2024, 1, 1)).value,
    ):
        firsts = [Fraction(first) for _, first in table]
        assert firsts == sorted(set(firsts))
    assert len(law.temporary_incapacity_categories.at(date(2024, 1, 1)).value) == 6
    assert len(law.permanent_incapacity_categories.at(date(2024, 1, 1)).value) == 4


def test_the_papillon_stoppage_lasts_77_days_both_ends_counted() -> None:
    assert (date(2012, 9, 4) - date(2012, 6, 20)).days + 1 == 77
