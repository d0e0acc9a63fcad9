"""Templates show what they are given: they neither count, nor choose, nor cut texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, nodes

from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TEMPLATES = resource_dir("templates")
_COUNTING = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
_CHOOSING = {
    "sum", "min", "max", "round", "int", "float", "map", "select", "selectattr", "reject", "rejectattr", "groupby",
    "unique", "sort", "batch", "first", "last", "capitalize",
}  # fmt: skip
_CUTTING = {"split", "rpartition", "partition", "splitlines", "replace", "startswith", "endswith", "upper", "lower"}


def _computed(source: str) -> Iterator[str]:
    """What a template computes, each with its line."""
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(source)
    yield from (f"{found.lineno} {type(found).__name__}" for kind in _COUNTING for found in tree.find_all(kind))
    yield from (f"{found.lineno} | {found.name}" for found in tree.find_all(nodes.Filter) if found.name in _CHOOSING)
    yield from (
        f"{found.lineno} .{found.node.attr}()"
        for found in tree.find_all(nodes.Call)
        if isinstance(found.node, nodes.Getattr) and found.node.attr in _CUTTING
    )


@pytest.mark.parametrize("path", sorted(_TEMPLATES.rglob("*.*")), ids=lambda path: str(path.relative_to(_TEMPLATES)))
def test_no_template_computes(path: Path) -> None:
    assert list(_computed(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    ["{{ rate / 100 }}", "{{ rows | sum(attribute='share') }}", "{{ place.split(', ') }}", "{% set last = year - 1 %}"],
)
def test_the_rule_sees_what_it_looks_for(source: str) -> None:
    assert len(list(_computed(source))) == 1


def test_the_rule_leaves_the_showing_alone() -> None:
    assert not list(_computed("{{ amount | euros(0) }} {{ versions[-1].file_name }} {{ rows | length }}"))
