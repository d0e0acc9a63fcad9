"""Databases of a PostgreSQL server for tests: made as copies of a migrated one, emptied between two tests.

The server belongs to the run (`tests/run_folder.py`). `ATMP_TEST_POSTGRES` names another one instead; what a killed
run left on it is dropped by the next.
"""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack, closing
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from atmp_insure.db import migration
from atmp_insure.db.engine import Database, open_database
from tests import needed, run_folder

if TYPE_CHECKING:
    from atmp_insure.db.keyring import KeyRing

ROLE = "atmp_office"  # no superuser: row-level security holds for it
_PREFIX = "atmp_test_"
_PROCESS = secrets.token_hex(4)  # in the name of each database of this process
# a connection at rest forgets its session; statements that it has prepared stay, as they do in an office
_AS_NEW = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); "
    "DISCARD TEMP; DISCARD SEQUENCES"
)
# What stands beside the tables of a database that is lent: it notes every change of the schema, and empties the tables.
# Rows are deleted as a replica deletes them: neither guards nor foreign keys are asked.
_CARETAKER = """
CREATE SCHEMA caretaker;
CREATE TABLE caretaker.changes (command text NOT NULL);
CREATE FUNCTION caretaker.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN INSERT INTO caretaker.changes VALUES (tg_tag); END $$;
CREATE FUNCTION caretaker.digest(name regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    EXECUTE format('SELECT md5(string_agg(one::text, chr(10) ORDER BY one::text)) FROM %s AS one', name) INTO found;
    RETURN found;
END $$;
CREATE TABLE caretaker.tables AS
    SELECT oid::regclass AS name, caretaker.digest(oid) AS digest FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;
CREATE TABLE caretaker.numbers AS
    SELECT seqrelid::regclass AS name, seqstart, pg_sequence_last_value(seqrelid) AS last FROM pg_sequence;
CREATE FUNCTION caretaker.emptied(known integer[]) RETURNS text LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE one record;
BEGIN
    IF EXISTS (SELECT FROM caretaker.changes) THEN RETURN 'its schema was changed'; END IF;
    IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
               AND pid <> pg_backend_pid() AND pid <> ALL (known)) THEN RETURN 'somebody is still there'; END IF;
    FOR one IN SELECT name, digest FROM caretaker.tables WHERE pg_relation_size(name) > 0 LOOP
        IF pg_relation_size(one.name) > 500000 THEN RETURN format('%s has grown', one.name); END IF;
        IF one.digest IS NULL THEN EXECUTE format('DELETE FROM %s', one.name);
        ELSIF caretaker.digest(one.name) <> one.digest THEN RETURN format('%s was changed', one.name);
        END IF;
    END LOOP;
    PERFORM setval(name, coalesce(last, seqstart), last IS NOT NULL) FROM caretaker.numbers
    WHERE pg_sequence_last_value(name) IS DISTINCT FROM last;
    RETURN NULL;
END $$;
CREATE EVENT TRIGGER caretaker_note ON ddl_command_end EXECUTE FUNCTION caretaker.note();
ALTER EVENT TRIGGER caretaker_note ENABLE ALWAYS;
"""


def address() -> str:
    """The address of the server, as its superuser; where none can be had, the test that asks is skipped."""
    found, fault = _found()
    if not found:
        needed.lacking(needed.POSTGRESQL, fault)
    return found


@cache
def _found() -> tuple[str, str]:
    """The address of the server, or why there is none."""
    try:
        return os.environ.get("ATMP_TEST_POSTGRES") or run_folder.postgres(), ""
    except run_folder.NoServerError as error:
        return "", str(error)


def superuser(server: str, name: str | None = None) -> psycopg.Connection[Any]:
    """A connection of the server's superuser to one of its databases, each statement a transaction."""
    url = make_url(server).set(drivername="postgresql")
    url = url.set(database=name or url.database)
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def as_office(server: str, name: str) -> str:
    """The address of a database of a server, as the office opens it."""
    return make_url(server).set(username=ROLE, password="test", database=name).render_as_string(hide_password=False)


def make_role(connection: psycopg.Connection[Any]) -> None:
    """The role of the office, once a server."""
    connection.execute("SELECT pg_advisory_lock(74531)")  # of processes that begin at once, one makes it
    if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchall():
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'test' NOSUPERUSER NOBYPASSRLS")
    connection.execute("SELECT pg_advisory_unlock(74531)")


def fresh(ring: KeyRing) -> Database:
    """An empty, migrated database of its own, opened by a role that row-level security holds for."""
    template, name = _template(ring), f"{_PREFIX}{_PROCESS}_{secrets.token_hex(4)}"
    with superuser(address()) as connection:  # copied as files: half the work of the default, which logs each page
        connection.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template} STRATEGY file_copy")
    return open_database(as_office(address(), name), ring)


def drop(name: str) -> None:
    """Remove a database, whoever is still in it."""
    with superuser(address()) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def leave() -> None:
    """Remove every database of this process, at its end."""
    if _mark.cache_info().currsize:
        _drop_those_of(_mark(), _PROCESS)
        _mark().close()


@cache
def _template(ring: KeyRing) -> str:
    """A migrated database of this process, which those of its tests are copied from."""
    name = f"{_PREFIX}{_PROCESS}_template"
    make_role(_mark())
    _mark().execute(f"CREATE DATABASE {name} OWNER {ROLE}")
    database = open_database(as_office(address(), name), ring)
    migration.upgrade(database)
    database.close()
    return name


@cache
def _mark() -> psycopg.Connection[Any]:
    """A connection that says, by a lock, that this process lives; databases of one that does not are dropped."""
    connection = superuser(address())
    connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [_PROCESS])
    of_tests = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX])
    for process in {str(name).removeprefix(_PREFIX).split("_")[0] for (name,) in of_tests} - {_PROCESS}:
        if connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [process]).fetchone() == (True,):
            _drop_those_of(connection, process)
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [process])
    return connection


def _drop_those_of(connection: psycopg.Connection[Any], process: str) -> None:
    named = f"{_PREFIX}{process}_"
    for (name,) in connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [named]):
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Lent:
    """A database that tests have one after the other."""

    def __init__(self, ring: KeyRing) -> None:
        opened = fresh(ring)
        self.engine = opened.engine
        self._name = str(opened.engine.url.database)
        self._caretaker = superuser(address(), self._name)
        self._caretaker.execute(_CARETAKER)

    def emptied(self) -> bool:
        """Make it what a new one is; False where that cannot be done at once, or not for certain."""
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            return False
        try:
            known = self._rested()
            answer: Any = self._caretaker.execute("SELECT caretaker.emptied(%s)", [known]).fetchone()
        except (psycopg.Error, SQLAlchemyError):
            return False
        return bool(answer == (None,))

    def gone(self) -> None:
        """Remove it."""
        self.engine.dispose()
        self._caretaker.close()
        drop(self._name)

    def _rested(self) -> list[int]:
        """The processes of the server that serve connections at rest, as new ones again."""
        known = []
        with ExitStack() as stack:
            for _ in range(self.engine.pool.checkedin()):  # type: ignore[attr-defined]
                resting = stack.enter_context(closing(self.engine.raw_connection()))
                driver: Any = resting.driver_connection
                driver.autocommit = True
                driver.execute(_AS_NEW)
                driver.autocommit = False
                known.append(driver.info.backend_pid)
        return known
