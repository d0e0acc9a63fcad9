"""The picture of one accident on a rate: what is notified, what is expected with and without it, what a cover pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.underwriting.quote_chart import quote_chart, years_text

if TYPE_CHECKING:
    from atmp_insure.documents.charts.chart import Chart

# Source: presentation of the product, 2019: 170 people, 4.5 M€ of wages, 2.20 %, one IP4: 430 650 € in six years.
# The indemnities are those of a deductible of 0.30 % of wages (reference on insurance operations, 1.4).
WITH = ("3.20", "4.20", "5.25", "4.20", "3.36", "2.56")
EXCESS = ("45000.00", "90000.00", "137250.00", "90000.00", "52200.00", "16200.00")
INDEMNITIES = ("31500.00", "76500.00", "123750.00", "76500.00", "38700.00", "2700.00")
KEY = "section"


def an_impact(event: str, *, years: int = 6) -> dict[str, Any]:
    told = [
        {
            "rate_year": 2030 + at, "with_percent": WITH[at], "without_percent": "2.20", "excess_eur": EXCESS[at],
            "indemnities_eur": [EXCESS[at], INDEMNITIES[at]],
        }
        for at in range(years)
    ]  # fmt: skip
    return {"section": KEY, "event": event, "account_year": 2028, "years": told}


def an_answer(*impacts: dict[str, Any], guarantees: tuple[str, ...] = ("IP4", "contestation_fees")) -> dict[str, Any]:
    rates = [{"rate_year": year, "notified_percent": "2.20"} for year in (2025, 2026)]
    return {
        "starts_on": "2027-01-01",
        "exposure": {"sections": [{"key": KEY, "siret": "00000001800010", "section": "01", "rates": rates}]},
        "impact": list(impacts or (an_impact("IP4"),)),
        "variants": [{"guarantees": list(guarantees)}, {"guarantees": list(guarantees)}],
    }


def drawn(answer: dict[str, Any], event: str = "IP4", variant: int = 1, language: str = "fr") -> Chart:
    found = quote_chart(answer, KEY, event, variant, language)
    assert found is not None
    return found


def named(chart: Chart, name: str) -> dict[str, Any]:
    [found] = [one for one in chart.option["baseOption"]["series"] if one.get("name") == name]
    return found  # type: ignore[no-any-return]


def values(series: dict[str, Any]) -> list[float | None]:
    return [None if point is None else point["value"] for point in series["data"]]


def test_the_title_says_what_happens_and_for_how_long() -> None:
    chart = drawn(an_answer())
    assert chart.title == "Un accident avec incapacité permanente de 40 % et plus : votre taux sur six ans"
    assert chart.subtitle.endswith("section 01. Indemnité : formule 2.")
    assert "430\u202f650,00\u00a0€" in chart.description
    assert "5,25\u00a0% en 2032 au lieu de 2,20\u00a0%" in chart.description


def test_notified_rates_are_solid_and_rates_to_come_dashed_with_and_without_the_accident() -> None:
    chart = drawn(an_answer())
    notified, risen, other = (named(chart, name) for name in ("Taux notifié", "Avec l'accident", "Sans l'accident"))
    assert [one["lineStyle"]["type"] for one in (notified, risen, other)] == ["solid", [3, 3], [6, 4]]
    assert values(notified)[:2] == [2.2, 2.2]
    assert values(risen)[-6:] == [3.2, 4.2, 5.25, 4.2, 3.36, 2.56]
    assert values(other)[-6:] == [2.2] * 6


def test_years_that_the_answer_does_not_tell_stay_empty_on_a_whole_axis() -> None:
    chart = drawn(an_answer())
    assert chart.option["baseOption"]["xAxis"][0]["data"] == [str(year) for year in range(2025, 2036)]
    assert values(named(chart, "Avec l'accident"))[2:5] == [None, None, None]  # 2027 to 2029


def test_the_bars_are_the_indemnities_of_the_variant_that_is_asked_for() -> None:
    assert values(named(drawn(an_answer()), "Indemnité"))[-6:] == [31500, 76500, 123750, 76500, 38700, 2700]
    assert values(named(drawn(an_answer(), variant=0), "Indemnité"))[-1] == 16200


def test_the_wide_form_bears_the_same_names_as_the_chart() -> None:
    wide, narrow = drawn(an_answer()).option["media"]
    assert "Avec l'accident" in wide["option"]["legend"]["data"]
    assert [one["endLabel"]["formatter"] for one in wide["option"]["series"] if "endLabel" in one] == [
        "Sans l'accident", "Avec l'accident",
    ]  # fmt: skip
    assert narrow["option"]["legend"] == {"show": True}


def test_the_table_adds_up_to_the_published_total() -> None:
    table = drawn(an_answer()).table
    assert table.rows[-1] == (
        "Total",
        "",
        "",
        "430\u202f650,00\u00a0€",
        "349\u202f650,00\u00a0€",
        "81\u202f000,00\u00a0€",
    )
    assert table.rows[0][:3] == ("2025", "2,20\u00a0%", "–")
    assert len(table.rows) == 2 + 6 + 1


def test_a_death_shows_the_picture_of_the_category_that_it_is_charged_to() -> None:
    assert drawn(an_answer(), "death").title.startswith("Un accident avec incapacité permanente de 40 %")
    assert drawn(an_answer(an_impact("IP4"), an_impact("death")), "death").title.startswith("Un accident mortel")


def test_one_year_is_written_in_the_singular_and_a_number_beyond_words_in_figures() -> None:
    assert drawn(an_answer(an_impact("IT6", years=1)), "IT6").title.endswith("sur un an")
    assert (years_text(12), years_text(13)) == ("douze ans", "13 ans")


def test_a_variant_that_does_not_insure_the_event_says_so() -> None:
    chart = drawn(an_answer(an_impact("IT6"), guarantees=("IP4", "contestation_fees")), "IT6")
    assert chart.subtitle.endswith("La formule 2 ne garantit pas cet événement.")


def test_the_chart_speaks_the_language_of_its_page() -> None:
    chart = drawn(an_answer(), language="en")
    assert chart.title == "An accident with a permanent incapacity of 40% and more: your rate over six years"
    assert values(named(chart, "With the accident"))[-1] == 2.56
    assert chart.table.rows[-1][3] == "€430,650.00"


@pytest.mark.parametrize(
    ("section", "event", "variant"), [("another", "IP4", 0), (KEY, "IP2", 0), (KEY, "IP4", 2), (KEY, "IP4", -1)]
)
def test_what_the_answer_does_not_illustrate_has_no_chart(section: str, event: str, variant: int) -> None:
    assert quote_chart(an_answer(), section, event, variant) is None


def test_an_accident_that_leaves_the_rate_unmoved_has_no_chart() -> None:
    assert quote_chart(an_answer(an_impact("IP4", years=0)), KEY, "IP4", 0) is None
