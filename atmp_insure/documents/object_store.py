"""Where encrypted objects lie: a folder of files, or whatever keeps the same promises (`s3_store`).

A store knows addresses and bytes, neither clients nor keys. Writing is all or nothing: a killed process leaves the
object as it was before, at worst with a draft that `clear_drafts` removes.
"""

from __future__ import annotations

import os
import re
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from atmp_insure.db import checkpoints
from atmp_insure.kernel.errors import AtmpInsureError, ExternalServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADDRESS = re.compile(r"[0-9a-f]{64}")
_FOLDER_CHARACTERS = 2
_DRAFTS = "drafts"


class AbsentObject(AtmpInsureError):
    """Nothing lies at this address."""


class ObjectStore(Protocol):
    """Bytes by address; an address is 64 lower-case hexadecimal characters."""

    def read(self, address: str) -> bytes:
        """The bytes at an address; raises `AbsentObject` when there are none."""

    def write(self, address: str, content: bytes) -> None:
        """Put bytes at an address, in place of any others, at once or not at all."""

    def exists(self, address: str) -> bool:
        """Whether something lies at an address."""

    def delete(self, address: str) -> None:
        """Remove what lies at an address, if anything does."""

    def written_at(self, address: str) -> datetime | None:
        """When the object was written; None when there is none."""

    def list_addresses(self) -> Iterator[str]:
        """Every address at which something lies, in no promised order."""

    def clear_drafts(self, before: datetime) -> int:
        """Remove what writings that were killed before a moment left behind; gives how many."""


def require_address(address: str) -> str:
    """The address itself, when it is one: nothing else ever becomes part of a path.

    Raises:
        ValueError: it is not.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"« {address[:80]} » is not the address of an object")
    return address


class FileStore:
    """Objects as files, in folders named by the first two characters of the address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, address: str) -> bytes:
        """The bytes at an address."""
        try:
            return self._path(address).read_bytes()
        except FileNotFoundError as error:
            raise AbsentObject(f"Objet {address[:12]}… absent du coffre.") from error
        except OSError as error:
            raise _unreachable(error) from error

    def write(self, address: str, content: bytes) -> None:
        """Write a draft, make it durable, then give it its name."""
        path = self._path(address)
        drafts = self._folder / _DRAFTS
        try:
            drafts.mkdir(parents=True, exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            draft = drafts / f"{address}-{secrets.token_hex(8)}"
            with draft.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            checkpoints.reached("vault: draft written")
            draft.replace(path)
            _make_durable(path.parent)
        except OSError as error:
            raise _unreachable(error) from error

    def exists(self, address: str) -> bool:
        """Whether a file lies at an address."""
        return self._path(address).is_file()

    def delete(self, address: str) -> None:
        """Remove the file at an address."""
        self._path(address).unlink(missing_ok=True)

    def written_at(self, address: str) -> datetime | None:
        """When the file was written."""
        try:
            return datetime.fromtimestamp(self._path(address).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def list_addresses(self) -> Iterator[str]:
        """Every file that lies where its name says."""
        for folder in sorted(self._folder.glob("[0-9a-f]" * _FOLDER_CHARACTERS)):
            for path in sorted(folder.iterdir()):
                if _ADDRESS.fullmatch(path.name) and path.name.startswith(folder.name):
                    yield path.name

    def clear_drafts(self, before: datetime) -> int:
        """Remove the drafts of killed writings."""
        old = [
            path
            for path in (self._folder / _DRAFTS).glob("*")
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, address: str) -> Path:
        return self._folder / require_address(address)[:_FOLDER_CHARACTERS] / address


class UnkeptStore:
    """Reads from a store and keeps what is written to itself, in memory: what a preview puts away is gone after it."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._written: dict[str, bytes] = {}

    def read(self, address: str) -> bytes:
        """The bytes at an address."""
        return self._written[address] if address in self._written else self._store.read(address)

    def write(self, address: str, content: bytes) -> None:
        """Keep bytes for a while."""
        self._written[require_address(address)] = content

    def exists(self, address: str) -> bool:
        """Whether something lies at an address."""
        return address in self._written or self._store.exists(address)

    def delete(self, address: str) -> None:
        """Forget bytes that were kept for a while; what the store holds stays."""
        self._written.pop(address, None)

    def written_at(self, address: str) -> datetime | None:
        """When the object of the store was written."""
        return self._store.written_at(address)

    def list_addresses(self) -> Iterator[str]:
        """Every address of the store."""
        return self._store.list_addresses()

    def clear_drafts(self, before: datetime) -> int:
        """Nothing to remove."""
        return 0


def _make_durable(folder: Path) -> None:
    """Make a name given in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unreachable(error: OSError) -> ExternalServiceError:
    reason = error.strerror or type(error).__name__
    return ExternalServiceError(f"Coffre des documents injoignable ({reason}). Vérifier le disque et ses droits.")
