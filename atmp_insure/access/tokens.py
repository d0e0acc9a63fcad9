"""Use cases on personal tokens: made with scopes and a last day, shown once, used by programs, revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from atmp_insure.access.models import PersonalToken, User, UserState
from atmp_insure.access.roles import Right
from atmp_insure.access.token_scopes import offered
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession

MARK = "atmp_"  # before each secret: whoever finds one in a text or a repository knows what it opens
LONGEST_NAME = 60
_SECRET_BYTES = 32
_SEEN_EVERY = timedelta(minutes=1)  # the last use is written at most so often


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be made: what it is for, what it opens (codes of scopes), and until when."""

    name: str
    scopes: tuple[str, ...]
    last_day: date


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever a token stands for, with what was granted to them, and the token."""

    user: User
    token: PersonalToken


def latest_day(today: date) -> date:
    """The latest day that a token made today may serve: the same of next year, 28 February for the 29th."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:
        return today.replace(year=today.year + 1, day=28)


def make_token(session: ScopedSession, new: NewToken, now: datetime) -> tuple[PersonalToken, str]:
    """Make a token of the actor; gives it with its secret, which is shown once and kept nowhere.

    Raises:
        InvalidInput: no name, no scope or one that the actor may not give, or a day that is past or too far.
        Refused: the system has no tokens, nor does a token make another.
    """
    user_id = session.actor.user_id
    if user_id is None or session.actor.via:
        raise Refused("Un jeton se crée à l'écran, par la personne qui le tiendra.")
    faults = _faults(new, {scope.value for scope in offered(session.actor)}, paris_day(now))
    if faults:
        raise InvalidInput(faults)
    secret = MARK + secrets.token_urlsafe(_SECRET_BYTES)
    token = PersonalToken(
        user_id=user_id, name=" ".join(new.name.split()), token_digest=_digest(session, secret),
        scopes=sorted(set(new.scopes)), last_day=new.last_day, created_at=now,
    )  # fmt: skip
    session.add(token)
    session.flush()
    return token, secret


def _faults(new: NewToken, offered_codes: set[str], today: date) -> list[Fault]:
    faults = []
    name = " ".join(new.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(Fault("nom absent ou trop long", f"Dire à quoi il sert, en {LONGEST_NAME} caractères", "name"))
    if not new.scopes:
        faults.append(Fault("rien n'est ouvert", "Choisir ce que le jeton peut lire ou écrire", "scopes"))
    beyond = sorted(set(new.scopes) - offered_codes)
    faults += [Fault(f"« {code} » dépasse vos droits", "Choisir parmi ce qui est proposé", "scopes") for code in beyond]
    if not today <= new.last_day <= latest_day(today):
        remedy = f"Choisir un jour jusqu'au {latest_day(today):%d/%m/%Y}"
        faults.append(Fault(f"le {new.last_day:%d/%m/%Y} ne convient pas", remedy, "last_day"))
    return faults


def revoke_token(session: ScopedSession, token: PersonalToken, now: datetime) -> None:
    """End a token at once: one's own, or anybody's for whoever manages people.

    Raises:
        Refused: it is another's, and the actor does not manage people.
    """
    if token.user_id != session.actor.user_id and not session.actor.everywhere(Right.WRITE_USERS):
        raise Refused("Seuls son titulaire et un administrateur révoquent un jeton.")
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, session.actor.name
        session.flush()


@unscoped("finds out for whom a program asks")
def find_bearer(session: ScopedSession, secret: str, now: datetime) -> Bearer | None:
    """For whom a token stands: None when it is unknown, revoked, past its last day, or of an account that is shut."""
    statement = (
        select(PersonalToken, User)
        .join(User, User.id == PersonalToken.user_id)
        .where(PersonalToken.token_digest == _digest(session, secret), PersonalToken.revoked_at.is_(None))
        .options(selectinload(User.grants))
    )
    found = session.execute(statement).first()
    if found is None:
        return None
    token, user = found
    return Bearer(user, token) if token.last_day >= paris_day(now) and user.state is UserState.ACTIVE else None


def is_seen_again(token: PersonalToken, now: datetime) -> bool:
    """Whether a use is worth writing down."""
    return token.seen_at is None or token.seen_at + _SEEN_EVERY <= now


@unscoped("notes the use of the token of whoever asks")
def note_use(session: ScopedSession, token_id: int, now: datetime) -> None:
    """Write that a token served."""
    session.get_one(PersonalToken, token_id).seen_at = now
    session.flush()


def in_use(tokens: Sequence[PersonalToken], on: date) -> tuple[PersonalToken, ...]:
    """Those of some tokens that still serve on a day."""
    return tuple(token for token in tokens if token.revoked_at is None and token.last_day >= on)


def _digest(session: ScopedSession, secret: str) -> bytes:
    return key_ring_of(session.get_bind().dialect).digest("personal token", secret)
