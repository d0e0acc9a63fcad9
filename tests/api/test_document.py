"""The OpenAPI document: valid, complete, and shown offline."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import validate

from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.web.request_scope import ANYONE, SIGNED_IN, needed_right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.api.conftest import Service

pytestmark = pytest.mark.parametrize("service", ["sqlite"], indirect=True)  # the document knows no engine
_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_ABOUT_ITSELF = {"api.openapi", "api.docs", "api.problems"}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method.upper(), operation


def served(app: Flask) -> set[tuple[str, str]]:
    return {
        (_ARGUMENT.sub(r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in _ABOUT_ITSELF
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_document_is_valid_openapi_3_1_and_open_to_anyone(service: Service) -> None:
    answer = service.visitor.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert service.document["openapi"].startswith("3.1")
    validate(service.document)


def test_the_document_describes_every_operation_that_is_served_and_no_other(service: Service) -> None:
    described = {(path, method) for path, method, _ in operations(service.document)}
    assert described == served(service.app)
    assert {"/api/v1/account", "/api/v1/runs", "/api/v1/runs/{run_id}/replay"} <= {path for path, _ in described}


def test_every_operation_says_what_it_does_who_may_ask_and_how_it_refuses(service: Service) -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, method, operation in operations(service.document):
        answers = operation["responses"]
        assert operation["summary"].endswith("."), path
        assert operation["operationId"], path
        needed = {"401", "403", "429", "500", "503"} | ({"400", "409", "413"} if method != "GET" else set())
        needed |= {"404"} if "{" in path else set()
        needed |= {"422"} if operation.get("parameters") else set()
        needed |= {"415"} if operation.get("requestBody") else set()
        assert needed <= set(answers), (path, needed - set(answers))
        assert "default" not in answers, path
        for status, answer in answers.items():
            given = answer["content"].keys() & {"application/json", "application/pdf"}
            assert answer["content"] == problem if int(status) >= 400 else given, path
        keys = {"session"} if method == "GET" else {"session", "csrf"}
        assert [set(scheme) for scheme in operation["security"]] == [{"bearer"}, keys]


def test_every_schema_of_the_document_is_used_and_has_only_required_fields_but_for_faults(service: Service) -> None:
    document = service.document
    text = str(document)
    for name, schema in document["components"]["schemas"].items():
        assert f"#/components/schemas/{name}'" in text, name
        optional = set(schema["properties"]) - set(schema["required"])
        is_form = name.endswith("Form")  # with files: what is not said is absent
        assert is_form or optional <= ({"errors"} if name == "Problem" else set()), name


def test_operation_names_are_unique(service: Service) -> None:
    names = [operation["operationId"] for _, _, operation in operations(service.document)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("endpoint", "right"), [("api.openapi", ANYONE), ("api.docs", SIGNED_IN), ("api.problems", ANYONE)]
)
def test_the_document_and_its_page_state_their_right(service: Service, endpoint: str, right: str) -> None:
    assert needed_right(service.app, endpoint) == right


def test_the_page_of_the_document_loads_nothing_from_elsewhere_and_runs_no_inline_code(service: Service) -> None:
    assert service.visitor.get("/api/v1/docs").status_code == 401
    page = service.broker.get("/api/v1/docs")
    assert page.status_code == 200
    assert 'data-document="/api/v1/openapi.json"' in page.text
    loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', page.text)
    assert all(address.startswith("/assets/") for address in loaded)
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "api_docs.js"):
        found = [address for address in loaded if address.endswith(name)]
        assert service.broker.get(found[0]).status_code == 200
    assert all(not body.strip() for body in re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL))
    assert "'unsafe-eval'" not in page.headers["Content-Security-Policy"]


def test_the_page_asks_no_other_site_whether_the_document_is_right(service: Service) -> None:
    page = service.broker.get("/api/v1/docs").text
    script = re.search(r'src="([^"]+api_docs\.js)"', page)
    assert script is not None
    assert "validatorUrl: null" in service.broker.get(script[1]).text


def test_the_guide_names_only_what_is_served_and_every_resource(service: Service) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    table = guide.partition("## Resources")[2].partition("## Adding")[0]
    named = {f"/api/v1{path}" for path in re.findall(r"`(/[^`]+)`", table)}
    served_paths = {path for path, _, _ in operations(service.document)} | {"/api/v1/agreement-versions"}
    assert named - served_paths == set()
    roots = {"/".join(path.split("/")[:4]) for path in served_paths}
    assert roots - {"/".join(path.split("/")[:4]) for path in named} == set()
    scopes = set(re.findall(r"`([a-z]+:[a-z]+)`", guide))
    assert scopes == {scope.value for scope in TokenScope}
