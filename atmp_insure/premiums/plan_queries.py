"""Every question about payment plans: one, those of a policy or of a company, those that have not ended."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from atmp_insure.kernel.errors import NotFound
from atmp_insure.premiums import queries
from atmp_insure.premiums.models import PremiumCall
from atmp_insure.premiums.plan_models import PaymentPlan, PlanEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession

_OPEN = ~select(PlanEnd.id).where(PlanEnd.plan_id == PaymentPlan.id).exists()


def _whole() -> Select[PaymentPlan]:
    parts = PaymentPlan.calls, PaymentPlan.amounts, PaymentPlan.paper, PaymentPlan.ending
    return select(PaymentPlan).options(*(selectinload(one) for one in parts))


def plan_of_key(key: str) -> Select[PaymentPlan]:
    """The plan that a form recorded."""
    return select(PaymentPlan).where(PaymentPlan.key == key)


def get_plan(session: ScopedSession, plan_id: int) -> PaymentPlan:
    """A plan with its calls, amounts, letter and end.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(_whole().where(PaymentPlan.id == plan_id).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("Cet échéancier n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def list_plans_of(session: ScopedSession, policy_id: int) -> Sequence[PaymentPlan]:
    """The plans of a policy, the last first."""
    return session.scalars(_whole().where(PaymentPlan.policy_id == policy_id).order_by(PaymentPlan.id.desc())).all()


def list_plans_of_company(session: ScopedSession, company_id: int) -> Sequence[PaymentPlan]:
    """The plans of a company that have not ended, the oldest first."""
    return session.scalars(_whole().where(PaymentPlan.company_id == company_id, _OPEN).order_by(PaymentPlan.id)).all()


def list_open_plans(session: ScopedSession) -> Sequence[PaymentPlan]:
    """The plans that have not ended, the oldest first."""
    return session.scalars(_whole().where(_OPEN).order_by(PaymentPlan.id)).all()


def calls_of_plan(session: ScopedSession, plan: PaymentPlan) -> Sequence[PremiumCall]:
    """The calls that a plan is about, the first due first."""
    statement = select(PremiumCall).where(PremiumCall.id.in_({one.call_id for one in plan.calls}))
    return session.scalars(statement.order_by(PremiumCall.due_on, PremiumCall.id)).all()


def paid_of(session: ScopedSession, plan: PaymentPlan) -> Decimal:
    """What was paid of the calls of a plan since it was agreed; below zero: a former payment was taken back."""
    left = queries.left_of(session, {one.reference for one in calls_of_plan(session, plan)})
    return plan.total_eur - sum(left.values(), Decimal(0))
