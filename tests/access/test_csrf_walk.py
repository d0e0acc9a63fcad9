"""Every route that writes refuses a request without the token of its page, whoever asks and in whatever form.

Forms carry the token in a field. htmx, the scripts of passkeys and programs of the API, which send JSON under the
cookie of the browser, carry it in the header `X-CSRFToken`. No route is exempt, so the walk has no list of exceptions.
A request that gets as far as a view is answered as by a teapot here: nothing is written while walking.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import abort, request

from atmp_insure.access.roles import Role
from tests.access.test_rights_walk import address_of, rules_of
from tests.application import a_person, an_application, signed_in
from tests.db.builders import a_company, an_organisation
from tests.engines import fresh_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TEMPLATES = Path(__file__).parents[2] / "templates"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
WALKING, TEAPOT = "X-Walking", 418
A_FORM: dict[str, Any] = {"data": {"label": "x"}}
A_PROGRAM: dict[str, Any] = {"json": {"label": "x"}}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("csrf")
    made = an_application(fresh_sqlite(folder), folder)
    last = made.before_request_funcs[None]  # after every check of ours; the application may have served another test
    last.append(lambda: abort(TEAPOT) if WALKING in request.headers else None)
    return made


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """A browser of someone who holds every right: only the token may stop them."""
    database = app.extensions["atmp"].database
    scope: dict[str, Any] = {"organisation_id": an_organisation(database), "company_id": a_company(database)}
    found = signed_in(app, a_person(database, "alex.tout", *Role, file_ref="accident:1", **scope))
    app.config["WTF_CSRF_ENABLED"] = True
    return found


def writing_routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and address of each route that writes."""
    for rule in rules_of(app):
        for method in sorted((rule.methods or set()) & WRITES):
            yield method, address_of(app, rule)


def walked(client: FlaskClient, method: str, address: str, sent: dict[str, Any], token: str = "") -> TestResponse:
    """The answer to a request that writes, with a token in the header where one is given."""
    headers = {WALKING: "yes"} | ({"X-CSRFToken": token} if token else {})
    return client.open(address, method=method, headers=headers, **sent)


def token_of(client: FlaskClient, page: str = "/account") -> str:
    """The token that a page gives to its forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found is not None, page
    return found[1]


def require_refused(answer: TestResponse, place: object) -> None:
    """The refusal says what lacks, on a page or as problem details."""
    assert answer.status_code == 400, place
    if answer.mimetype == "application/problem+json":
        assert "X-CSRFToken" in answer.get_json()["detail"], place
    else:
        assert "l'actualiser, puis recommencer" in answer.text.replace("&#39;", "'"), place


@pytest.mark.parametrize("sent", [A_FORM, A_PROGRAM], ids=["form", "program"])
def test_every_route_that_writes_refuses_who_brings_no_token(
    app: Flask, client: FlaskClient, sent: dict[str, Any]
) -> None:
    routes = list(writing_routes(app))
    assert len(routes) > 30
    for method, address in routes:
        require_refused(walked(client, method, address, sent), (method, address))


def test_every_route_that_writes_refuses_the_token_of_another_browser_and_an_invented_one(
    app: Flask, client: FlaskClient
) -> None:
    assert token_of(client)
    foreign = token_of(app.test_client(), "/sign-in")
    for method, address in writing_routes(app):
        for token in (foreign, "invented"):
            require_refused(walked(client, method, address, A_PROGRAM, token), (method, address))


def test_every_route_that_writes_is_reached_with_the_token_so_that_nothing_else_refused(
    app: Flask, client: FlaskClient
) -> None:
    token = token_of(client)
    for method, address in writing_routes(app):
        by_program = walked(client, method, address, A_PROGRAM, token)
        by_form = walked(client, method, address, {"data": {"csrf_token": token}})
        assert (by_program.status_code, by_form.status_code) == (TEAPOT, TEAPOT), (method, address)


def test_doors_open_to_a_visitor_refuse_too(app: Flask, client: FlaskClient) -> None:
    assert app.config["WTF_CSRF_ENABLED"]
    for address in ("/sign-in", "/sign-in/code", "/sign-in/passkey", "/forgotten", "/welcome/x"):
        require_refused(walked(app.test_client(), "POST", address, A_FORM), address)


def test_no_route_is_exempt(app: Flask) -> None:
    protection = app.extensions["csrf"]
    assert protection._exempt_views | protection._exempt_blueprints == set()


def test_every_form_that_writes_carries_its_token() -> None:
    forms = {
        (path.relative_to(TEMPLATES).as_posix(), form)
        for path in TEMPLATES.rglob("*.html")
        for form in re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), re.DOTALL)
        if 'method="post"' in form
    }
    assert len(forms) > 5
    for place, form in forms:
        assert 'name="csrf_token" value="{{ csrf_token() }}"' in form, place
