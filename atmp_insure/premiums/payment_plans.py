"""Payment plans (échéanciers accordés): dated amounts that a client agreed to pay what it owes by, kept or missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_ZERO = Decimal(0)
MOST = 12  # amounts of a plan


class PlanState(Labelled):
    """Where a plan stands; the code, and its name in French."""

    KEPT = "kept", "respecté"
    PAID = "paid", "entièrement payé"
    MISSED = "missed", "non respecté"
    TAKEN_BACK = "taken_back", "annulé"


@dataclass(frozen=True, slots=True)
class PlannedAmount:
    """An amount of a plan, and the day by which it is paid."""

    due_on: date
    amount_eur: Decimal


def plan_state(amounts: Sequence[PlannedAmount], paid_eur: Decimal, on: date, tolerance_days: int) -> PlanState:
    """Where a plan stands on a day, from what was paid of its calls since it was agreed.

    An amount is missed on the day after its tolerance; what was paid counts for the first amounts, whenever it came.

    Source: practice of the office (`premiums.plan_tolerance_days`).
    """
    if paid_eur >= sum((one.amount_eur for one in amounts), _ZERO):
        return PlanState.PAID
    tolerance = timedelta(days=tolerance_days)
    late_eur = sum((one.amount_eur for one in amounts if one.due_on + tolerance < on), _ZERO)
    return PlanState.MISSED if late_eur and paid_eur < late_eur else PlanState.KEPT


def next_amount(amounts: Sequence[PlannedAmount], paid_eur: Decimal) -> PlannedAmount | None:
    """The first amount that is not paid whole, with what is left of it; None: all are.

    Source: none; what was paid counts for the first amounts.
    """
    for one in amounts:
        if paid_eur < one.amount_eur:
            return PlannedAmount(one.due_on, one.amount_eur - paid_eur)
        paid_eur -= one.amount_eur
    return None
