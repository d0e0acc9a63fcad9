"""What must be said of values taken from an earlier year: once for all the years that repeat them."""

from __future__ import annotations

from atmp_insure.rating.assumptions import EARLIER, merged_assumptions


def borrowed(year: int, name: str = "majoration M1") -> str:
    return EARLIER.format(year=2026, wanted=f"pour {year}", name=name, value="0,19")


def test_a_value_repeated_over_years_is_told_once_with_its_span() -> None:
    said = merged_assumptions([(2026, ["autre"]), (2027, [borrowed(2027), "autre"]), (2028, [borrowed(2028)])])
    assert said == (
        "autre",
        "Valeur de 2026 reprise de 2027 à 2028, faute d'une valeur connue : majoration M1 (0,19).",
    )


def test_a_value_repeated_for_one_year_names_that_year() -> None:
    assert merged_assumptions([(2027, [borrowed(2027)])]) == (borrowed(2027),)


def test_two_values_stay_apart() -> None:
    assert len(merged_assumptions([(2027, [borrowed(2027), borrowed(2027, "majoration M2")])])) == 2
