"""Golden: both sides of every headcount threshold, and the shares of the mixed rate at their ends."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rating.rate import rate
from tests.builders import SURCHARGES, a_question, golden, half_up

if TYPE_CHECKING:
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law

THRESHOLDS = golden("mode_thresholds")
SHARES = golden("mixed_shares")


def rated(row: dict[str, str], law: Law) -> YearRate:
    """The rate of the unit that a line of a table describes."""
    question = a_question(
        scope=row["scope"],
        construction=row["construction"] == "true",
        rate_year=int(row["rate_year"]),
        headcount=row["headcount"],
        surcharges=SURCHARGES,
    )
    return rate(question, law)


@pytest.mark.parametrize(
    "row", THRESHOLDS, ids=lambda row: "-".join(row[key] for key in ("scope", "construction", "rate_year", "headcount"))
)
def test_a_headcount_gives_its_mode_on_both_sides_of_each_threshold(row: dict[str, str], law: Law) -> None:
    found = rated(row, law)
    assert found.mode.value == row["mode"]


@pytest.mark.parametrize("row", SHARES, ids=lambda row: row["id"])
def test_the_mixed_share_of_each_period_is_exact_at_its_ends(row: dict[str, str], law: Law) -> None:
    found = rated(row, law)
    assert found.individual_share == Fraction(row["share"])
    if row["shown_percent"]:
        decimals = len(row["shown_percent"].partition(".")[2])
        assert half_up(found.individual_share * 100, decimals) == Fraction(row["shown_percent"])


@pytest.mark.parametrize(
    ("scope", "construction", "headcount"),
    [("general", False, 150), ("alsace_moselle", False, 150), ("alsace_moselle", True, 300)],
)
@pytest.mark.parametrize("rate_year", [2012, 2017, 2018, 2026])
def test_the_share_is_one_from_the_individual_threshold_on_and_the_formula_meets_it_there(
    scope: str, construction: bool, headcount: int, rate_year: int, law: Law
) -> None:
    question = a_question(
        scope=scope, construction=construction, rate_year=rate_year, headcount=headcount, surcharges=SURCHARGES
    )
    assert rate(question, law).individual_share == 1
    formula = law.mixed_shares.at(law.effective_on(rate_year)).value[question.unit.scope, construction]
    assert formula.share(Fraction(headcount)) == 1


def test_the_share_is_zero_below_the_mixed_threshold(law: Law) -> None:
    found = rate(a_question(headcount="19.99"), law)
    assert found.individual_share == 0
    assert found.calculated_percent == Fraction("2.80")


def test_the_mixed_rate_mixes_net_rates_and_not_gross_rates(law: Law) -> None:
    # 120 employees in 2024: f = 0.9/130 × 100 + 0.1 = 103/130; without claims the individual rate is the floor 0.4586
    found = rate(a_question(headcount=120, collective_rate_percent="2.80"), law)
    share = Fraction(103, 130)
    assert found.calculated_percent == share * Fraction("0.4586") + (1 - share) * Fraction("2.80")


def test_construction_outside_alsace_moselle_follows_the_general_thresholds(law: Law) -> None:
    found = rate(a_question(ctn="B", headcount=150), law)
    assert found.mode.value == "individual"


def test_a_document_without_history_says_that_the_freeze_was_not_applied(law: Law) -> None:
    said = rate(a_question(headcount=160), law).assumptions
    assert any("historique" in one for one in said)
