"""Every rule has a source, no number of the law hides in Python, and nothing grows past what one reads at once."""

from __future__ import annotations

import ast
from statistics import median
from typing import TYPE_CHECKING

from tests.architecture.test_purity import PACKAGE, modules, pure_modules

if TYPE_CHECKING:
    from pathlib import Path

ROOT = PACKAGE.parent
# how results are written, and what goes in
NOT_RULES = {"answers.py", "assumptions.py", "terminal.py", "trace.py", "unit.py"}
_SHOWN, _NAMES = "shows values that have their own source", "names, and decides nothing"
NO_SOURCE_OF_THEIR_OWN = {
    "account_years": "reads the years that its caller's rule gives", "collective_page": _SHOWN,
    "committees": _SHOWN, "finding_key": _NAMES,
    "first_of": "compares days", "icalendar_file": "writes", "indemnity_guarantee": "puts a guarantee together",
    "insured_lines": "chooses lines by a rule that names its source", "known_claims": "reads the accounts",
    "known_headcounts": "reads the papers", "missing_for_simulation": "says what is missing",
    "rules": _SHOWN, "said_of_months": "writes", "schedule_of": _SHOWN,
    "section_key": _NAMES, "section_name_fr": _NAMES,
    "year_summaries": _SHOWN,
}  # fmt: skip
ALLOWED_NUMBERS = {0, 1, 2, 10, 12, 31, 100}
NO_NUMBERS_OF_THE_LAW = {
    "rating/portfolio.py": "scales of floats",
    "rating/terminal.py": "decimals that are shown",
    "deadlines/law.py:unknown": "how near a name must be to be proposed",
    "rate_records/payroll_history.py:payroll_years": "a place in a key",
}


def public_functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def without_source(path: Path) -> set[str]:
    """Public functions that name no source, of the engine, and of each module where another function names one."""
    functions = {one.name: "Source:" in (ast.get_docstring(one) or "") for one in public_functions(path)}
    holds_rules = path.parts[-2] == "rating" and path.name not in NOT_RULES
    return (
        {name for name, has_source in functions.items() if not has_source}
        if any(functions.values()) or holds_rules
        else set()
    )


def test_every_public_rule_names_its_source() -> None:
    found = set().union(*(without_source(path) for path in pure_modules()))
    assert found == set(NO_SOURCE_OF_THEIR_OWN)
    assert len([path for path in pure_modules() if "Source:" in path.read_text("utf-8")]) > 60


def gives_findings(function: ast.FunctionDef) -> bool:
    return function.returns is not None and "Finding]" in ast.unparse(function.returns)


def test_every_finding_is_asked_for() -> None:
    of_papers = {path: tree for path, tree in modules().items() if path.parent.name == "rate_records"}
    asked = {node.id for tree in of_papers.values() for node in ast.walk(tree) if isinstance(node, ast.Name)}
    told = {
        function.name
        for path in set(of_papers) & set(pure_modules())
        for function in public_functions(path) if gives_findings(function)
    }  # fmt: skip
    assert told - asked == set()
    assert len(told) > 20


def figures(tree: ast.AST) -> set[float]:
    """The numbers that stand in code without a name."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, int | float) and not isinstance(value, bool)}


def test_no_number_of_the_law_stands_in_a_rule() -> None:
    rules = {
        f"{path.relative_to(PACKAGE)}:{node.name}": figures(node) - ALLOWED_NUMBERS
        for path in pure_modules() for node in ast.walk(modules()[path])
        if isinstance(node, ast.FunctionDef)
        and ("Source:" in (ast.get_docstring(node) or "") or path.parent.name == "rating")
    }  # fmt: skip
    told = {name: found for name, found in rules.items() if found}
    known = {name for name in told for prefix in NO_NUMBERS_OF_THE_LAW if name.startswith(prefix)}
    assert {name: told[name] for name in told.keys() - known} == {}
    assert len(rules) > 300


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
