"""The walk through the house leads somewhere: each path of `docs/walk.md` exists, each name stands in its file."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WALK = ROOT / "docs" / "walk.md"
# `rating/cap.py`, `rating/rate.py:rate`, `config/regulation/rate_years`
_PATH = re.compile(r"`((?:\w+/)*(?:\w+\.(?:py|yaml|csv|md|toml)|(?<=/)\w+))(?::(\w+))?`")
_WITHOUT_FOLDER = {"lists.py", "jobs.py"}  # of whichever domain


def told() -> list[tuple[str, str]]:
    return sorted({found for found in _PATH.findall(WALK.read_text("utf-8")) if found[0] not in _WITHOUT_FOLDER})


def found(path: str) -> Path | None:
    """A path of the repository, or of the package."""
    return next((place for base in (ROOT, ROOT / "atmp_insure") if (place := base / path).exists()), None)


def names(path: Path) -> set[str]:
    """What a module defines at its top."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    defined = {node.name for node in tree.body if isinstance(node, kinds)}
    plain = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    typed = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return defined | {target.id for target in (*plain, *typed) if isinstance(target, ast.Name)}


@pytest.mark.parametrize(("path", "name"), told(), ids=lambda value: value or "whole")
def test_what_the_walk_names_exists(path: str, name: str) -> None:
    place = found(path)
    assert place is not None
    assert not name or name in names(place)


def test_the_walk_leads_through_the_house() -> None:
    assert len(told()) > 50
    assert found("rating/no_such_room.py") is None
