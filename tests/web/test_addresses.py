"""A number in an address that no row can have leads nowhere, on every page and resource, and breaks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import url_for
from werkzeug.routing import IntegerConverter

from atmp_insure.access.roles import Reach, Right, Role
from atmp_insure.web.addresses import LARGEST_KEY, keys_among, row_url
from atmp_insure.web.request_scope import needed_right
from tests.access.test_rights_walk import FOREIGN, address_of, rules_of
from tests.application import a_person, an_application, signed_in
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
TOO_LARGE = {
    "just above": str(LARGEST_KEY + 1),
    "above a column": str(2**63),
    "twenty nines": "9" * 20,
    "more than Python reads": "9" * 5000,
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser of a person with every right of the office."""
    folder = tmp_path_factory.mktemp("addresses")
    with a_database(request.param) as database:
        staff = (role for role in Role if role.reach is Reach.OFFICE)
        yield signed_in(an_application(database, folder), a_person(database, "alex.tout", *staff))


def addresses_with(app: Flask, number: str) -> Iterator[tuple[Rule, str]]:
    """Each route that takes numbers, with this one in place of each of them in turn."""
    for rule in rules_of(app):
        numbers = {name for name, one in rule._converters.items() if isinstance(one, IntegerConverter)}
        others = rule.arguments - numbers
        for replaced in numbers:
            values = dict.fromkeys(numbers, "1")
            values |= {name: FOREIGN[name] or next(iter(rule._converters[name].items)) for name in others}  # type: ignore[attr-defined]
            values[replaced] = number
            yield rule, "".join(part if not is_name else values[part] for is_name, part in rule._trace[1:])


@pytest.mark.parametrize("client", ["sqlite"], indirect=True)  # refused before any engine is asked
@pytest.mark.parametrize("number", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_a_number_that_no_row_can_have_is_not_found_on_any_route(client: FlaskClient, number: str) -> None:
    walked = set()
    for rule, address in addresses_with(client.application, number):
        walked.add(rule.endpoint)
        for method in sorted((rule.methods or set()) & METHODS):
            answer = client.open(address, method=method)
            assert answer.status_code == 404, (method, rule)
            assert rule.rule.startswith("/api/") == (answer.mimetype == "application/problem+json")
    assert {"documents.show_document", "access.add_grant", "api_runs.show_run"} <= walked


def test_the_largest_key_is_asked_for_without_harm(client: FlaskClient) -> None:
    for rule, address in addresses_with(client.application, str(LARGEST_KEY)):
        for method in sorted((rule.methods or set()) & METHODS):
            assert client.open(address, method=method).status_code < 500, (method, rule)


def test_a_nul_is_refused_on_every_page_before_the_database_meets_it(client: FlaskClient) -> None:
    app = client.application
    for rule in rules_of(app):
        methods = sorted((rule.methods or set()) & METHODS)
        for method in (one for one in methods if not rule.rule.startswith("/api/")):
            address = address_of(app, rule)
            # nobody of the office disputes a commission: whoever may not is told so first
            refused = 403 if needed_right(app, rule.endpoint) == Right.DISPUTE_COMMISSIONS else 400
            assert client.open(f"{address}?q=%00", method=method).status_code == refused, (method, rule)
            if method != "GET":
                answer = client.open(address, method=method, data={"label": "a\0b"})
                assert answer.status_code == refused, (method, rule)
    for address in ("/people/changes/of/%00", "/welcome/%00", "/admin/tables/%00", "/api/v1/%00"):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("address", ["/people/invite", "/runs/queue/retry"])
def test_a_selection_of_what_cannot_be_a_row_changes_nothing(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data={"selected": [*TOO_LARGE.values(), "²", "-1", "x"]})
    assert answer.status_code == 302


def test_keys_are_read_up_to_the_largest() -> None:
    assert keys_among(["1", "²", str(LARGEST_KEY), str(LARGEST_KEY + 1), "9" * 5000, "-2", ""]) == (1, LARGEST_KEY)


def test_the_address_of_a_row_is_the_one_that_the_page_has(client: FlaskClient) -> None:
    app = client.application
    with app.test_request_context("/", base_url="http://exemple.invalid/bureau"):
        for key in (1, 9, 10**18 - 1, 120):
            expected = url_for("parties.show_company", company_id=key)
            assert row_url("parties.show_company", "company_id", key) == expected
        assert row_url("diary.show_deadline", "deadline_id", 7) == url_for("diary.show_deadline", deadline_id=7)
