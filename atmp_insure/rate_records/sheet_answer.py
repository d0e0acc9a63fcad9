"""Answer of `atmp records read` about a calculation sheet, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.money import euros_text
from atmp_insure.rate_records.answers import identity
from atmp_insure.rate_records.plain_values import day_text as _day
from atmp_insure.rate_records.plain_values import number_text as _number
from atmp_insure.rate_records.plain_values import percent_text as _percent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from atmp_insure.rate_records.documents import CalculationSheet, PrintedRates


def fields(sheet: CalculationSheet) -> dict[str, Any]:
    """What a sheet says, with the keys of the interface."""
    return {
        **identity(sheet.establishment),
        "rate_year": sheet.rate_year,
        "effective_on": _day(sheet.effective_on),
        "notified_on": _day(sheet.notified_on),
        "section_headcount": _number(sheet.section_headcount),
        "company_headcount": _number(sheet.company_headcount),
        "mode": None if sheet.mode is None else sheet.mode.value,
        "wages_by_year": _by_year(sheet.wages_by_year),
        "wages_total_eur": None if sheet.wages_total is None else euros_text(sheet.wages_total.amount_eur),
        "risk_value_by_year": _by_year(sheet.risk_value_by_year),
        "risk_value_total_eur": None
        if sheet.risk_value_total is None
        else euros_text(sheet.risk_value_total.amount_eur),
        "claims_by_category": {
            category.value: {str(year): count for year, count in by_year.items()}
            for category, by_year in sheet.claims_by_category.items()
        },
        "average_costs_eur": {category.value: euros_text(cost) for category, cost in sheet.average_costs_eur.items()},
        **_printed_rates(sheet.printed),
        "notified_percent": _percent(sheet.notified_percent),
        "created_on": _day(sheet.created_on),
        "single_rate": sheet.single_rate,
        "single_rate_sirets": list(sheet.single_rate_sirets),
    }


def _printed_rates(printed: PrintedRates) -> dict[str, str | None]:
    return {
        "gross_percent": _percent(printed.gross_percent),
        "m1": _percent(printed.m1),
        "m2": _percent(printed.m2),
        "m3": _percent(printed.m3),
        "m4": _percent(printed.m4),
        "net_individual_percent": _percent(printed.net_individual_percent),
        "own_share": _number(printed.own_share),
        "collective_share": _number(printed.collective_share),
        "collective_percent": _percent(printed.collective_percent),
        "calculated_percent": _percent(printed.calculated_percent),
        "previous_percent": _percent(printed.previous_percent),
        "limit_low_percent": _percent(printed.limit_low_percent),
        "limit_high_percent": _percent(printed.limit_high_percent),
    }


def lines(_sheet: CalculationSheet) -> list[dict[str, Any]]:
    """A sheet has no line."""
    return []


def _by_year(amounts: Mapping[int, Fraction]) -> dict[str, str]:
    return {str(year): euros_text(amount) for year, amount in amounts.items()}
