"""Every question about unpaid premiums: where policies stand, formal notices, holds, what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.kernel.errors import NotFound
from atmp_insure.premiums.chase_models import (
    PremiumChase,
    PremiumHold,
    PremiumHoldEnd,
    PremiumNotice,
    PremiumNoticeCall,
    PremiumNoticeEnd,
    PremiumNoticeSending,
)
from atmp_insure.premiums.models import PremiumCall

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.chasing import ChaseStep

_OPEN_NOTICE = ~select(PremiumNoticeEnd.id).where(PremiumNoticeEnd.notice_id == PremiumNotice.id).exists()
OPEN_HOLD = ~select(PremiumHoldEnd.id).where(PremiumHoldEnd.hold_id == PremiumHold.id).exists()
_WHOLE_NOTICE = (
    selectinload(PremiumNotice.claims), selectinload(PremiumNotice.sending), selectinload(PremiumNotice.ending),
    selectinload(PremiumNotice.paper),
)  # fmt: skip


def list_open_notices(session: ScopedSession, policy_ids: Collection[int]) -> Sequence[PremiumNotice]:
    """The formal notices of some policies that have not ended, the oldest first."""
    statement = select(PremiumNotice).where(PremiumNotice.policy_id.in_(policy_ids), _OPEN_NOTICE)
    return session.scalars(statement.options(*_WHOLE_NOTICE).order_by(PremiumNotice.id)).all()


def list_open_holds(session: ScopedSession, policy_ids: Collection[int]) -> Sequence[PremiumHold]:
    """What holds some policies back, the oldest first."""
    statement = select(PremiumHold).where(PremiumHold.policy_id.in_(policy_ids), OPEN_HOLD)
    return session.scalars(statement.order_by(PremiumHold.id)).all()


def chases() -> Select[PremiumChase]:
    """Where the unpaid premiums of each policy stand."""
    return select(PremiumChase)


def find_chase(session: ScopedSession, policy_id: int) -> PremiumChase | None:
    """Where the unpaid premiums of a policy stand; None: all that was called is paid."""
    return session.scalar(select(PremiumChase).where(PremiumChase.policy_id == policy_id))


def list_chases(session: ScopedSession, step: ChaseStep, until: date) -> Sequence[PremiumChase]:
    """The policies of which a step may be taken by a day, the oldest debt first."""
    statement = select(PremiumChase).where(PremiumChase.step == step, PremiumChase.step_on <= until)
    return session.scalars(statement.order_by(PremiumChase.oldest_due_on, PremiumChase.id)).all()


def count_chases(session: ScopedSession, until: date) -> dict[ChaseStep, tuple[int, Decimal]]:
    """Of how many policies each step may be taken by a day, and how much they have left to pay."""
    statement = (
        select(PremiumChase.step, func.count(PremiumChase.id), func.sum(PremiumChase.left_eur))
        .where(PremiumChase.step_on <= until)
        .group_by(PremiumChase.step)
    )
    return {step: (count, left_eur) for step, count, left_eur in session.execute(statement)}


def get_notice(session: ScopedSession, notice_id: int) -> PremiumNotice:
    """A formal notice with what it claims, its letter, its posting and its end.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(PremiumNotice).where(PremiumNotice.id == notice_id).options(*_WHOLE_NOTICE))
    if found is None:
        raise NotFound("Cette mise en demeure n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_open_notice(session: ScopedSession, policy_id: int) -> PremiumNotice | None:
    """The formal notice of a policy that has not ended; None: none."""
    return next(iter(list_open_notices(session, [policy_id])), None)


def list_notices_of(session: ScopedSession, policy_id: int) -> Sequence[PremiumNotice]:
    """The formal notices of a policy, the last first."""
    statement = select(PremiumNotice).where(PremiumNotice.policy_id == policy_id).options(*_WHOLE_NOTICE)
    return session.scalars(statement.order_by(PremiumNotice.id.desc())).all()


def list_to_send(session: ScopedSession) -> Sequence[PremiumNotice]:
    """The formal notices that wait to be posted, the oldest first."""
    is_sent = select(PremiumNoticeSending.id).where(PremiumNoticeSending.notice_id == PremiumNotice.id).exists()
    statement = select(PremiumNotice).where(_OPEN_NOTICE, ~is_sent).options(*_WHOLE_NOTICE)
    return session.scalars(statement.order_by(PremiumNotice.id)).all()


def calls_claimed(session: ScopedSession, notice_id: int) -> Sequence[PremiumCall]:
    """The calls that a formal notice claims, the first due first."""
    claimed = select(PremiumNoticeCall.call_id).where(PremiumNoticeCall.notice_id == notice_id)
    statement = select(PremiumCall).where(PremiumCall.id.in_(claimed)).order_by(PremiumCall.due_on, PremiumCall.id)
    return session.scalars(statement).all()


def find_hold(session: ScopedSession, policy_id: int) -> PremiumHold | None:
    """What holds the unpaid premiums of a policy back; None: nothing."""
    return next(iter(list_open_holds(session, [policy_id])), None)


def list_holds_over(session: ScopedSession, on: date) -> Sequence[PremiumHold]:
    """The holds whose last day is over and that nobody released."""
    return session.scalars(select(PremiumHold).where(OPEN_HOLD, PremiumHold.until < on)).all()
