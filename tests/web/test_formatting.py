"""How numbers and days are written, with the value on each side of every rounding boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from atmp_insure import formatting
from atmp_insure.formatting import ENGLISH

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1234.56", "1\u202f234,56\u00a0€"),
        ("0.125", "0,13\u00a0€"),  # half up; half-even would give 0,12
        ("0.12499", "0,12\u00a0€"),
        ("0.135", "0,14\u00a0€"),
        ("-0.125", "−0,13\u00a0€"),
        ("-0.004", "0,00\u00a0€"),  # no negative zero
        ("-0.005", "−0,01\u00a0€"),
        ("999999.995", "1\u202f000\u202f000,00\u00a0€"),
        ("999999.994", "999\u202f999,99\u00a0€"),
    ],
)
def test_euros_in_french(amount: str, written: str) -> None:
    assert formatting.euros(Decimal(amount)) == written


def test_euros_in_english() -> None:
    assert formatting.euros(Decimal("-1234.5"), language=ENGLISH) == "−€1,234.50"
    assert formatting.euros(1234, 0, ENGLISH) == "€1,234"


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        ("0.0235", "2,35\u00a0%"),
        ("0.023450", "2,35\u00a0%"),  # 2.345 goes up, where half-even would stay at 2,34
        ("0.0234499999", "2,34\u00a0%"),
        ("0.00005", "0,01\u00a0%"),
        ("0.0000499", "0,00\u00a0%"),
    ],
)
def test_a_rate_is_written_to_the_hundredth(rate: str, written: str) -> None:
    assert formatting.percent(Decimal(rate)) == written


def test_a_rate_in_english_and_with_other_decimals() -> None:
    assert formatting.percent(Decimal("0.0235"), language=ENGLISH) == "2.35%"
    assert formatting.percent(Fraction(8, 10), 0) == "80\u00a0%"


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        formatting.euros(0.1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "written"),
    [
        ("0", "sans effet"),
        ("0.00004999", "moins de 0,01\u00a0point"),
        ("0.00005", "+0,01\u00a0point"),
        ("-0.0199", "−1,99\u00a0point"),
        ("-0.02", "−2,00\u00a0points"),
    ],
)
def test_a_change_of_rate_in_points(change: str, written: str) -> None:
    assert formatting.signed_points(Decimal(change)) == written


def test_numbers_lose_useless_zeros_unless_decimals_are_asked() -> None:
    assert formatting.number(Decimal("149.9900")) == "149,99"
    assert formatting.number(1_400_000) == "1\u202f400\u202f000"
    assert formatting.number(0) == "0"
    assert formatting.number(Decimal("0.79235")) == "0,7924"
    assert formatting.number(5, 2) == "5,00"


def test_days() -> None:
    assert formatting.day(date(2026, 11, 1)) == "1er novembre 2026"
    assert formatting.day(date(2026, 11, 2)) == "2 novembre 2026"
    assert formatting.day(date(2026, 11, 1), ENGLISH) == "1 November 2026"
    assert formatting.short_day(date(2026, 2, 3)) == "03/02/2026"
    assert formatting.short_day(date(2026, 2, 3), ENGLISH) == "3 Feb 2026"


def test_a_moment_is_told_on_the_clocks_of_paris() -> None:
    # 31 December 23:30 in UTC is already the next year in Paris; in July Paris is two hours ahead
    assert formatting.moment(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "01/01/2027 à 00:30"
    assert formatting.moment(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == "31/12/2026 à 23:59"
    assert formatting.moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), ENGLISH) == "1 Jul 2026, 14:00"
    assert formatting.short_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "01/01/2027"
    with pytest.raises(ValueError, match="time zone"):
        formatting.moment(datetime(2026, 1, 1, 12, 0))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 11, 20), "il y a 2\u00a0jours", "2 days ago"),
        (date(2026, 11, 21), "hier", "yesterday"),
        (TODAY, "aujourd'hui", "today"),
        (date(2026, 11, 23), "demain", "tomorrow"),
        (date(2026, 11, 24), "dans 2\u00a0jours", "in 2 days"),
    ],
)
def test_how_far_a_day_is(day: date, french: str, english: str) -> None:
    assert formatting.relative_day(day, TODAY) == french
    assert formatting.relative_day(day, TODAY, ENGLISH) == english


def test_a_month_is_told_in_words() -> None:
    assert formatting.month(date(2026, 11, 1)) == "novembre 2026"
    assert formatting.month(date(2026, 8, 31), ENGLISH) == "August 2026"


def test_a_difference_says_its_way() -> None:
    assert formatting.signed(formatting.euros(Decimal("12.5"))) == "+12,50\u00a0€"
    assert formatting.signed(formatting.number(-3)) == "−3"


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    assert [formatting.counted(n, "jour", "jours") for n in (0, 1, 2)] == ["0\u00a0jour", "1\u00a0jour", "2\u00a0jours"]
    assert [formatting.counted(n, "day", "days", ENGLISH) for n in (0, 1)] == ["0\u00a0days", "1\u00a0day"]


def test_sizes_of_files() -> None:
    assert formatting.file_size(999) == "999\u00a0o"
    assert formatting.file_size(1_000) == "1\u00a0ko"
    assert formatting.file_size(1_449_999) == "1,4\u00a0Mo"
    assert formatting.file_size(1_450_000, ENGLISH) == "1.5\u00a0MB"


def test_identifiers_are_grouped_as_they_are_read() -> None:
    assert formatting.grouped_identifier("00000001800010") == "000\u00a0000\u00a0018\u00a000010"
    assert formatting.grouped_identifier("000000018") == "000\u00a0000\u00a0018"
    assert formatting.grouped_identifier("FR7630006000011234567890189").startswith("FR76\u00a03000\u00a0")
    assert formatting.grouped_identifier("TX-2026-1041") == "TX-2026-1041"
