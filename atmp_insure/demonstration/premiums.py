"""Premium calls of the demonstration: what a policy owes on a day, as an accountant would have called it then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.kernel.paris import PARIS
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.parties import agreement_queries, agreement_service
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.premiums import (
    broker_queries,
    broker_remitting_service,
    broker_service,
    chase_situations,
    commission_statement_service,
    notice_service,
    payment_service,
    plan_service,
    queries,
    service,
)
from atmp_insure.premiums.broker_bordereaux import CountsFrom
from atmp_insure.premiums.broker_lines import TypedLine
from atmp_insure.premiums.broker_remitting_service import NewTransfer
from atmp_insure.premiums.broker_service import NewBordereau
from atmp_insure.premiums.chase_service import ChaseDesk, keep_chases
from atmp_insure.premiums.chasing import to_claim
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.premiums.payment_plans import PlannedAmount
from atmp_insure.premiums.payment_service import NewPayment
from atmp_insure.premiums.plan_service import NewPlan
from atmp_insure.premiums.service import Calling
from atmp_insure.premiums.unpaid_clock import UnpaidClock
from atmp_insure.settings import PremiumSettings

if TYPE_CHECKING:
    from atmp_insure.access.models import Organisation
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.models import Policy

_NINE, _FIRST_AMOUNT_EUR = time(9), Decimal(500)


def call_premiums(session: ScopedSession, policy: Policy, on: date, until: date) -> None:
    """Call what a policy owes by a day, and say where its premiums stand."""
    morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
    service.call_premiums(session, policy.id, Calling(Books(installed_chart(None, on), morning), until))
    service.keep_schedule(session, policy)


def pay_first_call(session: ScopedSession, policy: Policy, insurer_id: int, on: date) -> None:
    """Have a client pay the first call of its policy by transfer: its insurer and its broker are owed their part."""
    first = queries.list_calls_of(session, policy.id)[0]
    morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
    new = NewPayment(
        f"demonstration:{first.id}", policy.company_id, insurer_id, PaymentMeans.TRANSFER, on, first.total_eur,
        "VIR PRIME", first.reference,
    )  # fmt: skip
    payment_service.receive(session, new, Books(installed_chart(None, on), morning))


def chase_premiums(session: ScopedSession, policy: Policy, on: date, catalogue: Catalogue) -> None:
    """Give formal notice for what is unpaid of a policy, to be posted today; nothing when no premium is late enough."""
    morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
    desk = ChaseDesk(UnpaidClock(installed_deadlines(None), PremiumSettings().reminder_days), catalogue, morning)
    keep_chases(session, [policy.id], desk.clock)
    found = chase_situations.situations(session, [policy.id]).get(policy.id)
    if found is not None and to_claim(found, on, desk.clock):
        notice_service.give_notice(session, policy.id, on, desk)


def collect_by_broker(session: ScopedSession, policy: Policy, broker: Organisation, on: date) -> None:
    """Let a broker collect premiums, and declare part of the last call of a policy; half of that is remitted."""
    morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
    books, begun = Books(installed_chart(None, on), morning), date(on.year - 1, 1, 1)
    new = NewAgreement("DEMO-ENCAISSEMENT", "Courtage et encaissement (exemple)", begun)
    version = agreement_service.create_agreement(session, broker, new, morning).versions[0]
    agreement_service.put_product(session, version, policy.product, Decimal("0.12"), None)
    agreement_service.put_power(session, version, DelegatedAct.COLLECT, Decimal(100_000))
    agreement = agreement_queries.get_agreement(session, version.agreement_id)
    agreement_service.sign_version(session, agreement, version, begun, on)
    call = queries.list_calls_of(session, policy.id)[-1]
    line = TypedLine("ligne 2", call.reference, Decimal(200), max(call.called_on, on - timedelta(days=12)))
    row = broker_service.declare(session, NewBordereau(
        f"demonstration:{call.id}", broker.id, max(call.called_on, on - timedelta(days=9)), (line,), Decimal(200),
        CountsFrom.CLIENT_DAY,
    ), books)  # fmt: skip
    insurer_id = min(broker_remitting_service.expected(session, broker_queries.get_bordereau(session, row.id)))
    parts = {insurer_id: Decimal(100)}
    transfer = NewTransfer(f"demonstration:{row.id}", row.id, on, "VIR COURTIER", parts)
    broker_remitting_service.remit(session, transfer, books)


def agree_plan(session: ScopedSession, policy: Policy, on: date, catalogue: Catalogue) -> None:
    """Agree a payment plan of two amounts for what is due of a policy; nothing when nothing is."""
    morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
    desk = ChaseDesk(UnpaidClock(installed_deadlines(None), PremiumSettings().reminder_days), catalogue, morning)
    owed = plan_service.due_of(session, policy.id, on)
    total_eur = sum((left_eur for _, left_eur in owed), Decimal(0))
    if total_eur <= _FIRST_AMOUNT_EUR:
        return
    amounts = (
        PlannedAmount(on + timedelta(days=10), _FIRST_AMOUNT_EUR),
        PlannedAmount(on + timedelta(days=40), total_eur - _FIRST_AMOUNT_EUR),
    )
    new = NewPlan(f"demonstration:{policy.id}", policy.id, tuple(one for one, _ in owed), amounts, "Trésorerie tendue")
    plan_service.agree(session, new, desk)


def state_commissions(session: ScopedSession, policy: Policy, on: date) -> None:
    """Make the statement of the broker of a policy for the months that are over; none when nothing was earned."""
    broker_id = queries.list_calls_of(session, policy.id)[0].lines[0].broker_id
    if broker_id is not None:
        morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
        books = Books(installed_chart(None, on), morning)
        commission_statement_service.make_statement(session, broker_id, on.replace(day=1) - timedelta(days=1), books)
