"""The share of the individual rate in the mixed rate (fraction du taux net individuel)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.rating.trace import Step, Unit, text
from atmp_insure.regulation.law import first_of
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from atmp_insure.rating.mode import ModeDecision
    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import Law


def individual_share(
    question: RateQuestion, decision: ModeDecision, law: Law
) -> tuple[Fraction, Step, tuple[str, ...]]:
    """The share of the individual rate: 0 in collective mode, 1 in individual mode, between the two in mixed mode.

    When the freeze keeps an enterprise in mixed mode above the individual threshold, the formula would exceed 1: the
    share is then that of the largest mixed headcount, and the result says so.

    Source: art. D.242-6-13 and D.242-37 CSS.
    """
    if decision.mode is not Mode.MIXED:
        share = Fraction(decision.mode is Mode.INDIVIDUAL)
        label = f"Tarification {decision.mode.label} : part du taux individuel"
        return (
            share,
            Step(
                "individual_share",
                label,
                (share, Unit.SHARE),
                {"mode": text(decision.mode.value)},
                decision.step.source,
            ),
            (),
        )
    key = question.unit.scope, question.unit.construction
    on = first_of(question.rate_year)
    formula = law.mixed_shares.at(on)
    individual_from = law.tariff_modes.at(on).value[key].individual_from
    headcount = decision.headcount
    said: tuple[str, ...] = ()
    if headcount >= individual_from:
        below = law.frozen_mixed_headcount.at(on)
        headcount, said = individual_from - below.value, (below.citation.warning,)
    share = formula.value[key].share(headcount)
    step = Step(
        "individual_share",
        f"Part du taux individuel : {formula.value[key].formula}",
        (share, Unit.SHARE),
        {"headcount": (headcount, Unit.NUMBER)},
        formula.citation.source,
    )
    return share, step, said
