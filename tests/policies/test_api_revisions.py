"""Yearly revisions as programs read and decide them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from atmp_insure.access.roles import Role
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.engines import a_database
from tests.policies.revision_desk import SEPTEMBER, Revising

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

REVISIONS = "/api/v1/policy-revisions"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Revising, FlaskClient, FlaskClient]]:
    """A revision beyond the bounds, the program of an underwriter, and that of a claims handler."""
    with a_database("sqlite") as database, time_machine.travel(SEPTEMBER, tick=False):
        app, revising = an_application(database, tmp_path), Revising.of(database, tmp_path, price="0.87")
        revising.opened()
        underwriter, handler = (
            a_program(app, a_token(database, a_person(database, f"programme.{role.value}", role)))
            for role in (Role.UNDERWRITER, Role.CLAIMS_HANDLER)
        )
        yield revising, underwriter, handler


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_program_reads_what_is_proposed_and_keeps_the_terms(
    office: tuple[Revising, FlaskClient, FlaskClient],
) -> None:
    revising, underwriter, handler = office
    [listed] = told(underwriter.get(REVISIONS, query_string={"state": "referred"}))["items"]
    assert (listed["policy_id"], listed["reasons"], listed["is_to_tell"]) == (revising.policy_id, ["rise"], True)
    assert told(underwriter.get(REVISIONS, query_string={"state": "kept"}))["items"] == []
    url = f"{REVISIONS}/{listed['id']}"
    assert told(underwriter.get(url)) == listed
    require_problem(handler.get(url), 403)
    require_problem(underwriter.post(f"{url}/keep", json={"reason": " "}), 422)
    kept = told(underwriter.post(f"{url}/keep", json={"reason": "Client fidèle."}))
    assert (kept["state"], kept["settled_reason"]) == ("kept", "Client fidèle.")
    require_problem(underwriter.post(f"{url}/propose", json={"reason": "Trop tard."}), 409)


def test_a_program_proposes_what_goes_beyond_the_bounds(office: tuple[Revising, FlaskClient, FlaskClient]) -> None:
    _revising, underwriter, _handler = office
    [listed] = told(underwriter.get(REVISIONS))["items"]
    proposed = told(underwriter.post(f"{REVISIONS}/{listed['id']}/propose", json={"reason": "Deux sinistres."}))
    assert proposed["state"] == "proposed"
