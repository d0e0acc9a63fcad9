"""Why a rate moved: parts that add up exactly to the difference, each part moved by its own cause only."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.rounding import Rounding, RoundingMode
from atmp_insure.rating.answers import change_answer
from atmp_insure.rating.change import rate_change
from tests.builders import (
    COSTS,
    HALF_UP_2,
    HALF_UP_4,
    SURCHARGES,
    a_claim,
    a_question,
    with_rounding,
)

if TYPE_CHECKING:
    from atmp_insure.rating.change import RateChange
    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import Law

PARTS = ("claims_out", "cost_table", "claims_in", "payroll", "surcharges", "collective_rate", "mode_and_share", "cap")
CENTS = st.integers(0, 2000).map(lambda units: Fraction(units, 100))


@st.composite
def questions(draw: st.DrawFn, rate_year: int) -> RateQuestion:
    """A unit of any mode, with its own tables and a previous rate or none."""
    return a_question(
        rate_year=rate_year,
        scope=draw(st.sampled_from(["general", "alsace_moselle"])),
        construction=draw(st.booleans()),
        headcount=draw(st.sampled_from([10, 20, 60, 149, 150, 400])),
        wages_eur={year: draw(st.integers(100_000, 5_000_000)) for year in range(rate_year - 4, rate_year - 1)},
        claims=draw(
            st.lists(
                st.builds(
                    lambda year, category: a_claim(ref=f"{category}-{year}", account_year=year, category=category),
                    st.integers(2019, 2023),
                    st.sampled_from(sorted(COSTS)),
                ),
                max_size=5,
            )
        ),
        average_costs_eur={name: int(cost) + draw(st.integers(0, 99)) for name, cost in COSTS.items()},
        surcharges={
            "m1": draw(st.sampled_from(["0.17", "0.18"])),
            "m2": draw(st.integers(50, 60)),
            "m3": draw(st.sampled_from(["0.16", "0.31"])),
            "m4": "0.03",
        },
        collective_rate_percent=draw(CENTS),
        previous_rate_percent=draw(st.one_of(st.none(), CENTS)),
    )


@pytest.mark.parametrize(
    "policy",
    [{}, {"gross": HALF_UP_4}, {"net": HALF_UP_2, "mixed": HALF_UP_2}, {"limit": Rounding(RoundingMode.DOWN, 2)}],
    ids=str,
)
@given(before=questions(2024), after=questions(2025))
@settings(deadline=None, max_examples=40)
def test_the_parts_add_up_exactly_to_the_difference_of_the_notified_rates(
    policy: dict[str, Rounding], before: RateQuestion, after: RateQuestion, law: Law
) -> None:
    found = rate_change(before, after, with_rounding(law, **policy))
    assert tuple(part.code for part in found.parts) == PARTS
    assert sum(part.points for part in found.parts) == found.after.rate_percent - found.before.rate_percent
    answer = change_answer(found)
    written = [Fraction(part["points"]) for part in answer["parts"]]
    assert sum(written) == Fraction(answer["difference_points"]) == found.difference_points
    for part, shown in zip(found.parts, written, strict=True):
        assert abs(part.points - shown) < Fraction(1, 10**10)
    assert all(part["sentence_fr"].endswith(".") for part in answer["parts"])


@given(before=questions(2024))
@settings(deadline=None, max_examples=20)
def test_nothing_moves_between_two_equal_documents(before: RateQuestion, law: Law) -> None:
    assert {part.points for part in rate_change(before, before, law).parts} == {0}


def _moved(law: Law, **changes: Any) -> dict[str, Fraction]:
    """Parts that are not zero when one thing changes in an individual unit with one IT6 of 2021."""
    same: dict[str, Any] = {
        "rate_year": 2024,
        "headcount": 200,
        "claims": [a_claim(ref="K", account_year=2021, category="IT6")],
        "surcharges": SURCHARGES,
        "average_costs_eur": COSTS,
    }
    found: RateChange = rate_change(a_question(**same), a_question(**(same | changes)), law)
    assert sum(part.points for part in found.parts) == found.difference_points
    return {part.code: part.points for part in found.parts if part.points and part.code != "cap"}


# IT6 over three millions: 40 783 / 3 000 000 × 100 × 1.58 = 2.1479046... points
WEIGHT = Fraction(40_783, 30_000) * Fraction("1.58")


def test_a_claim_that_comes_moves_claims_in_only(law: Law) -> None:
    claims = [a_claim(ref="K", account_year=2021, category="IT6"), a_claim(ref="N", account_year=2022, category="IT6")]
    assert _moved(law, claims=claims) == {"claims_in": WEIGHT}


def test_a_claim_that_leaves_moves_claims_out_only(law: Law) -> None:
    assert _moved(law, claims=[]) == {"claims_out": -WEIGHT}


def test_a_payroll_that_doubles_moves_payroll_only(law: Law) -> None:
    assert _moved(law, wages_eur=2_000_000) == {"payroll": -WEIGHT / 2}


def test_a_new_schedule_moves_the_cost_table_only(law: Law) -> None:
    dearer = COSTS | {"IT6": str(2 * 40_783)}
    assert _moved(law, average_costs_eur=dearer) == {"cost_table": WEIGHT}


def test_new_surcharges_move_surcharges_only(law: Law) -> None:
    assert _moved(law, surcharges=SURCHARGES | {"m3": "0.26"}) == {"surcharges": Fraction("0.10")}


def test_a_new_collective_rate_moves_its_part_only_and_by_its_share(law: Law) -> None:
    def unit(collective: str) -> RateQuestion:
        return a_question(headcount=120, collective_rate_percent=collective)

    found = rate_change(unit("2.80"), unit("3.80"), law)
    moved = {part.code: part.points for part in found.parts if part.points and part.code != "cap"}
    assert moved == {"collective_rate": Fraction(27, 130)}


def test_a_new_headcount_moves_mode_and_share_only(law: Law) -> None:
    def unit(headcount: int) -> RateQuestion:
        return a_question(headcount=headcount, claims=[a_claim(category="IT6")])

    found = rate_change(unit(20), unit(150), law)
    moved = {part.code: part.points for part in found.parts if part.points and part.code != "cap"}
    assert moved == {"mode_and_share": (WEIGHT + Fraction("0.4586") - Fraction("2.80")) * Fraction("0.9")}


@pytest.mark.parametrize(("former", "latter"), [(200, 10), (10, 200), (100, 10), (10, 100)])
def test_claims_that_stay_in_the_triennium_neither_leave_nor_come_when_the_mode_changes(
    former: int, latter: int, law: Law
) -> None:
    def unit(headcount: int) -> RateQuestion:
        return a_question(headcount=headcount, claims=[a_claim(ref="STAYS", account_year=2021, category="IP2")])

    found = rate_change(unit(former), unit(latter), law)
    parts = {part.code: part for part in found.parts}
    assert {code for code, part in parts.items() if part.points} <= {"mode_and_share", "cap"}
    for code in ("claims_in", "claims_out"):
        assert "STAYS" not in parts[code].sentence_fr


def test_the_cap_part_tells_what_the_cap_and_the_rounding_took(law: Law) -> None:
    def unit(previous: str | None) -> RateQuestion:
        return a_question(claims=[a_claim(category="IP4")], previous_rate_percent=previous)

    found = rate_change(unit(None), unit("2.00"), law)
    assert found.after.rate_percent == Fraction("3.00")
    moved = {part.code: part.points for part in found.parts if part.points}
    assert moved == {"cap": found.difference_points}


def test_claims_that_leave_are_priced_on_the_former_schedule_and_those_that_come_on_the_latter(law: Law) -> None:
    # the schedule of 2021 is not known: neither the claim that left in 2020 nor that of 2022 may ask for it
    before = a_question(rate_year=2020, claims=[a_claim(ref="OLD", account_year=2016, category="IT6")])
    after = a_question(rate_year=2024, claims=[a_claim(ref="NEW", account_year=2022, category="IT6")])
    found = rate_change(before, after, law)
    parts = {part.code: part for part in found.parts}
    assert "OLD" in parts["claims_out"].sentence_fr
    assert "NEW" in parts["claims_in"].sentence_fr
    assert parts["cost_table"].points == 0


def test_each_part_has_a_french_sentence_with_its_points(law: Law) -> None:
    sentences = {
        part.code: part.sentence_fr
        for part in rate_change(
            a_question(wages_eur=1_000_000, claims=[a_claim(category="IT6")]),
            a_question(wages_eur=2_000_000, claims=[a_claim(category="IT6")]),
            law,
        ).parts
    }
    assert sentences["payroll"].endswith("−1,07\u00a0point.")
    assert sentences["collective_rate"].endswith("sans effet.")


def test_one_claim_is_told_in_the_singular_and_two_in_the_plural(law: Law) -> None:
    def told(*refs: str) -> str:
        """How the claims that came are told."""
        after = a_question(claims=[a_claim(ref=ref, category="IT6") for ref in refs])
        return {part.code: part for part in rate_change(a_question(claims=[]), after, law).parts}[
            "claims_in"
        ].sentence_fr

    assert told("A").startswith("Sinistre entré dans la période triennale : A ")
    assert told("A", "B").startswith("Sinistres entrés dans la période triennale : A ")
    assert " et 1 autre :" in told(*"ABCDEF")
    assert " et 2 autres :" in told(*"ABCDEFG")
