"""The application, for tests of people and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import Person, a_person, an_application, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


@pytest.fixture
def administrator(embedded: Database) -> Person:
    return a_person(embedded, "alex.admin", Role.ADMINISTRATOR)


@pytest.fixture
def desk(app: Flask, administrator: Person) -> FlaskClient:
    """The administrator's browser."""
    return signed_in(app, administrator)
