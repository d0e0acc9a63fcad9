"""Pages hold together: templates used, addresses that exist, rights that serve, menus that lead on, short views."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment, meta, nodes

from atmp_insure.access.roles import Reach, Right, Role, rights_of
from atmp_insure.web import navigation
from atmp_insure.web.errors import _PAGES
from atmp_insure.web.request_scope import needed_right
from tests.application import a_person, an_application, signed_in
from tests.architecture.test_purity import PACKAGE
from tests.db.builders import a_company, an_organisation
from tests.engines import fresh_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

TEMPLATES = PACKAGE.parent / "templates"
JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
# templates that no module of the product names: who uses them
SHOWN_BY_TESTS = {
    "letters/sample_decision.html": "the sample that every letter is tried with, until domains bring theirs",
}
# rights that no route asks for: what they decide instead
NO_ROUTE_OF_THEIR_OWN = {
    Right.READ_MEDICAL: "the scope of documents: papers of the files that one was named to",
    Right.READ_PRIVILEGED: "the scope of documents: what lies between a lawyer and a client",
    Right.READ_LEGAL_NOTICES: "the scope of documents: official notifications",
    Right.WRITE_POLICY_CONTACTS: "the kinds of endorsement: contacts",
    Right.READ_NAMES: "the scope of documents, and the names that pages show or mask",
}
LONGEST_VIEW = 15
SELECTS_IN_VIEWS = {
    "web/admin_views.py": "shows whichever table is named: there is no domain to ask",
}
VIEW = re.compile(r"needs\(|\w+\.(get|post|put|patch|delete|route|operation)\(")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("pages")
    return an_application(fresh_sqlite(folder), folder)


@pytest.fixture(scope="module")
def clients(app: Flask) -> dict[Role, FlaskClient]:
    """A browser for each role."""
    database = app.extensions["atmp"].database
    scopes: dict[Reach, dict[str, Any]] = {
        Reach.OFFICE: {}, Reach.ORGANISATION: {"organisation_id": an_organisation(database)},
        Reach.COMPANY: {"company_id": a_company(database)}, Reach.FILE: {"file_ref": "accident:1"},
    }  # fmt: skip
    found = {}
    for role in Role:
        found[role] = signed_in(app, a_person(database, role.value, role, **scopes[role.reach]))
    return found


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed, by its path."""
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


@cache
def templates() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())


@cache
def parsed(name: str) -> nodes.Template:
    return JINJA.parse((TEMPLATES / name).read_text("utf-8"))


def constants() -> set[str]:
    """Every text and number that stands in the package."""
    found = (node for tree in modules().values() for node in ast.walk(tree))
    return {str(node.value) for node in found if isinstance(node, ast.Constant)} | {str(page) for page in _PAGES}


def composed() -> list[re.Pattern[str]]:
    """Names of templates that are put together: `mail/{event}.txt`; what stands for the braces must be a text too."""
    found = []
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "([a-z0-9_]+)"
                    for part in node.values
                ]
                if re.search(r"\\\.(html|txt)$", "".join(parts)):
                    found.append(re.compile("".join(parts)))
    return found


def test_every_template_is_used() -> None:
    texts, patterns = constants(), composed()
    named = texts | {other for name in templates() for other in meta.find_referenced_templates(parsed(name)) if other}
    unused = {
        name for name in templates()
        if name not in named and not any((m := one.fullmatch(name)) and m[1] in texts for one in patterns)
    }  # fmt: skip
    assert unused == set(SHOWN_BY_TESTS)


def test_every_template_that_another_calls_exists() -> None:
    for name in templates():
        for other in meta.find_referenced_templates(parsed(name)):
            assert other is None or other in templates(), f"{name} calls {other}"


