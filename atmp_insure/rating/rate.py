"""The rate of one unit for one year, recomputed and explained: the heart of the product."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.rating.basis import year_basis
from atmp_insure.rating.cap import capped, merged_reference, rate_limits
from atmp_insure.rating.trace import Step, Unit
from atmp_insure.rating.unit import ZERO

if TYPE_CHECKING:
    from fractions import Fraction

    from atmp_insure.rating.basis import YearBasis
    from atmp_insure.rating.cap import Limit, Limits
    from atmp_insure.rating.claim_cost import LineCost
    from atmp_insure.rating.trace import Quantity
    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import Mode

BOTH_REFERENCES = "previous_units l'emporte sur previous_rate_percent comme référence de l'écrêtement."


@dataclass(frozen=True, slots=True)
class YearRate:
    """A rate with everything that led to it; percents are exact, `rate_percent` is the notified rate."""

    rate_year: int
    mode: Mode
    individual_share: Fraction
    risk_value_eur: Fraction | None
    gross_percent: Fraction | None
    net_individual_percent: Fraction | None
    collective_percent: Fraction | None
    calculated_percent: Fraction
    limits: Limits | None
    limit_applied: Limit | None
    rate_percent: Fraction
    assumptions: tuple[str, ...]
    trace: tuple[Step, ...]


def rate(question: RateQuestion, law: Law) -> YearRate:
    """The net rate notified to a tariff unit for one year.

    Raises:
        InvalidInput: the question contradicts itself or lacks wages.
        MissingParameter: a value that the mode needs is neither in the document nor in the dated tables.

    Source: art. D.242-6-2 to D.242-6-17 CSS; D.242-30 to D.242-38 CSS (Alsace-Moselle).
    """
    basis = year_basis(question, law)
    reference, said = _reference(question)
    return rate_on(basis, reference, said=said)


def rate_on(
    basis: YearBasis,
    reference_percent: Fraction | None,
    *,
    costs: tuple[LineCost, ...] | None = None,
    said: tuple[str, ...] = (),
) -> YearRate:
    """The rate on settled bases: value of the risk, formula, cap against a reference, rounding.

    Args:
        reference_percent: rate of the year before (or merged reference), in percent; None means no cap.
        costs: the lines that count; all those of the bases when None.
        said: what else must be said with the result.

    Source: art. D.242-6-4, D.242-6-9, D.242-6-13 and D.242-6-15 CSS.
    """
    counted = basis.costs if costs is None else costs
    value_eur = sum((cost.cost_eur for cost in counted), ZERO)
    calculation = basis.formula.calculation(value_eur)
    has_individual = bool(basis.formula.share)
    limits, applied, held = None, None, calculation.calculated_percent
    if basis.cap is not None and reference_percent is not None:
        limits = rate_limits(reference_percent, basis.cap)
        held, applied = capped(held, limits)
        held = basis.rounding.limit.apply(held) if applied else held
    result = YearRate(
        rate_year=basis.rate_year,
        mode=basis.decision.mode,
        individual_share=basis.formula.share,
        risk_value_eur=value_eur if has_individual else None,
        gross_percent=calculation.gross_percent,
        net_individual_percent=calculation.individual_percent,
        collective_percent=basis.collective_percent,
        calculated_percent=calculation.calculated_percent,
        limits=limits,
        limit_applied=applied,
        rate_percent=basis.rounding.notified.apply(held),
        assumptions=(*basis.assumptions, *said),
        trace=(),
    )
    steps = [*basis.steps, *(cost.step for cost in counted), *_steps(basis, result, held, reference_percent)]
    return replace(result, trace=tuple(steps))


def _reference(question: RateQuestion) -> tuple[Fraction | None, tuple[str, ...]]:
    if not question.previous_units:
        return question.previous_rate_percent, ()
    said = (BOTH_REFERENCES,) if question.previous_rate_percent is not None else ()
    return merged_reference(question.previous_units), said


def _steps(basis: YearBasis, result: YearRate, held: Fraction, reference: Fraction | None) -> list[Step]:
    """The steps from the value of the risk to the notified rate."""
    formula, steps = basis.formula, []
    if result.risk_value_eur is not None and result.gross_percent is not None:
        value: Quantity = result.risk_value_eur, Unit.EUR
        steps.append(Step("risk_value", "Valeur du risque de la période triennale", value, {}, "art. D.242-6-6 CSS"))
        inputs: dict[str, Quantity] = {"risk_value_eur": value, "wages_eur": (formula.wages_eur, Unit.EUR)}
        gross: Quantity = result.gross_percent, Unit.PERCENT
        steps.append(
            Step("gross_rate", "Taux brut : valeur du risque / salaires × 100", gross, inputs, "art. D.242-6-4 CSS")
        )
        if result.net_individual_percent is not None:
            label = "Taux net individuel : (taux brut + M1) × (1 + M2) + M3 + M4"
            net: Quantity = result.net_individual_percent, Unit.PERCENT
            steps.append(
                Step("net_individual_rate", label, net, {"gross_rate": gross}, "art. D.242-6-3 et D.242-6-9 CSS")
            )
    steps.append(_calculated_step(basis, result))
    if result.limits is not None and reference is not None:
        limit_inputs: dict[str, Quantity] = {
            "previous_rate": (reference, Unit.PERCENT),
            "lower": (result.limits.lower_percent, Unit.PERCENT),
            "upper": (result.limits.upper_percent, Unit.PERCENT),
            "calculated_rate": (result.calculated_percent, Unit.PERCENT),
        }
        where = {None: "dans les limites", "upper": "ramené à la limite haute", "lower": "relevé à la limite basse"}
        label = f"Écrêtement : taux calculé {where[result.limit_applied]}"
        steps.append(Step("cap", label, (held, Unit.PERCENT), limit_inputs, basis.cap_source))
    label = f"Taux notifié : {basis.rounding.notified.label_fr}"
    notified: Quantity = result.rate_percent, Unit.NOTIFIED_PERCENT
    steps.append(
        Step("notified_rate", label, notified, {"before_rounding": (held, Unit.PERCENT)}, basis.rounding_source)
    )
    return steps


def _calculated_step(basis: YearBasis, result: YearRate) -> Step:
    formula = basis.formula
    calculated: Quantity = result.calculated_percent, Unit.PERCENT
    if formula.claim_free_percent is not None:
        label = "Taux calculé : taux sans les sinistres + part × taux brut des sinistres × (1 + M2)"
        inputs: dict[str, Quantity] = {
            "claim_free_rate": (formula.claim_free_percent, Unit.PERCENT),
            "individual_share": (formula.share, Unit.SHARE),
            "gross_rate": (result.gross_percent or ZERO, Unit.PERCENT),
        }
        return Step("calculated_rate", label, calculated, inputs, "hypothèse du document ; art. D.242-6-9 CSS")
    if result.net_individual_percent is None:
        label, inputs = "Taux calculé : taux net collectif", {}
        return Step("calculated_rate", label, calculated, inputs, "art. D.242-6-2 CSS")
    inputs = {"net_individual_rate": (result.net_individual_percent, Unit.PERCENT)}
    if formula.collective_percent is None:
        return Step("calculated_rate", "Taux calculé : taux net individuel", calculated, inputs, "art. D.242-6-2 CSS")
    inputs["collective_rate"] = formula.collective_percent, Unit.PERCENT
    inputs["individual_share"] = formula.share, Unit.SHARE
    label = "Taux calculé : part × taux net individuel + (1 − part) × taux net collectif"
    return Step("calculated_rate", label, calculated, inputs, "art. D.242-6-13 et D.242-37 CSS")
