"""Bringing a database to the schema of this version, and telling how the two differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from atmp_insure.db.base import Base
from atmp_insure.db.guards import install_guards, remove_guards
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from atmp_insure.db.engine import Database

LATEST = "head"


def upgrade(database: Database, revision: str = LATEST) -> None:
    """Apply the migrations up to a revision, then install what the database itself refuses, in one transaction."""
    with database.engine.begin() as connection:
        remove_guards(connection)
        command.upgrade(_config(connection), revision)
        if current(connection) == newest():
            install_guards(connection)


def downgrade(database: Database, revision: str) -> None:
    """Undo the migrations down to a revision (`base`: all of them)."""
    with database.engine.begin() as connection:
        remove_guards(connection)
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this version."""
    with database.engine.connect() as connection:
        return current(connection) == newest()


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


def newest() -> str | None:
    """The revision that this version of the product needs."""
    return ScriptDirectory(str(resource_dir("migrations"))).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(resource_dir("migrations")))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("truncate_slug_length", "60")
    return config


def write_migration(database: Database, message: str) -> None:
    """Draft a migration from the difference between models and tables; for developers."""
    with database.engine.begin() as connection:
        number = f"{int(newest() or 0) + 1:04}"
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=number)
