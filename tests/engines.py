"""Databases for tests: a migrated SQLite file copied for each test, and databases of one PostgreSQL server.

The server belongs to the run (`tests/run_folder.py`). `ATMP_TEST_POSTGRES` names another one instead.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, make_url, text

from atmp_insure import tables
from atmp_insure.db import keyring, migration
from atmp_insure.db.engine import Database, open_database
from tests import run_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS_NAME = "keys.json"
SQLITE_NAME = "atmp.sqlite"
ROLE = "atmp_office"  # no superuser: row-level security holds for it


@cache
def key_ring() -> keyring.KeyRing:
    """One key ring for the tests of a process."""
    assert tables.METADATA.tables
    path = Path(tempfile.mkdtemp(prefix="keys-", dir=run_folder.path())) / KEYS_NAME
    keyring.make_keys_once(path)
    return keyring.KeyRing(path)


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="template-", dir=run_folder.path()))
    database = open_database(f"sqlite:///{folder / 'template.sqlite'}", key_ring())
    migration.upgrade(database)
    close_whole(database)
    return folder / "template.sqlite"


def close_whole(database: Database) -> None:
    """Close an SQLite database with all of it in its one file, so that the file may be copied."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()


def fresh_sqlite(folder: Path) -> Database:
    """An empty, migrated SQLite database in a folder."""
    shutil.copyfile(_migrated_file(), folder / SQLITE_NAME)
    return opened_sqlite(folder)


def opened_sqlite(folder: Path) -> Database:
    """The SQLite database that a folder holds."""
    return open_database(f"sqlite:///{folder / SQLITE_NAME}", key_ring())


@cache
def postgres_address() -> str:
    """The address of the server, as its superuser."""
    return os.environ.get("ATMP_TEST_POSTGRES") or run_folder.postgres()


@contextmanager
def a_database(engine: str, folder: Path) -> Iterator[Database]:
    """An empty, migrated database of an engine; gone afterwards."""
    opened = fresh_sqlite(folder) if engine == "sqlite" else fresh_postgres()
    yield opened
    opened.close()
    if engine != "sqlite":
        _drop(postgres_address(), str(opened.engine.url.database))


@cache
def _template(address: str) -> str:
    """A migrated database of this process, which those of its tests are copied from."""
    name = f"atmp_template_{os.getpid()}_{secrets.token_hex(3)}"
    with _superuser(address) as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(74531)")
        known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": ROLE}).first()
        if known is None:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'test' NOSUPERUSER NOBYPASSRLS")
        connection.exec_driver_sql("SELECT pg_advisory_unlock(74531)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {ROLE}")
    database = open_database(_as_office(address, name), key_ring())
    migration.upgrade(database)
    database.close()
    return name


def fresh_postgres() -> Database:
    """An empty, migrated PostgreSQL database of its own, opened by a role that row-level security holds for."""
    address = postgres_address()
    name = f"atmp_{os.getpid()}_{secrets.token_hex(4)}"
    with _superuser(address) as connection:  # copied as files: half the work of the default, which logs each page
        connection.exec_driver_sql(
            f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {_template(address)} STRATEGY file_copy"
        )
    return open_database(_as_office(address, name), key_ring())


def _as_office(address: str, name: str) -> str:
    url = make_url(address).set(username=ROLE, password="test", database=name)
    return url.render_as_string(hide_password=False)


def _drop(address: str, name: str) -> None:
    with _superuser(address) as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _superuser(address: str):  # type: ignore[no-untyped-def] # a context manager of SQLAlchemy
    url = make_url(address).set(drivername="postgresql+psycopg")
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
