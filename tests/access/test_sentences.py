"""Who acted, as the logs tell it."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.access.sentences import PARTS, actor_name, change_sentence

PACKAGE = Path(__file__).parents[2] / "atmp_insure"


def _parts() -> set[str]:
    """Every part of the system that the code names."""
    return {
        node.args[0].value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "system"
        and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }  # fmt: skip


def test_each_part_of_the_system_has_a_name_in_french_and_no_name_is_left_over() -> None:
    assert _parts() == set(PARTS)


def _sentence(actor: str) -> str:
    return change_sentence(
        ChangeLogEntry(
            actor=actor, action="added", subject="notes:4", changes={}, at=datetime(2026, 11, 22, tzinfo=UTC)
        )
    )


def test_a_sign_in_name_is_told_as_it_is_typed_and_the_system_by_its_part() -> None:
    assert _sentence("camille.martin") == "camille.martin a créé la note n° 4"
    assert _sentence("système:tray") == "Le système (courriers reçus) a créé la note n° 4"
    assert actor_name("système:unheard of") == "le système (unheard of)"
