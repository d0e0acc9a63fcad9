"""What moves the account of a client beside its calls and its payments, each with its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.ledger.entries import Side
from atmp_insure.premiums import broker_queries, refund_queries, write_off_queries, write_off_service
from atmp_insure.premiums.broker_models import bordereau_name
from atmp_insure.premiums.client_account import Moved
from atmp_insure.web.request_scope import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import OpenItem


def other_moves(session: ScopedSession, company_id: int) -> Iterator[Moved]:
    """What was given back to a client, what was written off, what it paid to brokers; and what was taken back."""
    for one in refund_queries.list_paid_of(session, company_id):
        assert one.answer is not None, "it was granted"
        url = url_for("premiums.show_refund", refund_id=one.id)
        yield Moved(one.answer.answered_on, one.name, one.id, one.amount_eur, url=url)
    for row in write_off_queries.list_write_offs_of(session, company_id):
        url = url_for("premiums.show_write_off", write_off_id=row.id)
        is_less = (row.side is Side.DEBIT) is (row.reverses_id is None)
        yield Moved(row.recorded_on, row.name, row.id, -row.amount_eur if is_less else row.amount_eur, url=url)
    for line in broker_queries.list_lines_of_company(session, company_id):
        url, name = url_for("brokers.show_line", line_id=line.id), bordereau_name(line.bordereau_id)
        yield Moved(line.paid_on, name, line.id, -line.amount_eur, url=url)
        if line.withdrawal is not None:
            yield Moved(line.withdrawal.recorded_on, name, line.id, line.amount_eur, url=url)


def small_remainders(session: ScopedSession, company_id: int) -> Sequence[OpenItem]:
    """What may be written off of the account of a client by whoever looks at it."""
    if not has_right_there(session, Right.WRITE_OFF_PREMIUMS, company_id):
        return ()
    return write_off_service.small_remainders(session, company_id, settings().premiums.write_off_eur)
