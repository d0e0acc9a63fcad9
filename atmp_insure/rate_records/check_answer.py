"""Answer of `atmp records check` as plain values: rates, findings, and what grave claims cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.money import euros_text
from atmp_insure.kernel.rates import notified_text
from atmp_insure.kernel.rounding import decimal_text
from atmp_insure.rate_records.answers import finding_answer, unreadable_answer
from atmp_insure.rate_records.savings import saving_assumptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.kernel.errors import Fault
    from atmp_insure.rate_records.overcontribution import GraveClaim, OverContribution, UnitOverContribution
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.impact import ImpactYear


def check_answer(
    reconciliation: Reconciliation, overcontributions: Iterable[UnitOverContribution], faults: Iterable[Fault] = ()
) -> dict[str, Any]:
    """Answer of `atmp records check`; files that cannot be used are told beside it."""
    return {
        "rates": [_rate(rate, unit.papers) for unit in reconciliation.units for rate in unit.rates],
        "findings": [finding_answer(finding) for finding in reconciliation.findings],
        "saving_assumptions": [
            {"siret": unit.papers.establishment.siret, "section": unit.papers.establishment.section, "said_fr": said}
            for unit in reconciliation.units
            for said in saving_assumptions(unit)
        ],
        "overcontributions": [
            _overcontribution(claim, one.unit.papers) for one in overcontributions for claim in one.by_claim
        ],
        "unreadable": unreadable_answer(faults),
    }


def _rate(rate: ReconciledRate, papers: UnitPapers) -> dict[str, Any]:
    sheet, result, difference = rate.sheet, rate.result, rate.difference_points
    return {
        "file": sheet.file,
        "siret": papers.establishment.siret,
        "section": papers.establishment.section,
        "risk_code": sheet.establishment.risk_code,
        "single_rate_sirets": list(papers.sirets) if papers.is_single_rate else [],
        "rate_year": sheet.rate_year,
        "effective_on": None if sheet.effective_on is None else sheet.effective_on.isoformat(),
        "notified": notified_text(sheet.notified_percent),
        "recomputed": None if result is None else notified_text(result.rate_percent),
        "difference": None if difference is None else decimal_text(difference, 2),
        "status": rate.status.value,
        "mode": None if result is None else result.mode.value,
        "missing": list(rate.missing_fr),
        "assumptions": [*rate.said_fr, *(result.assumptions if result is not None else ())],
        "trace": [step.plain() for step in result.trace] if result is not None else [],
    }


def _overcontribution(one: OverContribution, papers: UnitPapers) -> dict[str, Any]:
    total_eur = None if one.impact is None else euros_text(one.impact.total_excess_eur)
    return {
        "siret": papers.establishment.siret,
        "section": papers.establishment.section,
        "claims": [_claim(claim) for claim in one.claims],
        "years": [] if one.impact is None else [_year(year) for year in one.impact.years],
        "total_excess_points": None if one.impact is None else decimal_text(one.impact.total_excess_points, 2),
        "total_excess_eur": total_eur,
        "chains_meet_in": None if one.impact is None else one.impact.met_in,
        "missing": one.missing_fr or None,
        "assumptions": [*one.assumptions, *(one.impact.assumptions if one.impact is not None else ())],
    }


def _claim(claim: GraveClaim) -> dict[str, Any]:
    return {
        "ref": claim.ref,
        "nature": None if claim.nature is None else claim.nature.value,
        "occurred_on": None if claim.occurred_on is None else claim.occurred_on.isoformat(),
        "lines": [{"category": category.value, "account_year": year} for category, year in claim.charges],
    }


def _year(year: ImpactYear) -> dict[str, Any]:
    return {
        "rate_year": year.rate_year,
        "contribution_wages_eur": euros_text(year.contribution_wages_eur),
        "with_percent": notified_text(year.with_claims.rate_percent),
        "without_percent": notified_text(year.without_claims.rate_percent),
        "excess_points": decimal_text(year.excess_points, 2),
        "excess_eur": euros_text(year.excess_eur),
    }
