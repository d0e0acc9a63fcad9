"""The vault: contents encrypted one by one, addressed by a keyed hash of the client and the content.

Each object has a key of its own, wrapped by the key ring and kept with the versions that refer to it. Versions of one
client with the same content share one object and one key: a keyed hash gives them one address, and a lock on that
address keeps two deposits from writing it under two keys. Erasing the last key makes every copy of it unreadable.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select

from atmp_insure.db import checkpoints
from atmp_insure.db.keyring import DamagedSecret
from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import DocumentVersion
from atmp_insure.documents.object_store import AbsentObject, FileStore
from atmp_insure.documents.s3_store import S3Store
from atmp_insure.kernel.errors import AtmpInsureError, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.object_store import ObjectStore
    from atmp_insure.settings import Settings, VaultSettings

_MARK = b"ATMP1"  # format of our objects: mark, nonce, encrypted content with its tag
_NONCE_BYTES = 12
_KEY_BITS = 256
_REMEDY = (
    "Prévenir l'administrateur : la restauration d'une sauvegarde, ou un nouveau dépôt du même fichier, le répare."
)


class DamagedObject(AtmpInsureError):
    """What lies in the vault is not what was put there, or nothing lies there any more."""


@dataclass(frozen=True, slots=True)
class KeptObject:
    """What a version remembers of its content: where it lies, and its key, wrapped."""

    address: str
    object_key: bytes


class Vault:
    """Encrypts and opens contents in a store, with the key ring of the installation."""

    def __init__(self, store: ObjectStore, key_ring: KeyRing) -> None:
        self.store = store
        self._ring = key_ring

    def address_of(self, company_id: int | None, content: bytes) -> str:
        """Where a content of a client lies; the same for the same two, and telling nothing of either."""
        owner = "" if company_id is None else str(company_id)
        return self._ring.digest("vault", owner, hashlib.sha256(content).digest()).hex()

    def opened(self, company_id: int | None, version: DocumentVersion) -> bytes:
        """The content of a version, verified: its tag, its length, and that it is the one which was deposited.

        Raises:
            NotFound: it was erased.
            DamagedObject: it was altered, or is missing; the message says what to do.
        """
        if version.object_key is None:
            raise NotFound("Le contenu de ce document a été effacé.")
        content = self._decrypted(version.address, version.object_key)
        if len(content) != version.byte_count or self.address_of(company_id, content) != version.address:
            raise DamagedObject(f"Le contenu de ce document n'est pas celui qui a été déposé. {_REMEDY}")
        return content

    def seal(self, address: str, content: bytes, object_key: bytes | None) -> bytes:
        """Write a content under a key (a new one when none is given); gives the key, wrapped under the current one."""
        key = AESGCM.generate_key(_KEY_BITS) if object_key is None else self._ring.decrypt(object_key)
        nonce = os.urandom(_NONCE_BYTES)
        checkpoints.reached("vault: before object")
        self.store.write(address, _MARK + nonce + AESGCM(key).encrypt(nonce, content, address.encode("ascii")))
        checkpoints.reached("vault: object written")
        return self._ring.encrypt(key)

    def rewrapped(self, object_key: bytes) -> bytes:
        """The same key of an object, wrapped under the current key of the ring."""
        return self._ring.encrypt(self._ring.decrypt(object_key))

    def is_sound(self, address: str, object_key: bytes) -> bool:
        """Whether an object opens with its key."""
        try:
            self._decrypted(address, object_key)
        except DamagedObject:
            return False
        return True

    def _decrypted(self, address: str, object_key: bytes) -> bytes:
        try:
            sealed = self.store.read(address)
            key = self._ring.decrypt(object_key)
        except AbsentObject as error:
            raise DamagedObject(f"Le contenu de ce document est absent du coffre. {_REMEDY}") from error
        except DamagedSecret as error:
            raise DamagedObject(f"La clé de ce document est altérée, ou absente du trousseau. {_REMEDY}") from error
        nonce, encrypted = sealed[len(_MARK) :][:_NONCE_BYTES], sealed[len(_MARK) + _NONCE_BYTES :]
        try:
            if not sealed.startswith(_MARK):
                raise InvalidTag
            return AESGCM(key).decrypt(nonce, encrypted, address.encode("ascii"))
        except (InvalidTag, ValueError) as error:
            raise DamagedObject(f"Le contenu de ce document a été altéré dans le coffre. {_REMEDY}") from error


@cache
def _store(settings: VaultSettings, folder: Path) -> ObjectStore:
    return S3Store(settings.bucket, settings.endpoint, settings.region) if settings.bucket else FileStore(folder)


def open_vault(settings: Settings, key_ring: KeyRing) -> Vault:
    """The vault of an installation: its folder of files, or its bucket.

    Raises:
        InvalidInput: a bucket is named and the extra `s3` is not installed.
    """
    return Vault(_store(settings.vault, settings.vault_dir), key_ring)


@unscoped("one client's content is kept once, whoever deposits it")
def put_content(session: ScopedSession, vault: Vault, company_id: int | None, content: bytes) -> KeptObject:
    """Keep a content, in the transaction of the version that will refer to it.

    The object is written before the transaction ends: a process killed in between leaves an object that nothing refers
    to, which the sweep removes. A content already there keeps its object and its key; a damaged object is mended.
    """
    address = vault.address_of(company_id, content)
    lock_address(session, address)
    in_use = select(DocumentVersion.object_key).where(
        DocumentVersion.address == address, DocumentVersion.object_key.is_not(None)
    )
    known = session.scalar(in_use.limit(1))
    if known is not None and vault.is_sound(address, known):
        return KeptObject(address, vault.rewrapped(known))
    return KeptObject(address, vault.seal(address, content, known))


@unscoped("one client's content is kept once, whoever deposits it")
def lock_address(session: ScopedSession, address: str) -> None:
    """Hold an address until the transaction ends; on SQLite the writing transaction holds everything already."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(bytes.fromhex(address)[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
