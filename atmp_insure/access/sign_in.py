"""Signing in: password, second factor, lockout kept in the database, sessions that end when the account changes."""

from __future__ import annotations

import enum
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from atmp_insure.access import passwords, second_factor
from atmp_insure.access.models import Passkey, User, UserState, WebSession
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.settings import SecuritySettings

TOKEN_BYTES = 32
_SEEN_EVERY = timedelta(minutes=1)  # the last visit is written at most so often
_LONGEST_BROWSER = 200


class AttemptOutcome(enum.Enum):
    """What came of an attempt."""

    ACCEPTED = "accepted"
    NEEDS_SECOND_FACTOR = "needs_second_factor"
    REFUSED = "refused"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in and what came of it; the user only when they were recognised."""

    outcome: AttemptOutcome
    user: User | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, with what was granted to them, and by which session."""

    user: User
    session: WebSession


@unscoped("nobody is signed in yet")
def check_password(
    session: ScopedSession, sign_in: str, password: str, rules: SecuritySettings, now: datetime
) -> Attempt:
    """Check a name and a password; failures are counted and lock the account, so the caller commits in every case."""
    user = session.scalar(select(User).where(User.sign_in == sign_in.strip().lower()).with_for_update(of=User))
    right = passwords.matches(password, user.password_hash if user is not None else None)
    if user is None or user.state is not UserState.ACTIVE:
        return Attempt(AttemptOutcome.REFUSED)
    if user.locked_until is not None and user.locked_until > now:
        return Attempt(AttemptOutcome.LOCKED, locked_until=user.locked_until)
    if not right:
        return _failed(session, user, rules, now)
    if has_second_factor(session, user):
        return Attempt(AttemptOutcome.NEEDS_SECOND_FACTOR, user)
    return _succeeded(session, user, now)


@unscoped("nobody is signed in yet")
def check_code(session: ScopedSession, user_id: int, code: str, rules: SecuritySettings, now: datetime) -> Attempt:
    """Check a code of the authenticator, or a recovery code, after a right password."""
    user = session.scalar(select(User).where(User.id == user_id).with_for_update(of=User))
    if user is None or user.state is not UserState.ACTIVE:
        return Attempt(AttemptOutcome.REFUSED)
    if user.locked_until is not None and user.locked_until > now:
        return Attempt(AttemptOutcome.LOCKED, locked_until=user.locked_until)
    if user.totp_secret is not None:
        step = second_factor.accepted_step(user.totp_secret, code, user.totp_last_step, now)
        if step is not None:
            user.totp_last_step = step
            return _succeeded(session, user, now)
    if second_factor.use_recovery_code(session, user, code, now):
        return _succeeded(session, user, now)
    return _failed(session, user, rules, now)


@unscoped("nobody is signed in yet")
def accept_passkey(session: ScopedSession, passkey: Passkey, sign_count: int, now: datetime) -> Attempt:
    """Take note of a passkey that its library found right."""
    user = session.get_one(User, passkey.user_id)
    if user.state is not UserState.ACTIVE:
        return Attempt(AttemptOutcome.REFUSED)
    passkey.sign_count, passkey.last_used_at = sign_count, now
    return _succeeded(session, user, now)


@unscoped("looks at the factors of someone who is signing in")
def has_second_factor(session: ScopedSession, user: User) -> bool:
    """Whether the user set up an authenticator or a passkey."""
    if user.totp_secret is not None:
        return True
    return session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1)) is not None


@unscoped("opens the session of someone who just signed in")
def open_web_session(session: ScopedSession, user: User, browser: str, factor: str | None, now: datetime) -> str:
    """Open a session and give its token, which only the browser keeps."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = WebSession(
        token_digest=_token_digest(session, token), user_id=user.id, security_version=user.security_version,
        second_factor=factor, browser=browser[:_LONGEST_BROWSER], created_at=now, seen_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return token


_HOLDER = (  # asked for every page: built once, and one statement with what was granted
    select(WebSession, User)
    .join(User, User.id == WebSession.user_id)
    .where(WebSession.token_digest == bindparam("digest"), WebSession.ended_at.is_(None))
    .options(joinedload(User.grants))
)


@unscoped("finds out who asks")
def find_signed_in(session: ScopedSession, token: str, rules: SecuritySettings, now: datetime) -> SignedIn | None:
    """Who holds a token: None when the session ended, is too old, idle, or from before a change of the account."""
    found = session.execute(_HOLDER, {"digest": _token_digest(session, token)}).unique().first()
    if found is None:
        return None
    row, user = found
    if row.created_at + timedelta(hours=rules.session_hours) <= now:
        return None
    if row.seen_at + timedelta(minutes=rules.idle_minutes) <= now:
        return None
    if user.state is not UserState.ACTIVE or user.security_version != row.security_version:
        return None
    return SignedIn(user, row)


def is_seen_again(signed_in: SignedIn, now: datetime) -> bool:
    """Whether the visit is worth writing down."""
    return signed_in.session.seen_at + _SEEN_EVERY <= now


@unscoped("notes the visit of whoever asks")
def note_visit(session: ScopedSession, session_id: int, now: datetime) -> None:
    """Write that a session was used."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=now))


@unscoped("ends sessions of an account")
def end_sessions(session: ScopedSession, user_id: int, now: datetime, *, but: int | None = None) -> int:
    """End every session of a user, but possibly one; gives how many."""
    statement = update(WebSession).where(WebSession.user_id == user_id, WebSession.ended_at.is_(None))
    if but is not None:
        statement = statement.where(WebSession.id != but)
    return len(session.execute(statement.values(ended_at=now).returning(WebSession.id)).all())


@unscoped("ends the session of whoever signs out")
def end_session(session: ScopedSession, session_id: int, user_id: int, now: datetime) -> bool:
    """End one session of a user; False when it is not theirs or has ended."""
    statement = update(WebSession).where(
        WebSession.id == session_id, WebSession.user_id == user_id, WebSession.ended_at.is_(None)
    )
    return bool(session.execute(statement.values(ended_at=now).returning(WebSession.id)).all())


def _failed(session: ScopedSession, user: User, rules: SecuritySettings, now: datetime) -> Attempt:
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= rules.lockout_failures:
        user.failed_sign_ins = 0
        user.locked_until = now + timedelta(minutes=rules.lockout_minutes)
    session.flush()
    return Attempt(
        AttemptOutcome.REFUSED if user.locked_until is None else AttemptOutcome.LOCKED, locked_until=user.locked_until
    )


def _succeeded(session: ScopedSession, user: User, now: datetime) -> Attempt:
    user.failed_sign_ins, user.locked_until, user.last_sign_in_at = 0, None, now
    session.flush()
    return Attempt(AttemptOutcome.ACCEPTED, user)


def _token_digest(session: ScopedSession, token: str) -> bytes:
    return key_ring_of(session.get_bind().dialect).digest("web session", token)
