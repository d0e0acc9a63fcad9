from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import Nature
from atmp_insure.rate_records.notation import Illegible
from atmp_insure.regulation.vocabulary import CostCategory, Mode

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("228.0", "228"),
        ("6 671 €", "6671"),
        ("6\u00a0671\u202f€", "6671"),  # no-break space, narrow no-break space
        ("1\u2009234,56 EUR", "1234.56"),  # thin space
        ("4.519 €", "4519"),  # three digits after the mark, in euros: thousands
        ("4,519", "4519"),
        ("23280.333", "23280.333"),  # five digits before the mark: no group of thousands
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("-45", "-45"),
        ("45-", "-45"),
        ("(45,10)", "-45.10"),
        ("−12", "-12"),
        ("0", "0"),
    ],
)
def test_an_amount_is_read_exactly_in_every_form_papers_use(text: str, value: str) -> None:
    assert notation.euros(text) == Fraction(value)


def test_three_digits_after_the_mark_of_a_rate_are_decimals() -> None:
    assert notation.percent("1.234") == Fraction("1.234")
    assert notation.percent("1,234 %") == Fraction("1.234")


@pytest.mark.parametrize("text", ["", "abc", "12 34", "1e5", "1,2,3", "١٢", "12€50", "--3-x", "NaN", "inf"])
def test_what_is_no_number_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(Illegible, match="n'est pas un nombre") as caught:
        notation.euros(text)
    assert caught.value.remedy


def test_an_amount_beyond_the_wages_of_the_country_is_a_slip() -> None:
    assert notation.euros("999 999 999 999") == 999_999_999_999
    with pytest.raises(Illegible, match="dépasse"):
        notation.euros("1 000 000 000 000")


def test_negative_wages_and_rates_are_refused() -> None:
    for read in (notation.positive_euros, notation.percent, notation.headcount):
        with pytest.raises(Illegible):
            read("-1")


@pytest.mark.parametrize(
    ("text", "value"), [("0,77", "0.77"), ("77 %", "0.77"), ("77", "0.77"), ("1", "1"), ("1/3", "1/3")]
)
def test_a_share_is_a_fraction_or_a_percentage(text: str, value: str) -> None:
    assert notation.share(text) == Fraction(value)


def test_a_share_above_one_hundred_percent_is_refused() -> None:
    assert notation.share("100 %") == 1
    with pytest.raises(Illegible, match="100 %"):
        notation.share("101 %")


@pytest.mark.parametrize(
    ("texts", "fractions"),
    [
        (["0,08", "0,5"], True),
        (["8", "0,5"], False),
        (["1", "0"], False),
        (["0,08 %"], False),
        ([], False),
        (["1", "0,1"], True),
    ],
)
def test_a_column_of_percentages_is_in_fractions_when_nothing_exceeds_one(texts: list[str], fractions: bool) -> None:
    assert notation.column_is_in_fractions(texts) is fractions


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20/06/2012", date(2012, 6, 20)),
        ("1/2/24", date(2024, 2, 1)),
        ("2012-06-20", date(2012, 6, 20)),
        ("20.06.2012", date(2012, 6, 20)),
        ("20062012", date(2012, 6, 20)),
        ("1062012", date(2012, 6, 1)),  # a spreadsheet drops the first zero
        ("45000", date(2023, 3, 15)),  # Excel serial, 1900 base
        ("45000.0", date(2023, 3, 15)),
        ("20/06/2012 14:30", date(2012, 6, 20)),
        ("2012-06-20T14:30:00Z", date(2012, 6, 20)),
    ],
)
def test_a_day_is_read_in_every_form_papers_use(text: str, day: date) -> None:
    assert notation.day(text, TODAY) == day


def test_two_digits_of_year_beyond_next_year_belong_to_the_last_century() -> None:
    assert notation.day("01/01/27", TODAY) == date(2027, 1, 1)
    assert notation.day("01/01/28", TODAY) == date(1928, 1, 1)


@pytest.mark.parametrize("text", ["31/02/2024", "32/01/2024", "2024", "12/2024", "hier", "00000000", "99999"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Illegible, match="n'est pas une date"):
        notation.day(text, TODAY)


def test_an_accident_is_not_declared_in_advance() -> None:
    assert notation.past_day("22/11/2026", TODAY) == TODAY
    with pytest.raises(Illegible, match="à venir"):
        notation.past_day("23/11/2026", TODAY)


@pytest.mark.parametrize("text", ["1,23457E+13", "1.23457e+13", "1,00000E+13"])
def test_a_siret_damaged_by_a_spreadsheet_is_named_as_such(text: str) -> None:
    with pytest.raises(Illegible, match="abîmé par le tableur"):
        code_notation.siret(text)


def test_a_siret_keeps_its_fourteen_digits_whatever_separates_them() -> None:
    assert code_notation.siret("000 000 018 00010") == "00000001800010"
    assert code_notation.siret("000000018\u00a000010") == "00000001800010"
    with pytest.raises(Illegible, match="SIRET"):
        code_notation.siret("123")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("281AD", ("28.1AD", False)),
        ("28. 1AD", ("28.1AD", False)),
        ("28.1ad", ("28.1AD", False)),
        ("293CA - B", ("29.3CA", True)),
        ("602MDB", ("60.2MD", True)),
        ("00.00B", ("00.00B", False)),
    ],
)
def test_a_risk_code_is_written_as_the_arretes_print_it(text: str, code: tuple[str, bool]) -> None:
    assert code_notation.risk_code(text) == code


def test_codes_of_one_letter_or_two_digits_are_kept() -> None:
    assert code_notation.committee("CC") == code_notation.committee("c") == code_notation.committee("CTN C") == "C"
    assert code_notation.section("1") == code_notation.section("01") == "01"
    for refused in ("", "J", "AB", "CCC"):
        with pytest.raises(Illegible):
            code_notation.committee(refused)


def test_a_category_is_written_with_or_without_its_kind() -> None:
    assert code_notation.temporary_category("4") == code_notation.temporary_category("CCM IT 4") is CostCategory.IT4
    assert code_notation.permanent_category("IP3") is CostCategory.IP3
    assert code_notation.permanent_category("0") is None
    for refused in ("9", "IT3", "IP"):
        with pytest.raises(Illegible, match="catégorie"):
            code_notation.permanent_category(refused)
    with pytest.raises(Illegible, match="catégorie"):
        code_notation.temporary_category("7")


def test_modes_and_natures_go_by_several_names() -> None:
    assert code_notation.mode("Taux individuel") is code_notation.mode("réel") is Mode.INDIVIDUAL
    assert code_notation.mode("tarification collective") is code_notation.mode("Collectif") is Mode.COLLECTIVE
    assert code_notation.nature("TJ") is code_notation.nature("Trajet") is Nature.COMMUTING
    for read in (code_notation.mode, code_notation.nature):
        with pytest.raises(Illegible):
            read("autre")


def test_dashes_and_spaces_say_nothing() -> None:
    assert all(notation.is_blank(text) for text in ("", " ", "\u00a0", "-", "—", "Néant"))
    assert not notation.is_blank("0")
