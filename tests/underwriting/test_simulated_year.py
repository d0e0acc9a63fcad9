"""A simulated policy year pays, scenario by scenario and to the cent, what the exact engine says of the same claims."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, InsuredEvent, TriggerBasis
from atmp_insure.kernel.money import round_cents
from atmp_insure.rating.impact import impact
from atmp_insure.rating.unit import ClaimLine
from atmp_insure.underwriting.cells import PolicyYear, insured_lines
from atmp_insure.underwriting.expected_chain import Outlook, expected_section
from atmp_insure.underwriting.frequency import Frequencies
from atmp_insure.underwriting.simulated_year import SimulatedYear, simulated_year
from atmp_insure.underwriting.statistics import Level
from tests.underwriting.builders import DAY, EVERYTHING, book, exposure_of, percent_of_wages, prompt, three_sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.regulation.vocabulary import CostCategory
    from atmp_insure.underwriting.expected_chain import ExpectedSection
    from atmp_insure.underwriting.exposure import Exposure

    Insured = frozenset[tuple[InsuredEvent, Cause]]
    Lines = tuple[tuple[CostCategory, int], ...]

IT6, IP2, IP3, IP4, DEATH = InsuredEvent
NUMBERS = {IT6: "0.10", IP2: "0.03", IP3: "0.02", IP4: "0.01", DEATH: "0.005"}
FREQUENCIES = Frequencies(
    {(cause, event): Fraction(NUMBERS[event]) for event in NUMBERS for cause in Cause}, {}, (), ()
)
NOBODY = replace(FREQUENCIES, expected=dict.fromkeys(FREQUENCIES.expected, Fraction(0)))
LAST = 2034
NO_DEDUCTIBLE, NO_LIMIT = percent_of_wages("0"), Limits()
GRAVE_ONLY = frozenset(key for key in EVERYTHING if key[0] is not IT6)


def years_to_come(found: Exposure, frequencies: Frequencies = FREQUENCIES) -> tuple[ExpectedSection, ...]:
    """The years to come up to 2034: the accounts of 2027 and 2028 have left the rates by then, and caps carry on."""
    outlook = Outlook(PolicyYear(DAY, TriggerBasis.OCCURRENCE), prompt(), Level.CENTRAL, book().law)
    whole = (expected_section(one, at, frequencies, outlook) for at, one in enumerate(found.insurable))
    return tuple(replace(one, question=replace(one.question, last_rate_year=LAST)) for one in whole)


def uneven_sections() -> Exposure:
    """A shop whose last sheet is of 2025 beside a workshop whose last one is of 2026."""
    older = exposure_of("shop", "compte", "feuille_calcul_2024", "feuille_calcul_2025")
    return replace(older, sections=(*older.sections, *exposure_of("metalworks").sections))


COMPANIES = {"three": (three_sections, 2_000), "uneven": (uneven_sections, 60)}


@cache
def chains(company: str) -> tuple[ExpectedSection, ...]:
    return years_to_come(COMPANIES[company][0]())


@cache
def simulated(company: str) -> SimulatedYear:
    found, scenarios = COMPANIES[company]
    notified = [one.last_rate.notified_percent for one in found().insurable]
    return simulated_year(chains(company), notified, 7, scenarios, book().law)


def scenarios_of(year: SimulatedYear) -> list[tuple[int, ...]]:
    """The cells of each drawn scenario."""
    ends = np.flatnonzero(np.diff(year.draws.scenario)) + 1
    return [tuple(sorted(cells.tolist())) for cells in np.split(year.draws.cell, ends)]


@cache
def excess_eur(company: str, section: int, lines: Lines) -> dict[int, Fraction]:
    """What some lines together cost a section by the exact engine, rate year by rate year."""
    studied = tuple(ClaimLine("tiré", year, category) for category, year in lines)
    found = impact(replace(chains(company)[section].question, studied_claims=studied), book().law)
    return {year.rate_year: year.excess_eur for year in found.years}


def exact_payment(
    company: str, chosen: Sequence[int], insured: Insured, deductible: Fraction, limits: Limits
) -> Fraction:
    """What the claims of some cells pay: plain arithmetic on the exact engine, section, year, policy in turn."""
    by_year: dict[int, Fraction] = {}
    for at, section in enumerate(chains(company)):
        own = [cell for cell in (simulated(company).cells[one] for one in chosen) if cell.section == at]
        lines = sorted(
            (line.event.category, line.account_year) for cell in own for line in insured_lines(cell, insured)
        )
        for year, excess in excess_eur(company, at, tuple(lines)).items() if lines else ():
            wages = section.question.contribution_wages_eur.at(year) or Fraction(0)
            paid = max(Fraction(0), excess - round_cents(deductible * wages))
            by_year[year] = by_year.get(year, Fraction(0)) + _limited(paid, limits.section_year_eur)
    return _limited(sum((_limited(one, limits.year_eur) for one in by_year.values()), Fraction(0)), limits.policy_eur)


def _limited(amount: Fraction, limit: Fraction | None) -> Fraction:
    return amount if limit is None else min(amount, limit)


BINDING = Limits(Fraction(60_000), Fraction(80_000), Fraction(250_000))


@pytest.mark.parametrize(
    ("insured", "deductible", "limits"),
    [
        (EVERYTHING, "0", NO_LIMIT),
        (EVERYTHING, "0.30", BINDING),
        (GRAVE_ONLY, "0.60", Limits(policy_eur=Fraction(400_000))),
    ],
    ids=["whole", "limited", "without IT6"],
)
def test_two_thousand_scenarios_of_three_sections_pay_what_the_exact_engine_says_to_the_cent(
    insured: Insured, deductible: str, limits: Limits
) -> None:
    year, exactly = simulated("three"), cache(exact_payment)
    found = year.paid(insured, year.terms(percent_of_wages(deductible), limits, None)).several
    assert len(found) == 2_000
    for chosen, cents in zip(scenarios_of(year), found.tolist(), strict=True):
        assert Fraction(cents, 100) == exactly("three", chosen, insured, Fraction(deductible) / 100, limits), chosen


def test_the_two_thousand_scenarios_meet_every_section_every_limit_and_several_claims_at_once() -> None:
    year = simulated("three")
    counts = np.bincount(year.draws.scenario)
    assert counts.min() == 2
    assert counts.max() >= 5
    assert {year.cells[one].section for one in year.draws.cell} == {0, 1, 2}
    free = year.paid(EVERYTHING, year.terms(NO_DEDUCTIBLE, NO_LIMIT, None)).several
    for bound in (Limits(Fraction(60_000)), Limits(None, Fraction(80_000)), Limits(None, None, Fraction(250_000))):
        limited = year.paid(EVERYTHING, year.terms(NO_DEDUCTIBLE, bound, None)).several
        assert (limited <= free).all()
        assert (limited < free).any()


@pytest.mark.parametrize("insured", [EVERYTHING, GRAVE_ONLY])
def test_each_single_claim_pays_what_the_exact_engine_says(insured: Insured) -> None:
    year = simulated("three")
    found = year.paid(insured, year.terms(percent_of_wages("0.30"), BINDING, None)).single
    assert len(found) == len(year.cells) == 3 * 2 * 8  # sections, causes, sorts of claims
    for at, cents in enumerate(found.tolist()):
        exactly = exact_payment("three", (at,), insured, Fraction("0.003"), BINDING)
        assert Fraction(cents, 100) == exactly, year.cells[at]


def test_an_event_of_another_cause_than_the_insured_one_pays_nothing() -> None:
    year = simulated("three")
    accidents = frozenset((event, Cause.ACCIDENT) for event in InsuredEvent)
    found = year.paid(accidents, year.terms(NO_DEDUCTIBLE, NO_LIMIT, None)).single
    causes = {cell.cause for cell, cents in zip(year.cells, found, strict=True) if cents}
    assert causes == {Cause.ACCIDENT}


def test_nothing_insured_pays_nothing() -> None:
    year = simulated("three")
    found = year.paid(frozenset(), year.terms(NO_DEDUCTIBLE, NO_LIMIT, None))
    assert not found.single.any()
    assert not found.several.any()
    assert year.distribution(found) == year.distribution(year.nothing_paid())
    assert year.distribution(found).expected_eur == 0


def test_a_company_where_nobody_works_pays_nothing_and_draws_nothing() -> None:
    year = simulated_year(years_to_come(exposure_of("metalworks"), NOBODY), [Fraction(4)], 7, 100, book().law)
    found = year.paid(EVERYTHING, year.terms(NO_DEDUCTIBLE, NO_LIMIT, None))
    assert not year.cells
    assert year.expected_claims == year.draws.count == 0
    assert year.distribution(found).expected_eur == year.distribution(found).chance_of_payment == 0


@pytest.mark.parametrize("kind", DeductibleKind)
def test_a_deductible_is_taken_off_each_year_of_each_section(kind: DeductibleKind) -> None:
    """Of the wages of 2030, or of their contribution at the last notified rate (4,45 %), or euros as they are."""
    values = {"percent_of_wages": "0.003", "percent_of_rate": "0.10", "euros": "15000.005"}
    year = simulated("three")
    terms = year.terms(Deductible(kind, Fraction(values[kind.value])), NO_LIMIT, None)
    wages = Fraction(year.sections[0].wages_cents[3], 100)
    expected = {
        DeductibleKind.PERCENT_OF_WAGES: round_cents(wages * 3 / 1000),
        DeductibleKind.PERCENT_OF_RATE: round_cents(wages * Fraction("0.0445") / 10),
        DeductibleKind.EUROS: Fraction("15000.01"),
    }
    assert Fraction(terms.sections[0].deductible_cents[3], 100) == expected[kind]


def test_what_falls_after_the_run_off_is_not_paid() -> None:
    year = simulated("uneven")
    whole = year.paid(EVERYTHING, year.terms(NO_DEDUCTIBLE, NO_LIMIT, None)).several
    stopped = [
        year.paid(EVERYTHING, year.terms(NO_DEDUCTIBLE, NO_LIMIT, last)).several for last in range(2028, LAST + 1)
    ]
    assert not stopped[0].any()  # the account of 2027 weighs from the rate of 2029 on
    for less, more in pairwise([*stopped, whole]):
        assert (less <= more).all()
    assert (stopped[1] > 0).any()
    assert (stopped[-1] == whole).all()  # the horizon


def test_sections_whose_papers_stop_in_different_years_share_the_limit_of_a_rate_year() -> None:
    year, limits = simulated("uneven"), Limits(year_eur=Fraction(20_000))
    assert [section.rate_years[0] for section in year.sections] == [2026, 2027]
    found = year.paid(EVERYTHING, year.terms(NO_DEDUCTIBLE, limits, None)).several
    for chosen, cents in zip(scenarios_of(year), found.tolist(), strict=True):
        assert Fraction(cents, 100) == exact_payment("uneven", chosen, EVERYTHING, Fraction(0), limits), chosen
