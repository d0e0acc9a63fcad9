"""Answer of `atmp records read` about payroll declarations (DSN), as plain values. People are keys."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.money import euros_text
from atmp_insure.rate_records.payroll_declaration import COMMUTING, OCCUPATIONAL_DISEASE, WORK_ACCIDENT
from atmp_insure.rate_records.payroll_history import distinct_stoppages, payroll_years
from atmp_insure.rate_records.plain_values import day_text, number_text, percent_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.rate_records.payroll_declaration import Contract, PayrollDeclaration, SectionMonth, Stoppage
    from atmp_insure.rate_records.payroll_history import PayrollYear

_ZERO = Fraction(0)
_STOPPAGES_TOLD = (WORK_ACCIDENT, OCCUPATIONAL_DISEASE, COMMUTING, "16", "17", "18", "99")
_MONTH_LENGTH = 7  # of 2026-09-01


def fields(declaration: PayrollDeclaration) -> dict[str, Any]:
    """What the declaration says of the establishment; stoppages of sickness are not told."""
    envelope = declaration.envelope
    return {
        "month": (day_text(declaration.month) or "")[:_MONTH_LENGTH] or None,
        "norm": envelope.norm,
        "software": envelope.software,
        "test": envelope.is_test,
        "nature": envelope.nature,
        "type": envelope.type.value,
        "fraction": envelope.fraction,
        "order": envelope.order,
        "written_on": day_text(envelope.written_on),
        "replaces": envelope.replaced,
        "payroll_eur": euros_text(declaration.payroll_eur),
        "headcount": number_text(sum((section.presence for section in declaration.sections), start=_ZERO)),
        "full_time_headcount": number_text(sum((one.full_time_presence for one in declaration.sections), start=_ZERO)),
        "aggregates_eur": {code: euros_text(amount) for code, amount in envelope.aggregates_eur.items()},
        "stoppages": [_stoppage(one) for one in declaration.stoppages if one.reason in _STOPPAGES_TOLD],
        "contracts": [_contract(one) for one in declaration.contracts],
    }


def lines(declaration: PayrollDeclaration) -> list[dict[str, Any]]:
    """One line for each section."""
    return [_section(section) for section in declaration.sections]


def years(declarations: Iterable[PayrollDeclaration]) -> dict[str, Any]:
    """The declarations of a reading put together: years of wages, and stoppages counted once."""
    declarations = tuple(declarations)
    stoppages = distinct_stoppages(declarations, (WORK_ACCIDENT, OCCUPATIONAL_DISEASE))
    return {
        "years": [_year(year) for year in payroll_years(declarations)],
        "distinct_stoppages": {
            WORK_ACCIDENT: sum(1 for group in stoppages if group[0].reason == WORK_ACCIDENT),
            OCCUPATIONAL_DISEASE: sum(1 for group in stoppages if group[0].reason == OCCUPATIONAL_DISEASE),
        },
    }


def _section(section: SectionMonth) -> dict[str, Any]:
    return {
        "risk_code": section.risk_code,
        "support_staff": section.support_staff,
        "payroll_eur": euros_text(section.payroll_eur),
        "corrections": [
            {"month": one.month.isoformat()[:_MONTH_LENGTH], "amount_eur": euros_text(one.amount_eur)}
            for one in section.corrections
        ],
        "applied_percents": [percent_text(rate) for rate in section.applied_percents],
        "contribution_base_eur": euros_text(section.contribution_base_eur),
        "contribution_eur": euros_text(section.contribution_eur),
        "headcount": number_text(section.presence),
        "full_time_headcount": number_text(section.full_time_presence),
        "temporary_headcount": number_text(section.temporary_presence),
        "people": section.people,
        "place": section.place,
    }


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "person": contract.person,
        "risk_code": contract.risk_code,
        "support_staff": contract.support_staff,
        "nature": contract.nature,
        "first_day": contract.first_day.isoformat(),
        "last_day": day_text(contract.last_day),
    }


def _stoppage(stoppage: Stoppage) -> dict[str, Any]:
    return {
        "person": stoppage.person,
        "risk_code": stoppage.risk_code,
        "support_staff": stoppage.support_staff,
        "reason": stoppage.reason,
        "last_day_worked": day_text(stoppage.last_day_worked),
        "expected_end": day_text(stoppage.expected_end),
        "back_on": day_text(stoppage.back_on),
        "accident_on": day_text(stoppage.accident_on),
        "place": stoppage.place,
    }


def _year(year: PayrollYear) -> dict[str, Any]:
    return {
        "siret": year.siret,
        "risk_code": year.risk_code,
        "support_staff": year.support_staff,
        "year": year.year,
        "payroll_eur": euros_text(year.payroll_eur),
        "months": list(year.months),
        "missing_months": list(year.missing_months),
        "headcount": number_text(year.headcount),
        "full_time_headcount": number_text(year.full_time_headcount),
        "applied_percents": {percent_text(rate) or "": list(months) for rate, months in year.applied_percents.items()},
    }
