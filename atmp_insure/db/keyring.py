"""The keys of one installation: what encrypts, what may still decrypt, and what makes keyed digests.

Keys live in a file of their own, apart from the database and its backups. The first encryption key is the current one;
older ones only decrypt, until everything they encrypted was encrypted again.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import tempfile
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from atmp_insure.kernel.errors import AtmpInsureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGEST_KEY_BYTES = 32
_NAME_CHARACTERS = 12


class DamagedSecret(AtmpInsureError):
    """What was read does not decrypt with any key of the ring: it was altered, or its key is missing."""


class MissingKeys(AtmpInsureError):
    """The key file is absent, unreadable or malformed."""


class Keys(NamedTuple):
    """The content of a key file: encryption keys, the current one first, and the key of digests."""

    encryption: tuple[bytes, ...]
    digest: bytes


class KeyRing:
    """Encrypts with the current key, decrypts with any, and follows the file when another process rotates it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp = (0, 0)
        self._load()

    def encrypt(self, plain: bytes) -> bytes:
        """The token of some bytes, under the current key."""
        self._follow()
        return self._fernet.encrypt(plain)

    def decrypt(self, token: bytes) -> bytes:
        """The bytes of a token.

        Raises:
            DamagedSecret: altered, or encrypted with a key that is not on the ring.
        """
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            self._follow()
        try:
            return self._fernet.decrypt(token)
        except InvalidToken as error:
            raise DamagedSecret("Donnée chiffrée illisible : altérée, ou clé absente du trousseau.") from error

    def is_current(self, token: bytes) -> bool:
        """Whether the token was made with the current key."""
        self._follow()
        try:
            Fernet(self._keys.encryption[0]).decrypt(token)
        except InvalidToken:
            return False
        return True

    def digest(self, *parts: str | bytes) -> bytes:
        """A keyed digest: equal for equal parts, telling nothing without the key."""
        mac = hmac.new(self._keys.digest, digestmod=hashlib.sha256)
        for part in parts:
            content = part.encode("utf-8") if isinstance(part, str) else part
            mac.update(len(content).to_bytes(8, "big") + content)
        return mac.digest()

    @property
    def fingerprint(self) -> str:
        """Tells this ring from another, whatever its encryption keys have become, and reveals nothing of it."""
        return self.digest("fingerprint of the ring").hex()[:_NAME_CHARACTERS]

    @property
    def current_name(self) -> str:
        """A name of the current key that reveals nothing of it."""
        self._follow()
        return key_name(self._keys.encryption[0])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all encryption keys, the current one first."""
        self._follow()
        return tuple(key_name(key) for key in self._keys.encryption)

    def add_key(self) -> str:
        """Put a new current key before the others, and give its name."""
        with _alone_with(self._path):
            keys = read_keys(self._path)
            write_keys(self._path, Keys((Fernet.generate_key(), *keys.encryption), keys.digest))
        self._load()
        return self.current_name

    def drop_old_keys(self) -> tuple[str, ...]:
        """Keep the current key only, and give the names of the others. Only when nothing needs them any more."""
        with _alone_with(self._path):
            keys = read_keys(self._path)
            write_keys(self._path, Keys(keys.encryption[:1], keys.digest))
        self._load()
        return tuple(key_name(key) for key in keys.encryption[1:])

    def _follow(self) -> None:
        try:
            stamp = _stamp(self._path)
        except OSError:
            return  # the keys in memory still serve
        if stamp != self._stamp:
            self._load()

    def _load(self) -> None:
        with self._lock:
            stamp = _stamp(self._path) if self._path.exists() else (0, 0)
            self._keys = read_keys(self._path)
            self._fernet = MultiFernet([Fernet(key) for key in self._keys.encryption])
            self._stamp = stamp


def _stamp(path: Path) -> tuple[int, int]:
    """Changes whenever the file is replaced, even twice within one tick of the clock."""
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


@contextmanager
def _alone_with(path: Path) -> Iterator[None]:
    """Of two processes that change one key file, the second waits: a key that already served is never lost."""
    with path.with_suffix(".lock").open("w", encoding="ascii") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def key_name(key: bytes) -> str:
    """The first characters of the hash of a key."""
    return hashlib.sha256(key).hexdigest()[:_NAME_CHARACTERS]


def new_keys() -> Keys:
    """Keys for a new installation."""
    return Keys((Fernet.generate_key(),), secrets.token_bytes(_DIGEST_KEY_BYTES))


def read_keys(path: Path) -> Keys:
    """The keys of a file.

    Raises:
        MissingKeys: absent, unreadable or malformed; the message says what to do.
    """
    try:
        content = json.loads(path.read_text("ascii"))
        encryption = tuple(str(key).encode("ascii") for key in content["encryption"])
        keys = Keys(encryption, urlsafe_b64decode(content["digest"]))
        MultiFernet([Fernet(key) for key in encryption])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MissingKeys(
            f"Trousseau de clés « {path} » absent ou illisible. Remettre la copie gardée à part ; sans elle, les "
            "données chiffrées sont perdues."
        ) from error
    if len(keys.digest) < _DIGEST_KEY_BYTES:
        raise MissingKeys(f"Trousseau de clés « {path} » : clé des empreintes trop courte.")
    return keys


def write_keys(path: Path, keys: Keys) -> None:
    """Replace a key file at once, readable by its owner only."""
    content = {
        "encryption": [key.decode("ascii") for key in keys.encryption],
        "digest": urlsafe_b64encode(keys.digest).decode("ascii"),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        json.dump(content, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    Path(name).replace(path)


def make_keys_once(path: Path) -> None:
    """Make the keys of a local installation, unless another process just did."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    os.close(handle)
    draft = Path(name)
    write_keys(draft, new_keys())
    try:
        os.link(draft, path)  # fails when it exists: the first one wins
    except FileExistsError:
        return
    finally:
        draft.unlink()
