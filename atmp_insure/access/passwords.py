"""Passwords: argon2id, long rather than complicated."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_LENGTH = 12
MOST_LENGTH = 200
_LEAST_DIFFERENT = 5
_COMMON = ("motdepasse", "password", "azerty", "qwerty", "123456", "000000", "bonjour")

_HASHER = PasswordHasher()


@cache  # made when someone first signs in, not by every command
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody")


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    return _HASHER.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one; takes as long for a user who does not exist."""
    try:
        return _HASHER.verify(stored or _nobodys_hash(), password[:MOST_LENGTH]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def weaknesses(password: str, about: Sequence[str] = ()) -> tuple[str, ...]:
    """Why a password would not do, in French; empty when it does.

    Args:
        password: as chosen.
        about: what others know of the person (sign-in name, name), which it may not hold.
    """
    found = []
    if len(password) < LEAST_LENGTH:
        found.append(f"Choisir au moins {LEAST_LENGTH} caractères : une phrase convient très bien.")
    if len(password) > MOST_LENGTH:
        found.append(f"Choisir au plus {MOST_LENGTH} caractères.")
    if len(set(password)) < _LEAST_DIFFERENT:
        found.append("Trop de caractères répétés.")
    lowered = password.casefold()
    if any(word in lowered for word in _COMMON):
        found.append("Ce mot de passe contient une suite trop connue.")
    if any(len(word) > 3 and word.casefold() in lowered for word in about):
        found.append("Ne pas y mettre son nom ni son identifiant.")
    return tuple(found)
