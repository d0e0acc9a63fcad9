"""Builders of what the engine rates: keyword-only, valid by default, so that a test states only what matters to it.

Numbers are given as they are written (`"149.99"`, `200`) and become exact. `a_..._document` gives what JSON carries.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.rounding import EXACT, Rounding, RoundingMode
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rating.impact import Cover, ImpactQuestion
from atmp_insure.rating.unit import (
    ClaimLine,
    GivenValues,
    PreviousUnit,
    RateQuestion,
    TariffUnit,
    triennium,
)
from atmp_insure.regulation.values import Citation, Confidence, DatedEntry, DatedValues, Sourced
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, Activity, CostCategory, Scope, TemporaryWorkerRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.regulation.law import Law

Written = str | int | Fraction
GOLDEN = Path(__file__).parent / "golden"
SURCHARGES = {"m1": "0.17", "m2": "58", "m3": "0.16", "m4": "0.03"}  # rate year 2024
COSTS = {
    "IT1": "287", "IT2": "522", "IT3": "1758", "IT4": "4770", "IT5": "8924", "IT6": "40783",
    "IP1": "2226", "IP2": "65734", "IP3": "133102", "IP4": "676026",
}  # schedule of 2024, committee A  # fmt: skip
HALF_UP_2 = Rounding(RoundingMode.HALF_UP, 2)
HALF_UP_4 = Rounding(RoundingMode.HALF_UP, 4)
UNROUNDED = EXACT


def golden(name: str) -> list[dict[str, str]]:
    """Rows of a golden table; each has its source."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows, f"golden table {name} is empty"
    assert all(row["source"] and None not in row for row in rows), f"golden table {name}: a row lacks its source"
    return rows


def exact(value: Written) -> Fraction:
    """The exact value of a written number."""
    return Fraction(value)


