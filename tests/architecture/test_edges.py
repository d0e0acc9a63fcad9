"""Edges compose domains; import-linter knows each by its whole name, and this by its last word: none is forgotten."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "atmp_insure"
COMPOSE = frozenset({"views", "forms", "lists", "shown", "blueprint", "blueprints", "api", "cli", "jobs"})
ENTERED_FROM_OUTSIDE = frozenset({"views", "api", "cli", "jobs"})
OF_OTHER_NAMES = frozenset({"letter_origins", "simulation_pdf"})  # a letter's pages, the PDF of a page
NO_DOMAINS = frozenset({"web", "api", "kernel"})  # which stand at the top or at the bottom as a whole


def _contracts() -> dict[str, dict[str, Any]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {contract["name"]: contract for contract in read["tool"]["importlinter"]["contracts"]}


def _edges(words: frozenset[str]) -> set[str]:
    """The names of the modules and packages of domains that end with one of these words."""
    return {
        path.stem
        for path in PACKAGE.glob("*/*")
        if path.parent.name not in NO_DOMAINS and (path.suffix == ".py" or (path / "__init__.py").exists())
        and path.stem.rpartition("_")[2] in words
    }  # fmt: skip


def _names(patterns: list[str]) -> set[str]:
    """`atmp_insure.*.task_views -> atmp_insure.**` names `task_views`, a package's modules the package."""
    return {
        pattern.partition(" ")[0].removeprefix("atmp_insure.*.").removesuffix(".*")
        for pattern in patterns
        if pattern.startswith("atmp_insure.*.")
    }


def test_each_edge_may_compose_and_nothing_else_may() -> None:
    contract = _contracts()["Imports go down the list of the architecture"]
    assert _names(contract["ignore_imports"]) == _edges(COMPOSE) | OF_OTHER_NAMES


def test_each_edge_that_is_entered_from_outside_is_imported_by_nobody() -> None:
    contract = _contracts()["Nobody imports an edge"]
    assert _names(contract["protected_modules"]) == _edges(ENTERED_FROM_OUTSIDE)
