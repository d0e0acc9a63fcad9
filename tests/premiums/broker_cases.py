"""A bordereau of premiums that a broker collected, with its transfer, and how a foreign actor asks each query of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.premiums import broker_queries as queries
from atmp_insure.premiums import plan_queries
from atmp_insure.premiums.broker_models import (
    BordereauLine,
    BrokerBordereau,
    BrokerRemittance,
    LineWithdrawal,
    RemittancePart,
)
from atmp_insure.premiums.payment_plans import PlanState
from atmp_insure.premiums.plan_models import PaymentPlan, PlanAmount, PlanCall, PlanEnd
from atmp_insure.premiums.queries import get_call

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.models import PremiumCall

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST = date(2027, 1, 1)

PLANS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    plan_queries.plan_of_key: lambda *_: plan_queries.plan_of_key("x"),
    plan_queries.get_plan: lambda session, _: plan_queries.get_plan(session, 1),
    plan_queries.list_plans_of: lambda session, _: plan_queries.list_plans_of(session, 1),
    plan_queries.list_plans_of_company: lambda session, _: plan_queries.list_plans_of_company(session, 1),
    plan_queries.list_open_plans: lambda session, _: plan_queries.list_open_plans(session),
    plan_queries.calls_of_plan: lambda session, _: _calls(session),
    plan_queries.paid_of: lambda session, _: plan_queries.paid_of(session, plan_queries.get_plan(session, 1)),
}


def _calls(session: ScopedSession) -> Any:
    return plan_queries.calls_of_plan(session, plan_queries.get_plan(session, 1))


BROKERS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.bordereaux: lambda *_: queries.bordereaux(),
    queries.bordereau_of_key: lambda *_: queries.bordereau_of_key("x"),
    queries.remittance_of_key: lambda *_: queries.remittance_of_key("x1"),
    queries.get_bordereau: lambda session, _: queries.get_bordereau(session, 1),
    queries.get_line: lambda session, _: queries.get_line(session, 1),
    queries.find_withdrawal: lambda session, _: queries.find_withdrawal(session, 2),
    queries.get_transfer: lambda session, _: queries.get_transfer(session, 1),
    queries.find_transfer_back: lambda session, _: queries.find_transfer_back(session, 1),
    queries.list_lines_of_company: lambda session, _: queries.list_lines_of_company(session, 1),
    queries.list_lines_of_call: lambda session, _: queries.list_lines_of_call(session, 1),
    queries.sum_to_remit: lambda session, _: queries.sum_to_remit(session)[0] or None,
    queries.list_open_calls: lambda session, _: queries.list_open_calls(session, 1),
    queries.calls_named: lambda session, _: queries.calls_named(session, 1, ["RF-x"]),
    queries.collecting_power: lambda session, _: queries.collecting_power(session, 1, FIRST),
    queries.collecting_broker: lambda session, _: queries.collecting_broker(session, get_call(session, 1)),
    queries.list_collecting: lambda session, _: queries.list_collecting(session),
    queries.calls_of: lambda session, _: queries.calls_of(session, range(9)),
}


def add_broker_money(session: ScopedSession, company_id: int, call_id: int, mark: str = "x") -> None:
    """A bordereau of two lines, one of them taken back, with a transfer and what takes one back."""
    lines = [BordereauLine(
        broker_id=1, company_id=company_id, call_id=call_id, amount_eur=Decimal(20), paid_on=FIRST,
        counts_on=FIRST,
    ) for _ in range(2)]  # fmt: skip
    row = BrokerBordereau(
        broker_id=1, key=mark, declared_on=FIRST, total_eur=Decimal(40), recorded_at=NOW, recorded_by=mark,
        lines=lines,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(LineWithdrawal(
        broker_id=1, company_id=company_id, line_id=lines[1].id, reason=mark, recorded_on=FIRST,
        recorded_at=NOW, recorded_by=mark,
    ))  # fmt: skip
    former = None
    for number in (1, 2):
        transfer = BrokerRemittance(
            broker_id=1, bordereau_id=row.id, key=f"{mark}{number}", received_on=FIRST, reference=mark,
            amount_eur=Decimal(15), reason=mark if former else "", reverses_id=former, recorded_at=NOW,
            recorded_by=mark,
            parts=[RemittancePart(broker_id=1, insurer_id=1, amount_eur=Decimal(15))],
        )  # fmt: skip
        session.add(transfer)
        session.flush()
        former = transfer.id


def add_plans(session: ScopedSession, hold_ids: Sequence[int], call: PremiumCall, mark: str = "x") -> None:
    """A payment plan that goes on, and one that ended."""
    who: dict[str, Any] = {"company_id": call.company_id}
    for number, hold_id in enumerate(hold_ids):
        plan = PaymentPlan(
            **who, policy_id=call.policy_id, hold_id=hold_id, key=f"{mark}{number}" if number else mark,
            total_eur=Decimal(109), reason=mark, agreed_on=FIRST, agreed_at=NOW, agreed_by=mark,
            calls=[PlanCall(**who, call_id=call.id, owed_eur=Decimal(109))],
            amounts=[PlanAmount(**who, due_on=FIRST, amount_eur=Decimal(109))],
        )  # fmt: skip
        session.add(plan)
        session.flush()
    session.add(PlanEnd(
        **who, plan_id=plan.id, how=PlanState.TAKEN_BACK, reason=mark, ended_on=FIRST, ended_at=NOW, ended_by=mark,
    ))  # fmt: skip
