"""Every question about people, their rights and the logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from atmp_insure.access.actors import is_in_force
from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.access.models import (
    Approval,
    AuthorityLimit,
    Grant,
    Organisation,
    Passkey,
    PersonalToken,
    SavedFilter,
    Substitution,
    User,
    UserState,
    WebSession,
)
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession

_SUBJECT_EVENTS = 100


def get_user(session: ScopedSession, user_id: int) -> User:
    """A user with their grants.

    Raises:
        NotFound: nobody, or nobody that the actor may see.
    """
    statement = (
        select(User).where(User.id == user_id).options(selectinload(User.grants).selectinload(Grant.organisation))
    )
    user = session.scalar(statement)
    if user is None:
        raise NotFound("Cet utilisateur n'existe pas, ou vous ne pouvez pas le voir.")
    return user


def find_user_by_email(session: ScopedSession, email: str) -> User | None:
    """The user with an address; None when there is none, or several."""
    found = session.scalars(select(User).where(User.email == email.strip()).limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_grants_of(session: ScopedSession, user_id: int) -> Sequence[Grant]:
    """What was granted to a user, ended grants included."""
    return session.scalars(select(Grant).where(Grant.user_id == user_id).order_by(Grant.id)).all()


def in_force(grants: Iterable[Grant], on: date) -> tuple[Grant, ...]:
    """The grants that hold on a day."""
    return tuple(grant for grant in grants if is_in_force(grant, on))


def get_grant(session: ScopedSession, user_id: int, grant_id: int) -> Grant:
    """A grant of a user.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    grant = session.get(Grant, grant_id)
    if grant is None or grant.user_id != user_id:
        raise NotFound("Ce rôle n'existe pas, ou vous ne pouvez pas le voir.")
    return grant


def users() -> Select[User]:
    """All users, with their grants."""
    return select(User).options(selectinload(User.grants).selectinload(Grant.organisation))


def list_organisations(session: ScopedSession) -> Sequence[Organisation]:
    """Every organisation, by name."""
    return session.scalars(select(Organisation).order_by(Organisation.name)).all()


def list_open_sessions(session: ScopedSession, user_id: int) -> Sequence[WebSession]:
    """The sessions of a user that were not ended, the latest first."""
    statement = select(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None))
    return session.scalars(statement.order_by(WebSession.seen_at.desc())).all()


def list_passkeys(session: ScopedSession, user_id: int) -> Sequence[Passkey]:
    """The passkeys of a user."""
    return session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def list_tokens(session: ScopedSession, user_id: int) -> Sequence[PersonalToken]:
    """The personal tokens of a user, revoked ones included, the latest first."""
    statement = select(PersonalToken).where(PersonalToken.user_id == user_id)
    return session.scalars(statement.order_by(PersonalToken.id.desc())).all()


def get_token(session: ScopedSession, user_id: int, token_id: int) -> PersonalToken:
    """A personal token of a user.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    token = session.get(PersonalToken, token_id)
    if token is None or token.user_id != user_id:
        raise NotFound("Ce jeton n'existe pas, ou vous ne pouvez pas le voir.")
    return token


def list_limits(session: ScopedSession, user_id: int) -> Sequence[AuthorityLimit]:
    """The authority of a user, the latest first."""
    statement = select(AuthorityLimit).where(AuthorityLimit.user_id == user_id)
    return session.scalars(statement.order_by(AuthorityLimit.act, AuthorityLimit.first_day.desc())).all()


def list_substitutions(session: ScopedSession, user_id: int) -> Sequence[Substitution]:
    """When a user was or will be away."""
    statement = select(Substitution).where(Substitution.user_id == user_id)
    return session.scalars(statement.order_by(Substitution.first_day.desc())).all()


def approvals() -> Select[Approval]:
    """All requests for a second pair of eyes."""
    return select(Approval)


def get_approval(session: ScopedSession, approval_id: int) -> Approval:
    """A request for a second pair of eyes.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    approval = session.get(Approval, approval_id)
    if approval is None:
        raise NotFound("Cette demande n'existe pas, ou vous ne pouvez pas la voir.")
    return approval


def changes() -> Select[ChangeLogEntry]:
    """The whole change log."""
    return select(ChangeLogEntry)


def readings() -> Select[ReadingLogEntry]:
    """The whole reading log."""
    return select(ReadingLogEntry)


def list_changes_of_all(session: ScopedSession, subjects: Sequence[str]) -> Sequence[ChangeLogEntry]:
    """What happened to some rows, the latest first."""
    statement = select(ChangeLogEntry).where(ChangeLogEntry.subject.in_(subjects))
    return session.scalars(statement.order_by(ChangeLogEntry.id.desc()).limit(_SUBJECT_EVENTS)).all()


def list_saved_filters(session: ScopedSession, user_id: int, list_name: str) -> Sequence[SavedFilter]:
    """The filters that a user keeps for a list."""
    statement = select(SavedFilter).where(SavedFilter.user_id == user_id, SavedFilter.list_name == list_name)
    return session.scalars(statement.order_by(SavedFilter.name)).all()


def names_of_users(session: ScopedSession) -> dict[int, str]:
    """The display name of every user that the actor may see."""
    return dict(session.execute(select(User.id, User.display_name)).all())


def list_active_users(session: ScopedSession) -> Sequence[User]:
    """The users who may sign in, by name."""
    statement = select(User).where(User.state == UserState.ACTIVE)
    return session.scalars(statement.order_by(User.search_name, User.id)).all()
