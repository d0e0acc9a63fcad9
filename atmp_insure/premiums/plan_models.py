"""Payment plans agreed with clients: the calls they are about, their amounts, letter and end; they only grow."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from atmp_insure.db.base import with_constraints
from atmp_insure.db.types import Euros, state_column
from atmp_insure.premiums.models import OfPremiums
from atmp_insure.premiums.payment_plans import PlannedAmount, PlanState


class PaymentPlan(OfPremiums):
    """What a client owes of a policy, to be paid by dated amounts (échéancier accordé); never changed.

    Attributes:
        key: of the form that recorded it; sent twice, it is one plan.
        hold_id: what holds the chasing of the policy back while the plan is kept.
        total_eur: of its amounts, which is what was left of its calls.
    """

    __tablename__ = "payment_plans"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        UniqueConstraint("hold_id"),
        Index(None, "company_id"),
        Index(None, "policy_id"),
        CheckConstraint("total_eur > 0", name="total"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    append_only = True

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    hold_id: Mapped[int] = mapped_column(ForeignKey("premium_holds.id"))
    key: Mapped[str]
    total_eur: Mapped[Euros]
    reason: Mapped[str]
    agreed_on: Mapped[date]
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[str]

    calls: Mapped[list[PlanCall]] = relationship(order_by="PlanCall.id")
    amounts: Mapped[list[PlanAmount]] = relationship(order_by="PlanAmount.id")
    paper: Mapped[PlanPaper | None] = relationship()
    ending: Mapped[PlanEnd | None] = relationship()

    @property
    def name(self) -> str:
        """As people quote it: `EP-000012`."""
        return f"EP-{self.id:06}"

    @property
    def planned(self) -> tuple[PlannedAmount, ...]:
        """Its amounts, as its rule reads them."""
        return tuple(PlannedAmount(one.due_on, one.amount_eur) for one in self.amounts)


class PlanCall(OfPremiums):
    """A call that a plan is about, and what was left of it when it was agreed; never changed."""

    __tablename__ = "payment_plan_calls"
    __table_args__ = with_constraints(
        UniqueConstraint("plan_id", "call_id"),
        Index(None, "call_id"),
        Index(None, "company_id"),
        CheckConstraint("owed_eur > 0", name="owed"),
    )
    append_only = True
    logged = False

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plans.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    owed_eur: Mapped[Euros]


class PlanAmount(OfPremiums):
    """An amount of a plan and its day; never changed."""

    __tablename__ = "payment_plan_amounts"
    __table_args__ = with_constraints(
        UniqueConstraint("plan_id", "due_on"),
        Index(None, "company_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
    )
    append_only = True
    logged = False

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plans.id"))
    due_on: Mapped[date]
    amount_eur: Mapped[Euros]


class PlanPaper(OfPremiums):
    """The letter of a plan, as it was made; never changed."""

    __tablename__ = "payment_plan_papers"
    __table_args__ = with_constraints(UniqueConstraint("plan_id"), Index(None, "company_id"))
    append_only = True
    logged = False

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plans.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    filed_at: Mapped[datetime]


class PlanEnd(OfPremiums):
    """A plan ended: paid whole, an amount missed, or taken back with a reason; never changed."""

    __tablename__ = "payment_plan_ends"
    __table_args__ = with_constraints(
        UniqueConstraint("plan_id"), Index(None, "company_id"), CheckConstraint("how <> 'kept'", name="how")
    )
    append_only = True

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plans.id"))
    how: Mapped[PlanState] = mapped_column(state_column(PlanState))
    reason: Mapped[str]
    ended_on: Mapped[date]
    ended_at: Mapped[datetime]
    ended_by: Mapped[str]
