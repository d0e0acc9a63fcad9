"""The platform's own resources, as a program asks them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atmp_insure.access.change_log import current_request
from atmp_insure.access.roles import Right, Role, rights_of
from atmp_insure.db.actor import system
from atmp_insure.db.runs import Run, RunState
from atmp_insure.db.work_queue import QueueEntry
from tests.application import a_person, an_application, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.api.conftest import Service

RUNS = "/api/v1/runs"
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat()) | st.just("2026-11-20T09:00:00+00:00")
CURSORS = st.lists(PLAIN | MOMENTS, max_size=3).map(
    lambda values: urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
)


def require_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem details of an answer, which must be of this status."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.get_json()
    assert (found["status"], found["type"].partition("#")[0]) == (status, "/api/v1/problems")
    assert found["title"]
    assert found["detail"]
    assert len(found["request_id"]) == 16
    return found


def pages(client: FlaskClient, address: str, size: int) -> Iterator[list[dict[str, Any]]]:
    cursor: str | None = ""
    for _ in range(100):  # more would be a page that leads back to itself
        joint = "&" if "?" in address else "?"
        answer = client.get(f"{address}{joint}size={size}{f'&after={cursor}' if cursor else ''}")
        assert answer.status_code == 200, answer.text
        yield answer.get_json()["items"]
        cursor = answer.get_json()["next_cursor"]
        if cursor is None:
            return
    pytest.fail(f"{address} never comes to its last page")


def test_one_s_own_account_says_who_one_is_with_which_roles_and_where(service: Service) -> None:
    account = service.broker.get("/api/v1/account").get_json()
    assert account["sign_in"] == "camille.courtier"
    role = account["roles"][0]
    assert (role["code"], role["label"], role["last_day"]) == ("broker", "courtier", None)
    assert role["scope"]["reach"] == "organisation"
    assert role["scope"]["organisation_name"] == "Courtage Exemple"
    assert role["scope"]["company_id"] is None
    assert {right["code"] for right in account["rights"]} == {right.value for right in rights_of(Role.BROKER)}


def test_the_account_of_the_office_reaches_every_company(service: Service) -> None:
    account = service.manager.get("/api/v1/account").get_json()
    assert [role["scope"]["reach"] for role in account["roles"]] == ["office"]
    assert {"code": "runs.write", "label": Right.WRITE_RUNS.label} in account["rights"]


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_of_runs_follow_each_other_the_latest_first_without_loss_nor_repeat(service: Service, size: int) -> None:
    found = [
        run for page in pages(service.manager, f"{RUNS}?kind=rekeying&state=done_with_errors", size) for run in page
    ]
    with service.database.reading(system("test")) as session:
        expected = session.query(Run).filter(Run.state == RunState.DONE_WITH_ERRORS)
        order = [run.id for run in expected.order_by(Run.started_at.desc(), Run.id.desc())]
    assert [run["id"] for run in found] == order
    assert len(order) >= 7


def test_runs_are_filtered_by_state_and_by_kind(service: Service) -> None:
    assert service.manager.get(f"{RUNS}?state=stopped&kind=rekeying").get_json() == {"items": [], "next_cursor": None}
    assert service.manager.get(f"{RUNS}?kind=unknown_kind").get_json()["items"] == []
    both = service.manager.get(f"{RUNS}?state=stopped&state=done_with_errors").get_json()["items"]
    assert len(both) >= 7


def test_a_run_says_how_far_it_has_come(service: Service, new_run: int) -> None:
    run = service.manager.get(f"{RUNS}/{new_run}").get_json()
    assert (run["item_count"], run["done_count"], run["failed_count"], run["waiting_count"]) == (3, 1, 1, 1)
    assert run["state"] == "done_with_errors"
    assert run["started_at"] == "2026-11-20T09:00:00+00:00"


def test_the_items_of_a_run_come_in_their_order_and_by_state(service: Service, new_run: int) -> None:
    items = [item for page in pages(service.manager, f"{RUNS}/{new_run}/items", 2) for item in page]
    assert [item["position"] for item in items] == [0, 1, 2]
    failed = service.manager.get(f"{RUNS}/{new_run}/items?state=failed").get_json()["items"]
    assert [item["error"] for item in failed] == ["Montant absent."]
    assert "payload" not in failed[0]


def test_a_replay_lets_the_failed_items_wait_again_and_marks_work_for_a_worker(service: Service, new_run: int) -> None:
    run = service.manager.post(f"{RUNS}/{new_run}/replay").get_json()
    assert (run["state"], run["failed_count"], run["waiting_count"]) == ("working", 0, 2)
    with service.database.reading(system("test")) as session:
        assert session.query(QueueEntry).filter(QueueEntry.key == f"run:{new_run}").count() == 1


def test_a_run_is_stopped_then_resumed_and_a_stopped_one_is_not_replayed(service: Service, new_run: int) -> None:
    service.manager.post(f"{RUNS}/{new_run}/replay")
    assert service.manager.post(f"{RUNS}/{new_run}/stop").get_json()["state"] == "stopped"
    refused = require_problem(service.manager.post(f"{RUNS}/{new_run}/replay"), 409)
    assert "arrêté" in refused["detail"]
    assert service.manager.post(f"{RUNS}/{new_run}/resume").get_json()["state"] == "working"


def test_without_the_right_nothing_is_told_nor_done(service: Service, new_run: int) -> None:
    for method, address in (
        ("GET", ""),
        ("GET", f"/{new_run}"),
        ("GET", f"/{new_run}/items"),
        ("POST", f"/{new_run}/stop"),
    ):
        require_problem(service.broker.open(RUNS + address, method=method), 403)
        require_problem(service.visitor.open(RUNS + address, method=method), 401)
    assert service.manager.get(f"{RUNS}/{new_run}").get_json()["state"] == "done_with_errors"


def test_arguments_in_fault_are_told_one_by_one(service: Service) -> None:
    told = require_problem(service.manager.get(f"{RUNS}?size=0&state=burnt&colour=red"), 422)
    assert {fault["place"] for fault in told["errors"]} == {"?size", "?state", "?colour"}
    assert "1 à 200" in told["detail"]
    assert "done_with_errors" in told["detail"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "WyIyMDI2LTExLTIwIiwxXQ", "é", "a b"])
def test_a_cursor_of_one_s_own_is_refused_instead_of_giving_the_first_page(service: Service, cursor: str) -> None:
    told = require_problem(service.manager.get(f"{RUNS}?after={cursor}"), 422)
    assert [fault["place"] for fault in told["errors"]] == ["?after"]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(cursor=CURSORS)
def test_a_cursor_made_by_hand_gives_a_page_or_a_refusal(service: Service, cursor: str) -> None:
    for address in (RUNS, f"{RUNS}/1/items"):
        answer = service.manager.get(f"{address}?after={cursor}")
        assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize("number", ["0", "424242", str(2**63 - 1), str(2**63), str(10**40), "-1", "x"])
def test_a_run_that_does_not_exist_is_not_found(service: Service, number: str) -> None:
    require_problem(service.manager.get(f"{RUNS}/{number}"), 404)


def test_an_unknown_address_and_a_wrong_method_are_told_as_problems_too(service: Service) -> None:
    require_problem(service.manager.get("/api/v1/anything"), 404)
    refused = service.manager.delete(RUNS)
    require_problem(refused, 405)
    assert "GET" in refused.headers["Allow"]


def test_a_write_needs_the_token_that_the_account_gives(service: Service, new_run: int) -> None:
    service.app.config["WTF_CSRF_ENABLED"] = True
    try:
        told = require_problem(service.manager.post(f"{RUNS}/{new_run}/replay"), 400)
        assert "X-CSRFToken" in told["detail"]
        token = service.manager.get("/api/v1/account").get_json()["csrf_token"]
        answer = service.manager.post(f"{RUNS}/{new_run}/replay", headers={"X-CSRFToken": token})
        assert answer.status_code == 200
    finally:
        service.app.config["WTF_CSRF_ENABLED"] = False


def test_who_must_still_set_up_a_second_factor_is_refused_rather_than_sent_to_a_page(
    service: Service, tmp_path: Path
) -> None:
    strict = an_application(service.database, tmp_path, ATMP_SECURITY__TWO_FACTORS_FOR_STAFF="true")
    client = signed_in(strict, a_person(service.database, "claude.neuf", Role.MANAGER))
    assert client.get("/").status_code == 302
    require_problem(client.get(RUNS), 403)


def test_a_fault_of_ours_tells_nothing_of_its_content(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("le secret de quelqu'un")

    monkeypatch.setattr("atmp_insure.api.runs.get_run", fail)
    told = require_problem(service.manager.get(f"{RUNS}/1"), 500)
    assert "secret" not in str(told)
    assert current_request() == ""
