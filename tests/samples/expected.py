"""The rates that the sample papers print, computed apart from the product, straight from the formulas of the tariff.

gross = sum(costs) / sum(wages) × 100;
indiv = (gross + M1) × (1 + M2) + M3 + M4; calc = indiv, or f × indiv + (1 − f) × C;
notified = calc held within ± limits of the rate of the year before, rounded to two decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tests.samples import tariff
from tests.samples.companies import RATE_YEARS, Company


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
    """The chain of rates of a company, each one capped against the one before."""
    rates: dict[int, ExpectedRate] = {}
    previous = Fraction(company.rate_2023)
    for rate_year in RATE_YEARS:
        rates[rate_year] = _expected_rate(company, rate_year, previous)
        previous = rates[rate_year].notified
    return rates


def risk_value(company: Company, account_year: int, rate_year: int) -> Fraction:
    """Value of the risk of an account year on the schedule of a rate year."""
    costs = {name: tariff.average_cost(company.ctn, rate_year, name) for name in tariff.CATEGORIES}
    counted = company.counts_before_accounts.get(account_year)
    if counted is not None:
        return sum((number * costs[name] for name, number in counted.items()), Fraction(0))
    return sum((charge.value_eur(costs) for charge in company.charges_of(account_year)), Fraction(0))


def _expected_rate(company: Company, rate_year: int, previous: Fraction) -> ExpectedRate:
    years = (rate_year - 4, rate_year - 3, rate_year - 2)
    values = {year: risk_value(company, year, rate_year) for year in years}
    wages = {year: Fraction(company.wages_eur[year]) for year in years}
    m1, m2, m3, m4 = tariff.surcharges(rate_year)
    gross = sum(values.values(), Fraction(0)) / sum(wages.values(), Fraction(0)) * 100
    individual = (gross + m1) * (1 + m2 / 100) + m3 + m4
    headcount = Fraction(company.headcounts[rate_year - 2])
    share = Fraction(1) if headcount >= 150 else Fraction(9, 1300) * (headcount - 20) + Fraction(1, 10)
    collective = Fraction(tariff.COLLECTIVE_RATES[company.risk_code, rate_year])
    calculated = share * individual + (1 - share) * collective
    low = previous - Fraction(4, 5) if previous <= 4 else previous * Fraction(4, 5)
    high = previous + 1 if previous <= 4 else previous * Fraction(5, 4)
    held = min(max(calculated, low), high)
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
