"""The envelope of a backup: one stream, encrypted and authenticated piece by piece under a key of its own.

Each piece is bound to its place and to the header, and the last one says so: nothing can be altered, moved, cut off or
added without being seen. The key lives in a file kept apart from the backups, and is none of the keys of the ring.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from typing import BinaryIO

MAGIC = b"ATMPBK01"
_KEY_BYTES, _SALT_BYTES, _NAME_BYTES, _LENGTH_BYTES = 32, 16, 8, 4
_PIECE = 256 * 1024
_TAG_BYTES = 16
_DAMAGED = "Prendre une autre sauvegarde ; rien n'a été écrit"


def make_key_once(path: Path) -> None:
    """Make a backup key in a file readable by its owner only; the first of two processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()


def read_key(path: Path) -> bytes:
    """The key of a file.

    Raises:
        InvalidInput: absent, unreadable, or not a backup key.
    """
    try:
        key = urlsafe_b64decode(path.read_bytes().strip())
    except (OSError, ValueError) as error:
        remedy = "Donner par --key-file la clé gardée à part, ou en créer une par « atmp keys create --backup FICHIER »"
        raise InvalidInput.one("clé de sauvegarde absente ou illisible", remedy, source=str(path)) from error
    if len(key) != _KEY_BYTES:
        remedy = "Donner par --key-file la clé gardée à part"
        raise InvalidInput.one("ce fichier n'est pas une clé de sauvegarde", remedy, source=str(path))
    return key


class Sealing:
    """Writes an encrypted stream; nothing is valid before `finish`."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        salt = secrets.token_bytes(_SALT_BYTES)
        self._header = MAGIC + _key_name(key) + salt
        self._target, self._cipher = target, _cipher(key, salt)
        self._waiting, self._count = bytearray(), 0
        target.write(self._header)

    def write(self, content: bytes) -> None:
        """Add some bytes."""
        self._waiting += content
        while len(self._waiting) > _PIECE:  # one piece at least stays for the end
            self._put(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]

    def finish(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count, last=last), piece, self._header)
        self._target.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._count += 1


class Opening:
    """Reads an encrypted stream; every byte it gives was authenticated.

    Raises:
        InvalidInput: not a backup, made with another key, altered, or cut off.
    """

    def __init__(self, source: BinaryIO, key: bytes, name: str) -> None:
        self._source, self._name = source, name
        self._header = source.read(len(MAGIC) + _NAME_BYTES + _SALT_BYTES)
        if not self._header.startswith(MAGIC):
            raise self._refusal("ce fichier n'est pas une sauvegarde d'atmp", "Vérifier le nom du fichier")
        if len(self._header) < len(MAGIC) + _NAME_BYTES + _SALT_BYTES:
            raise self._refusal("sauvegarde tronquée", _DAMAGED)
        if self._header[len(MAGIC) : -_SALT_BYTES] != _key_name(key):
            remedy = "Donner par --key-file la clé en usage quand elle fut faite"
            raise self._refusal("cette sauvegarde a été faite avec une autre clé", remedy)
        self._cipher = _cipher(key, self._header[-_SALT_BYTES:])
        self._waiting, self._count, self._ended = bytearray(), 0, False

    def read(self, size: int) -> bytes:
        """Exactly so many bytes; fewer than asked for means that the file says less than it announces."""
        while len(self._waiting) < size:
            if self._ended:
                raise self._refusal("sauvegarde incomplète", _DAMAGED)
            self._waiting += self._next_piece()
        found = bytes(self._waiting[:size])
        del self._waiting[:size]
        return found

    def require_end(self) -> None:
        """Refuse anything that follows."""
        while not self._ended:
            self._waiting += self._next_piece()
        if self._waiting or self._source.read(1):
            raise self._refusal("sauvegarde suivie d'autre chose", _DAMAGED)

    def _next_piece(self) -> bytes:
        announced = self._source.read(_LENGTH_BYTES)
        length = int.from_bytes(announced, "big")
        if len(announced) < _LENGTH_BYTES or not _TAG_BYTES <= length <= _PIECE + _TAG_BYTES:
            raise self._refusal("sauvegarde tronquée ou altérée", _DAMAGED)
        sealed = self._source.read(length)
        if len(sealed) < length:
            raise self._refusal("sauvegarde tronquée", _DAMAGED)
        for last in (False, True):
            try:
                piece = self._cipher.decrypt(_nonce(self._count, last=last), sealed, self._header)
            except InvalidTag:
                continue
            self._count, self._ended = self._count + 1, last
            return piece
        raise self._refusal("sauvegarde altérée", _DAMAGED)

    def _refusal(self, message: str, remedy: str) -> InvalidInput:
        return InvalidInput.one(message, remedy, source=self._name)


def _cipher(key: bytes, salt: bytes) -> ChaCha20Poly1305:
    """A key for this file alone, so that the places of its pieces never repeat under one key."""
    return ChaCha20Poly1305(HKDF(SHA256(), _KEY_BYTES, salt, b"atmp backup").derive(key))


def _key_name(key: bytes) -> bytes:
    return hashlib.sha256(b"atmp backup key" + key).digest()[:_NAME_BYTES]


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
