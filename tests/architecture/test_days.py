"""A business day is that of Paris, found in one way; the day in UTC is yesterday's until one or two in the morning."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "atmp_insure"
HOME = PACKAGE / "kernel" / "paris.py"
EXCEPTION = "# day in UTC:"  # followed by why, on the line itself


def utc_days(source: str) -> list[int]:
    """The lines that take the day of a moment by themselves: of `now`, of what happened `…_at`, of a conversion."""
    lines = source.splitlines()
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date"
        and _is_moment(node.func.value) and EXCEPTION not in lines[node.lineno - 1]
    ]  # fmt: skip


def _is_moment(value: ast.expr) -> bool:
    if isinstance(value, ast.BinOp):  # now + a week
        return _is_moment(value.left)
    named = value.func if isinstance(value, ast.Call) else value
    name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
    return name in {"now", "utcnow", "astimezone"} or name.endswith("_at")


def test_the_day_of_a_moment_is_asked_of_paris() -> None:
    found = {path.name: utc_days(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py")) if path != HOME}
    assert {name: lines for name, lines in found.items() if lines} == {}, "say paris_day(...)"


@pytest.mark.parametrize(
    "said",
    ["now.date()", "now().date()", "self.now.date()", "datetime.now(UTC).date()", "(now + _SOON).date()",
     "grant.ended_at.date()", "now.astimezone(PARIS).date()"],
)  # fmt: skip
def test_the_rule_sees_each_way_to_say_it(said: str) -> None:
    assert utc_days(f"day = {said}") == [1]
    assert utc_days(f"day = {said}  {EXCEPTION} the log is sealed by it") == []


def test_the_rule_leaves_days_of_forms_and_of_other_clocks_alone() -> None:
    assert utc_days("day = starts_on.date()\nlast = when.date()\nday = paris_day(now)") == []
