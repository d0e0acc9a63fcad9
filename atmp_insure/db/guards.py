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

if TYPE_CHECKING:
    from sqlalchemy import Connection

_REFUSAL = "rows of {table} are never changed"
POLICY = "atmp_scope"
_POLICIES = "SELECT tablename FROM pg_policies WHERE policyname = %s"
_REFUSING_FUNCTION = """CREATE OR REPLACE FUNCTION atmp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM purge_permits WHERE table_name = TG_TABLE_NAME) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of %% are never changed', TG_TABLE_NAME;
END $$"""


class PurgePermit(Base):
    """While a row stands here, inside one transaction, sealed periods of a reading log may be deleted."""

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
    """Take the policies away: a migration may then change the columns that they read."""
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
        statements += _sqlite_triggers(table) if dialect == "sqlite" else _postgres_triggers(table)
    if dialect == "postgresql":
        statements += _policies(kind, table)
    return statements


def _sqlite_triggers(table: str) -> list[str]:
    permitted = f"EXISTS (SELECT 1 FROM purge_permits WHERE table_name = '{table}')"  # noqa: S608 - our own table
    refusal = f"SELECT RAISE(ABORT, '{_REFUSAL.format(table=table)}')"
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refusal}; END",
        f"DROP TRIGGER IF EXISTS {table}_no_delete",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {permitted} BEGIN {refusal}; END",
    ]


def _postgres_triggers(table: str) -> list[str]:
    return [
        _REFUSING_FUNCTION,
        f"""CREATE OR REPLACE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION atmp_refuse_change()""",
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
        f"CREATE POLICY {POLICY} ON {table} USING (({limit}) OR current_setting('atmp.unscoped', true) = 'on')",
    ]


def _literal(limit: Any) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(limit.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
