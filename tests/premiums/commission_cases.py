"""Commission of a broker on the call of a company, and how a foreign actor asks each query of commissions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books, post
from atmp_insure.premiums import commission_queries as queries
from atmp_insure.premiums import commission_statement_queries as stated
from atmp_insure.premiums import position_queries as positions
from atmp_insure.premiums.commission_models import CommissionMovement
from atmp_insure.premiums.commission_statement_models import (
    CommissionAnswer,
    CommissionDispute,
    CommissionPayment,
    CommissionStated,
    CommissionStatement,
    CommissionStatementLine,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)

COMMISSIONS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.list_lines: lambda session, _: queries.list_lines(session, 1),
    queries.earned_by_line: lambda session, _: queries.earned_by_line(session, 1),
    positions.balances_by_insurer: lambda session, _: positions.balances_by_insurer(session, LAST),
    positions.withheld_by_insurer: lambda session, _: positions.withheld_by_insurer(session, LAST),
    stated.statements: lambda *_: stated.statements(),
    stated.get_statement: lambda session, _: stated.get_statement(session, 1),
    stated.get_line: lambda session, _: stated.get_line(session, 1),
    stated.find_last: lambda session, _: stated.find_last(session, 1),
    stated.list_unstated: lambda session, _: stated.list_unstated(session, 1, FIRST),
    stated.sum_unstated: lambda session, _: stated.sum_unstated(session, FIRST),
    stated.dispute_of: lambda *_: stated.dispute_of(1),
    stated.answer_of: lambda *_: stated.answer_of(1),
    stated.payment_of: lambda *_: stated.payment_of(1),
    stated.disputes_of: lambda session, _: stated.disputes_of(session, [1]),
    stated.answers_of: lambda session, _: stated.answers_of(session, [1]),
    stated.list_statements_of: lambda session, _: stated.list_statements_of(session, 1, 9),
}


def add_commissions(session: ScopedSession, company_id: int, mark: str = "x", broker_id: int = 1) -> None:
    """What the first line of the first call earned: on a statement, disputed, corrected, paid; and more since."""
    moves = [CommissionMovement(
        company_id=company_id, call_id=1, line_id=1, broker_id=broker_id, earned_on=FIRST, collected_eur=Decimal(109),
        base_eur=Decimal(100), withheld_eur=Decimal(15), commission_eur=Decimal(12), recorded_at=NOW,
    ) for _ in range(2)]  # fmt: skip
    session.add_all(moves)
    left = Transfer(AccountKey(AccountRole.PREMIUM_COLLECTED, 1), AccountKey(AccountRole.COMMISSION), Decimal(15))
    post(session, [Posting(
        Journal.COMMISSIONS, FIRST, mark, FIRST, mark, f"commission:{mark}", (left,)
    )], Books(installed_chart(None, FIRST), NOW))  # fmt: skip
    statement = CommissionStatement(
        broker_id=broker_id, broker=mark, year=2027, number=1, last_day=FIRST, made_on=FIRST, earned_eur=Decimal(12),
        brought_eur=Decimal(0), due_eur=Decimal(12), made_at=NOW, made_by=mark,
        lines=[CommissionStatementLine(
            broker_id=broker_id, company_id=company_id, policy_id=1, call_id=1, client=mark, policy=mark, call=mark,
            collected_eur=Decimal(109), base_eur=Decimal(100), commission_eur=Decimal(12), is_correction=False,
        )],
    )  # fmt: skip
    session.add(statement)
    session.flush()
    line = statement.lines[0].id
    dispute = CommissionDispute(line_id=line, broker_id=broker_id, reason=mark, disputed_at=NOW, disputed_by=mark)
    session.add(dispute)
    session.flush()
    session.add_all([
        CommissionStated(broker_id=broker_id, line_id=line, movement_id=moves[0].id, answer_id=None),
        CommissionAnswer(
            dispute_id=dispute.id, broker_id=broker_id, correction_eur=Decimal(3), reason=mark, answered_on=FIRST,
            answered_at=NOW, answered_by=mark,
        ),
        CommissionPayment(
            statement_id=statement.id, broker_id=broker_id, paid_on=FIRST, amount_eur=Decimal(12), reference=mark,
            recorded_at=NOW, recorded_by=mark,
        ),
    ])  # fmt: skip
    session.flush()
