"""A backup: every table of one consistent state, and every object of the vault that it names, in one encrypted file.

Taken while people work: the rows are those of one snapshot; objects of the vault never change under their address, and
are put away before the row that names them. The manifest at the end counts and digests what the file holds.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from atmp_insure.db import checkpoints, migration
from atmp_insure.db.backup_cipher import Sealing
from atmp_insure.db.backup_rows import ROWS_AT_ONCE, Tally, batches, shape_of
from atmp_insure.db.base import Base
from atmp_insure.kernel.errors import AtmpInsureError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import BinaryIO

    from sqlalchemy import Connection, Select

    from atmp_insure.db.backup_rows import Shape
    from atmp_insure.db.engine import Database

FORMAT = 1
HEADER, TABLE, ROWS, OBJECT, MANIFEST = b"H", b"T", b"R", b"O", b"M"
LENGTH_BYTES = 8
NAME_BYTES = 2
_FAST = 1  # of zlib: rows shrink enough, and the disk stays the limit


class Vault(Protocol):
    """Where the objects of documents are kept, each under an address, encrypted with a key of its own."""

    def read(self, address: str) -> bytes:
        """The bytes of an object, as they are kept; an error of the product when there is none."""

    def write(self, address: str, content: bytes) -> None:
        """Keep an object; the same address again changes nothing."""

    def exists(self, address: str) -> bool:
        """Whether an object is there."""

    def delete(self, address: str) -> None:
        """Forget an object; nothing happens when there is none."""

    def list_addresses(self) -> Iterator[str]:
        """Every address in use."""


@dataclass(slots=True)
class ObjectTally:
    """Objects of the vault counted, the digest of their addresses and bytes, and those that were not found."""

    count: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, address: str, content: bytes) -> None:
        """Take in one object."""
        self.count, self.size = self.count + 1, self.size + len(content)
        self._digest.update(address.encode("utf-8") + b"\n" + hashlib.sha256(content).digest())

    def answer(self) -> dict[str, object]:
        """As the manifest keeps it."""
        return {"count": self.count, "size": self.size, "digest": self._digest.hexdigest(), "missing": self.missing}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    tables: dict[str, dict[str, object]]
    objects: dict[str, Any]

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(int(str(table["rows"])) for table in self.tables.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """Objects that a row names and the vault did not have."""
        return tuple(self.objects["missing"])


def write_backup(
    database: Database, vault: Vault, addresses: Select[str], target: BinaryIO, *, key: bytes, now: datetime
) -> Manifest:
    """Write the whole installation into a stream.

    Args:
        database: what to back up.
        vault: where the objects are.
        addresses: the objects that the database needs, each once, in a stable order.
        target: a file that is valid only once this returned.
        key: the backup key.
        now: the moment written into the header.

    Returns:
        What was written; `missing` names objects that no erasure explains.
    """
    sealing = Sealing(target, key)
    objects, tables = ObjectTally(), {}
    with database.snapshot() as connection:
        migration.require_current(database)
        _frame(sealing, HEADER, json.dumps(_header(database, connection, now)).encode("utf-8"))
        for table in Base.metadata.sorted_tables:
            tables[str(table.name)] = _put_table(sealing, connection, shape_of(table)).answer()
            checkpoints.reached("backup: table written")
        for address in connection.execute(addresses, execution_options={"yield_per": ROWS_AT_ONCE}).scalars():
            _put_object(sealing, vault, address, objects)
    objects.missing = [address for address in objects.missing if _is_still_needed(database, addresses, address)]
    manifest = Manifest(tables, objects.answer())
    _frame(sealing, MANIFEST, json.dumps({"tables": tables, "objects": manifest.objects}).encode("utf-8"))
    sealing.finish()
    return manifest


def _header(database: Database, connection: Connection, now: datetime) -> dict[str, object]:
    return {
        "format": FORMAT,
        "taken_at": now.isoformat(),
        "revision": migration.current(connection),
        "ring": database.key_ring.fingerprint,
        "keys": database.key_ring.names,
    }


def _put_table(sealing: Sealing, connection: Connection, shape: Shape) -> Tally:
    named = {"name": shape.name, "columns": shape.columns}
    _frame(sealing, TABLE, json.dumps(named).encode("utf-8"))
    found = Tally()
    for lines, count in batches(connection, shape):
        found.add(lines, count)
        _frame(sealing, ROWS, zlib.compress(lines, _FAST))
    return found


def _put_object(sealing: Sealing, vault: Vault, address: str, found: ObjectTally) -> None:
    try:
        content = vault.read(address)
    except AtmpInsureError:
        if vault.exists(address):
            raise  # it is there and cannot be read: the disk or the service, not an absence
        found.missing.append(address)
        return
    found.add(address, content)
    name = address.encode("utf-8")
    _frame(sealing, OBJECT, len(name).to_bytes(NAME_BYTES, "big") + name + content)


def _is_still_needed(database: Database, addresses: Select[str], address: str) -> bool:
    """Whether an object that was not found was not simply erased since the snapshot."""
    column = addresses.selected_columns[0]
    with database.snapshot() as connection:
        return connection.execute(addresses.where(column == address)).first() is not None


def _frame(sealing: Sealing, kind: bytes, content: bytes) -> None:
    sealing.write(kind + len(content).to_bytes(LENGTH_BYTES, "big"))
    sealing.write(content)
