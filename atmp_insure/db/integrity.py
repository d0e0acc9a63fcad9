"""What a database can say of itself: rows that break their constraints, and guards that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from atmp_insure.db.guards import POLICY, guard_names
from atmp_insure.db.session import mapped_classes

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

_SQLITE_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_POSTGRES_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
_POSTGRES_POLICIES = f"SELECT tablename || '.' || policyname FROM pg_policies WHERE policyname = '{POLICY}'"  # noqa: S608
_UNCHECKED = "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE NOT convalidated"


def faults(database: Database) -> list[str]:
    """Damaged pages, orphan rows and constraints that were never checked; empty when all is well."""
    with database.engine.connect() as connection:
        if not database.is_embedded:
            rows = connection.exec_driver_sql(_UNCHECKED).all()
            return [f"contrainte « {name} » jamais vérifiée" for (name,) in rows]
        damaged = [str(line) for (line,) in connection.exec_driver_sql("PRAGMA integrity_check").all() if line != "ok"]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return damaged + [f"ligne {row[1]} de « {row[0]} » : renvoie à « {row[2]} » absente" for row in orphans]


def missing_guards(database: Database) -> list[str]:
    """Triggers and policies that the classes declare and the database lacks."""
    dialect = database.engine.dialect.name
    wanted = {name for kind in mapped_classes() for name in guard_names(kind, dialect)}
    with database.engine.connect() as connection:
        return sorted(wanted - _present(connection))


def _present(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return {str(name) for (name,) in connection.exec_driver_sql(_SQLITE_TRIGGERS)}
    found = {str(name) for (name,) in connection.exec_driver_sql(_POSTGRES_TRIGGERS)}
    return found | {str(name) for (name,) in connection.exec_driver_sql(_POSTGRES_POLICIES)}


def tables_with_rows(connection: Connection) -> list[str]:
    """Tables of the product that hold something, in the order of their names."""
    present = set(inspect(connection).get_table_names())
    names = sorted({kind.__tablename__ for kind in mapped_classes()} & present)
    return [name for name in names if connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT 1").first() is not None]  # noqa: S608
