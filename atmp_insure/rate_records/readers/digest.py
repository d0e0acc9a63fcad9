"""The SHA-256 of what was received.

The interpreter's own is used for small contents, as `random` does: hashlib loads OpenSSL, which takes longer than
reading a small paper. OpenSSL is quicker on long ones.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import BinaryIO

SMALL = 1024 * 1024


def sha256_of(content: bytes) -> str:
    """Hash of some bytes, in hexadecimal."""
    return str(_quick(content).hexdigest() if len(content) <= SMALL else _openssl().sha256(content).hexdigest())


def sha256_of_stream(stream: BinaryIO) -> str:
    """Hash of the bytes of a stream, read little by little."""
    return str(_openssl().file_digest(stream, "sha256").hexdigest())


def _quick(content: bytes) -> Any:
    try:
        return import_module("_sha256").sha256(content)
    except ImportError:  # later interpreters have it elsewhere
        return _openssl().sha256(content)


def _openssl() -> Any:
    return import_module("hashlib")
