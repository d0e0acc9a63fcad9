"""Every question about yearly revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.partner_models import Contact
from atmp_insure.policies.models import Policy
from atmp_insure.policies.revising import OPEN_STATES, READY_STATES, RevisionState
from atmp_insure.policies.revision_models import PolicyRevision

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company

_WITH_PARTS = (selectinload(PolicyRevision.policy), selectinload(PolicyRevision.request))


def revisions() -> Select[PolicyRevision]:
    """All revisions."""
    return select(PolicyRevision)


def get_revision(session: ScopedSession, revision_id: int) -> PolicyRevision:
    """A revision with its policy and the papers it asked for.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(PolicyRevision).where(PolicyRevision.id == revision_id).options(*_WITH_PARTS))
    if found is None:
        raise NotFound("Cette révision n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def locked_revision(session: ScopedSession, revision_id: int) -> PolicyRevision:
    """A revision, locked against whoever else moves it.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(PolicyRevision).where(PolicyRevision.id == revision_id).with_for_update(of=PolicyRevision)
    found = session.scalar(statement.options(*_WITH_PARTS).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("Cette révision n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def revision_of(policy_id: int, due_on: date) -> Select[PolicyRevision]:
    """The revision of a policy for a due date."""
    return select(PolicyRevision).where(PolicyRevision.policy_id == policy_id, PolicyRevision.due_on == due_on)


def find_revision(session: ScopedSession, policy_id: int, due_on: date) -> PolicyRevision | None:
    """The revision of a policy for a due date, if there is one that the actor may see."""
    return session.scalar(revision_of(policy_id, due_on).options(*_WITH_PARTS))


def ready_revision(session: ScopedSession, policy_id: int, due_on: date) -> PolicyRevision | None:
    """The revision of a policy for a due date, when the year may begin on its terms: told, or nothing to tell."""
    found = find_revision(session, policy_id, due_on)
    if found is None or found.state not in READY_STATES:
        return None
    return None if found.state is RevisionState.PROPOSED and found.is_to_tell else found


def list_of_policy(session: ScopedSession, policy_id: int) -> Sequence[PolicyRevision]:
    """The revisions of a policy, the latest due date first."""
    statement = select(PolicyRevision).where(PolicyRevision.policy_id == policy_id)
    return session.scalars(statement.order_by(PolicyRevision.due_on.desc())).all()


def revisions_due(
    session: ScopedSession, first_due_on: date, last_due_on: date, policy_ids: Collection[int] | None = None
) -> dict[int, PolicyRevision]:
    """The revisions of a span of due dates by policy; of some policies only, when they are named."""
    statement = select(PolicyRevision).where(
        PolicyRevision.due_on >= first_due_on, PolicyRevision.due_on <= last_due_on
    )
    if policy_ids is not None:
        statement = statement.where(PolicyRevision.policy_id.in_(policy_ids))
    return {one.policy_id: one for one in session.scalars(statement)}


def list_movable(session: ScopedSession) -> Sequence[PolicyRevision]:
    """The revisions that time, papers or a decision may move on, the nearest due date first."""
    statement = select(PolicyRevision).where(PolicyRevision.state.in_(OPEN_STATES)).options(*_WITH_PARTS)
    return session.scalars(statement.order_by(PolicyRevision.due_on, PolicyRevision.id)).all()


def list_to_notify(
    session: ScopedSession, product: str, first_due_on: date, last_due_on: date
) -> Sequence[PolicyRevision]:
    """The revisions of a product and a span of due dates whose terms are ready and not sent to the client yet."""
    of_product = select(Policy.id).where(Policy.product == product)
    statement = select(PolicyRevision).where(
        PolicyRevision.state == RevisionState.PROPOSED, PolicyRevision.is_to_tell,
        PolicyRevision.due_on >= first_due_on,
        PolicyRevision.due_on <= last_due_on, PolicyRevision.policy_id.in_(of_product),
    )  # fmt: skip
    return session.scalars(statement.order_by(PolicyRevision.due_on, PolicyRevision.id).options(*_WITH_PARTS)).all()


@unscoped("whoever changes a policy may not see its revisions")
def has_revision(session: ScopedSession, policy_id: int) -> bool:
    """Whether a policy was ever revised."""
    return session.scalar(select(PolicyRevision.id).where(PolicyRevision.policy_id == policy_id).limit(1)) is not None


def count_in(session: ScopedSession, state: RevisionState) -> int:
    """How many revisions stand so."""
    return session.scalar(select(func.count(PolicyRevision.id)).where(PolicyRevision.state == state)) or 0


def count_to_tell(session: ScopedSession) -> int:
    """How many revisions have terms that the client must hear of, and has not."""
    waiting = select(func.count(PolicyRevision.id)).where(
        PolicyRevision.state == RevisionState.PROPOSED, PolicyRevision.is_to_tell
    )
    return session.scalar(waiting) or 0


def find_addressee(session: ScopedSession, company: Company, contact_id: int | None) -> Contact | None:
    """To whom the office writes about a policy: its contact, else the first of the company with an e-mail address."""
    own = select(Contact).where(
        Contact.company_id == company.id, Contact.ended_at.is_(None), Contact.email.is_not(None)
    )
    known = session.scalars(own.order_by(Contact.id)).all()
    return next((one for one in known if one.id == contact_id), known[0] if known else None)
