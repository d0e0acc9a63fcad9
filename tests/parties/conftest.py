"""The application with someone of the office, for tests of pages and of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, an_application, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


@pytest.fixture
def manager(app: Flask, embedded: Database) -> FlaskClient:
    return signed_in(app, a_person(embedded, "morgan.manager", Role.MANAGER))


@pytest.fixture
def colleague(app: Flask, embedded: Database) -> FlaskClient:
    return signed_in(app, a_person(embedded, "camille.manager", Role.MANAGER))
