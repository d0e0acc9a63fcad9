"""The bare application that shows our templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.showcase_app import create_showcase_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def page() -> FlaskClient:
    return create_showcase_app().test_client()
