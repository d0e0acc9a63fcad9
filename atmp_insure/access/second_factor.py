"""Second factors: a code of the hour (TOTP), never accepted twice, and recovery codes, good once each."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import select

from atmp_insure.access.models import RecoveryCode, User
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

STEP_SECONDS = 30
_TOLERATED_STEPS = (-1, 0, 1)
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else


def new_secret() -> str:
    """A TOTP secret for a new device."""
    return pyotp.random_base32()


def address_of(secret: str, sign_in: str, issuer: str) -> str:
    """What the QR code says to the authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in, issuer_name=issuer)


def accepted_step(secret: str, code: str, last_step: int | None, now: datetime) -> int | None:
    """The step of a code, when it is right and newer than the last one accepted; else None."""
    digits = "".join(character for character in code if character.isdigit())
    current = int(now.timestamp()) // STEP_SECONDS
    for shift in _TOLERATED_STEPS:
        step = current + shift
        if (last_step is None or step > last_step) and secrets.compare_digest(
            pyotp.TOTP(secret).at(step * STEP_SECONDS), digits
        ):
            return step
    return None


@unscoped("codes are checked before anyone is signed in")
def make_recovery_codes(session: ScopedSession, user: User) -> tuple[str, ...]:
    """New codes in place of the former ones; only their digests are kept, so they are shown once."""
    forget_recovery_codes(session, user)
    codes = tuple("-".join(_part() for _ in range(3)) for _ in range(RECOVERY_CODES))
    session.add_all([RecoveryCode(user_id=user.id, code_digest=_digest(session, user, code)) for code in codes])
    session.flush()
    return codes


@unscoped("an administrator may clear factors that only their owner sees")
def forget_recovery_codes(session: ScopedSession, user: User) -> None:
    """Forget every recovery code of a user, one by one, so that the change log tells each."""
    for code in session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user.id)):
        session.delete(code)
    session.flush()


@unscoped("codes are checked before anyone is signed in")
def use_recovery_code(session: ScopedSession, user: User, code: str, now: datetime) -> bool:
    """Use a code up; False when it is unknown or was used."""
    statement = select(RecoveryCode).where(
        RecoveryCode.user_id == user.id,
        RecoveryCode.code_digest == _digest(session, user, code),
        RecoveryCode.used_at.is_(None),
    )
    found = session.scalar(statement.with_for_update(of=RecoveryCode))
    if found is None:
        return False
    found.used_at = now
    session.flush()
    return True


def _part() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def _digest(session: ScopedSession, user: User, code: str) -> bytes:
    plain = "".join(character for character in code.lower() if character.isalnum())
    return key_ring_of(session.get_bind().dialect).digest("recovery", str(user.id), plain)
