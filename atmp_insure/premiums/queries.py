"""Every question about premiums: calls, their lines, what was called of a policy year."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - a named tuple is made of it
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.kernel.errors import NotFound
from atmp_insure.ledger.models import LedgerEntry, OpenItem
from atmp_insure.policies.models import PolicyStanding
from atmp_insure.premiums.booking import CALLS
from atmp_insure.premiums.chase_situations import calls_are_held
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine, PremiumCallPaper, PremiumSchedule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from atmp_insure.db.session import ScopedSession


class CalledRow(NamedTuple):
    """What was called of a policy year under one line."""

    policy_id: int
    year_first_day: date
    year_last_day: date
    code: str
    tax_rate: Decimal
    agreement_version_id: int
    broker_id: int | None
    net_eur: Decimal
    surcharge_eur: Decimal
    tax_eur: Decimal
    commission_eur: Decimal


_WITH_LINES = selectinload(PremiumCall.lines)
_HELD = calls_are_held(PremiumSchedule.policy_id.expression)


def calls() -> Select[PremiumCall]:
    """All premium calls."""
    return select(PremiumCall)


def get_call(session: ScopedSession, call_id: int) -> PremiumCall:
    """A call with its lines.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(PremiumCall).where(PremiumCall.id == call_id).options(_WITH_LINES))
    if found is None:
        raise NotFound("Cet appel de prime n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def list_calls_of(session: ScopedSession, policy_id: int) -> Sequence[PremiumCall]:
    """The calls of a policy with their lines, in the order in which they were made."""
    statement = select(PremiumCall).where(PremiumCall.policy_id == policy_id).options(_WITH_LINES)
    return session.scalars(statement.order_by(PremiumCall.id)).all()


def called_of(session: ScopedSession, policy_ids: Collection[int]) -> Iterator[CalledRow]:
    """What was called of some policies so far, added up by policy year and line."""
    line = PremiumCallLine
    of = PremiumCall.policy_id, PremiumCall.year_first_day, PremiumCall.year_last_day
    what = line.code, line.tax_rate, line.agreement_version_id, line.broker_id
    amounts = (func.sum(one) for one in (line.net_eur, line.surcharge_eur, line.tax_eur, line.commission_eur))
    statement = select(*of, *what, *amounts).join(line, line.call_id == PremiumCall.id)
    rows = session.execute(statement.where(PremiumCall.policy_id.in_(policy_ids)).group_by(*of, *what))
    return (CalledRow._make(tuple(row)) for row in rows)


def list_calls_of_company(session: ScopedSession, company_id: int) -> Sequence[PremiumCall]:
    """The calls of a company with their lines, the first due first."""
    statement = select(PremiumCall).where(PremiumCall.company_id == company_id).options(_WITH_LINES)
    return session.scalars(statement.order_by(PremiumCall.due_on, PremiumCall.id)).all()


def list_latest_calls(session: ScopedSession, company_id: int, most: int) -> Sequence[PremiumCall]:
    """The last calls of a company, the last due first."""
    statement = select(PremiumCall).where(PremiumCall.company_id == company_id)
    return session.scalars(statement.order_by(PremiumCall.due_on.desc(), PremiumCall.id.desc()).limit(most)).all()


def schedules_due() -> Select[PremiumSchedule]:
    """The policies of which something is still to be called, whenever it is due."""
    return select(PremiumSchedule).where(PremiumSchedule.next_due_on.is_not(None))


def policies_named(words: str) -> Select[int]:
    """Policies by their reference, as words are looked for; those taken back before they ever stood are not found."""
    return select(PolicyStanding.policy_id).where(PolicyStanding.search_reference == words)


def find_schedule(session: ScopedSession, policy_id: int) -> PremiumSchedule | None:
    """Where the premiums of a policy stand; None: it is not known yet."""
    return session.scalar(select(PremiumSchedule).where(PremiumSchedule.policy_id == policy_id))


def get_schedule(session: ScopedSession, policy_id: int) -> PremiumSchedule:
    """Where the premiums of a policy stand, as it was just written."""
    statement = select(PremiumSchedule).where(PremiumSchedule.policy_id == policy_id)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def list_due(session: ScopedSession, until: date) -> Sequence[PremiumSchedule]:
    """The policies of which something is to be called by a day, the earliest first; those held back are left out."""
    statement = select(PremiumSchedule).where(PremiumSchedule.next_due_on <= until, ~_HELD)
    return session.scalars(statement.order_by(PremiumSchedule.next_due_on, PremiumSchedule.id)).all()


def sum_due(session: ScopedSession, until: date) -> tuple[int, Decimal]:
    """Of how many policies something is to be called by a day, and how much of what is due first."""
    statement = select(func.count(PremiumSchedule.id), func.sum(PremiumSchedule.next_eur))
    count, amount_eur = session.execute(statement.where(PremiumSchedule.next_due_on <= until, ~_HELD)).one()
    return count, amount_eur or Decimal(0)


def find_paper(session: ScopedSession, call_id: int) -> PremiumCallPaper | None:
    """The document of a call; None: it is not made yet."""
    return session.scalar(select(PremiumCallPaper).where(PremiumCallPaper.call_id == call_id))


def calls_posted_by(session: ScopedSession, entry_ids: Collection[int]) -> Sequence[PremiumCall]:
    """The calls that some entries of the books come from."""
    posted = select(LedgerEntry.subject).where(
        LedgerEntry.id.in_(entry_ids), LedgerEntry.subject.startswith(CALLS, autoescape=True)
    )
    numbers = {int(subject.removeprefix(CALLS)) for subject in session.scalars(posted)}
    return session.scalars(select(PremiumCall).where(PremiumCall.id.in_(numbers)).order_by(PremiumCall.id)).all()


LEFT = (  # what is not settled of a call; none for one of zero
    select(func.sum(OpenItem.amount_eur - OpenItem.settled_eur))
    .where(OpenItem.reference == PremiumCall.reference)
    .correlate(PremiumCall)
)


def left_of(session: ScopedSession, references: Collection[str]) -> dict[str, Decimal]:
    """What is not settled of some calls, by their references."""
    statement = select(OpenItem.reference, func.sum(OpenItem.amount_eur - OpenItem.settled_eur))
    of_them = statement.where(OpenItem.reference.in_(references)).group_by(OpenItem.reference)
    return {reference: Decimal(left_eur) for reference, left_eur in session.execute(of_them)}


def called_until(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, dict[date, date]]:
    """By policy and first day of its years, the last due date that was called."""
    year = PremiumCall.policy_id, PremiumCall.year_first_day
    statement = select(*year, func.max(PremiumCall.due_on)).where(PremiumCall.policy_id.in_(policy_ids)).group_by(*year)
    found: dict[int, dict[date, date]] = {}
    for policy_id, first_day, last in session.execute(statement):
        found.setdefault(policy_id, {})[first_day] = last
    return found
