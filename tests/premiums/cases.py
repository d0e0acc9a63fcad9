"""A premium call with its paper, and how a foreign actor asks each query of premiums."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books, post
from atmp_insure.premiums import payment_queries, queries
from atmp_insure.premiums.booking import subject_of
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine, PremiumCallPaper, PremiumSchedule
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)

PREMIUMS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.calls: lambda *_: queries.calls(),
    queries.get_call: lambda session, _: queries.get_call(session, 1),
    queries.list_calls_of: lambda session, _: queries.list_calls_of(session, 1),
    queries.list_latest_calls: lambda session, _: queries.list_latest_calls(session, 1, 9),
    queries.schedules_due: lambda *_: queries.schedules_due(),
    queries.policies_named: lambda *_: queries.policies_named("p x"),
    queries.find_schedule: lambda session, _: queries.find_schedule(session, 1),
    queries.get_schedule: lambda session, _: queries.find_schedule(session, 1) and queries.get_schedule(session, 1),
    queries.called_of: lambda session, _: list(queries.called_of(session, [1])),
    queries.list_due: lambda session, _: queries.list_due(session, LAST),
    queries.sum_due: lambda session, _: queries.sum_due(session, LAST)[0] or None,
    queries.find_paper: lambda session, _: queries.find_paper(session, 1),
    queries.left_of: lambda session, _: queries.left_of(session, ["RF-x"]),
    queries.list_calls_of_company: lambda session, _: queries.list_calls_of_company(session, 1),
    queries.calls_posted_by: lambda session, _: queries.calls_posted_by(session, range(9)),
    payment_queries.payment_of_key: lambda *_: payment_queries.payment_of_key("x1"),
    payment_queries.get_payment: lambda session, _: payment_queries.get_payment(session, 1),
    payment_queries.list_payments_of: lambda session, _: payment_queries.list_payments_of(session, 1),
    payment_queries.find_reversal: lambda session, _: payment_queries.find_reversal(session, 1),
    payment_queries.find_client_account: lambda session, _: payment_queries.find_client_account(session, 1),
}


def add_premiums(
    session: ScopedSession, company_id: int, policy_id: int, mark: str = "x", document_id: int | None = None
) -> None:
    """A call of the policy of a company, with its paper, and where its premiums stand."""
    call = PremiumCall(
        company_id=company_id, policy_id=policy_id, year=2027, number=policy_id, year_first_day=FIRST,
        year_last_day=LAST, instalment=1, instalments=4, called_on=FIRST, due_on=FIRST, reference=f"RF-{mark}",
        net_eur=Decimal(100), surcharge_eur=Decimal(0), tax_eur=Decimal(9), total_eur=Decimal(109), called_at=NOW,
        called_by=mark,
        lines=[PremiumCallLine(
            company_id=company_id, code="IP2", agreement_version_id=1, broker_id=None, net_eur=Decimal(100),
            surcharge_eur=Decimal(0), tax_rate=Decimal("0.09"), tax_eur=Decimal(9), commission_eur=Decimal(0),
        )],
    )  # fmt: skip
    session.add(call)
    session.flush()
    transfer = Transfer(AccountKey(AccountRole.CLIENT, company_id), AccountKey(AccountRole.TAX_CALLED, 1), Decimal(109))
    post(session, [Posting(
        Journal.PREMIUMS, FIRST, mark, FIRST, mark, f"premium:{mark}", (transfer,), subject_of(call.id),
        reference=f"RF-{mark}",
    )], Books(installed_chart(None, FIRST), NOW))  # fmt: skip
    session.add(PremiumSchedule(
        company_id=company_id, policy_id=policy_id, reference=mark, charged_eur=Decimal(436), called_eur=Decimal(109),
        next_due_on=date(2027, 4, 1), next_eur=Decimal(109),
    ))  # fmt: skip
    for number, reverses_id in ((1, None), (2, 1)):
        session.add(PremiumPayment(
            company_id=company_id, insurer_id=1, key=f"{mark}{number}", means=PaymentMeans.TRANSFER, received_on=FIRST,
            amount_eur=Decimal(50), reference=mark, reason=mark if reverses_id else "", reverses_id=reverses_id,
            recorded_at=NOW, recorded_by=mark,
        ))  # fmt: skip
        session.flush()
    if document_id is not None:
        session.add(PremiumCallPaper(company_id=company_id, call_id=call.id, document_id=document_id, filed_at=NOW))
    session.flush()
