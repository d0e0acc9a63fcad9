"""The application with one company, and the program of someone who handles its claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, a_program, a_token, an_application
from tests.db.builders import a_company
from tests.diary.complaining import MEDIATOR, SERVICE
from tests.diary.programs import SIREN

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    assert a_company(database, SIREN) == 1
    remedies = {"ATMP_COMPLAINTS__SERVICE": SERVICE, "ATMP_COMPLAINTS__MEDIATOR": MEDIATOR}
    return an_application(database, tmp_path, **remedies)


@pytest.fixture
def person(database: Database) -> Person:
    return a_person(database, "camille", Role.CLAIMS_HANDLER)


@pytest.fixture
def handler(app: Flask, database: Database, person: Person) -> FlaskClient:
    return a_program(app, a_token(database, person))
