"""What a policy year would pay: enumerated where it can be, drawn where it must, exact in its whole numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rating.impact import ImpactQuestion, impact
from atmp_insure.rating.scenarios import Draws, SectionYears, section_years
from atmp_insure.rating.unit import ClaimLine, TariffUnit
from atmp_insure.regulation.vocabulary import CostCategory, Scope
from atmp_insure.underwriting.draws import chances, draw_several
from atmp_insure.underwriting.loss_distribution import (
    LossDistribution,
    Paid,
    SectionTerms,
    Terms,
    excess_of,
    indemnities,
    loss_distribution,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.regulation.law import Law

FIRST, LAST = 2027, 2040
YEARS = LAST - FIRST + 1
KINDS = (CostCategory.IT6, CostCategory.IP2, CostCategory.IP3, CostCategory.IP4)
SECTIONS = (("A", "28.1AD", 180, 5_400_000, "3.20"), ("C", "60.2MG", 60, 2_100_000, "2.60"))
WEIGHTS = tuple(Fraction(weight) for weight in ("0.20", "0.08", "0.03", "0.01", "0.05", "0.02", "0.01", "0.004"))


def a_question(ctn: str, code: str, headcount: int, wages_eur: int, previous: str | None) -> ImpactQuestion:
    return ImpactQuestion(
        unit=TariffUnit(ctn, risk_code=code), first_rate_year=FIRST, last_rate_year=LAST,
        headcount=Yearly(Fraction(headcount)), wages_eur=Yearly(Fraction(wages_eur)), studied_claims=(),
        previous_rate_percent=None if previous is None else Fraction(previous),
    )  # fmt: skip


def sections(law: Law, insured: Sequence[CostCategory] = KINDS) -> list[SectionYears]:
    """Both sections; a claim of a category that is not insured brings nothing to either."""
    found = []
    for at, section in enumerate(SECTIONS):
        cells = [
            [ClaimLine("tiré", 2027, kind)] if own == at and kind in insured else []
            for own in range(len(SECTIONS))
            for kind in KINDS
        ]
        found.append(section_years(a_question(*section), cells, law))
    return found


def terms(deductible_eur: int = 0, limit_eur: int | None = None, **whole: int) -> Terms:
    limit = None if limit_eur is None else limit_eur * 100
    own = SectionTerms((deductible_eur * 100,) * YEARS, (limit,) * YEARS)
    return Terms((own,) * len(SECTIONS), **whole)


def distribution(law: Law, asked: Terms, *, seed: int = 1, scenarios: int = 20_000, scale: int = 1) -> LossDistribution:
    weights = [weight * scale for weight in WEIGHTS]
    expected = sum(weights, Fraction(0))
    draws = draw_several(seed, scenarios, expected, WEIGHTS) if expected else Draws(*_NONE, 0)
    every, whole = np.arange(len(WEIGHTS)), sections(law)
    single = paid_by(whole, Draws(every, every, len(WEIGHTS)), asked)
    return loss_distribution(Paid(single, paid_by(whole, draws, asked)), weights, chances(expected))


def paid_by(whole: Sequence[SectionYears], draws: Draws, asked: Terms) -> Any:
    """What a cover pays in each scenario; all sections know the same cells here."""
    return indemnities([excess_of(one, draws) for one in whole], draws.count, asked)


_NONE = np.zeros(0, np.int64), np.zeros(0, np.int64)


def test_no_frequency_pays_nothing_for_sure(law: Law) -> None:
    found = distribution(law, terms(), scale=0)
    nothing = Fraction(0)
    assert found == LossDistribution(nothing, nothing, nothing, (nothing, nothing, nothing), nothing, 0)


def test_one_claim_pays_what_the_exact_engine_says_less_its_deductible_year_by_year(law: Law) -> None:
    every = np.arange(len(WEIGHTS))
    found = paid_by(sections(law), Draws(every, every, len(WEIGHTS)), terms(deductible_eur=15_000))
    for cell, cents in enumerate(found.tolist()):
        section, kind = SECTIONS[cell // len(KINDS)], KINDS[cell % len(KINDS)]
        question = replace(a_question(*section), studied_claims=(ClaimLine("A", 2027, kind),))
        years = impact(question, law).years
        assert cents == sum(int(max(Fraction(0), year.excess_eur - 15_000) * 100) for year in years)


def test_where_no_cap_binds_a_claim_costs_its_average_cost_with_m2(law: Law) -> None:
    """Closed form, wages that do not move: cost × (1 + M2), but for the rounding of three rates on each side."""
    payroll = 54_000_000
    question = a_question("A", "28.1AD", 1_800, payroll, None)
    cost = law.find_average_cost(2026, "A", None, CostCategory.IP3, scope=Scope.GENERAL)
    m2 = law.find_surcharge(2026, "m2")
    assert cost is not None
    assert m2 is not None
    closed = cost.value * (1 + m2.value / 100)
    section = section_years(question, [[ClaimLine("tiré", 2027, CostCategory.IP3)]], law)
    none = Terms((SectionTerms((0,) * YEARS, (None,) * YEARS),))
    [cents] = paid_by([section], Draws(np.array([0]), np.array([0]), 1), none).tolist()
    assert abs(Fraction(cents, 100) - closed) <= 3 * Fraction(1, 100) / 100 * payroll


def test_a_higher_deductible_or_a_lower_limit_never_pays_more_and_one_more_guarantee_never_less(law: Law) -> None:
    draws = draw_several(3, 4_000, Fraction(1), WEIGHTS)
    whole = sections(law)
    paid = [paid_by(whole, draws, terms(deductible_eur=one)) for one in (0, 5_000, 16_200, 32_400)]
    for less, more in pairwise(reversed(paid)):
        assert (less <= more).all()
    limited = [paid_by(whole, draws, terms(limit_eur=one)) for one in (1_000, 40_000, 10**7)]
    for less, more in pairwise(limited):
        assert (less <= more).all()
    assert (limited[-1] == paid[0]).all()
    fewer = [paid_by(sections(law, KINDS[:one]), draws, terms(5_000)) for one in range(1, len(KINDS) + 1)]
    for less, more in pairwise(fewer):
        assert (less <= more).all()


def test_limits_of_a_year_and_of_the_policy_hold_all_sections_together(law: Law) -> None:
    draws, whole = draw_several(3, 2_000, Fraction(1), WEIGHTS), sections(law)
    free = paid_by(whole, draws, terms())
    by_policy = paid_by(whole, draws, terms(policy_limit_cents=10_000_000))
    assert (by_policy == np.minimum(free, 10_000_000)).all()
    by_year = paid_by(whole, draws, terms(year_limit_cents=2_000_000))
    assert by_year.max() <= 2_000_000 * YEARS
    assert (by_year <= free).all()
    assert (by_year < free).any()


def test_another_seed_moves_the_mean_by_less_than_one_percent_and_within_its_error(law: Law) -> None:
    found = [distribution(law, terms(5_000), seed=seed, scenarios=50_000) for seed in range(4)]
    for one in found[1:]:
        assert abs(one.expected_eur - found[0].expected_eur) < found[0].expected_eur / 100
        assert abs(one.expected_eur - found[0].expected_eur) < 5 * found[0].standard_error_eur


def test_the_same_seed_gives_the_same_figures_to_the_cent(law: Law) -> None:
    assert distribution(law, terms(5_000)) == distribution(law, terms(5_000))


def test_percentiles_rise_and_frame_the_mean_of_a_rare_and_heavy_loss(law: Law) -> None:
    found = distribution(law, terms())
    low, middle, high = found.percentiles_eur
    assert low <= middle <= high
    assert found.expected_eur < high
    chance = 1 - chances(sum(WEIGHTS, Fraction(0))).none
    assert Fraction(0) < found.chance_of_payment <= chance


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_more_frequency_costs_more(law: Law, scale: int) -> None:
    less, more = distribution(law, terms(), scale=scale), distribution(law, terms(), scale=scale + 1)
    assert less.expected_eur < more.expected_eur
