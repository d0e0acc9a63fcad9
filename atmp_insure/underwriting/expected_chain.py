"""The years of a section as they are expected: wages that grow, ordinary claims, grave claims of other policy years.

Both chains of a price hold them: what a policy year brings is told on top, and costs what it really would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import round_cents
from atmp_insure.kernel.rounding import RoundingMode, scaled_integer
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rate_records.contribution_wages import contribution_wages
from atmp_insure.rating.unit import YEARS_TO_RATE, ZERO, ClaimLine
from atmp_insure.underwriting.cells import cells, expected_lines

if TYPE_CHECKING:
    from atmp_insure.rating.impact import ImpactQuestion
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import CostCategory
    from atmp_insure.underwriting.cells import Cell, PolicyYear
    from atmp_insure.underwriting.exposure import SectionExposure
    from atmp_insure.underwriting.frequency import Frequencies
    from atmp_insure.underwriting.statistics import Assumptions, Level

YEARS_AFTER_ACCOUNT = 9  # rate years after the last account that an insured claim may fall on
_COUNTED = 10**6  # expected numbers are kept at a millionth of a claim
_REF = "attendus"


@dataclass(frozen=True, slots=True)
class ExpectedSection:
    """A section in the years to come.

    Attributes:
        question: both chains, without any claim of the policy year.
        cells: the insured claims that the policy year may bring.
        frequencies: they come from these.
        first_expected_year: first account year of which nothing is known.
    """

    question: ImpactQuestion
    cells: tuple[Cell, ...]
    frequencies: Frequencies
    first_expected_year: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the years to come are expected from."""

    period: PolicyYear
    assumptions: Assumptions
    level: Level
    law: Law

    @property
    def last_rate_year(self) -> int:
        """The horizon: the last account that an insured claim may fall on, plus `YEARS_AFTER_ACCOUNT`."""
        given = self.assumptions
        longest = max(*given.stoppage_delay, *given.incapacity_delay, *given.death_delay)
        return self.period.last_day.year + longest + YEARS_AFTER_ACCOUNT


def expected_section(
    section: SectionExposure, place: int, frequencies: Frequencies, outlook: Outlook
) -> ExpectedSection:
    """The years to come of a section.

    Args:
        place: of the section in the exposure.
        frequencies: of the section, in a policy year.

    Source: general conditions (the counterfactual holds every claim but the insured ones); art. D.242-6-4 CSS.
    """
    own = cells(place, frequencies, outlook.period, outlook.assumptions, outlook.level)
    known = max((*section.history.years, section.last_rate.rate_year - YEARS_TO_RATE))
    wages = _wages(section, outlook)
    paid = {
        year: round_cents(contribution_wages(year, wages, outlook.law))
        for year in range(section.chain.first_rate_year, outlook.last_rate_year + 1)
    }
    return ExpectedSection(
        question=replace(
            section.chain,
            last_rate_year=outlook.last_rate_year,
            wages_eur=Yearly(None, wages),
            contribution_wages_eur=Yearly(None, paid),
            base_claims=(*section.chain.base_claims, *_expected_claims(section, own, frequencies, known, outlook)),
        ),
        cells=own,
        frequencies=frequencies,
        first_expected_year=known + 1,
    )


def _wages(section: SectionExposure, outlook: Outlook) -> dict[int, Fraction]:
    """Known wages, then the last known ones with their growth."""
    known = dict(section.wages_by_year)
    last, growth = max(known), 1 + outlook.assumptions.wage_growth.at(outlook.level)
    amount = known[last]
    for year in range(last + 1, outlook.last_rate_year + 2):  # a rate may be in force into the next year
        amount = round_cents(amount * growth)
        known[year] = amount
    return known


def _expected_claims(
    section: SectionExposure, own: tuple[Cell, ...], frequencies: Frequencies, known: int, outlook: Outlook
) -> tuple[ClaimLine, ...]:
    """Ordinary claims and grave claims of other policy years, in decimals, for the accounts that nothing tells yet."""
    steady: dict[CostCategory, Fraction] = {}
    for _, event, number in expected_lines(frequencies, outlook.assumptions, outlook.level):
        steady[event.category] = steady.get(event.category, ZERO) + number
    insured: dict[tuple[int, CostCategory], Fraction] = {}
    for cell in own:
        for line in cell.lines:
            key = line.account_year, line.event.category
            insured[key] = insured.get(key, ZERO) + cell.expected
    found = []
    for year in range(known + 1, outlook.last_rate_year - YEARS_TO_RATE + 1):
        left = {kind: max(ZERO, number - insured.get((year, kind), ZERO)) for kind, number in steady.items()}
        for kind, number in sorted({**section.ordinary, **left}.items()):
            count = Fraction(scaled_integer(number, _COUNTED, RoundingMode.HALF_UP), _COUNTED)
            if count:
                found.append(ClaimLine(_REF, year, kind, count=count))
    return tuple(found)
