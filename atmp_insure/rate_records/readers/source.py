"""The file that a document is read from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date


class Source(NamedTuple):
    """What readers know of a file besides its content.

    Attributes:
        today: dates written with two digits of year are read from it, and no accident is later.
    """

    file: str
    sha256: str
    today: date


def source_of(name: str, content: bytes, today: date) -> Source:
    """The source that some received bytes are."""
    return Source(name, hashlib.sha256(content).hexdigest(), today)
