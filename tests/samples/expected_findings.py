"""What must be found in the papers of the faulty companies, worked out apart from the product from the faults put in.

A line charged wrongly is worth the contributions of both chains of rates, as charged and as due. A sheet's own error is
worth those of the chain with that error alone. One hundredth of a point is a rounding, one
euro for each claim of an account is another. Chains go on after the last sheet, until they meet.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from tests.samples import tariff
from tests.samples.expected import due_rate, expected_rate, expected_rates, risk_value
from tests.samples.model import NEVER_CHARGED, RATE_YEARS, Charge, Company

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HUNDREDTH = Fraction(1, 100)
ONE_EURO = Fraction(1)
CHARGED_AGAIN = {"claim_charged_twice", "relapse_charged"}  # nothing of the line is due
LAST_OF_CHAIN = 2045  # caps bring two chains together long before


class ExpectedFinding(NamedTuple):
    """A finding to come; `saving_eur` in whole euros."""

    code: str
    severity: str
    file: str
    saving_eur: int


def expected_findings(company: Company) -> list[ExpectedFinding]:
    """Every finding of a company, by file and code."""
    found = [*_line_findings(company), *_sheet_findings(company)]
    return sorted(found, key=lambda one: (one.file, one.code, one.saving_eur))


def _line_findings(site: Company) -> Iterator[ExpectedFinding]:
    charged: dict[int, int] = {}  # first account that charges the IT of a claim
    for at, charge in enumerate(site.charges):
        for code in _line_codes(charge, charged):
            file = site.file(f"compte_employeur_{charge.account_year}")
            yield ExpectedFinding(code, "error", file, _line_saving(site, at, is_due=code not in CHARGED_AGAIN))


def _line_codes(charge: Charge, charged: dict[int, int]) -> Iterator[str]:
    if charge.nature in NEVER_CHARGED:
        if charge.it:
            yield NEVER_CHARGED[charge.nature]
        return
    if charge.charged_whole:
        yield "third_party_share_left" if charge.third_party_percent else "temporary_worker_charged_in_full"
    if charge.lawful_share is not None:
        yield "temporary_share_differs"
    if not charge.it:
        return
    if charge.claim in charged:
        yield "claim_charged_twice" if charged[charge.claim] == charge.account_year else "relapse_charged"
    charged.setdefault(charge.claim, charge.account_year)


def _line_saving(site: Company, at: int, *, is_due: bool) -> int:
    """Contributions of the chain with the line as charged, less those of the chain with the line as due."""
    charge = site.charges[at]
    as_due = site.charges if is_due else site.charges[:at] + site.charges[at + 1 :]
    first = charge.account_year + 2
    former = expected_rates(site).get(first - 1)
    previous = Fraction(site.rate_2023) if former is None else former.notified

    def as_charged(other: Charge, costs: dict[str, Fraction]) -> Fraction:
        return other.value_eur(costs) if other is charge else other.counted_eur(costs)

    paid = _chain(site, first, previous, as_charged)
    owed = _chain(replace(site, charges=as_due), first, previous, Charge.counted_eur)
    return _whole(sum((_contribution(site, year, paid[year] - owed[year]) for year in paid), Fraction(0)))


def _chain(
    site: Company, first: int, previous: Fraction, weighing: Callable[[Charge, dict[str, Fraction]], Fraction]
) -> dict[int, Fraction]:
    rates: dict[int, Fraction] = {}
    for year in range(first, LAST_OF_CHAIN):
        previous = rates[year] = expected_rate(site, year, previous, weighing, is_faulty=False).notified
    return rates


def _sheet_findings(site: Company) -> Iterator[ExpectedFinding]:
    notified = expected_rates(site)
    right = _sheets_chain(site, {})
    for year, sheet in notified.items():
        file = site.file(f"feuille_calcul_{year}")
        former = right.get(year - 1, Fraction(site.rate_2023))
        if abs(sheet.notified - due_rate(site, year, sheet.previous)) > HUNDREDTH:
            yield ExpectedFinding("notified_rate_differs", "error", file, _sheet_saving(site, year, sheet.notified))
        if year in site.uncapped:
            yield ExpectedFinding("cap_forgotten", "error", file, _sheet_saving(site, year, sheet.notified))
        if year in site.printed_collective:
            wrong = expected_rate(site, year, former, Charge.counted_eur).notified
            yield ExpectedFinding("collective_rate_differs", "error", file, _sheet_saving(site, year, wrong))
        if year in site.printed_previous:
            wrong = due_rate(site, year, Fraction(site.printed_previous[year]))
            yield ExpectedFinding("previous_rate_differs", "error", file, _sheet_saving(site, year, wrong))
        for account_year in sheet.account_years:
            claims = site.charges_of(account_year)
            gap = sheet.risk_value_eur[account_year] - risk_value(site, account_year, year, Charge.counted_eur)
            if abs(gap) > ONE_EURO * max(len(claims), 1):
                wrong = expected_rate(site, year, former, _charged_in(account_year), is_faulty=False).notified
                yield ExpectedFinding("risk_value_differs", "error", file, _sheet_saving(site, year, wrong))


def _charged_in(account_year: int) -> Callable[[Charge, dict[str, Fraction]], Fraction]:
    """The lines of one account as charged, those of the others as due."""

    def weighing(charge: Charge, costs: dict[str, Fraction]) -> Fraction:
        return charge.value_eur(costs) if charge.account_year == account_year else charge.counted_eur(costs)

    return weighing


def _sheet_saving(site: Company, year: int, wrong: Fraction) -> int:
    right, charged = _sheets_chain(site, {}), _sheets_chain(site, {year: wrong})
    return _whole(sum((_contribution(site, each, charged[each] - right[each]) for each in right), Fraction(0)))


def _sheets_chain(site: Company, forced: dict[int, Fraction]) -> dict[int, Fraction]:
    rates: dict[int, Fraction] = {}
    previous = Fraction(site.rate_2023)
    for year in range(RATE_YEARS[0], LAST_OF_CHAIN):
        previous = rates[year] = forced[year] if year in forced else due_rate(site, year, previous)
    return rates


def _contribution(site: Company, rate_year: int, points: Fraction) -> Fraction:
    """Euros of some points over the months of a rate; wages after the last known year are like it."""
    wages = site.wages_eur[min(rate_year, max(site.wages_eur))]
    return points * wages * Fraction(tariff.MONTHS_IN_FORCE.get(rate_year, 12), 12) / 100


def _whole(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))
