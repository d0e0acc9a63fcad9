"""Numbers as programs write them, and as people type them: exact, or refused with what to write instead."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from atmp_insure.kernel.numbers import NotANumber, exact_number, typed_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50", "1234.50"),
        ("1\u202f250\u00a0", "1250"),
        ("12.5", "12.5"),
        ("-3", "-3"),
        (" 0,125 ", "0.125"),
        ("999999999999,99", "999999999999.99"),
    ],
)
def test_what_people_type_is_read_to_its_last_decimal(text: str, value: str) -> None:
    assert str(typed_number(text)) == value
    assert typed_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.234,50",
        "1,234.50",
        "1e5",
        "1_000",
        "12€50",
        "€ 12",
        "douze",
        "-",
        "1,",
        "٣",
        "1000000000000",
        "nan",
        "1+1",
    ],
)
def test_what_could_be_read_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        typed_number(text)
    assert refused.value.remedy == "Écrire par exemple 1 234,50"


@pytest.mark.parametrize(("unit", "text"), [("€", "1\u202f250,50\u00a0€"), ("%", "1250,50 %"), ("€", "1250.50")])
def test_a_number_may_be_followed_by_its_unit(unit: str, text: str) -> None:
    assert typed_number(text, unit) == Decimal("1250.50")


@pytest.mark.parametrize(("unit", "text"), [("€", "12 %"), ("%", "12 €"), ("", "12 %"), ("", "12 €"), ("€", "12 €€")])
def test_a_percentage_is_no_amount_and_a_headcount_has_no_unit(unit: str, text: str) -> None:
    with pytest.raises(NotANumber):
        typed_number(text, unit)


def test_a_program_writes_a_decimal_point_and_is_told_so() -> None:
    assert exact_number("-3.20") == Fraction("-3.2")
    with pytest.raises(NotANumber) as refused:
        exact_number("1 400,5")
    assert refused.value.remedy == 'Écrire le point décimal : "1400.5"'
