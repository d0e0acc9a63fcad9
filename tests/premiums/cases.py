"""A premium call with its paper, and how a foreign actor asks each query of premiums."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books, post
from atmp_insure.premiums import chase_queries, payment_queries, queries
from atmp_insure.premiums.booking import subject_of
from atmp_insure.premiums.chase_models import (
    HoldKind,
    NoticeEnding,
    PremiumChase,
    PremiumHold,
    PremiumHoldEnd,
    PremiumNotice,
    PremiumNoticeCall,
    PremiumNoticeEnd,
    PremiumNoticePaper,
    PremiumNoticeSending,
    PremiumReminder,
)
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine, PremiumCallPaper, PremiumSchedule
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment
from tests.premiums.broker_cases import BROKERS, PLANS, add_broker_money, add_plans
from tests.premiums.figure_cases import FIGURES
from tests.premiums.money_cases import MONEY, add_money

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
    queries.called_until: lambda session, _: queries.called_until(session, range(99)),
    queries.calls_posted_by: lambda session, _: queries.calls_posted_by(session, range(9)),
    payment_queries.payments: lambda *_: payment_queries.payments(),
    payment_queries.payment_of_key: lambda *_: payment_queries.payment_of_key("x1"),
    payment_queries.get_payment: lambda session, _: payment_queries.get_payment(session, 1),
    payment_queries.list_payments_of: lambda session, _: payment_queries.list_payments_of(session, 1),
    payment_queries.find_reversal: lambda session, _: payment_queries.find_reversal(session, 1),
    payment_queries.find_client_account: lambda session, _: payment_queries.find_client_account(session, 1),
    payment_queries.list_credits: lambda session, _: payment_queries.list_credits(session),
    payment_queries.count_credits: lambda session, _: payment_queries.count_credits(session) or None,
    chase_queries.chases: lambda *_: chase_queries.chases(),
    chase_queries.find_chase: lambda session, _: chase_queries.find_chase(session, 1),
    chase_queries.list_chases: lambda session, _: chase_queries.list_chases(session, ChaseStep.SUSPEND, LAST),
    chase_queries.count_chases: lambda session, _: chase_queries.count_chases(session, LAST),
    chase_queries.get_notice: lambda session, _: chase_queries.get_notice(session, 1),
    chase_queries.list_open_notices: lambda session, _: chase_queries.list_open_notices(session, range(99)),
    chase_queries.list_open_holds: lambda session, _: chase_queries.list_open_holds(session, range(99)),
    chase_queries.find_open_notice: lambda session, _: chase_queries.find_open_notice(session, 1),
    chase_queries.list_notices_of: lambda session, _: chase_queries.list_notices_of(session, 1),
    chase_queries.list_to_send: lambda session, _: chase_queries.list_to_send(session),
    chase_queries.calls_claimed: lambda session, _: chase_queries.calls_claimed(session, 1),
    chase_queries.find_hold: lambda session, _: chase_queries.find_hold(session, 1),
    chase_queries.list_holds_over: lambda session, _: chase_queries.list_holds_over(session, date(2099, 1, 1)),
    **BROKERS,
    **PLANS,
    **MONEY,
    **FIGURES,
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
            company_id=company_id, code="IP2", agreement_version_id=1, broker_id=1, net_eur=Decimal(100),
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
    received = Transfer(AccountKey(AccountRole.CHEQUES), AccountKey(AccountRole.CLIENT, company_id), Decimal(20))
    post(session, [Posting(
        Journal.BANK, FIRST, mark, FIRST, mark, f"received:{mark}", (received,), "",
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
    add_money(session, company_id, mark)
    add_broker_money(session, company_id, call.id, mark)
    if document_id is not None:
        session.add(PremiumCallPaper(company_id=company_id, call_id=call.id, document_id=document_id, filed_at=NOW))
    session.flush()
    _add_unpaid(session, call, mark, document_id)


def _add_unpaid(session: ScopedSession, call: PremiumCall, mark: str, document_id: int | None) -> None:
    """A formal notice of a call that waits to be posted, one that was and ended, a hold, one that was released."""
    company_id, policy_id = call.company_id, call.policy_id
    notices = [
        PremiumNotice(
            company_id=company_id, policy_id=policy_id, year=2027, number=2 * policy_id + at, dated_on=FIRST,
            amount_eur=Decimal(109), made_at=NOW, made_by=mark,
            claims=[PremiumNoticeCall(company_id=company_id, call_id=call.id, left_eur=Decimal(109))],
        )
        for at in range(2)
    ]  # fmt: skip
    holds = [
        PremiumHold(company_id=company_id, policy_id=policy_id, kind=HoldKind.OTHER, stops_calls=False, until=LAST,
                    reason=mark, recorded_at=NOW, recorded_by=mark)
        for _ in range(2)
    ]  # fmt: skip
    session.add_all([*notices, *holds])
    session.flush()
    add_plans(session, [one.id for one in holds], call, mark)
    who = {"company_id": company_id}
    session.add_all([
        PremiumReminder(**who, call_id=call.id, reminded_on=FIRST, is_mailed=True, recorded_at=NOW),
        PremiumNoticeSending(**who, notice_id=notices[0].id, sent_on=FIRST, proof=mark, suspended_on=LAST,
                             terminable_on=LAST, reasoning={}, recorded_at=NOW, recorded_by=mark),
        PremiumNoticeEnd(**who, notice_id=notices[0].id, how=NoticeEnding.WITHDRAWN, reason=mark, ended_at=NOW,
                         ended_by=mark),
        PremiumHoldEnd(**who, hold_id=holds[0].id, reason=mark, ended_at=NOW, ended_by=mark),
        PremiumChase(**who, policy_id=policy_id, reference=mark, oldest_due_on=FIRST, left_eur=Decimal(109),
                     step=ChaseStep.SUSPEND, step_on=FIRST, notice_id=notices[1].id),
    ])  # fmt: skip
    if document_id is not None:
        session.add(PremiumNoticePaper(**who, notice_id=notices[1].id, document_id=document_id, filed_at=NOW))
    session.flush()
