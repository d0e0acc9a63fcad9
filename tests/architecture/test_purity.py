"""Concept-named modules are pure: no framework, no clock, no file, no network; role-named ones touch the outside."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "atmp_insure"
DOMAINS = (
    "kernel", "regulation", "rating", "deadlines", "rate_records", "ledger", "guarantees", "underwriting", "policies",
)  # fmt: skip
ROLES = frozenset({  # a whole name, or its last word: `referral_service`, `quote_pdf`
    "models", "queries", "service", "schemas", "views", "api", "cli", "jobs", "loader", "readers", "forms", "lists",
    "blueprint", "pdf",
})  # fmt: skip
ROLES_OF_OTHER_NAMES = frozenset({"known_rates", "saved_mappings"})
OUTSIDE = {
    "os", "sys", "io", "pathlib", "time", "socket", "subprocess", "tempfile", "shutil", "logging", "urllib",
    "glob", "http", "click", "flask", "sqlalchemy", "marshmallow", "apscheduler", "yaml", "polars", "python_calamine",
    "xlsxwriter",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the package, parsed once."""
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def pure_modules() -> list[Path]:
    found = []
    for domain in DOMAINS:
        for path in sorted((PACKAGE / domain).rglob("*.py")):
            names = {part.removesuffix(".py") for part in path.relative_to(PACKAGE / domain).parts}
            roles = {name.rpartition("_")[2] for name in names} & ROLES | names & ROLES_OF_OTHER_NAMES
            if not roles and path.name != "__init__.py":
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


def touched_outside(tree: ast.Module) -> Iterator[str]:
    """Frameworks that are imported, clocks, files and terminals that are called, with their lines."""
    yield from sorted(imported_names(tree) & OUTSIDE)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CLOCKS | {"open", "print", "input"}:
                yield f"line {node.lineno}: {name}()"


def test_a_concept_module_touches_nothing_outside() -> None:
    found = {path: list(touched_outside(modules()[path])) for path in pure_modules()}
    assert {path.name: touched for path, touched in found.items() if touched} == {}
    tried = ast.parse("import flask\nnow = datetime.now()\ntext = open('x').read()")
    assert list(touched_outside(tried)) == ["flask", "line 2: now()", "line 3: open()"]


def test_the_purity_rule_sees_the_engine() -> None:
    assert {PACKAGE / "rating" / "rate.py", PACKAGE / "underwriting" / "premium.py"} <= set(pure_modules())


def test_no_import_hides_inside_a_function() -> None:
    hidden = {
        f"{path.name}:{node.lineno}"
        for path, tree in modules().items()
        for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
    }  # fmt: skip
    assert hidden == set()
