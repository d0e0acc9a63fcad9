"""What the database itself refuses: changing rows that are only ever added, and on PostgreSQL rows of others.

Installed again after every migration from what the classes declare, so that the two walls never say different things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped

from atmp_insure.db.base import INTERNAL, Base, with_constraints
from atmp_insure.db.scope import ConnectionActor, criterion
from atmp_insure.db.session import mapped_classes
from atmp_insure.db.types import KeyToken, SecretText

if TYPE_CHECKING:
    from sqlalchemy import Connection

_REFUSAL = "rows of {table} are never changed"
POLICY = "atmp_scope"
REENCRYPT = "reencrypt:"  # before the name of a table, in its permit
_WALL_IS_OPEN = "(SELECT current_setting('atmp.unscoped', true)) = 'on'"
_POLICIES = "SELECT tablename FROM pg_policies WHERE policyname = %s"
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
# arguments of the trigger: columns that may change while a permit stands
_REFUSING_FUNCTION = """CREATE OR REPLACE FUNCTION atmp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM purge_permits WHERE table_name = TG_TABLE_NAME) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM purge_permits WHERE table_name = 'reencrypt:' || TG_TABLE_NAME)
        AND to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of %% are never changed', TG_TABLE_NAME;
END $$"""


class PurgePermit(Base):
    """While a row stands here, inside one transaction, rows of a table that only grows may be touched all the same.

    With the name of the table, sealed periods of a reading log may be deleted; with `reencrypt:` before it, encrypted
    columns may be encrypted again, and nothing else of the row may change.
    """

    __tablename__ = "purge_permits"
    __table_args__ = with_constraints()
    visibility = INTERNAL
    logged = False

    table_name: Mapped[str]


def install_guards(connection: Connection) -> None:
    """Write triggers and policies anew, in the transaction of the connection."""
    for kind in mapped_classes():
        for statement in guard_statements(kind, connection.dialect.name):
            connection.exec_driver_sql(statement)


def remove_guards(connection: Connection) -> None:
    """Take away what reads columns: a migration may then change or replace tables."""
    if connection.dialect.name == "sqlite":
        for (trigger,) in connection.exec_driver_sql(_TRIGGERS).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    if connection.dialect.name == "postgresql":
        for (table,) in connection.exec_driver_sql(_POLICIES, (POLICY,)).all():
            connection.exec_driver_sql(f"DROP POLICY {POLICY} ON {table}")
            connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def guard_statements(kind: type[Base], dialect: str) -> list[str]:
    """What protects one table on one engine, in the order in which to run it."""
    table = str(inspect(kind).local_table.name)  # type: ignore[attr-defined]
    statements = []
    if kind.append_only:
        hidden = encrypted_columns(kind)
        statements += (
            _sqlite_triggers(kind, table, hidden) if dialect == "sqlite" else _postgres_triggers(table, hidden)
        )
    if dialect == "postgresql":
        statements += _policies(kind, table)
    return statements


def guard_names(kind: type[Base], dialect: str) -> list[str]:
    """The names of the triggers and policies that protect one table on one engine."""
    table = kind.__tablename__
    names = []
    if kind.append_only:
        names += [f"{table}_no_update", f"{table}_no_delete"] if dialect == "sqlite" else [
            f"{table}_refuse", f"{table}_refuse_truncate",
        ]  # fmt: skip
    if dialect == "postgresql" and kind.visibility is None:
        names.append(f"{table}.{POLICY}")
    return names


def encrypted_columns(kind: type[Base]) -> tuple[str, ...]:
    """The columns of a table that hold tokens of the key ring."""
    columns = inspect(kind).local_table.columns
    return tuple(column.name for column in columns if isinstance(column.type, SecretText | KeyToken))


def _sqlite_triggers(kind: type[Base], table: str, hidden: tuple[str, ...]) -> list[str]:
    permitted = f"EXISTS (SELECT 1 FROM purge_permits WHERE table_name = '{table}')"  # noqa: S608 - our own table
    refusal = f"SELECT RAISE(ABORT, '{_REFUSAL.format(table=table)}')"
    condition = ""
    if hidden:
        kept = (column.name for column in inspect(kind).local_table.columns if column.name not in hidden)
        same = " AND ".join(f"OLD.{name} IS NEW.{name}" for name in kept)
        condition = f"""WHEN NOT (EXISTS (SELECT 1 FROM purge_permits WHERE table_name = '{REENCRYPT}{table}')
AND {same}) """  # noqa: S608
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {condition}BEGIN {refusal}; END",
        f"DROP TRIGGER IF EXISTS {table}_no_delete",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {permitted} BEGIN {refusal}; END",
    ]


def _postgres_triggers(table: str, hidden: tuple[str, ...]) -> list[str]:
    arguments = ", ".join(f"'{name}'" for name in hidden)
    return [
        _REFUSING_FUNCTION,
        f"""CREATE OR REPLACE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION atmp_refuse_change({arguments})""",
        f"""CREATE OR REPLACE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION atmp_refuse_change()""",
    ]


def _policies(kind: type[Base], table: str) -> list[str]:
    """Row-level security from the same expression as the session's criteria.

    Internal tables are reached by marked functions only, which no setting of the connection shows; they stay open to
    the product's own role, as public ones do.
    """
    if kind.visibility is not None:
        return [f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
    limit = _literal(criterion(kind, ConnectionActor()))
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {POLICY} ON {table}",
        f"CREATE POLICY {POLICY} ON {table} USING (({limit}) OR {_WALL_IS_OPEN})",
    ]


def _literal(limit: Any) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(limit.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