def calls_of_url_for() -> Iterator[tuple[str, str, set[str]]]:
    """Place, endpoint and names of arguments of every call whose endpoint is written out."""
    for name in templates():
        for call in parsed(name).find_all(nodes.Call):
            endpoint = call.args[0] if call.args else None
            if getattr(call.node, "name", "") == "url_for" and isinstance(endpoint, nodes.Const):
                yield name, str(endpoint.value), {pair.key for pair in call.kwargs}
    for name, tree in modules().items():
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "url_for" and node.args[0]
            if isinstance(node, ast.Call) and isinstance(called, ast.Constant):
                yield name, str(called.value), {word.arg for word in node.keywords if word.arg}


def test_every_address_that_a_page_or_a_view_writes_exists_with_its_arguments(app: Flask) -> None:
    found = list(calls_of_url_for())
    assert len(found) > 30
    for place, endpoint, given in found:
        assert endpoint in app.view_functions, f"{place}: {endpoint}"
        needed = [rule.arguments - set(rule.defaults or ()) for rule in app.url_map.iter_rules(endpoint)]
        assert any(arguments <= given for arguments in needed), f"{place}: {endpoint} needs {needed}"


def test_every_right_is_asked_for_by_a_route_or_says_what_it_decides_instead(app: Flask) -> None:
    asked = {needed_right(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert {right for right in Right if right not in asked} == set(NO_ROUTE_OF_THEIR_OWN)


def test_every_right_is_held_by_a_role() -> None:
    assert {right for role in Role for right in rights_of(role)} == set(Right)


def test_every_entry_of_the_menu_leads_to_a_page_for_each_role_that_sees_it(
    app: Flask, clients: dict[Role, FlaskClient]
) -> None:
    for role, client in clients.items():
        home = client.get("/").text
        for entry in navigation.ENTRIES:
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(entry.endpoint)
            may = entry.right is None or entry.right in rights_of(role)
            assert (f'href="{address}"' in home) or not may, (role, address)
            assert client.get(address).status_code == (200 if may else 403), (role, address)


def test_the_menu_names_each_page_once() -> None:
    endpoints = [entry.endpoint for entry in navigation.ENTRIES]
    assert sorted(set(endpoints)) == sorted(endpoints)


def test_the_right_of_an_entry_is_that_of_its_page(app: Flask) -> None:
    for entry in navigation.ENTRIES:
        if entry.right is not None:
            assert needed_right(app, entry.endpoint) == entry.right, entry.endpoint


def views() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and any(VIEW.match(ast.unparse(one)) for one in node.decorator_list):
                yield name, node


def test_a_view_reads_acts_and_answers_in_fifteen_lines() -> None:
    found = set()
    for name, view in views():
        body = view.body[1:] if ast.get_docstring(view) else view.body
        if (view.end_lineno or 0) - body[0].lineno + 1 > LONGEST_VIEW:
            found.add(f"{name}:{view.name}")
    assert sorted(found) == [], "shorten them"


def test_the_rule_on_views_sees_every_view_of_the_application(app: Flask) -> None:
    seen = {view.name for _name, view in views()}
    ours = {one.__name__ for one in app.view_functions.values() if one.__module__.startswith("atmp_insure")}
    assert ours - seen == set()


def is_edge(name: str) -> bool:
    return name.endswith(("views.py", "/api.py")) or "/views/" in name or name.startswith("api/") or "/api/" in name


def test_no_view_asks_the_database_by_itself() -> None:
    found = set()
    for name, tree in modules().items():
        called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call)) if is_edge(name) else ()
        if any(getattr(one, "id", "") == "select" for one in called):
            found.add(name)
    assert found == set(SELECTS_IN_VIEWS), "the query belongs to the domain's queries.py"


def test_error_pages_exist_for_every_status_that_has_one() -> None:
    assert {f"errors/{status}.html" for status in _PAGES} <= set(templates())


def test_every_script_and_style_sheet_of_ours_is_loaded_by_something() -> None:
    static = PACKAGE / "web" / "static" / "atmp"
    ours = [*static.rglob("*.js"), *static.rglob("*.css")]
    texts = "\n".join(path.read_text("utf-8") for path in [*TEMPLATES.rglob("*.html"), *ours])
    assert [path.name for path in ours if path.name not in texts] == []
