"""What every use case that moves a quote does: lock it first, and end what it asked of people when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.diary.task_service import end_asked_about
from atmp_insure.underwriting.models import Quote
from atmp_insure.underwriting.quote_course import step

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.access.roles import Right
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.underwriting.quote_course import QuoteAct

REFERRAL = "quote_referred"  # origin of the tasks that a referral asks of the team


def subject_of(quote: Quote) -> str:
    """How tasks, approvals and facts name a quote."""
    return f"quotes:{quote.id}"


def locked_quote(session: ScopedSession, quote: Quote, right: Right) -> Quote:
    """A quote, locked against whoever else changes it.

    Raises:
        OutOfScope: the right of the actor does not reach its company.
    """
    require_right_there(session, right, quote.company_id)
    statement = select(Quote).where(Quote.id == quote.id).with_for_update(of=Quote)
    locked = session.scalar(statement.execution_options(populate_existing=True))
    assert locked is not None, "quotes are never deleted"
    return locked


def end_quote(session: ScopedSession, quote: Quote, act: QuoteAct, now: datetime) -> None:
    """A quote is replaced, or lapses: nobody needs to answer it any more."""
    quote.state, quote.waits_for = step(quote.state, act), None
    end_asked_about(session, subject_of(quote), REFERRAL, now, dropped="Ce devis n'est plus en vigueur.")
