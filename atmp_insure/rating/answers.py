"""Answers of `atmp rating` as plain values: what JSON carries, money and rates as strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.money import euros_text, share_by_largest_remainder
from atmp_insure.kernel.rates import INTERMEDIATE_DECIMALS, intermediate_text, notified_text
from atmp_insure.kernel.rounding import decimal_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from atmp_insure.rating.change import RateChange
    from atmp_insure.rating.impact import ClaimPart, Impact, ImpactYear
    from atmp_insure.rating.rate import YearRate


def rate_answer(result: YearRate) -> dict[str, Any]:
    """Answer of `atmp rating rate`."""
    limits = result.limits
    return {
        "rate_year": result.rate_year,
        "mode": result.mode.value,
        "individual_share": intermediate_text(result.individual_share),
        "risk_value_eur": None if result.risk_value_eur is None else euros_text(result.risk_value_eur),
        "gross_rate_percent": _rate_or_none(result.gross_percent),
        "net_individual_percent": _rate_or_none(result.net_individual_percent),
        "collective_rate_percent": _rate_or_none(result.collective_percent),
        "calculated_percent": intermediate_text(result.calculated_percent),
        "limits": None
        if limits is None
        else {
            "lower_percent": intermediate_text(limits.lower_percent),
            "upper_percent": intermediate_text(limits.upper_percent),
        },
        "limit_applied": None if result.limit_applied is None else result.limit_applied.value,
        "rate_percent": notified_text(result.rate_percent),
        "assumptions": list(result.assumptions),
        "trace": [step.plain() for step in result.trace],
    }


def impact_answer(result: Impact) -> dict[str, Any]:
    """Answer of `atmp rating impact`."""
    shares = result.attribution
    return {
        "years": [_impact_year(year) for year in result.years],
        "total_excess_points": decimal_text(result.total_excess_points, 2),
        "total_excess_eur": euros_text(result.total_excess_eur),
        "total_indemnity_eur": euros_text(result.total_indemnity_eur),
        "by_claim": _parts(result.by_claim),
        "chains_meet_in": result.met_in,
        "attribution": {
            "method": "shapley_exact" if shares.sampled_orders is None else "shapley_sampled",
            "sampled_orders": shares.sampled_orders,
            "standard_error_eur": None if shares.standard_error_eur is None else f"{shares.standard_error_eur:.2f}",
        },
        "assumptions": list(result.assumptions),
        "trace": [
            {"rate_year": year.rate_year, "chain": chain} | step.plain()
            for year in result.years
            for chain, rate in (("with", year.with_claims), ("without", year.without_claims))
            for step in rate.trace
        ],
    }


def _impact_year(year: ImpactYear) -> dict[str, Any]:
    return {
        "rate_year": year.rate_year,
        "wages_eur": None if year.wages_eur is None else euros_text(year.wages_eur),
        "contribution_wages_eur": euros_text(year.contribution_wages_eur),
        "with_percent": notified_text(year.with_claims.rate_percent),
        "without_percent": notified_text(year.without_claims.rate_percent),
        "excess_points": decimal_text(year.excess_points, 2),
        "excess_eur": euros_text(year.excess_eur),
        "deductible_eur": euros_text(year.deductible_eur),
        "indemnity_eur": euros_text(year.indemnity_eur),
        "by_claim": _parts(year.by_claim),
    }


def change_answer(change: RateChange) -> dict[str, Any]:
    """Answer of `atmp rating change`; the written points of the parts add up to the written difference."""
    points = _points_that_add_up([part.points for part in change.parts], change.difference_points)
    return {
        "before": rate_answer(change.before),
        "after": rate_answer(change.after),
        "difference_points": decimal_text(change.difference_points, 2),
        "parts": [
            {"part": part.code, "points": written, "sentence_fr": part.sentence_fr}
            for part, written in zip(change.parts, points, strict=True)
        ],
    }


def _points_that_add_up(points: list[Fraction], total: Fraction) -> list[str]:
    """Points at ten decimals; the units lost by rounding down go to the largest remainders."""
    scale = 10**INTERMEDIATE_DECIMALS
    exact = [value * scale for value in points]
    floors = [value.numerator // value.denominator for value in exact]
    remainders = {str(at): value - floor for at, (value, floor) in enumerate(zip(exact, floors, strict=True))}
    missing = int(total * scale) - sum(floors)
    extra = share_by_largest_remainder(missing, remainders) if missing else dict.fromkeys(remainders, 0)
    return [_scaled_text(floor + extra[str(at)]) for at, floor in enumerate(floors)]


def _scaled_text(units: int) -> str:
    digits = str(abs(units)).rjust(INTERMEDIATE_DECIMALS + 1, "0")
    return f"{'-' if units < 0 else ''}{digits[:-INTERMEDIATE_DECIMALS]}.{digits[-INTERMEDIATE_DECIMALS:]}"


def _rate_or_none(value: Fraction | None) -> str | None:
    return None if value is None else intermediate_text(value)


def _parts(parts: Mapping[str, ClaimPart]) -> dict[str, dict[str, str]]:
    return {
        ref: {"excess_eur": euros_text(part.excess_eur), "indemnity_eur": euros_text(part.indemnity_eur)}
        for ref, part in parts.items()
    }
