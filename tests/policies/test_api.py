"""Policies as a program has them: the portfolio, one on any day as it was known on another, acts tried first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from atmp_insure.access.roles import Role
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.diary.programs import ROOT
from tests.engines import a_database
from tests.policies.desk import Desk, an_insurer
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

POLICIES = f"{ROOT}/policies"
WHY = {"reason": "Demande du client"}
SAME = WHY | {"changes": None}  # a renewal on the same terms
ENDING = WHY | {"received_on": None, "event_on": None, "wanted_on": None}


class Programs:
    """A desk, and the programs of those who act on its policies."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.app = an_application(database, folder)
        self.desk, self.first = Desk.of(database, an_insurer(database)), 0
        self.manager = self._of(database, "alix.programme", Role.MANAGER)
        self.accountant = self._of(database, "noa.programme", Role.PREMIUM_ACCOUNTANT)

    def _of(self, database: Database, name: str, role: Role) -> FlaskClient:
        person = a_person(database, name, role)
        return a_program(self.app, a_token(database, person))

    def issued(self) -> dict[str, Any]:
        """A policy of the client of the desk, like those that it has already."""
        self.first = self.first or self.desk.issued()
        answer = self.manager.get(f"{POLICIES}/{self.desk.twin(self.first)}", query_string={"on": "2027-01-01"})
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found

    def issued_by_a_program(self) -> dict[str, Any]:
        """The policy that a program issues from the accepted quote of a client of its own."""
        other = Desk.of(self.desk.database, self.desk.insurer)
        body = {"quote_id": other.accepted_quote(), "agreement_version_id": other.insurer}
        answer = self.manager.post(POLICIES, json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Programs(database, tmp_path_factory.mktemp("api"))


def posted(program: FlaskClient, url: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
    answer = program.post(url, json=body, query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def test_a_program_issues_a_policy_and_reads_it_on_any_day(programs: Programs) -> None:
    policy = programs.issued_by_a_program()
    assert policy["standing"] == "in_force"
    url = f"{POLICIES}/{policy['id']}"
    before = programs.manager.get(url, query_string={"on": "2026-12-31"}).json
    assert (before["standing"], before["terms"]) == (None, None)  # type: ignore[index]
    [issue] = policy["transactions"]
    assert issue["kind"] == "issue"
    alone = programs.manager.get(f"{url}/transactions/1").json
    assert alone == issue
    listed = programs.manager.get(POLICIES, query_string={"company_id": policy["company_id"]}).json
    assert [one["reference"] for one in listed["items"]] == [policy["reference"]]  # type: ignore[index]


def test_acts_may_be_tried_and_nothing_is_kept_of_it(programs: Programs) -> None:
    url = f"{POLICIES}/{programs.issued()['id']}"
    tried = posted(programs.manager, f"{url}/renew", SAME, preview="true")
    assert [one["kind"] for one in tried["transactions"]] == ["issue", "renew"]
    assert len(programs.manager.get(url).json["transactions"]) == 1  # type: ignore[index]
    done = posted(programs.manager, f"{url}/renew", SAME)
    assert done["terms"]["sections"]
    back = posted(programs.manager, f"{url}/transactions/2/take-back", WHY)
    assert [one["reverses_number"] for one in back["transactions"]] == [None, None, 2]


def test_cover_is_suspended_resumed_and_ended_by_who_may(programs: Programs) -> None:
    url = f"{POLICIES}/{programs.issued()['id']}"
    suspended = posted(programs.accountant, f"{url}/suspend", WHY | {"effective_on": "2027-03-01"})
    assert suspended["standing"] == "suspended"
    resumed = posted(programs.accountant, f"{url}/resume", WHY | {"effective_on": "2027-03-20"})
    assert resumed["standing"] == "in_force"
    known = programs.manager.get(url, query_string={"on": "2027-03-10", "known_on": "2026-01-01"}).json
    assert known["standing"] is None  # type: ignore[index]
    ending = ENDING | {"ground": "mutual_agreement", "sent_on": "2027-04-01", "wanted_on": "2027-05-01"}
    assert programs.accountant.post(f"{url}/terminate", json=ending).status_code == 403
    ended = posted(programs.manager, f"{url}/terminate", ending)
    assert ended["standing"] == "ended"


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ({"ground": "three_clicks", "sent_on": "2027-04-01"}, 422),
        ({"ground": "mutual_agreement", "sent_on": "2027-04-01"}, 422),  # no day was agreed
        ({"ground": "mutual_agreement", "sent_on": "demain"}, 422),
    ],
)
def test_a_notice_that_is_wrong_is_told(programs: Programs, ending: dict[str, str], status: int) -> None:
    url = f"{POLICIES}/{programs.issued()['id']}/terminate"
    require_problem(programs.manager.post(url, json=ENDING | ending), status)


def test_what_there_is_not_is_told(programs: Programs) -> None:
    url = f"{POLICIES}/{programs.issued()['id']}"
    require_problem(programs.manager.get(f"{url}/transactions/9"), 404)
    require_problem(programs.manager.post(f"{url}/transactions/9/take-back", json=WHY), 409)
    require_problem(programs.manager.get(f"{POLICIES}/999999"), 404)
