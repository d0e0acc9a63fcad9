"""Concept-named modules are pure: no framework, no clock, no file, no network; role-named ones touch the outside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "atmp_insure"
DOMAINS = ("kernel", "regulation", "rating", "deadlines", "rate_records", "guarantees", "underwriting")
ROLES = {"models", "queries", "service", "schemas", "views", "api", "cli", "jobs", "loader", "readers",
         "forms", "lists", "blueprint", "paper_views", "simulation_views", "known_rates", "saved_mappings",
         "deposit_service", "examples_loader", "referral_service", "sending_service", "quote_views", "link_views",
         "product_views", "product_queries", "quote_pdf"}  # fmt: skip
OUTSIDE = {
    "os", "sys", "io", "pathlib", "time", "socket", "subprocess", "tempfile", "shutil", "logging", "urllib",
    "glob", "http", "click", "flask", "sqlalchemy", "marshmallow", "apscheduler", "yaml", "polars", "python_calamine",
    "xlsxwriter",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


def pure_modules() -> list[Path]:
    found = []
    for domain in DOMAINS:
        for path in sorted((PACKAGE / domain).rglob("*.py")):
            parts = {part.removesuffix(".py") for part in path.relative_to(PACKAGE / domain).parts}
            if not parts & ROLES and path.name != "__init__.py":
                found.append(path)
    return found


def imported_names(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("path", pure_modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_concept_module_touches_nothing_outside(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not imported_names(tree) & OUTSIDE
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name not in CLOCKS | {"open", "print", "input"}, f"line {node.lineno}: {name}()"


def test_the_purity_rule_sees_the_engine() -> None:
    assert {PACKAGE / "rating" / "rate.py", PACKAGE / "underwriting" / "premium.py"} <= set(pure_modules())


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_import_hides_inside_a_function(path: Path) -> None:
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            hidden = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
            assert not hidden, f"{function.name}: lines {hidden}"
