"""The page of a risk declared wrongly or grown: what the law offers is shown, nothing is written, entries stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.roles import Role
from tests.application import a_person, an_application, signed_in, texts
from tests.engines import a_database
from tests.policies.desk import Desk, an_insurer
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[FlaskClient, str]]:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        desk = Desk.of(database, an_insurer(database))
        policy = desk.issued()
        app = an_application(database, tmp_path)
        yield signed_in(app, a_person(database, "sacha.risque", Role.UNDERWRITER)), f"/policies/{policy}/risk"


def test_a_wrong_declaration_is_weighed_without_anything_being_written(page: tuple[FlaskClient, str]) -> None:
    client, url = page
    shown = texts(client.post(url, data={"wrong": "yes", "due_eur": "900 000", "is_after_claim": "y"}).text)
    assert "Réduction proportionnelle de l'indemnité" in shown.replace("&#39;", "'")
    assert "n° 2" not in texts(client.get(url.removesuffix("/risk")).text)


def test_what_is_typed_wrong_is_told_beside_its_field(page: tuple[FlaskClient, str]) -> None:
    client, url = page
    late = client.post(url, data={"known_on": "2027-03-02", "declared_on": "2027-03-01"})
    assert late.status_code == 422
    assert "Déclarée avant d" in texts(late.text)
    missing = client.post(url, data={"wrong": "yes", "due_eur": ""})
    assert (missing.status_code, "À remplir" in missing.text) == (422, True)
    told = client.post(url, data={"known_on": "2027-03-01", "declared_on": "2027-03-17"})
    assert "après le délai" in texts(told.text)
