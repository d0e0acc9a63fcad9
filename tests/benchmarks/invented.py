"""Invented portfolios, the same at each run: sizes, wages and claims in the proportions of a national file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rating.impact import Cover, ImpactQuestion
from atmp_insure.rating.portfolio import PortfolioYear
from atmp_insure.rating.unit import ClaimLine, RateQuestion, TariffUnit
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 2026
COMMITTEES = "ACDFGHI"  # one average cost a category; construction is in the tests
CLAIMS_BY_EMPLOYEE = (0.02, 0.012, 0.01, 0.005, 0.002, 0.0015, 0.001, 0.0005, 0.0003, 0.0001)  # by category, a year


def portfolio(rows: int) -> PortfolioYear:
    """A rate year 2024 of `rows` units; one in ten has no previous rate."""
    draw = np.random.default_rng(SEED)
    headcount = np.round(draw.lognormal(3.5, 1.2, rows), 2)
    wages = np.round(headcount * draw.uniform(25_000, 60_000, (3, rows))) + 1_000
    previous = np.round(draw.uniform(0.5, 9, rows), 2)
    previous[draw.random(rows) < 0.1] = np.nan
    counts = np.empty((3, len(CLAIMS_BY_EMPLOYEE), rows))
    for year in range(3):
        for category, frequency in enumerate(CLAIMS_BY_EMPLOYEE):
            counts[year, category] = draw.poisson(headcount * frequency)
    return PortfolioYear(
        rate_year=2024,
        profiles=tuple(TariffUnit(ctn) for ctn in COMMITTEES),
        profile=draw.integers(0, len(COMMITTEES), rows),
        headcount=headcount,
        wages_eur=wages,
        counts=counts,
        previous_rate_percent=previous,
        collective_rate_percent=np.round(draw.uniform(0.8, 7, rows), 2),
    )


def csv_lines(rows: int, part: PortfolioYear) -> NDArray[np.str_]:
    """The units of a portfolio as lines of the portfolio file."""
    numbers = [part.headcount, *part.wages_eur, *part.counts.transpose(1, 0, 2).reshape(30, rows)]
    texts = [np.char.mod("%g", numbers[0]), *(np.char.mod("%d", column) for column in numbers[1:])]
    previous = np.where(np.isnan(part.previous_rate_percent), "", np.char.mod("%.2f", part.previous_rate_percent))
    ctn = np.array(list(COMMITTEES))[part.profile]
    line = np.char.add(np.char.mod("u%d,2024,general,false,", np.arange(rows)), np.char.add(ctn, ",,,"))
    for column in (*texts, previous):
        line = np.char.add(np.char.add(line, column), ",")
    return np.char.add(line, np.char.mod("%.2f", part.collective_rate_percent))


def rate_questions(count: int) -> list[RateQuestion]:
    """Mixed-rate units with six claims each, all different."""
    return [
        RateQuestion(
            rate_year=2024,
            unit=TariffUnit("A", risk_code="28.1AD"),
            headcount=Fraction(2000 + at % 12_999, 100),
            wages_eur={year: Fraction(1_000_000 + 977 * at + year) for year in (2020, 2021, 2022)},
            claims=tuple(
                ClaimLine(f"S{claim}", 2020 + (at + claim) % 3, tuple(CostCategory)[(at + claim) % 10])
                for claim in range(6)
            ),
            previous_rate_percent=Fraction(200 + at % 400, 100),
        )
        for at in range(count)
    ]


def impact_question(claims: int) -> ImpactQuestion:
    """Studied claims over twelve rate years, wages given for the rate years."""
    return ImpactQuestion(
        unit=TariffUnit("A"),
        first_rate_year=2015,
        last_rate_year=2026,
        headcount=Yearly(Fraction(170)),
        wages_eur=Yearly(Fraction(4_500_000)),
        studied_claims=tuple(ClaimLine(f"X{at}", 2013 + at % 8, tuple(CostCategory)[at % 10]) for at in range(claims)),
        previous_rate_percent=Fraction("2.2"),
        contribution_wages_eur=Yearly(Fraction(4_600_000)),
        cover=Cover(Fraction("0.3")),
    )
