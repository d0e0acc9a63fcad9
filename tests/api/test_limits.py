"""Each person has a number of requests a minute, over all operations; beyond it the answer says when to come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.settings import read_settings
from tests.api.test_resources import RUNS, require_problem
from tests.application import a_person, an_application, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.engine import Database

ALLOWED = 4


@pytest.fixture
def limited(embedded: Database, tmp_path: Path) -> Flask:
    """The application of an office that gives each person four requests a minute."""
    allowance = {"ATMP_SECURITY__API_REQUESTS_PER_MINUTE": str(ALLOWED)}
    return an_application(embedded, tmp_path, ATMP_SECURITY__RATE_LIMITS="oui", **allowance)


def test_a_person_who_asks_too_much_is_told_when_to_come_again(limited: Flask, embedded: Database) -> None:
    hasty = signed_in(limited, a_person(embedded, "camille.vite", Role.MANAGER))
    asked = [RUNS, "/api/v1/account", f"{RUNS}?size=0", f"{RUNS}/1"]  # refused requests count too
    assert [hasty.get(address).status_code for address in asked] == [200, 200, 422, 404]
    refused = hasty.get(RUNS)
    told = require_problem(refused, 429)
    assert "Retry-After" in told["detail"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 61  # a minute, rounded up
    require_problem(hasty.post(f"{RUNS}/1/stop"), 429)


def test_the_haste_of_one_person_takes_nothing_from_another_nor_from_the_pages(
    limited: Flask, embedded: Database
) -> None:
    hasty = signed_in(limited, a_person(embedded, "camille.vite", Role.MANAGER))
    calm = signed_in(limited, a_person(embedded, "claude.calme", Role.MANAGER))
    assert [hasty.get(RUNS).status_code for _ in range(ALLOWED + 1)] == [200] * ALLOWED + [429]
    assert calm.get(RUNS).status_code == 200
    assert hasty.get("/runs").status_code == 200
    again = signed_in(limited, a_person(embedded, "dominique", Role.MANAGER))
    assert again.get(RUNS).status_code == 200


def test_a_second_browser_gives_no_second_allowance(limited: Flask, embedded: Database) -> None:
    person = a_person(embedded, "camille.vite", Role.MANAGER)
    first, second = signed_in(limited, person), signed_in(limited, person)
    for client in (first, second, first, second):
        assert client.get(RUNS).status_code == 200
    assert second.get(RUNS).status_code == 429


def test_a_page_that_a_limit_refuses_says_when_to_come_again_too(limited: Flask) -> None:
    visitor = limited.test_client()
    answers = [visitor.post("/forgotten", data={"email": "personne@exemple.invalid"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61  # a minute, rounded up


def test_an_installation_without_limits_counts_nothing(embedded: Database, tmp_path: Path, limited: Flask) -> None:
    free = an_application(embedded, tmp_path, ATMP_SECURITY__API_REQUESTS_PER_MINUTE="1")
    person = a_person(embedded, "camille.vite", Role.MANAGER)
    assert [signed_in(free, person).get(RUNS).status_code for _ in range(3)] == [200] * 3
    assert limited is not free


@pytest.mark.parametrize("name", ["ATMP_SECURITY__API_REQUESTS_PER_MINUTE", "ATMP_OPERATION__KEPT_ANSWER_HOURS"])
def test_an_allowance_of_none_is_refused_at_start_up(name: str) -> None:
    with pytest.raises(InvalidInput, match="au moins 1"):
        read_settings({"ATMP_ENVIRONMENT": "test", name: "0"})
    assert read_settings({"ATMP_ENVIRONMENT": "test", name: "1"})
