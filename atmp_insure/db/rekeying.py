"""Rotation of encryption keys: everything encrypted with an older key is encrypted again, while people work.

Tokens are renewed one by one, and only where the column still holds the token that was read: nobody's change is lost.
Old keys leave the ring when nothing in the database needs them any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, bindparam, delete, func, insert, inspect, or_, select, type_coerce, update

from atmp_insure.db import checkpoints
from atmp_insure.db.guards import REENCRYPT, PurgePermit, encrypted_columns
from atmp_insure.db.runs import Item, RunItem, RunKind
from atmp_insure.db.scope import unscoped
from atmp_insure.db.session import mapped_classes
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Table

    from atmp_insure.db.base import Base
    from atmp_insure.db.engine import Database
    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.db.session import ScopedSession

ROWS_OF_AN_ITEM = 500
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Encrypted:
    """A table with encrypted columns."""

    kind: type[Base]
    columns: tuple[str, ...]

    @property
    def table(self) -> Table:
        """Its Core table."""
        table: Any = inspect(self.kind).local_table
        return table  # type: ignore[no-any-return]

    def tokens(self) -> list[Any]:
        """Its encrypted columns as the bytes that are stored."""
        return [type_coerce(self.table.c[name], LargeBinary()).label(name) for name in self.columns]


def _encrypted_tables() -> list[_Encrypted]:
    found = (_Encrypted(kind, encrypted_columns(kind)) for kind in mapped_classes())
    return [table for table in found if table.columns]


@unscoped("secrets of every company are encrypted again")
def _ranges(session: ScopedSession, _parameters: dict[str, Any]) -> Iterator[Item]:
    """Ranges of rows of every table with secrets."""
    connection = session.connection()
    for encrypted in _encrypted_tables():
        table = encrypted.table
        first, last = connection.execute(select(func.min(table.c.id), func.max(table.c.id))).one()
        for start in range(first or 0, (last or -1) + 1, ROWS_OF_AN_ITEM):
            end = start + ROWS_OF_AN_ITEM - 1
            yield Item(f"{table.name}:{start}-{end}", {"table": table.name, "first": start, "last": end})


@unscoped("secrets of every company are encrypted again")
def _reencrypt_range(session: ScopedSession, item: RunItem) -> str:
    """Renew the tokens of some rows that an older key made."""
    name = item.payload["table"]
    [encrypted] = [found for found in _encrypted_tables() if found.table.name == name]
    table, connection = encrypted.table, session.connection()
    within = table.c.id.between(item.payload["first"], item.payload["last"])
    renewed = 0
    permit = f"{REENCRYPT}{table.name}"
    if encrypted.kind.append_only:
        connection.execute(insert(PurgePermit.__table__).values(table_name=permit))  # type: ignore[arg-type]
    for row in connection.execute(select(table.c.id, *encrypted.tokens()).where(within)).all():
        renewed += _renew(connection, encrypted, dict(row._mapping), key_ring_of(connection.dialect))  # noqa: SLF001
    if encrypted.kind.append_only:
        connection.execute(delete(PurgePermit.__table__).where(PurgePermit.table_name == permit))  # type: ignore[arg-type]
    checkpoints.reached("keys: range renewed")
    return f"{renewed} secret(s) renouvelé(s)"


def _renew(connection: Connection, encrypted: _Encrypted, row: Mapping[str, Any], ring: KeyRing) -> int:
    table, renewed = encrypted.table, 0
    for name in encrypted.columns:
        token = row[name]
        if token is None or ring.is_current(bytes(token)):
            continue
        raw = type_coerce(table.c[name], LargeBinary())
        fresh = bindparam("fresh", ring.encrypt(ring.decrypt(bytes(token))), type_=LargeBinary())
        changed = connection.execute(
            update(table).where(table.c.id == row["id"], raw == bytes(token)).values({name: fresh})
        )
        renewed += changed.rowcount
    return renewed


RUN = RunKind("reencrypt", "Renouveler le chiffrement", _ranges, _reencrypt_range, chunk=4)


def tokens_of_old_keys(connection: Connection, ring: KeyRing) -> dict[str, int]:
    """Table → rows that still need an older key; empty when the current one reads everything."""
    found: dict[str, int] = {}
    for encrypted in _encrypted_tables():
        statement = select(*encrypted.tokens()).where(
            or_(*(encrypted.table.c[n].is_not(None) for n in encrypted.columns))
        )
        streamed = connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE})
        count = sum(1 for row in streamed if not all(token is None or ring.is_current(bytes(token)) for token in row))
        if count:
            found[encrypted.table.name] = count
    return found


def retire_keys(database: Database) -> tuple[str, ...]:
    """Drop the older keys from the ring, and give their names; writers wait while the database is looked through.

    Raises:
        Refused: rows still need an older key.
    """
    with database.engine.begin() as connection:
        if not database.is_embedded:
            names = ", ".join(encrypted.table.name for encrypted in _encrypted_tables())
            connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")
            connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")
        waiting = tokens_of_old_keys(connection, database.key_ring)
        if waiting:
            told = ", ".join(f"{name} : {count}" for name, count in waiting.items())
            raise Refused(
                f"D'anciennes clés servent encore ({told} ligne(s)). Attendre la fin du traitement « {RUN.label} », "
                "ou le lancer par « atmp keys rotate --only-reencrypt »."
            )
        checkpoints.reached("keys: nothing needs the old ones")
        return database.key_ring.drop_old_keys()
