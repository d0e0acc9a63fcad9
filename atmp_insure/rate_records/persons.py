"""Social security numbers (NIR) as keys: two papers speak of the same person, and nobody can tell of whom."""

from __future__ import annotations

import hashlib
import re

_SHOWN_BYTES = 10
_NIR = re.compile(r"[0-9]{5}[0-9AB][0-9AB][0-9]{6}")  # Corsica is 2A or 2B


class Persons:
    """Turns a NIR into a key that means nothing without the secret.

    A NIR has few enough values to try them all: without a secret, its hash would say it in clear.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Take the secret of the installation, or of one reading."""
        self._secret = secret

    def __repr__(self) -> str:
        return "Persons(…)"

    def key(self, identifier: str) -> str:
        """The key of an identifier: a NIR, or the temporary number (NTT) of someone who has none."""
        return hashlib.blake2b(identifier.encode(), key=self._secret, digest_size=_SHOWN_BYTES).hexdigest()

    def key_of_nir(self, text: str) -> str | None:
        """The key of the NIR that a text begins with (a claim number does); None when it is masked or is none."""
        bare = re.sub(r"[\s.-]", "", text).upper()[:13]
        return self.key(bare) if _NIR.fullmatch(bare) else None
