"""Many scenarios at once: each costs, year by year and to the cent, what the exact engine says of it alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rating.impact import ImpactQuestion, impact
from atmp_insure.rating.scenarios import Draws, SectionYears, over_contributions, section_years
from atmp_insure.rating.unit import ClaimLine, TariffUnit
from atmp_insure.regulation.vocabulary import Activity, CostCategory
from tests.builders import HALF_UP_4, with_rounding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.regulation.law import Law

FIRST, LAST = 2027, 2041
YEARS = range(FIRST, LAST + 1)
# a metal workshop at its own rate, a building site and an office at mixed rates
SECTIONS = (
    (TariffUnit("A", risk_code="28.1AD"), 180, 5_400_000, "3.20"),
    (TariffUnit("B", construction=True, sub_sector=Activity.GROS_OEUVRE, risk_code="45.2BE"), 120, 3_100_000, "6.80"),
    (TariffUnit("H", risk_code="65.1AB"), 60, 2_250_000, "1.10"),
)
KINDS = (
    *(
        ((CostCategory.IT6, year), (category, year + lag))
        for category in (CostCategory.IP2, CostCategory.IP3, CostCategory.IP4)
        for year in (2027, 2028)
        for lag in (1, 2, 4)
    ),
    ((CostCategory.IT6, 2027),), ((CostCategory.IT6, 2028),), ((CostCategory.IP4, 2027),),
)  # fmt: skip


def a_section(unit: TariffUnit, headcount: int, wages_eur: int, previous: str) -> ImpactQuestion:
    """A section whose payroll grows by 1.7 % a year, with three ordinary claims a year, some of them in decimals."""
    wages = {year: Fraction(round(wages_eur * 1.017 ** (year - 2023) * 100), 100) for year in range(2023, LAST + 1)}
    ordinary = tuple(
        ClaimLine(f"{category.value} {year}", year, category, count=Fraction(count))
        for year in range(2023, LAST)
        for category, count in ((CostCategory.IT2, "1.75"), (CostCategory.IT4, "0.6"), (CostCategory.IP1, "0.25"))
    )
    return ImpactQuestion(
        unit=unit, first_rate_year=FIRST, last_rate_year=LAST, headcount=Yearly(Fraction(headcount)),
        wages_eur=Yearly(by_year=wages), studied_claims=(), base_claims=ordinary,
        previous_rate_percent=Fraction(previous),
    )  # fmt: skip


def cells_of(section: int) -> list[list[ClaimLine]]:
    """Every kind of claim for every section: it brings lines to its own alone."""
    return [
        [ClaimLine("tiré", year, category) for category, year in kind] if own == section else []
        for own in range(len(SECTIONS))
        for kind in KINDS
    ]


def drawn(scenarios: int, seed: int, most: int = 4) -> Draws:
    dice = np.random.default_rng(seed)
    counts = dice.integers(0, most + 1, scenarios)
    cells = dice.integers(0, len(SECTIONS) * len(KINDS), int(counts.sum()))
    return Draws(np.repeat(np.arange(scenarios), counts), cells, scenarios)


def settled(law: Law) -> list[tuple[ImpactQuestion, SectionYears]]:
    questions = [a_section(*section) for section in SECTIONS]
    return [(one, section_years(one, cells_of(at), law)) for at, one in enumerate(questions)]


def exact(question: ImpactQuestion, cells: Sequence[Sequence[ClaimLine]], chosen: Sequence[int], law: Law) -> list[int]:
    """What a scenario costs a section by the exact engine, in cents by year."""
    lines = tuple(replace(line, ref=f"S{at}") for at, cell in enumerate(chosen) for line in cells[cell])
    years = impact(replace(question, studied_claims=lines), law).years
    return [int(year.excess_eur * 100) for year in years]


def test_two_thousand_scenarios_of_three_sections_cost_what_the_exact_engine_says_to_the_cent(law: Law) -> None:
    draws = drawn(2_000, seed=7)
    for at, (question, section) in enumerate(settled(law)):
        scenarios, cents = over_contributions(section, draws)
        cells, found = cells_of(at), dict(zip(scenarios.tolist(), cents.tolist(), strict=True))
        known: dict[tuple[int, ...], list[int]] = {}
        for scenario in range(draws.count):
            chosen = tuple(sorted(cell for cell in draws.cell[draws.scenario == scenario].tolist() if cells[cell]))
            if not chosen:
                assert scenario not in found
                continue
            if chosen not in known:
                known[chosen] = exact(question, cells, chosen, law)
            assert found[scenario] == known[chosen], (SECTIONS[at][0].ctn, chosen)


def test_twenty_claims_in_one_scenario_are_counted_too(law: Law) -> None:
    (question, section), *_ = settled(law)
    chosen = [[at % len(KINDS) for at in range(start, start + 20)] for start in (0, 5, 11)]
    draws = Draws(np.repeat(np.arange(3), 20), np.array(chosen).ravel(), 3)
    scenarios, cents = over_contributions(section, draws)
    assert scenarios.tolist() == [0, 1, 2]
    assert cents.tolist() == [exact(question, cells_of(0), one, law) for one in chosen]


def test_a_scenario_without_any_claim_costs_nothing_and_is_not_listed(law: Law) -> None:
    _, section = settled(law)[0]
    none = np.zeros(0, np.int64)
    scenarios, cents = over_contributions(section, Draws(none, none, 9))
    assert scenarios.size == 0
    assert cents.shape == (0, len(YEARS))


def test_one_more_claim_never_costs_less(law: Law) -> None:
    draws = drawn(3_000, seed=3)
    for _question, section in settled(law):
        scenarios, cents = over_contributions(section, draws)
        with_all = dict(zip(scenarios.tolist(), cents.sum(axis=1).tolist(), strict=True))
        last = np.concatenate((draws.scenario[1:] != draws.scenario[:-1], [True]))
        fewer = Draws(draws.scenario[~last], draws.cell[~last], draws.count)
        scenarios, cents = over_contributions(section, fewer)
        for scenario, total in zip(scenarios.tolist(), cents.sum(axis=1).tolist(), strict=True):
            assert total <= with_all[scenario]


def test_a_collective_rate_is_moved_by_no_claim(law: Law) -> None:
    question = a_section(TariffUnit("A", risk_code="28.1AD"), 19, 600_000, "2.50")
    _, cents = over_contributions(section_years(question, cells_of(0), law), drawn(50, seed=1))
    assert len(cents) > 10
    assert not cents.any()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"last_rate_year": None}, "dernière année absente"),
        ({"last_rate_year": 2026}, "avant la première"),
        ({"wages_eur": Yearly(Fraction("100000.001"))}, "au centime"),
        ({"wages_eur": Yearly(Fraction(10**12))}, "hors limites"),
        ({"previous_rate_percent": Fraction("3.205")}, "plus de deux décimales"),
    ],
)
def test_what_cannot_be_simulated_is_refused(law: Law, changed: dict[str, object], said: str) -> None:
    question = replace(a_section(*SECTIONS[0]), **changed)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=said):
        section_years(question, cells_of(0), law)


def test_an_office_that_rounds_the_limits_of_the_cap_is_told_that_it_is_not_simulated(law: Law) -> None:
    with pytest.raises(InvalidInput, match="limites de l'écrêtement"):
        section_years(a_section(*SECTIONS[0]), cells_of(0), with_rounding(law, limit=HALF_UP_4))
