"""Programs that ask the API of the diary, and what its tests ask of their answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Role
from atmp_insure.kernel.paris import paris_day
from tests.application import a_person, a_program, a_token
from tests.db.builders import an_organisation
from tests.diary.test_tray import SIREN

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from atmp_insure.access.token_scopes import TokenScope
    from atmp_insure.db.engine import Database

__all__ = ["ROOT", "SIREN", "a_broker", "a_program_of", "day", "places", "told"]

ROOT = "/api/v1"


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def places(answer: TestResponse) -> list[str]:
    """Where the faults of a refused request stand."""
    assert answer.status_code == 422, answer.text
    return [fault["place"] for fault in answer.get_json()["errors"]]


def day(days: int = 0) -> str:
    """Today in Paris, or some days after."""
    return (paris_day(datetime.now(UTC)) + timedelta(days=days)).isoformat()


def a_broker(app: Flask, database: Database) -> FlaskClient:
    """The program of a broker who follows no company."""
    return a_program_of(app, database, Role.BROKER, organisation_id=an_organisation(database))


def a_program_of(app: Flask, database: Database, role: Role, *scopes: TokenScope, **where: int) -> FlaskClient:
    """The program of someone of a role, with some scopes of theirs, or all."""
    person = a_person(database, f"p.{role.value}.{len(scopes)}", role, **where)  # type: ignore[arg-type]
    return a_program(app, a_token(database, person, *scopes))
