"""Databases for tests: SQLite files, and databases of a PostgreSQL server (`tests/postgres.py`), lent in turn."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from atmp_insure import tables
from atmp_insure.db import keyring, migration
from atmp_insure.db.engine import Database, open_database
from tests import postgres, run_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYS_NAME = "keys.json"
SQLITE_NAME = "atmp.sqlite"
_at_rest: dict[str, list[_LentFile | postgres.Lent]] = {"sqlite": [], "postgresql": []}
_told: list[Callable[[Database], None]] = []


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


def fresh_postgres() -> Database:
    """An empty, migrated PostgreSQL database of its own, opened by a role that row-level security holds for."""
    return postgres.fresh(key_ring())


class _LentFile:
    """An SQLite file that tests have one after the other."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lent-", dir=run_folder.path()))
        self.engine = fresh_sqlite(self._folder).engine

    def emptied(self) -> bool:
        """Put a new file in its place; who still has the former one open keeps it to himself."""
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            return False
        self.engine.dispose()
        for name in (SQLITE_NAME, f"{SQLITE_NAME}-wal", f"{SQLITE_NAME}-shm"):
            (self._folder / name).unlink(missing_ok=True)
        shutil.copyfile(_migrated_file(), self._folder / SQLITE_NAME)
        return True

    def gone(self) -> None:
        """Remove it."""
        self.engine.dispose()
        shutil.rmtree(self._folder, ignore_errors=True)


def _lent(engine: str) -> _LentFile | postgres.Lent:
    if _at_rest[engine]:
        return _at_rest[engine].pop()
    return _LentFile() if engine == "sqlite" else postgres.Lent(key_ring())


@contextmanager
def a_database(engine: str) -> Iterator[Database]:
    """An empty, migrated database of an engine, which nobody else has meanwhile.

    It is emptied afterwards rather than removed: its engine then knows the statements that tests have in common, and
    to compile them was most of the work. A sub-engine, since what a test listens to ends with the test.
    """
    lent = _lent(engine)
    opened = Database(lent.engine.execution_options(), key_ring())
    try:
        yield opened
    except BaseException:
        lent.gone()
        raise
    for tell in _told:
        tell(opened)
    if lent.emptied():
        _at_rest[engine].append(lent)
    else:
        lent.gone()


def when_given_back(tell: Callable[[Database], None]) -> Callable[[Database], None]:
    """Tell a function of each database that a test has finished with."""
    _told.append(tell)
    return tell


def leave() -> None:
    """Remove what is lent, at the end of the process."""
    for lent in (*_at_rest["sqlite"], *_at_rest["postgresql"]):
        lent.gone()
    _at_rest.clear()
    postgres.leave()
