"""Bringing a database to the schema of this version, and telling how the two differ."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select

from atmp_insure.db.base import Base
from atmp_insure.db.guards import install_guards, remove_guards
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from atmp_insure.db.engine import Database

LATEST = "head"
_UPGRADE_LOCK = 74_120  # PostgreSQL: of two processes that migrate at once, the second waits and finds nothing to do


def upgrade(database: Database, revision: str = LATEST) -> None:
    """Apply the migrations up to a revision, then install what the database itself refuses, in one transaction."""
    with _schema_change(database) as connection:
        command.upgrade(alembic_config(connection), revision)
        if current(connection) == newest():
            install_guards(connection)


def downgrade(database: Database, revision: str) -> None:
    """Undo the migrations down to a revision (`base`: all of them)."""
    with _schema_change(database) as connection:
        command.downgrade(alembic_config(connection), revision)


def rebuild_at(database: Database, revision: str) -> None:
    """Give a database that holds no row the schema of a revision, without guards: rows are about to be restored."""
    with _schema_change(database) as connection:
        if current(connection) not in {None, revision}:
            command.downgrade(alembic_config(connection), "base")
        command.upgrade(alembic_config(connection), revision)


@contextmanager
def _schema_change(database: Database) -> Iterator[Connection]:
    """A transaction in which tables may be replaced: guards taken away, foreign keys checked at its end."""
    with database.engine.connect() as connection:
        if database.is_embedded:
            _enforce_foreign_keys(connection, "OFF")  # replacing a table would else delete what refers to it
        try:
            with connection.begin():
                if not database.is_embedded:
                    connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                    connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")
                remove_guards(connection)
                yield connection
                if database.is_embedded:
                    _require_whole(connection)
        finally:
            if database.is_embedded:
                _enforce_foreign_keys(connection, "ON")


def _enforce_foreign_keys(connection: Connection, state: str) -> None:
    """Outside of a transaction, the only place where SQLite hears it."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={state}")


def _require_whole(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise Refused(f"La migration laisserait des lignes orphelines ({tables}) : rien n'a été changé.")


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this version."""
    with database.engine.connect() as connection:
        return current(connection) == newest()


def require_current(database: Database) -> None:
    """Refuse to work on a database of another version.

    Raises:
        InvalidInput: says which command brings it to this version.
    """
    with database.engine.connect() as connection:
        found = current(connection)
    if found == newest():
        return
    if found is not None and not is_known(found):
        remedy = "Installer la version du produit qui l'a faite, ou une plus récente"
        raise InvalidInput.one(f"base de données d'une version plus récente (révision {found})", remedy)
    state = "base de données vide" if found is None else f"base de données à la révision {found}"
    raise InvalidInput.one(f"{state}, alors que cette version demande {newest()}", "Lancer « atmp db upgrade »")


def is_known(revision: str) -> bool:
    """Whether this version of the product has a revision among its migrations."""
    return revision in revisions()


def schema_differences(database: Database) -> list[str]:
    """What the tables have that the models have not, and the reverse; empty when they are equal."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


def current(connection: Connection) -> str | None:
    """The revision of a database; None before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def current_revision(database: Database) -> str | None:
    """The revision of a database, for messages."""
    with database.engine.connect() as connection:
        return current(connection)


def revisions() -> tuple[str, ...]:
    """Every revision that this version knows, the oldest first."""
    return tuple(reversed([str(script.revision) for script in _scripts().walk_revisions()]))


def newest() -> str | None:
    """The revision that this version of the product needs."""
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(resource_dir("migrations")))


def alembic_config(connection: Connection) -> Config:
    """What Alembic is told: the folder of the migrations, and the connection that they run on."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(resource_dir("migrations")))
    config.set_main_option("path_separator", "os")
    return config
