"""Authority limits and the second pair of eyes: one mechanism for every act that needs it.

An act above its author's limit is asked for, decided by another person whose own limit suffices, and used once, for
exactly what was shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from atmp_insure.access.models import Approval, ApprovalState, AuthorityLimit
from atmp_insure.access.roles import Right
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession


@unscoped("limits of whoever acts are read whoever may see them")
def limit_of(session: ScopedSession, user_id: int, act: str, on: date) -> Decimal | None:
    """Up to what amount a person decides an act alone on a day; None when they were given no authority for it."""
    statement = (
        select(AuthorityLimit.largest_eur)
        .where(
            AuthorityLimit.user_id == user_id,
            AuthorityLimit.act == act,
            AuthorityLimit.first_day <= on,
            or_(AuthorityLimit.last_day.is_(None), AuthorityLimit.last_day >= on),
        )
        .order_by(AuthorityLimit.first_day.desc(), AuthorityLimit.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def is_within_authority(session: ScopedSession, act: str, amount_eur: Decimal, on: date) -> bool:
    """Whether the actor of the session may decide alone; the system never decides above a person's authority."""
    if session.actor.user_id is None:
        return False
    limit = limit_of(session, session.actor.user_id, act, on)
    return limit is not None and amount_eur <= limit


def request_approval(
    session: ScopedSession,
    act: str,
    subject: str,
    shown: str,
    *,
    reason: str,
    now: datetime,
    amount_eur: Decimal | None = None,
    company_id: int | None = None,
    on_behalf_of_id: int | None = None,
) -> Approval:
    """Ask for a second pair of eyes on an act; the answer serves only for `shown`, the content decided upon.

    Args:
        on_behalf_of_id: the person who asks, when a part of the system acts for them: what a client gave by their link.
    """
    requested_by_id = session.actor.user_id if session.actor.user_id is not None else on_behalf_of_id
    if requested_by_id is None:
        raise Refused("Une demande d'accord vient d'une personne.")
    approval = Approval(
        act=act, subject=subject, fingerprint=_fingerprint(session, act, subject, shown), amount_eur=amount_eur,
        company_id=company_id, reason=reason, requested_by_id=requested_by_id, requested_at=now,
    )  # fmt: skip
    session.add(approval)
    session.flush()
    return approval


def decide_approval(session: ScopedSession, approval_id: int, *, granted: bool, reason: str, now: datetime) -> Approval:
    """Answer a request, as another person with the right and the authority.

    Raises:
        Refused: one's own request, already answered, or above one's own limit.
    """
    user_id = session.actor.user_id
    approval = session.get(Approval, approval_id, with_for_update={"of": Approval})
    if approval is None or user_id is None or not session.actor.may(Right.APPROVE):
        raise Refused("Cette demande n'existe pas, ou vous ne pouvez pas y répondre.")
    if approval.requested_by_id == user_id:
        raise Refused("La seconde validation vient d'une autre personne que celle qui le demande.")
    if approval.state is not ApprovalState.REQUESTED:
        raise Refused("Cette demande a déjà reçu sa réponse.")
    if granted and approval.amount_eur is not None:
        limit = limit_of(session, user_id, approval.act, paris_day(now))
        if limit is None or approval.amount_eur > limit:
            raise Refused("Ce montant dépasse votre propre plafond : une personne au plafond plus élevé doit répondre.")
    approval.state = ApprovalState.GRANTED if granted else ApprovalState.REFUSED
    approval.decided_by_id, approval.decided_at, approval.decision_reason = user_id, now, reason
    session.flush()
    return approval


@unscoped("the act is carried out in the name of whoever asked")
def use_approval(session: ScopedSession, act: str, subject: str, shown: str) -> bool:
    """Use up a granted approval for exactly this content; False when there is none: the act must not go on."""
    statement = select(Approval).where(
        Approval.act == act,
        Approval.subject == subject,
        Approval.fingerprint == _fingerprint(session, act, subject, shown),
        Approval.state == ApprovalState.GRANTED,
    )
    approval = session.scalars(statement.order_by(Approval.id).with_for_update(of=Approval)).first()
    if approval is None:
        return False
    approval.state = ApprovalState.USED
    session.flush()
    return True


def _fingerprint(session: ScopedSession, act: str, subject: str, shown: str) -> bytes:
    return key_ring_of(session.get_bind().dialect).digest("approval", act, subject, shown)
