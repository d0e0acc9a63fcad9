"""Migrations run up and down on both engines, the models equal them, and guards say what the classes declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, text

from atmp_insure import tables
from atmp_insure.db import integrity, migration
from atmp_insure.db.base import INTERNAL, PUBLIC
from atmp_insure.db.guards import POLICY, guard_statements
from atmp_insure.db.session import mapped_classes
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.db.builders import a_company
from tests.db.rows import fill

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database


def tables_of(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def policies(database: Database) -> dict[str, str]:
    statement = text("SELECT tablename, qual FROM pg_policies WHERE policyname = :name")
    with database.engine.connect() as connection:
        return {str(table): str(condition) for table, condition in connection.execute(statement, {"name": POLICY})}


def test_the_models_equal_the_migrations(database: Database) -> None:
    assert migration.schema_differences(database) == []
    assert tables_of(database) == set(tables.METADATA.tables)


def test_every_migration_goes_down_and_up_again(database: Database) -> None:
    for revision in reversed(["base", *migration.revisions()[:-1]]):
        migration.downgrade(database, revision)
    assert tables_of(database) == set()
    assert migration.current_revision(database) is None
    for revision in migration.revisions():
        migration.upgrade(database, revision)
    assert migration.schema_differences(database) == []
    assert integrity.missing_guards(database) == []
    assert integrity.faults(database) == []


def test_going_up_twice_changes_nothing_and_keeps_the_rows(database: Database) -> None:
    a_company(database)
    migration.upgrade(database)
    migration.upgrade(database)
    with database.snapshot() as connection:
        assert integrity.tables_with_rows(connection) == ["change_log", "companies"]


def test_policies_that_are_there_are_found_by_their_references_too(database: Database) -> None:
    fill(database, tables.METADATA.tables["policy_standings"], reference="REF/2024-É 12")
    migration.downgrade(database, "0019")
    migration.upgrade(database)
    with database.snapshot() as connection:
        found = connection.exec_driver_sql("SELECT search_reference FROM policy_standings").scalar_one()
    assert found == "ref 2024 e 12"


def test_strict_tables_stay_strict(embedded: Database) -> None:
    with embedded.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").all()
    loose = {name for name, strict in rows if not strict}
    assert loose <= {"alembic_version", "sqlite_schema", "sqlite_sequence"}


def test_an_empty_database_says_which_command_to_run(database: Database) -> None:
    migration.require_current(database)
    migration.downgrade(database, "base")
    with pytest.raises(InvalidInput, match=r"base de données vide.*atmp db upgrade"):
        migration.require_current(database)


def test_a_database_of_a_newer_version_is_told_from_an_older_one(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InvalidInput, match="version plus récente"):
        migration.require_current(database)


def test_a_migration_that_orphans_rows_is_undone_whole(embedded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    company = a_company(embedded)

    def orphan(config: object, _revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.exec_driver_sql(
            f"INSERT INTO establishments (company_id, siret, name) VALUES ({company + 1}, '00000000100011', 'x')"
        )

    monkeypatch.setattr("alembic.command.upgrade", orphan)
    with pytest.raises(Refused, match="establishments"):
        migration.upgrade(embedded)
    with embedded.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM establishments").scalar_one() == 0
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_row_level_security_says_what_the_classes_declare(database: Database) -> None:
    if database.is_embedded:
        return  # the embedded engine has one wall, the session's
    installed = policies(database)
    scoped = {kind.__tablename__ for kind in mapped_classes() if kind.visibility not in {PUBLIC, INTERNAL}}
    assert set(installed) == scoped
    with database.engine.begin() as connection:
        for kind in mapped_classes():
            for statement in guard_statements(kind, "postgresql"):
                connection.exec_driver_sql(statement)
        forced = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
        )
        assert set(forced.scalars()) == scoped
    assert policies(database) == installed  # as PostgreSQL itself writes them: compiled anew, they read the same


def test_a_guard_that_someone_took_away_is_missed(database: Database) -> None:
    if database.is_embedded:
        statement, name = "DROP TRIGGER facts_no_update", "facts_no_update"
    else:
        statement, name = f"DROP POLICY {POLICY} ON facts", f"facts.{POLICY}"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert integrity.missing_guards(database) == [name]
    migration.upgrade(database)
    assert integrity.missing_guards(database) == []
