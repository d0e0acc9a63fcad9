"""The application with a few runs, and people to ask it: one who may write runs, one who has no right to see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.runs import ItemState, Run, RunItem, RunState
from tests.application import a_person, an_application, signed_in
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Service:
    """The API on one engine, with those who ask it."""

    database: Database
    app: Flask
    manager: FlaskClient
    broker: FlaskClient
    visitor: FlaskClient

    @property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document as it is served."""
        described: dict[str, Any] = self.visitor.get("/api/v1/openapi.json").get_json()
        return described


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Shared by the tests of a module: those that change a run make their own."""
    folder = tmp_path_factory.mktemp("api")
    with a_database(request.param) as database:
        yield _filled(database, folder)


def _filled(database: Database, folder: Path) -> Service:
    app = an_application(database, folder)
    with database.writing(system("test")) as session:
        organisation = Organisation(kind=OrganisationKind.BROKER, name="Courtage Exemple", created_at=NOW)
        session.add(organisation)
    manager = signed_in(app, a_person(database, "alex.manager", Role.MANAGER))
    broker = signed_in(app, a_person(database, "camille.courtier", Role.BROKER, organisation_id=organisation.id))
    for number in range(7):
        a_run(database, f"r{number}", started_at=NOW + timedelta(minutes=number // 2))  # moments shared by two
    return Service(database, app, manager, broker, app.test_client())


def a_run(
    database: Database, key: str, *, state: RunState = RunState.DONE_WITH_ERRORS, started_at: datetime = NOW
) -> int:
    """A run of three items: one done, one failed, one waiting."""
    with database.writing(system("test")) as session:
        run = Run(
            kind="rekeying", key=key, parameters={}, state=state, item_count=3, started_by="test",
            started_at=started_at, ended_at=None if state is RunState.WORKING else started_at,
        )  # fmt: skip
        session.add(run)
        session.flush()
        for position, item_state in enumerate(ItemState):
            error = "Montant absent." if item_state is ItemState.FAILED else None
            session.add(
                RunItem(run_id=run.id, position=position, subject="x", payload={}, state=item_state, error=error)
            )  # fmt: skip
        return run.id


@pytest.fixture
def new_run(service: Service) -> int:
    """A run of its own for a test that changes it."""
    with service.database.reading(system("test")) as session:
        count = session.query(Run).count()
    return a_run(service.database, f"own{count}")
