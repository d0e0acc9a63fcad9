"""Golden: published examples, recomputed, each under the rounding policy its source shows."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from atmp_insure.regulation.vocabulary import Activity, CostCategory, Scope
from tests.builders import (
    HALF_UP_2,
    UNROUNDED,
    a_claim,
    a_question,
    an_impact,
    golden,
    half_up,
    with_rounding,
    without_cap,
)

if TYPE_CHECKING:
    from atmp_insure.rating.impact import Impact
    from atmp_insure.regulation.law import Law

FLOORS = golden("floors")
FOUNDRY = golden("serenite_chain")


@pytest.mark.parametrize("row", FLOORS, ids=lambda row: row["rate_year"])
def test_a_unit_without_claims_pays_the_floor_of_its_year(row: dict[str, str], law: Law) -> None:
    rate_year = int(row["rate_year"])
    for name in ("m1", "m2", "m3", "m4"):
        cell = law.find_surcharge(rate_year, name)
        assert cell is not None
        assert cell.value == Fraction(row[name])
    found = rate(a_question(rate_year=rate_year), law)
    by_hand = Fraction(row["m1"]) * (1 + Fraction(row["m2"]) / 100) + Fraction(row["m3"]) + Fraction(row["m4"])
    assert found.gross_percent == 0
    assert found.calculated_percent == by_hand
    assert found.rate_percent == Fraction(row["floor_percent"])


@pytest.mark.parametrize("rate_year", [2022, 2026])
def test_truncation_is_excluded_by_the_floors_of_2022_and_2026(rate_year: int, law: Law) -> None:
    found = rate(a_question(rate_year=rate_year), law)
    assert found.rate_percent > found.calculated_percent


def test_cramif_2018_adds_unit_costs_over_the_three_years(law: Law) -> None:
    # cramif.fr 2018: 5 IT1 of 275 €, 1 IT6 of 34 783 €, 2 IT2 of 550 €, 1 400 000 € of wages in three years
    claims = [a_claim(ref=f"A{at}", account_year=2014, category="IT1") for at in range(5)]
    claims.append(a_claim(ref="B", account_year=2015, category="IT6"))
    claims += [a_claim(ref=f"C{at}", account_year=2016, category="IT2") for at in range(2)]
    question = a_question(
        rate_year=2018,
        claims=claims,
        wages_eur={2014: 400_000, 2015: 500_000, 2016: 500_000},
        average_costs_eur={"IT1": 275, "IT2": 550, "IT6": 34_783},
    )
    found = rate(question, law)
    assert found.risk_value_eur == 37_258
    assert found.gross_percent == Fraction(37_258, 14_000)
    assert rate(question, with_rounding(law, gross=HALF_UP_2)).gross_percent == Fraction("2.66")


@pytest.mark.parametrize("role", ["agency", "user"])
def test_the_building_federation_example_halves_both_costs_of_a_temporary_worker(role: str, law: Law) -> None:
    # ffbatiment.fr: IT6 38 740 € → 19 370 €, IP second œuvre 169 866 € → 84 933 €, total 104 303 €
    costs = {"IT6": 38_740, "IP2": 169_866}
    found = rate(
        a_question(
            rate_year=2026,
            ctn="B",
            sub_sector="second_oeuvre",
            average_costs_eur=costs,
            claims=[
                a_claim(account_year=2024, category=category, temporary_worker_role=role, classified_year=2024)
                for category in costs
            ],
        ),
        law,
    )
    parts = [Fraction(str(step.value[0])) for step in found.trace if step.code == "claim_cost"]
    assert parts == [19_370, 84_933]
    assert found.risk_value_eur == 104_303


def test_the_building_federation_costs_are_those_of_the_2024_schedule(law: Law) -> None:
    for category, printed in (("IT6", 38_740), ("IP2", 169_866), ("IP3", 169_866), ("IP4", 169_866)):
        cell = law.find_average_cost(2024, "B", Activity.SECOND_OEUVRE, CostCategory(category), scope=Scope.GENERAL)
        assert cell is not None
        assert cell.value == printed


def test_a_loaded_ip4_of_metal_works_costs_1_020_089_euros_over_its_three_rate_years(law: Law) -> None:
    # groupespeciallines.fr: 645 626 € × 1.58, individual mode, no cap, constant wages
    cell = law.find_average_cost(2020, "A", None, CostCategory.IP4, scope=Scope.GENERAL)
    assert cell is not None
    assert cell.value == 645_626
    found = impact(
        an_impact(
            first_rate_year=2019,
            last_rate_year=2024,
            headcount=200,
            wages_eur=3_000_000,
            studied_claims=[a_claim(ref="X", account_year=2018, category="IP4")],
            average_costs_eur={"IP4": 645_626},
            surcharges={"m1": "0.18", "m2": "58", "m3": "0.38", "m4": "0.03"},
        ),
        with_rounding(without_cap(law), notified=UNROUNDED),
    )
    assert [bool(year.excess_eur) for year in found.years] == [False, True, True, True, False, False]
    assert half_up(found.total_excess_eur, 0) == 1_020_089


def _foundry(law: Law, base_percent: str) -> Impact:
    """83 employees, metal works, 2 063 345 € of wages; a death charged in 2011, stoppages in 2011 and 2012."""
    return impact(
        an_impact(
            first_rate_year=2013,
            last_rate_year=2018,
            headcount=83,
            wages_eur=2_063_345,
            previous_rate_percent=base_percent,
            calculated_without_percent=base_percent,
            surcharges={"m2": "51"},
            studied_claims=[
                a_claim(ref="death", account_year=2011, category="IP4", cost_eur=600_000),
                a_claim(ref="death", account_year=2011, category="IT1", cost_eur=300),
                a_claim(ref="stoppage", account_year=2012, category="IT4", cost_eur=4_500),
            ],
        ),
        law,
    )


def test_the_foundry_chain_is_published_unrounded(law: Law) -> None:
    found = _foundry(with_rounding(law, notified=UNROUNDED), "5.27")
    rates = [year.with_claims.rate_percent for year in found.years]
    assert rates == [Fraction(row["unrounded_percent"]) for row in FOUNDRY]
    assert [half_up(one, 2) for one in rates] == [Fraction(row["shown_percent"]) for row in FOUNDRY]


def test_the_foundry_chain_rounded_each_year_gives_8_24_and_10_30(law: Law) -> None:
    found = _foundry(law, "5.27")
    rates = [year.with_claims.rate_percent for year in found.years]
    assert rates == [Fraction(row["rounded_percent"]) for row in FOUNDRY]
    assert {Fraction("8.24"), Fraction("10.30")} < set(rates)


@pytest.mark.parametrize(("base_percent", "total_eur"), [("5.26965", 280_322), ("5.27", 280_341)])
def test_the_foundry_pays_280_322_euros_too_much_over_five_years(base_percent: str, total_eur: int, law: Law) -> None:
    # 2.578125 × base rate × wages: 280 322 € published, with a base of 5.26965 printed as 5.27
    found = _foundry(with_rounding(law, notified=UNROUNDED), base_percent)
    assert half_up(found.total_excess_eur, 0) == total_eur
    assert half_up(Fraction("2.578125") * Fraction(base_percent) / 100 * 2_063_345, 0) == total_eur


def test_the_rates_of_2025_take_effect_on_the_first_of_may_and_the_others_on_new_year(law: Law) -> None:
    days = {year: law.effective_on(year).isoformat() for year in range(2012, 2027)}
    assert days.pop(2025) == "2025-05-01"
    assert set(days.values()) == {f"{year}-01-01" for year in days}


def test_the_rates_of_2025_and_2026_are_each_capped_against_the_year_before(law: Law) -> None:
    found = impact(
        an_impact(
            first_rate_year=2024,
            last_rate_year=2026,
            headcount=200,
            previous_rate_percent="2.00",
            studied_claims=[a_claim(ref="X", account_year=2022, category="IP4")],
        ),
        law,
    )
    assert [str(year.with_claims.rate_percent) for year in found.years] == ["3", "4", "5"]
