"""Use cases of premiums, for one policy: call what is owed and not called yet, keep where it stands, file a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.premiums import queries
from atmp_insure.premiums.calling_service import PREMIUM_CALLED, Calling, MadeCall, call_all
from atmp_insure.premiums.models import PremiumCall, PremiumCallPaper, PremiumSchedule
from atmp_insure.premiums.schedule_service import SCHEDULE_COLUMNS, keep_schedules, owed_years, schedule_row

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy

__all__ = ["PREMIUM_CALLED", "SCHEDULE_COLUMNS", "Calling", "owed_years", "schedule_row"]


def call_premiums(session: ScopedSession, policy_id: int, calling: Calling) -> list[MadeCall]:
    """Call what a policy owes by a day and was not called yet; nothing when all of it was.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        NotFound: no such policy, or none that the actor may see.
        Refused: the month is closed in the books, or the calls of the policy are held back.
    """
    found = call_all(session, [policy_id], calling)[policy_id]
    if isinstance(found, AtmpInsureError):
        raise found
    return found


def keep_schedule(session: ScopedSession, policy: Policy) -> PremiumSchedule:
    """Bring to date where the premiums of a policy stand; the policy is locked."""
    keep_schedules(session, [schedule_row(policy, owed_years(session, policy))])
    return queries.get_schedule(session, policy.id)


def file_paper(session: ScopedSession, call: PremiumCall, document_id: int, mail_id: int | None) -> PremiumCallPaper:
    """File the document of a call, with the mail by which it left."""
    paper = PremiumCallPaper(
        company_id=call.company_id, call_id=call.id, document_id=document_id, mail_id=mail_id, filed_at=call.called_at
    )
    session.add(paper)
    session.flush()
    return paper
