"""Payment plans as pages show them: where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.premiums.payment_plans import PlanState
from atmp_insure.web.display import State, Tone
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.premiums.plan_models import PaymentPlan

_RUNNING = State(_l("en cours"), Tone.INFO)
_ENDINGS: Mapping[PlanState, Tone] = {
    PlanState.PAID: Tone.GOOD, PlanState.MISSED: Tone.BAD, PlanState.TAKEN_BACK: Tone.NEUTRAL,
}  # fmt: skip


def state_of(plan: PaymentPlan) -> State:
    """Where a plan stands: it runs until the daily job, or a person, ends it."""
    if plan.ending is None:
        return _RUNNING
    return State(plan.ending.how.label, _ENDINGS[plan.ending.how])