def half_up(value: Fraction, decimals: int) -> Fraction:
    """To nearest, ties up: written here so that a test does not lean on the package's own rounding."""
    scale = 10**decimals
    return Fraction((2 * value.numerator * scale + value.denominator) // (2 * value.denominator), scale)


def a_claim(
    *,
    ref: str = "A1",
    account_year: int = 2022,
    category: str = "IT3",
    third_party_share: Written = 0,
    temporary_worker_role: str | None = None,
    classified_year: int | None = None,
    cost_eur: Written | None = None,
) -> ClaimLine:
    """A line of an employer account."""
    return ClaimLine(
        ref=ref,
        account_year=account_year,
        category=CostCategory(category),
        third_party_share=exact(third_party_share),
        temporary_worker_role=TemporaryWorkerRole(temporary_worker_role) if temporary_worker_role else None,
        classified_year=classified_year,
        cost_eur=None if cost_eur is None else exact(cost_eur),
    )


def a_unit(
    *,
    ctn: str = "A",
    scope: str = "general",
    construction: bool | None = None,
    sub_sector: str | None = None,
    risk_code: str | None = None,
    created_on: date | None = None,
) -> TariffUnit:
    """A tariff unit; construction when the committee is B, unless said otherwise."""
    return TariffUnit(
        ctn=ctn,
        scope=Scope(scope),
        construction=ctn == CONSTRUCTION_COMMITTEE if construction is None else construction,
        sub_sector=Activity(sub_sector) if sub_sector else None,
        risk_code=risk_code,
        created_on=created_on,
    )


def given_values(
    *,
    average_costs_eur: Mapping[str, Written] | None = None,
    surcharges: Mapping[str, Written] | None = None,
    collective_rate_percent: Written | None = None,
) -> GivenValues:
    """Values of a document; what is left out is looked up."""
    return GivenValues(
        {CostCategory(name): exact(value) for name, value in (average_costs_eur or {}).items()},
        {name: exact(value) for name, value in (surcharges or {}).items()},
        None if collective_rate_percent is None else exact(collective_rate_percent),
    )


def a_question(
    *,
    rate_year: int = 2024,
    headcount: Written = 200,
    headcount_history: Mapping[int, Written] | None = None,
    wages_eur: Written | Mapping[int, Written] = 1_000_000,
    claims: Iterable[ClaimLine] = (),
    previous_rate_percent: Written | None = None,
    previous_units: Iterable[tuple[Written, Written]] = (),
    collective_rate_percent: Written | None = "2.80",
    average_costs_eur: Mapping[str, Written] | None = None,
    surcharges: Mapping[str, Written] | None = None,
    **unit: Any,
) -> RateQuestion:
    """The rate of a unit for one year: 200 employees, one million of wages a year, no claim, no previous rate."""
    wages = wages_eur if not isinstance(wages_eur, str | int | Fraction) else None
    return RateQuestion(
        rate_year=rate_year,
        unit=a_unit(**unit),
        headcount=exact(headcount),
        wages_eur={year: exact(amount) for year, amount in wages.items()}
        if wages is not None
        else {year: exact(wages_eur) for year in triennium(rate_year)},  # type: ignore[arg-type]
        claims=tuple(claims),
        headcount_history=None
        if headcount_history is None
        else {year: exact(count) for year, count in headcount_history.items()},
        previous_rate_percent=None if previous_rate_percent is None else exact(previous_rate_percent),
        previous_units=tuple(PreviousUnit(exact(rate), exact(wages)) for rate, wages in previous_units),
        given=given_values(
            average_costs_eur=average_costs_eur,
            surcharges=surcharges,
            collective_rate_percent=collective_rate_percent,
        ),
    )


def yearly(value: Written | Mapping[int, Written] | None) -> Yearly[Fraction]:
    """One value for every year, or values by year."""
    if value is None:
        return Yearly()
    if isinstance(value, str | int | Fraction):
        return Yearly(every=exact(value))
    return Yearly(by_year={year: exact(one) for year, one in value.items()})


def an_impact(
    *,
    first_rate_year: int = 2019,
    last_rate_year: int | None = 2026,
    headcount: Written | Mapping[int, Written] = 170,
    headcount_history: Mapping[int, Written] | None = None,
    wages_eur: Written | Mapping[int, Written] = 4_500_000,
    contribution_wages_eur: Written | Mapping[int, Written] | None = None,
    studied_claims: Iterable[ClaimLine] = (),
    base_claims: Iterable[ClaimLine] = (),
    previous_rate_percent: Written | None = "2.20",
    calculated_without_percent: Written | Mapping[int, Written] | None = None,
    average_costs_eur: Mapping[str, Written] | None = COSTS,
    surcharges: Mapping[str, Written] | None = SURCHARGES,
    collective_rate_percent: Written | None = "2.80",
    deductible_percent_of_wages: Written = 0,
    annual_limit_eur: Written | None = None,
    **unit: Any,
) -> ImpactQuestion:
    """A unit over several years with constant tables, 170 employees and 4.5 million of wages a year."""
    given = given_values(
        average_costs_eur=average_costs_eur, surcharges=surcharges, collective_rate_percent=collective_rate_percent
    )
    return ImpactQuestion(
        unit=a_unit(**unit),
        first_rate_year=first_rate_year,
        last_rate_year=last_rate_year,
        headcount=yearly(headcount),
        wages_eur=yearly(wages_eur),
        studied_claims=tuple(studied_claims),
        base_claims=tuple(base_claims),
        previous_rate_percent=None if previous_rate_percent is None else exact(previous_rate_percent),
        contribution_wages_eur=yearly(contribution_wages_eur),
        given=Yearly(every=given),
        calculated_without_percent=yearly(calculated_without_percent),
        headcount_history=None
        if headcount_history is None
        else {year: exact(count) for year, count in headcount_history.items()},
        cover=Cover(exact(deductible_percent_of_wages), None if annual_limit_eur is None else exact(annual_limit_eur)),
    )


def a_rate_document(**changes: Any) -> dict[str, Any]:
    """A document of `atmp rating rate`; a change to `...` takes the key out."""
    document: dict[str, Any] = {
        "rate_year": 2024,
        "scope": "general",
        "construction": False,
        "ctn": "A",
        "sub_sector": None,
        "risk_code": None,
        "headcount": "120",
        "headcount_history": None,
        "created_on": None,
        "wages_eur": {"2020": "1400000", "2021": "1200000", "2022": "1300000"},
        "claims": [a_claim_document()],
        "previous_rate_percent": None,
        "previous_units": None,
        "collective_rate_percent": "2.80",
        "average_costs_eur": None,
        "surcharges": None,
    }
    return _changed(document, changes)


def an_impact_document(**changes: Any) -> dict[str, Any]:
    """A document of `atmp rating impact`: the brochure's, without cover; a change to `...` takes the key out."""
    document: dict[str, Any] = {
        "scope": "general",
        "construction": False,
        "ctn": "A",
        "sub_sector": None,
        "risk_code": None,
        "first_rate_year": 2019,
        "last_rate_year": 2026,
        "previous_rate_percent": "2.20",
        "headcount": "170",
        "wages_eur": "4500000",
        "contribution_wages_eur": None,
        "calculated_without_percent": "2.20",
        "base_claims": [],
        "studied_claims": [{"ref": "X", "account_year": 2017, "category": "IP4"}],
    }
    return _changed(document, changes)


def a_claim_document(**changes: Any) -> dict[str, Any]:
    """A claim as JSON carries it."""
    document = {"ref": "A1", "account_year": 2021, "category": "IT6", "third_party_share": "0"}
    return _changed(document, changes)


def _changed(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**document, **changes}
    return {key: value for key, value in merged.items() if value is not ...}


def with_rounding(law: Law, **steps: Rounding) -> Law:
    """The law with other roundings at some steps: gross, net, mixed, limit, notified."""
    entries = tuple(
        replace(entry, sourced=replace(entry.sourced, value=replace(entry.sourced.value, **steps)))
        for entry in law.rounding.entries
    )
    return replace(law, rounding=DatedValues(law.rounding.name, entries))


def with_rule(law: Law, warning: str = "", **rules: Any) -> Law:
    """The law with other dated rules, each in force from 2012 on."""
    citation = Citation("règle de test", Confidence.UNSETTLED, date(2026, 1, 1), "test", warning)
    dated: dict[str, Any] = {
        name: DatedValues(name, (DatedEntry(date(2012, 1, 1), None, Sourced(value, citation)),))
        for name, value in rules.items()
    }
    return replace(law, **dated)


def without_cap(law: Law) -> Law:
    """The law with a cap that no mode is subject to: what invariants say of an uncapped chain."""
    [entry] = law.caps.entries
    return with_rule(law, caps={scope: replace(rule, modes=frozenset()) for scope, rule in entry.sourced.value.items()})
