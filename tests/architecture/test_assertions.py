"""Every test says what must hold: one that only runs would pass whatever the code does."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
SAYING = ("require_", "check_", "assert_")  # helpers that assert are named so
FAILING = {"raises", "warns", "fail", "expect"}  # pytest's own, and Playwright's `expect`


def called_names(function: ast.AST) -> set[str]:
    """The last word of every name that is called."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in calls}


def silent_tests(tree: ast.Module) -> list[str]:
    """The tests of a module that never say what must hold."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any(isinstance(part, ast.Assert) for part in ast.walk(node))
        and not any(name in FAILING or name.startswith(SAYING) for name in called_names(node))
    ]


def test_no_test_only_runs() -> None:
    found = {path.name: silent_tests(ast.parse(path.read_text("utf-8"))) for path in sorted(TESTS.rglob("test_*.py"))}
    assert {name: silent for name, silent in found.items() if silent} == {}


def test_the_rule_sees_what_it_looks_for() -> None:
    tried = """
def test_runs(page): page.open()
def test_asserts(page): assert page.open()
def test_raises(page):
    with pytest.raises(ValueError): page.open()
def test_asks_a_helper(page): require_readable(page)
def test_asks_a_helper_of_something(page): page.check_all()
def test_expects(page): expect(page).to_be_visible()
def helper(page): page.open()
"""
    assert silent_tests(ast.parse(tried)) == ["test_runs"]
