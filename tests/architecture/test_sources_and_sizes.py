"""Every rule has a source, no number of the law hides in Python, and nothing grows past what one reads at once."""

from __future__ import annotations

import ast
from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.architecture.test_purity import PACKAGE, modules, pure_modules

if TYPE_CHECKING:
    from pathlib import Path

ROOT = PACKAGE.parent
RULE_MODULES = [path for path in pure_modules() if path.parts[-2] == "rating"]
# how results are written, and what goes in
NOT_RULES = {"answers.py", "assumptions.py", "terminal.py", "trace.py", "unit.py"}
ALLOWED_NUMBERS = {0, 1, 2, 12, 100}


def public_functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


@pytest.mark.parametrize("path", RULE_MODULES, ids=lambda path: path.name)
def test_every_public_rule_names_its_source(path: Path) -> None:
    if path.name in NOT_RULES:
        return
    for function in public_functions(path):
        assert "Source:" in (ast.get_docstring(function) or ""), function.name


@pytest.mark.parametrize(
    "name",
    ["mode", "mixed_share", "claim_cost", "net_rate", "cap", "headcount", "basis", "rate", "price_list", "change"],
)
def test_no_number_of_the_law_stands_in_a_rule(name: str) -> None:
    path = PACKAGE / "rating" / f"{name}.py"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            assert isinstance(node.value, int), f"line {node.lineno}: {node.value} is a float"
            assert node.value in ALLOWED_NUMBERS | {3, 4, 5}, f"line {node.lineno}: {node.value}"


def python_files() -> list[Path]:
    return [path for folder in ("atmp_insure", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]


def test_no_file_is_longer_than_four_hundred_lines_and_half_of_the_modules_stay_under_one_hundred_and_twenty() -> None:
    lengths = {path: path.read_text("utf-8").count("\n") for path in python_files()}
    assert {path.name: length for path, length in lengths.items() if length > 400} == {}
    assert median(length for path, length in lengths.items() if path.is_relative_to(PACKAGE)) <= 120


def lines_of_code(function: ast.FunctionDef) -> int:
    docstring = ast.get_docstring(function, clean=False)
    return (function.end_lineno or 0) - function.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


def test_no_function_is_longer_than_forty_lines_of_code_and_half_of_them_stay_under_eight() -> None:
    found = {
        f"{path}:{node.name}": lines_of_code(node)
        for path, tree in modules().items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }  # fmt: skip
    assert {name: lines for name, lines in found.items() if lines > 40} == {}
    assert median(found.values()) <= 8
