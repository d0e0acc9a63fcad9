"""The rates that the sample papers print, computed apart from the product, straight from the formulas of the tariff.

gross = sum(costs) / sum(wages) × 100;
indiv = (gross + M1) × (1 + M2) + M3 + M4; calc = indiv, or f × indiv + (1 − f) × C, or C;
notified = calc held within ± limits of the rate of the year before, rounded to two decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tests.samples import tariff
from tests.samples.model import RATE_YEARS, Charge, Company

Weighing = Callable[[Charge, dict[str, Fraction]], Fraction]  # what a line weighs on a schedule of average costs


@dataclass(frozen=True)
class ExpectedRate:
    """Every step of one rate, exact; percents in percent."""

    rate_year: int
    account_years: tuple[int, int, int]
    headcount: Fraction
    risk_value_eur: dict[int, Fraction]
    wages_eur: dict[int, Fraction]
    gross: Fraction
    individual: Fraction
    own_share: Fraction
    collective: Fraction
    calculated: Fraction
    previous: Fraction
    limit_low: Fraction
    limit_high: Fraction
    notified: Fraction


def expected_rates(company: Company) -> dict[int, ExpectedRate]:
    """The chain of rates that the fund notifies to a company, faults included, each capped against the one before."""
    rates: dict[int, ExpectedRate] = {}
    previous = Fraction(company.rate_2023)
    for rate_year in RATE_YEARS:
        rates[rate_year] = expected_rate(company, rate_year, previous)
        previous = rates[rate_year].notified
    return rates


def due_rate(company: Company, rate_year: int, previous: Fraction) -> Fraction:
    """The rate on lines weighed as due, with the right collective rate and the cap, after a previous rate."""
    return expected_rate(company, rate_year, previous, Charge.counted_eur, is_faulty=False).notified


def risk_value(company: Company, account_year: int, rate_year: int, weighing: Weighing = Charge.value_eur) -> Fraction:
    """Value of the risk of an account year on the schedule of a rate year."""
    costs = schedule(company, rate_year)
    counted = company.counts_before_accounts.get(account_year)
    if counted is not None:
        return sum((number * costs[name] for name, number in counted.items()), Fraction(0))
    return sum((weighing(charge, costs) for charge in company.charges_of(account_year)), Fraction(0))


def schedule(company: Company, rate_year: int) -> dict[str, Fraction]:
    """Average costs of a company by category."""
    name = "B67" if company.ctn == "B" and company.is_in_alsace_moselle else company.ctn
    return {category: tariff.average_cost(name, rate_year, category) for category in tariff.CATEGORIES}


def expected_rate(
    company: Company,
    rate_year: int,
    previous: Fraction,
    weighing: Weighing = Charge.value_eur,
    *,
    is_faulty: bool = True,
) -> ExpectedRate:
    """One rate, with the faults of the fund or without."""
    years = (rate_year - 4, rate_year - 3, rate_year - 2)
    values = {year: risk_value(company, year, rate_year, weighing) for year in years}
    wages = {year: Fraction(company.wages_eur[min(year, max(company.wages_eur))]) for year in years}
    m1, m2, m3, m4 = tariff.surcharges(rate_year)
    gross = sum(values.values(), Fraction(0)) / sum(wages.values(), Fraction(0)) * 100
    individual = (gross + m1) * (1 + m2 / 100) + m3 + m4
    headcount = Fraction(company.headcounts[min(rate_year - 2, max(company.headcounts))])
    share = own_share(company, headcount)
    collective = tariff.collective_rate(company.risk_code, rate_year, in_alsace_moselle=company.is_in_alsace_moselle)
    if is_faulty and rate_year in company.printed_collective:
        collective = Fraction(company.printed_collective[rate_year])
    calculated = share * individual + (1 - share) * collective
    low = previous - Fraction(4, 5) if previous <= 4 else previous * Fraction(4, 5)
    high = previous + 1 if previous <= 4 else previous * Fraction(5, 4)
    is_capped = company.is_in_alsace_moselle or share > 0
    is_capped = is_capped and not (is_faulty and rate_year in company.uncapped)
    held = min(max(calculated, low), high) if is_capped else calculated
    return ExpectedRate(
        rate_year=rate_year,
        account_years=years,
        headcount=headcount,
        risk_value_eur=values,
        wages_eur=wages,
        gross=gross,
        individual=individual,
        own_share=share,
        collective=collective,
        calculated=calculated,
        previous=previous,
        limit_low=low,
        limit_high=high,
        notified=Fraction(floor(held * 100 + Fraction(1, 2)), 100),
    )


def own_share(company: Company, headcount: Fraction) -> Fraction:
    """Share of the individual rate: 0 in the collective mode, 1 in the individual one."""
    mixed_from, individual_from = 20, 150
    mixed = Fraction(9, 1300) * (headcount - 20) + Fraction(1, 10)
    if company.is_in_alsace_moselle:
        is_construction = company.ctn == "B"
        mixed_from, individual_from = 50, 300 if is_construction else 150
        slope = Fraction(75, 1000) * headcount
        mixed = (slope + Fraction(5, 2)) / 25 if is_construction else (slope - Fraction(5, 4)) / 10
    if headcount < mixed_from:
        return Fraction(0)
    return Fraction(1) if headcount >= individual_from else mixed
