"""Policies between their unpaid premiums, notices, holds and cover, read together for the rule of what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from atmp_insure.db.scope import unscoped
from atmp_insure.ledger.models import LedgerEntry, LedgerMatch, OpenItem
from atmp_insure.policies.models import Policy, PolicyStanding
from atmp_insure.premiums.booking import BY_BROKER
from atmp_insure.premiums.chase_models import PremiumHold, PremiumReminder
from atmp_insure.premiums.chase_queries import OPEN_HOLD, list_open_holds, list_open_notices
from atmp_insure.premiums.chasing import Debt, GivenNotice, Situation
from atmp_insure.premiums.models import PremiumCall

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.chase_models import PremiumNotice

_FOUND_AT_ONCE = 500


@unscoped("what comes next of a policy depends on all its calls, payments and notices, whoever acts")
def situations(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, Situation]:
    """Some policies between their unpaid premiums, their formal notice and their cover; in a fixed number of questions.

    A policy that was never called, and one that is void, are left out.
    """
    debts = _debts(session, policy_ids)
    notices = {one.policy_id: one for one in list_open_notices(session, policy_ids)}
    holds = {one.policy_id: one for one in list_open_holds(session, policy_ids)}
    standing = PolicyStanding.policy_id, PolicyStanding.suspended_on, PolicyStanding.ended_on
    statement = select(*standing).where(PolicyStanding.policy_id.in_(policy_ids), PolicyStanding.is_void.is_(False))
    return {
        policy_id: Situation(
            tuple(debts.get(policy_id, ())), _given(notices.get(policy_id)), suspended_on, ended_on,
            policy_id in holds, holds[policy_id].until if policy_id in holds else None,
        )
        for policy_id, suspended_on, ended_on in session.execute(statement)
        if policy_id in debts
    }  # fmt: skip


def _given(notice: PremiumNotice | None) -> GivenNotice | None:
    if notice is None:
        return None
    sent_on = notice.sending.sent_on if notice.sending else None
    return GivenNotice(notice.id, frozenset(one.call_id for one in notice.claims), notice.dated_on, sent_on)


def _debts(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, list[Debt]]:
    statement = (
        select(PremiumCall.policy_id, PremiumCall.id, PremiumCall.due_on, PremiumReminder.id,
               OpenItem.amount_eur - OpenItem.settled_eur, OpenItem.entry_id)
        .join(OpenItem, OpenItem.reference == PremiumCall.reference)
        .outerjoin(PremiumReminder, PremiumReminder.call_id == PremiumCall.id)
        .where(PremiumCall.policy_id.in_(policy_ids), PremiumCall.total_eur > 0)
    )  # fmt: skip
    rows = session.execute(statement).all()
    paid = dict(_paid_on(session, [entry_id for *_, left_eur, entry_id in rows if not left_eur]))
    found: dict[int, list[Debt]] = {}
    for policy_id, call_id, due_on, reminder_id, left_eur, entry_id in rows:
        debt = Debt(call_id, due_on, left_eur, None if left_eur else paid.get(entry_id), reminder_id is not None)
        found.setdefault(policy_id, []).append(debt)
    return found


def _paid_on(session: ScopedSession, entry_ids: Collection[int]) -> Iterator[tuple[int, date]]:
    """The day of the last payment that settles each of some entries; matches that were undone are left out.

    What a client paid to a broker who collects for the insurer is paid on the day of its paper, not that of the books.
    """
    by_broker = LedgerEntry.subject.startswith(BY_BROKER, autoescape=True)
    paid_on = case((by_broker, LedgerEntry.piece_on), else_=LedgerEntry.entered_on)
    undone = select(LedgerMatch.reverses_id).where(LedgerMatch.reverses_id.is_not(None))
    statement = (
        select(LedgerMatch.debit_entry_id, func.max(paid_on))
        .join(LedgerEntry, LedgerEntry.id == LedgerMatch.credit_entry_id)
        .where(
            LedgerMatch.debit_entry_id.in_(entry_ids), LedgerMatch.reverses_id.is_(None),
            LedgerMatch.id.not_in(undone.where(LedgerMatch.debit_entry_id.in_(entry_ids))),
        )
        .group_by(LedgerMatch.debit_entry_id)
    )  # fmt: skip
    yield from session.execute(statement)


@unscoped("a projection is written for every company")
def called_policies(session: ScopedSession) -> Iterator[list[int]]:
    """The policies that were ever called, some at once."""
    found = session.scalars(select(PremiumCall.policy_id).distinct().order_by(PremiumCall.policy_id)).all()
    for at in range(0, len(found), _FOUND_AT_ONCE):
        yield list(found[at : at + _FOUND_AT_ONCE])


def calls_are_held(policy_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether nothing is called of a policy for the time being."""
    held = select(PremiumHold.id).where(PremiumHold.policy_id == policy_id, PremiumHold.stops_calls, OPEN_HOLD)
    return held.exists()


@unscoped("a projection names the policies of every company")
def names_of_policies(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The company and the reference of some policies."""
    statement = select(Policy.id, Policy.company_id, Policy.reference).where(Policy.id.in_(policy_ids))
    return {policy_id: (company_id, reference) for policy_id, company_id, reference in session.execute(statement)}


@unscoped("what comes next of a policy is written once at a time, whoever acts")
def lock_policies(session: ScopedSession, policy_ids: Collection[int]) -> None:
    """Lock policies against whoever else writes on them, in one order."""
    statement = select(Policy.id).where(Policy.id.in_(policy_ids)).order_by(Policy.id)
    session.execute(statement.with_for_update(of=Policy)).all()
