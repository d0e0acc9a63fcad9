"""Activities that stay at the collective rate whatever the headcount (art. D.242-6-14)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rating.rate import rate
from tests.builders import SURCHARGES, a_question

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law

LIST_OF_2020 = """
40.1ZE 40.1ZF 51.1TG 51.1TH 52.4RB 52.6GA 60.1ZA 64.1AA 65.1AB 66.0AB 70.3CB 74.1GD 74.2CB 75.1AG
75.2EE 75.3AA 75.3BB 75.3CA 75.3CB 75.3CC 80.1ZA 80.2AA 80.2CA 85.3AB 85.3AC 85.3AD 85.3AE 85.3BA 85.3CA 85.3HA 85.3HB
85.3KL 91.1AA 91.1AE 91.3EA 91.3EI 92.3AD 92.6CG 95.0ZA 95.0ZC 95.0ZD
""".split()  # noqa: SIM905 - as the tariff prints it


@pytest.mark.parametrize("code", LIST_OF_2020)
def test_each_code_marked_in_the_2020_tariff_is_collective_at_any_headcount(code: str, law: Law) -> None:
    found = rate(a_question(rate_year=2020, headcount=5000, risk_code=code, collective_rate_percent="1.30"), law)
    assert (found.mode.value, found.rate_percent) == ("collective", Fraction("1.30"))


def test_the_list_of_2020_holds_these_codes_and_no_other(law: Law) -> None:
    assert law.collective_only_codes.at(law.effective_on(2020)).value == frozenset(LIST_OF_2020)


def test_an_ordinary_code_follows_its_headcount(law: Law) -> None:
    assert rate(a_question(rate_year=2020, headcount=5000, risk_code="28.1AD"), law).mode.value == "individual"


@pytest.mark.parametrize(("rate_year", "warned"), [(2020, False), (2021, True), (2026, True)])
def test_the_list_is_said_to_be_unchecked_after_2020(rate_year: int, warned: bool, law: Law) -> None:
    found = rate(a_question(rate_year=rate_year, headcount=200, risk_code="70.3CB"), law)
    assert found.mode.value == "collective"
    assert any("2020" in one and "liste" in one.lower() for one in found.assumptions) is warned


def test_a_year_whose_list_is_not_known_says_so(law: Law) -> None:
    found = rate(a_question(rate_year=2015, headcount=200, risk_code="70.3CB", surcharges=SURCHARGES), law)
    assert any("2015" in one and "70.3CB" in one for one in found.assumptions)


def test_a_collective_only_unit_needs_neither_wages_nor_costs_and_is_not_capped(law: Law) -> None:
    question = a_question(risk_code="70.3CB", wages_eur={}, previous_rate_percent="1.00", collective_rate_percent=None)
    found = rate(question, law)
    assert (found.rate_percent, found.limits) == (Fraction("3.08"), None)  # tariff of 2024
