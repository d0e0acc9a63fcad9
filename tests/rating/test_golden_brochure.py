"""Golden: the brochure of 2019 — its table of average costs, its example of 430 650 €, its two slips."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from atmp_insure.regulation.vocabulary import Activity, CostCategory, Scope
from tests.builders import SURCHARGES, a_claim, a_question, an_impact, golden

if TYPE_CHECKING:
    from atmp_insure.rating.impact import Impact
    from atmp_insure.regulation.law import Law

TABLE = golden("average_costs_2019")
CHAIN = golden("brochure_chain")
BROCHURE_SURCHARGES = {"m1": "0.19", "m2": "57", "m3": "0.44", "m4": "0.04"}


@pytest.mark.parametrize(
    "row", TABLE, ids=lambda row: "-".join(row[key] for key in ("ctn", "scope", "sub_sector", "category") if row[key])
)
def test_every_cell_of_the_2019_table_prices_a_claim(row: dict[str, str], law: Law) -> None:
    found = rate(
        a_question(
            rate_year=2019,
            ctn=row["ctn"],
            scope=row["scope"],
            headcount=1000,
            sub_sector=row["sub_sector"] or None,
            claims=[a_claim(account_year=2016, category=row["category"])],
        ),
        law,
    )
    assert found.risk_value_eur == Fraction(row["cost_eur"])


def test_the_table_of_the_law_holds_no_cell_of_2019_that_the_brochure_lacks(law: Law) -> None:
    known = {key[1:] for key in law.average_costs if key[0] == 2019}
    printed = set()
    for row in TABLE:
        construction_grave = row["ctn"] == "B" and row["category"] in {"IP2", "IP3", "IP4"}
        if construction_grave and row["sub_sector"]:
            printed.add(("B", Activity(row["sub_sector"]), "IP2-4"))
        elif construction_grave:
            printed.add(("B", Activity.ALSACE_MOSELLE, row["category"]))
        else:
            printed.add((row["ctn"], Activity.ALL, row["category"]))
    assert known == printed


def test_alsace_moselle_keeps_the_national_temporary_and_ip1_costs_in_construction(law: Law) -> None:
    for row in TABLE:
        if row["ctn"] == "B" and row["scope"] == "general" and not row["sub_sector"]:
            cell = law.find_average_cost(2019, "B", None, CostCategory(row["category"]), scope=Scope.ALSACE_MOSELLE)
            assert cell is not None
            assert cell.value == Fraction(row["cost_eur"])


def _brochure(law: Law, **changes: object) -> Impact:
    asked: dict[str, object] = {
        "studied_claims": [a_claim(ref="X", account_year=2017, category="IP4")],
        "calculated_without_percent": "2.20",
        "average_costs_eur": None,
        "surcharges": None,
        "collective_rate_percent": None,
    }
    return impact(an_impact(**(asked | changes)), law)  # type: ignore[arg-type]


@pytest.mark.parametrize("ctn", list("ACDEFGHI"))
def test_the_brochure_case_costs_430_650_euros_in_every_committee(ctn: str, law: Law) -> None:
    found = _brochure(law, ctn=ctn)
    assert [year.with_claims.rate_percent for year in found.years] == [Fraction(row["with_percent"]) for row in CHAIN]
    assert found.total_excess_eur == 430_650


def test_the_brochure_case_is_exact_year_by_year(law: Law) -> None:
    found = _brochure(law)
    assert len(found.years) == len(CHAIN)
    for year, row in zip(found.years, CHAIN, strict=True):
        assert year.rate_year == int(row["rate_year"])
        assert year.without_claims.rate_percent == Fraction(row["without_percent"])
        assert year.excess_points == Fraction(row["excess_points"])
        assert year.excess_eur == Fraction(row["excess_eur"])
        assert year.deductible_eur == 0
        assert year.indemnity_eur == year.excess_eur
    assert (found.total_excess_points, found.met_in) == (Fraction("9.57"), 2025)
    assert found.by_claim["X"].excess_eur == found.by_claim["X"].indemnity_eur == 430_650


@pytest.mark.parametrize(("deductible", "total"), [("0.30", 349_650), ("0.60", 279_450)])
def test_the_deductible_comes_off_each_year_and_never_below_zero(deductible: str, total: int, law: Law) -> None:
    found = _brochure(law, deductible_percent_of_wages=deductible)
    column = f"indemnity_{deductible.replace('.', '')}_eur"
    assert [year.indemnity_eur for year in found.years] == [Fraction(row[column]) for row in CHAIN]
    assert {year.deductible_eur for year in found.years} == {Fraction(deductible) * 45_000}
    assert found.total_indemnity_eur == total
    assert found.total_excess_eur == 430_650


def test_the_annual_limit_holds_each_year_after_the_deductible(law: Law) -> None:
    found = _brochure(law, deductible_percent_of_wages="0.30", annual_limit_eur=75_000)
    assert [year.indemnity_eur for year in found.years] == [31_500, 75_000, 75_000, 75_000, 38_700, 2_700, 0, 0]


def test_the_minimum_the_brochure_prints_is_that_of_2018_and_2019_gives_0_78(law: Law) -> None:
    assert rate(a_question(rate_year=2018), law).rate_percent == Fraction("0.84")
    assert rate(a_question(rate_year=2019), law).rate_percent == Fraction("0.78")


def test_the_brochure_formula_without_brackets_is_not_the_law(law: Law) -> None:
    # printed: gross + M1 × 1.57 + M3 + M4; the law: (gross + M1) × 1.57 + M3 + M4, the two differ by 0.57 × gross
    question = a_question(
        rate_year=2019, claims=[a_claim(account_year=2016, cost_eur=30_000)], surcharges=BROCHURE_SURCHARGES
    )
    found = rate(question, law)
    assert found.gross_percent == 1
    printed = 1 + Fraction("0.19") * Fraction("1.57") + Fraction("0.44") + Fraction("0.04")
    assert found.net_individual_percent == (1 + Fraction("0.19")) * Fraction("1.57") + Fraction("0.48")
    assert found.net_individual_percent == Fraction("2.3483")
    assert found.net_individual_percent - printed == Fraction("0.57")


def test_the_surcharges_the_brochure_prints_are_those_of_the_law_in_2019(law: Law) -> None:
    for name, printed in BROCHURE_SURCHARGES.items():
        cell = law.find_surcharge(2019, name)
        assert cell is not None
        assert cell.value == Fraction(printed)


def test_the_gross_rate_is_one_sum_over_three_years_and_not_a_mean_of_yearly_ratios(law: Law) -> None:
    found = rate(
        a_question(
            rate_year=2019,
            wages_eur={2015: 1_000_000, 2016: 2_000_000, 2017: 5_000_000},
            claims=[a_claim(account_year=2015, cost_eur=80_000)],
            surcharges=SURCHARGES,
        ),
        law,
    )
    assert found.gross_percent == 1  # 80 000 / 8 000 000; the mean of ratios would be 8/3
