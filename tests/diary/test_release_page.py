"""Lifting the secret of a note, on its page: asked with what it means, done once, told on the note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import a_company, an_organisation

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

SECRET = "Moyen à soulever."


@pytest.fixture
def people(embedded: Database, tmp_path: Path) -> dict[str, FlaskClient]:
    """A lawyer and a broker who follow a company, and a handler of the office."""
    firm, broker = (an_organisation(embedded, name) for name in ("Cabinet Exemple", "Courtage Exemple"))
    a_company(embedded, reached_by=(firm, broker))
    app = an_application(embedded, tmp_path)
    return {
        "lawyer": signed_in(app, a_person(embedded, "me.exemple", Role.LAWYER, organisation_id=firm)),
        "broker": signed_in(app, a_person(embedded, "c.courtier", Role.BROKER, organisation_id=broker)),
        "office": signed_in(app, a_person(embedded, "g.gestion", Role.CLAIMS_HANDLER)),
    }


def test_a_secret_is_lifted_knowingly_for_those_chosen_and_the_note_says_so(people: dict[str, FlaskClient]) -> None:
    lawyer = people["lawyer"]
    lawyer.post("/notes/companies:1", data={"text": SECRET, "readers": "lawyers"})
    assert all(SECRET not in people[name].get("/companies/1").text for name in ("broker", "office"))
    assert "/notes/1/release" in lawyer.get("/companies/1").text
    asked = lawyer.get("/notes/1/release")
    assert SECRET in asked.text
    assert "ne se reprend pas" in texts(asked.text)
    answer = lawyer.post("/notes/1/release", data={"readers": "office"})
    assert answer.headers["Location"].endswith("/companies/1#notes")
    assert "secret levé par Me Exemple" in texts(people["office"].get("/companies/1").text)
    assert SECRET not in people["broker"].get("/companies/1").text
    assert "/notes/1/release" not in lawyer.get("/companies/1").text


def test_nobody_else_lifts_it_nor_twice(people: dict[str, FlaskClient]) -> None:
    lawyer = people["lawyer"]
    lawyer.post("/notes/companies:1", data={"text": SECRET, "readers": "lawyers"})
    for name in ("broker", "office"):
        assert people[name].get("/notes/1/release").status_code == 404
        assert people[name].post("/notes/1/release", data={"readers": "shared"}).status_code == 404
    assert lawyer.post("/notes/1/release", data={"readers": "lawyers"}).status_code == 422
    assert lawyer.post("/notes/1/release", data={"readers": "shared"}).status_code == 302
    assert lawyer.get("/notes/1/release").status_code == 409
    assert lawyer.post("/notes/1/release", data={"readers": "office"}).status_code == 409
