"""Restoring a backup into an empty installation, on either engine, and proving that it is equal to what was saved.

Everything happens in one transaction: a damaged file, or rows that read back differently, leave nothing behind.
"""

from __future__ import annotations

import json
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from atmp_insure.db import checkpoints, migration
from atmp_insure.db.backup import (
    FORMAT,
    HEADER,
    LENGTH_BYTES,
    MANIFEST,
    NAME_BYTES,
    OBJECT,
    ROWS,
    TABLE,
    Manifest,
    ObjectTally,
)
from atmp_insure.db.backup_cipher import Opening
from atmp_insure.db.backup_rows import Shape, Tally, rows_of, tally
from atmp_insure.db.integrity import tables_with_rows
from atmp_insure.kernel.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from sqlalchemy import Connection

    from atmp_insure.db.backup import Vault
    from atmp_insure.db.engine import Database

_FOREIGN_KEYS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
_NEXT_NUMBER = """SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest((SELECT max(id) FROM {table}), 1),
(SELECT max(id) FROM {table}) IS NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself before its rows."""

    taken_at: datetime
    revision: str
    ring: str


@dataclass(slots=True)
class _Reading:
    """What was read of a file so far, to be held against its manifest."""

    shapes: list[Shape] = field(default_factory=list)
    tables: dict[str, Tally] = field(default_factory=dict)
    objects: ObjectTally = field(default_factory=ObjectTally)


class BackupFile:
    """A backup being read, from its header to its manifest; nothing it gives was altered."""

    def __init__(self, source: BinaryIO, key: bytes, name: str) -> None:
        self._opening, self._name, self._read = Opening(source, key, name), name, _Reading()
        kind, content = self._frame()
        told = json.loads(content) if kind == HEADER else {}
        if told.get("format") != FORMAT:
            remedy = "Restaurer avec la version du produit qui l'a faite"
            raise InvalidInput.one(f"format de sauvegarde {told.get('format')} inconnu", remedy, source=name)
        self.header = Header(datetime.fromisoformat(told["taken_at"]), str(told["revision"]), str(told["ring"]))

    @property
    def shapes(self) -> list[Shape]:
        """The tables met so far."""
        return self._read.shapes

    def frames(self) -> Iterator[tuple[Shape | str, bytes]]:
        """Lines of a table with its shape, and objects with their address, in turn."""
        while (frame := self._frame())[0] != MANIFEST:
            kind, content = frame
            match kind:
                case _ if kind == TABLE:
                    told = json.loads(content)
                    shape = Shape(told["name"], tuple((name, kind_) for name, kind_ in told["columns"]))
                    self._read.shapes.append(shape)
                    self._read.tables[shape.name] = Tally()
                case _ if kind == ROWS:
                    shape, lines = self._read.shapes[-1], zlib.decompress(content)
                    self._read.tables[shape.name].add(lines, lines.count(b"\n"))
                    yield shape, lines
                case _ if kind == OBJECT:
                    split = NAME_BYTES + int.from_bytes(content[:NAME_BYTES], "big")
                    address = content[NAME_BYTES:split].decode("utf-8")
                    self._read.objects.add(address, content[split:])
                    yield address, content[split:]
                case _:
                    raise InvalidInput.one("sauvegarde d'une version plus récente", "Mettre à jour", source=self._name)
        self._opening.require_end()
        self.manifest = self._checked(json.loads(frame[1]))

    def _checked(self, told: dict[str, Any]) -> Manifest:
        self._read.objects.missing = told["objects"]["missing"]
        read = {name: found.answer() for name, found in self._read.tables.items()}
        if read != told["tables"] or self._read.objects.answer() != told["objects"]:
            raise InvalidInput.one(
                "le contenu n'est pas celui que la sauvegarde annonce", "En prendre une autre", source=self._name
            )
        return Manifest(told["tables"], told["objects"])

    def _frame(self) -> tuple[bytes, bytes]:
        head = self._opening.read(1 + LENGTH_BYTES)
        return head[:1], self._opening.read(int.from_bytes(head[1:], "big"))


def check_backup(file: BackupFile) -> Manifest:
    """Read a backup to its end and hold it against its manifest; nothing is written."""
    for _ in file.frames():
        pass
    return file.manifest


def restore_backup(database: Database, vault: Vault, file: BackupFile) -> Manifest:
    """Write a backup into an empty installation, then compare what is there with what the backup announces.

    Raises:
        Refused: the target holds something, or has another key ring than the one that encrypted the secrets.
        InvalidInput: the file is damaged, or comes from a newer version.
    """
    header = file.header
    if header.ring != database.key_ring.fingerprint:
        raise Refused(
            "Le trousseau de cette installation n'est pas celui de la sauvegarde : ses secrets resteraient illisibles. "
            "Mettre à sa place la copie du trousseau d'origine (ATMP_SECURITY__KEYS_FILE, ou keys.json du dossier des "
            "données)."
        )
    if not migration.is_known(header.revision):
        remedy = "Installer la version du produit qui l'a faite, ou une plus récente"
        raise InvalidInput.one(f"sauvegarde d'une version plus récente (révision {header.revision})", remedy)
    _require_empty(database, vault)
    with _undone_if_it_fails(vault) as written:
        migration.rebuild_at(database, header.revision)
        with database.engine.begin() as connection, _free_to_load(connection):
            _load(connection, vault, file, written)
            _require_equal(connection, file)
            _set_numbers(connection, file.shapes)
            checkpoints.reached("restore: before commit")
        migration.upgrade(database)
    return file.manifest


def _require_empty(database: Database, vault: Vault) -> None:
    with database.snapshot() as connection:
        filled = tables_with_rows(connection)
    if filled:
        told = ", ".join(filled[:5]) + (", …" if len(filled) > 5 else "")
        raise Refused(f"Cette base de données n'est pas vide ({told}). Restaurer dans une base neuve, puis l'échanger.")
    if next(iter(vault.list_addresses()), None) is not None:
        raise Refused("Le coffre de cette installation n'est pas vide. Restaurer dans un dossier de données neuf.")


@contextmanager
def _undone_if_it_fails(vault: Vault) -> Iterator[list[str]]:
    """The addresses written, which are forgotten again when the block raises."""
    written: list[str] = []
    try:
        yield written
    except BaseException:
        for address in written:
            vault.delete(address)
        raise


@contextmanager
def _free_to_load(connection: Connection) -> Iterator[None]:
    """Rows may come in any order: foreign keys are checked all at once, at the end, by the engine itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")
    foreign_keys = connection.exec_driver_sql(_FOREIGN_KEYS).all()
    for table, name, _ in foreign_keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in foreign_keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _load(connection: Connection, vault: Vault, file: BackupFile, written: list[str]) -> None:
    for place, content in file.frames():
        if isinstance(place, Shape):
            connection.execute(insert(place.table()), rows_of(content, place))
        else:
            written.append(place)
            vault.write(place, content)
        checkpoints.reached("restore: frame written")


def _require_equal(connection: Connection, file: BackupFile) -> None:
    for shape in file.shapes:
        if tally(connection, shape).answer() != file.manifest.tables[shape.name]:
            raise Refused(f"La table « {shape.name} » relue n'est pas celle de la sauvegarde : rien n'a été gardé.")


def _set_numbers(connection: Connection, shapes: list[Shape]) -> None:
    """On PostgreSQL, the next row takes a number after those restored; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        for shape in shapes:
            connection.exec_driver_sql(_NEXT_NUMBER.format(table=shape.name), (shape.name,))
