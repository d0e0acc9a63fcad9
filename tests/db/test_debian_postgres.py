"""The second leg: Debian's own PostgreSQL, where it is installed, takes the migrations and holds the same two walls."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from atmp_insure.db import integrity, migration
from atmp_insure.db.engine import open_database
from atmp_insure.db.session import ScopedSession
from tests import engines, postgres
from tests.db import test_scope
from tests.db.builders import a_company, a_document, an_organisation, broker_of
from tests.postgres import ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database

RUNUSER = shutil.which("runuser", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
pytestmark = pytest.mark.skipif(
    not PROGRAMS or os.getuid() != 0 or RUNUSER is None,
    reason="Debian's PostgreSQL server is absent (apt-get install postgresql), or the tests do not run as root",
)


@pytest.fixture(scope="module")
def debian() -> Iterator[str]:
    """A server of Debian's, in a temporary folder, on a socket of its own; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="atmp-debian-"))
    shutil.chown(folder, "postgres")
    _run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "--locale-provider=icu",
         "--icu-locale=fr-FR", "-E", "UTF8", "--no-sync")  # fmt: skip
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run("pg_ctl", "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", "-o", options, "start")
    yield f"postgresql://postgres@/postgres?host={folder}"
    _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    command = [str(RUNUSER), "-u", "postgres", "--", str(PROGRAMS[-1] / program), *arguments]
    subprocess.run(command, check=True, capture_output=True, cwd="/")


@pytest.fixture
def database(debian: str) -> Iterator[Database]:
    name = f"atmp_{secrets.token_hex(4)}"
    with postgres.superuser(debian) as connection:
        postgres.make_role(connection)
        connection.execute(f"CREATE DATABASE {name} OWNER {ROLE}")
    opened = open_database(postgres.as_office(debian, name), engines.key_ring())
    migration.upgrade(opened)
    yield opened
    opened.close()


def test_migrations_go_down_and_up_on_debians_server(database: Database) -> None:
    migration.downgrade(database, "base")
    migration.upgrade(database)
    assert migration.schema_differences(database) == []
    assert integrity.missing_guards(database) == []
    with database.snapshot() as connection:
        assert str(connection.execute(text("SHOW server_version")).scalar_one()).startswith("1")


def test_both_walls_stand_on_debians_server(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = an_organisation(database, "Un"), an_organisation(database, "Deux")
    brokers = one, two, a_company(database, "000000018", reached_by=(one,)), a_company(
        database, "000000026", reached_by=(two,)
    )  # fmt: skip
    a_document(database, brokers[2], "Compte du premier")
    a_document(database, brokers[3], "Compte du second")
    test_scope.test_a_broker_sees_the_papers_of_its_clients_only(database, brokers)
    test_scope.test_changing_or_moving_a_foreign_row_is_refused_and_nothing_is_written(database, brokers, monkeypatch)
    test_scope.test_ways_around_the_criteria_are_refused(database, brokers)
    monkeypatch.setattr(ScopedSession, "loader_criteria", ())
    with database.reading(broker_of(two)) as session:
        assert test_scope.titles(session) == ["Compte du second"]
