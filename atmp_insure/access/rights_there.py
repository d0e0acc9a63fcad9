"""Whether a right reaches a company or one of its establishments: the rule of every use case that writes for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Text, literal, select
from sqlalchemy import cast as as_type

from atmp_insure.db.scope import BoundActor, OutOfScope, unscoped

if TYPE_CHECKING:
    from atmp_insure.access.roles import Right
    from atmp_insure.db.session import ScopedSession


def require_right_there(
    session: ScopedSession, right: Right, company_id: int | None, establishment_id: int | None = None
) -> None:
    """Refuse an act for a company that the right of the actor does not reach.

    Raises:
        OutOfScope: held elsewhere, perhaps, but not there.
    """
    if not has_right_there(session, right, company_id, establishment_id):
        raise OutOfScope(f"{session.actor.name} has no right {right.value} for this company")


@unscoped("asks whether a right reaches a company, whatever rows exist there")
def has_right_there(
    session: ScopedSession, right: Right, company_id: int | None, establishment_id: int | None = None
) -> bool:
    """Whether a right of the actor reaches a company, or the office itself when there is none."""
    if session.actor.everywhere(right) or not session.actor.may(right):
        return session.actor.may(right)
    who = BoundActor(session.actor)
    reached = who.reaches(
        as_type(literal(company_id), BigInteger), as_type(literal(establishment_id), BigInteger), right
    )
    return session.scalar(select(literal("yes", Text())).where(reached)) is not None
