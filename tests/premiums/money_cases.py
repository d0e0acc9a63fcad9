"""What moves the account of a client beside calls and payments, and how a foreign actor asks each query of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.ledger.entries import Side
from atmp_insure.premiums import refund_queries, remittance_queries, write_off_queries
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment
from atmp_insure.premiums.refund_models import PremiumRefund, RefundAnswer, RefundState
from atmp_insure.premiums.remittance_models import ChequeRemittance, RemittedCheque
from atmp_insure.premiums.write_off_models import PremiumWriteOff

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST = date(2027, 1, 1)

MONEY: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    refund_queries.refunds: lambda *_: refund_queries.refunds(),
    refund_queries.refund_of_key: lambda *_: refund_queries.refund_of_key("x1"),
    refund_queries.answer_to: lambda *_: refund_queries.answer_to(2),
    refund_queries.get_refund: lambda session, _: refund_queries.get_refund(session, 1),
    refund_queries.list_paid_of: lambda session, _: refund_queries.list_paid_of(session, 1),
    refund_queries.list_waiting_of: lambda session, _: refund_queries.list_waiting_of(session, 1),
    refund_queries.sum_waiting: lambda session, _: refund_queries.sum_waiting(session, 1) or None,
    remittance_queries.remittances: lambda *_: remittance_queries.remittances(),
    remittance_queries.remittance_of_key: lambda *_: remittance_queries.remittance_of_key("x"),
    remittance_queries.get_remittance: lambda session, _: remittance_queries.get_remittance(session, 1),
    remittance_queries.list_uncashed: lambda session, _: remittance_queries.list_uncashed(session),
    remittance_queries.list_payments: lambda session, _: remittance_queries.list_payments(session, [1]),
    remittance_queries.list_taken_back: lambda session, _: remittance_queries.list_taken_back(session, [1]),
    remittance_queries.list_remitted: lambda session, _: remittance_queries.list_remitted(session, [3]),
    write_off_queries.get_write_off: lambda session, _: write_off_queries.get_write_off(session, 1),
    write_off_queries.list_write_offs_of: lambda session, _: write_off_queries.list_write_offs_of(session, 1),
    write_off_queries.find_reversal: lambda session, _: write_off_queries.find_reversal(session, 1),
}


def add_money(session: ScopedSession, company_id: int, mark: str = "x") -> None:
    """A refund that waits, one that is granted, cheques with their remittance, a write-off taken back."""
    for number in (1, 2):
        refund = PremiumRefund(
            company_id=company_id, insurer_id=1, key=f"{mark}{number}", amount_eur=Decimal(5), reason=mark, iban=mark,
            proposed_on=FIRST, proposed_at=NOW, proposed_by=mark, proposed_by_id=1,
        )  # fmt: skip
        session.add(refund)
        session.flush()
    session.add(RefundAnswer(
        company_id=company_id, refund_id=refund.id, outcome=RefundState.PAID, reason="", answered_on=FIRST,
        answered_at=NOW, answered_by=mark, answered_by_id=1,
    ))  # fmt: skip
    cheques = [PremiumPayment(
        company_id=company_id, insurer_id=1, key=f"{mark}{key}", means=PaymentMeans.CHEQUE, received_on=FIRST,
        amount_eur=Decimal(7), reference=mark, reason="", reverses_id=None, recorded_at=NOW, recorded_by=mark,
    ) for key in ("remitted", "waiting")]  # fmt: skip
    session.add_all(cheques)
    session.flush()
    session.add(ChequeRemittance(
        insurer_id=1, key=mark, remitted_on=FIRST, total_eur=Decimal(7), recorded_at=NOW, recorded_by=mark, cheques=[
            RemittedCheque(company_id=company_id, payment_id=cheques[0].id, amount_eur=Decimal(7))
        ],
    ))  # fmt: skip
    for reverses_id in (None, 1):
        session.add(PremiumWriteOff(
            company_id=company_id, entry_id=1, origin=mark, side=Side.DEBIT, amount_eur=Decimal(2), reason=mark,
            reverses_id=reverses_id, recorded_on=FIRST, recorded_at=NOW, recorded_by=mark,
        ))  # fmt: skip
        session.flush()
