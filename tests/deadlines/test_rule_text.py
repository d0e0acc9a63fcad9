"""Every function that decides names its source, and no number of the law stands in one: numbers live in dated files."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.test_purity import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

COUNTING = (
    "territory",
    "clock",
    "hour_counts",
    "day_counts",
    "month_counts",
    "suspension",
    "due",
    "sequences",
    "choices",
)
SOURCED = [PACKAGE / "deadlines" / f"{name}.py" for name in (*COUNTING, "bare_count", "conventions", "law", "question")]
ALLOWED_NUMBERS = {0, 1, 2, 12, 100}


@pytest.mark.parametrize("path", SOURCED, ids=lambda path: path.name)
def test_every_public_function_names_its_source(path: Path) -> None:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert "Source:" in (ast.get_docstring(node) or ""), node.name


@pytest.mark.parametrize("name", COUNTING)
def test_no_number_of_the_law_stands_in_a_count(name: str) -> None:
    for node in ast.walk(ast.parse((PACKAGE / "deadlines" / f"{name}.py").read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            assert node.value in ALLOWED_NUMBERS, f"line {node.lineno}: {node.value}"
