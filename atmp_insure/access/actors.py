"""From a user and what was granted to them to the actor of their sessions, on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.roles import Reach, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.access.models import Grant, User


def is_in_force(grant: Grant, on: date) -> bool:
    """Whether a grant holds on a day; both ends included."""
    if grant.ended_at is not None and paris_day(grant.ended_at) <= on:
        return False
    return grant.first_day <= on and (grant.last_day is None or on <= grant.last_day)


def actor_of(user: User, grants: Iterable[Grant], on: date) -> Actor:
    """The actor that a user is on a day: each role's rights, in that grant's own scope."""
    return Actor(
        name=user.sign_in,
        user_id=user.id,
        grants=tuple(_scope_grant(grant) for grant in grants if is_in_force(grant, on)),
    )


def _scope_grant(grant: Grant) -> ScopeGrant:
    rights = frozenset(right.value for right in rights_of(grant.role))
    match grant.role.reach:
        case Reach.OFFICE:
            return ScopeGrant(rights, everywhere=True)
        case Reach.ORGANISATION:
            return ScopeGrant(rights, organisation_id=grant.organisation_id)
        case Reach.COMPANY if grant.establishment_id is not None:
            return ScopeGrant(rights, establishment_id=grant.establishment_id)
        case Reach.COMPANY:
            return ScopeGrant(rights, company_id=grant.company_id)
        case Reach.FILE:
            return ScopeGrant(rights, file_ref=grant.file_ref)
