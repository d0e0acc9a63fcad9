"""Premium calls of the demonstration: what a policy owes on a day, as an accountant would have called it then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.kernel.paris import PARIS
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import (
    chase_situations,
    commission_statement_service,
    notice_service,
    payment_service,
    queries,
    service,
)
from atmp_insure.premiums.chase_service import ChaseDesk, keep_chases
from atmp_insure.premiums.chasing import to_claim
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.premiums.payment_service import NewPayment
from atmp_insure.premiums.service import Calling
from atmp_insure.premiums.unpaid_clock import UnpaidClock
from atmp_insure.settings import PremiumSettings

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.models import Policy

_NINE = time(9)


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


def state_commissions(session: ScopedSession, policy: Policy, on: date) -> None:
    """Make the statement of the broker of a policy for the months that are over; none when nothing was earned."""
    broker_id = queries.list_calls_of(session, policy.id)[0].lines[0].broker_id
    if broker_id is not None:
        morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
        books = Books(installed_chart(None, on), morning)
        commission_statement_service.make_statement(session, broker_id, on.replace(day=1) - timedelta(days=1), books)
