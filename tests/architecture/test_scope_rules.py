"""Ways around the scope stay where they are marked: raw connections, Core tables and text only in `db` or `@unscoped`.

And every function marked `@unscoped` is listed here, in `unscoped.txt` beside this file, with its reason: a new one is
seen by whoever reads the change.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.test_purity import PACKAGE
from tests.architecture.test_purity import modules as parsed_modules

LISTED = Path(__file__).with_name("unscoped.txt")
RAW_CALLS = {"text"}
RAW_ATTRIBUTES = {"__table__", "engine", "local_table", "exec_driver_sql", "driver_connection"}
EVERYWHERE_FORBIDDEN = {"create_engine", "sessionmaker", "Session"}  # only `db.engine` opens anything
# beside `db`: edges that hold the database to open and close it, and name its address in a message
MAY_HOLD_THE_ENGINE = {"installation.py"}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "db"]


def marked(function: ast.FunctionDef) -> str | None:
    """The reason of `@unscoped`, when the function is marked."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "unscoped":
            return str(ast.literal_eval(decorator.args[0]))
    return None


def imported_from_sqlalchemy(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }


def raw_uses(tree: ast.Module) -> list[tuple[int, str]]:
    """Lines that go around the criteria, outside of functions marked `@unscoped`."""
    names = imported_from_sqlalchemy(tree)
    allowed = {
        id(part)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and marked(function)
        for part in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in allowed:
            continue
        if isinstance(node, ast.Name) and names.get(node.id) in RAW_CALLS | EVERYWHERE_FORBIDDEN:
            found.append((node.lineno, node.id))
        of_sqlalchemy = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in {"sa", "sqlalchemy"}
        if isinstance(node, ast.Attribute) and (node.attr in RAW_ATTRIBUTES or (of_sqlalchemy and node.attr == "text")):
            found.append((node.lineno, f".{node.attr}"))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "outside_scope":
            found.append((node.lineno, "outside_scope"))
    return found


def ways_around(path: Path) -> list[tuple[int, str]]:
    """What goes around the scope in a module, but for what it must."""
    found = raw_uses(parsed_modules()[path])
    if path.name in MAY_HOLD_THE_ENGINE:
        found = [(line, what) for line, what in found if what != ".engine"]
    if path.relative_to(PACKAGE).as_posix() == "access/change_log.py":
        found = [(line, what) for line, what in found if what != "outside_scope"]  # a listener: it cannot be decorated
    return found


def test_nothing_goes_around_the_scope_without_saying_why() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): ways_around(path) for path in modules()}
    assert {name: ways for name, ways in found.items() if ways} == {}


def test_the_rule_sees_what_it_looks_for() -> None:
    tried = """
from sqlalchemy import text as words
def free(session): session.execute(words("SELECT 1"))
def raw(database): database.engine.connect()
def core(kind): return kind.__table__
@unscoped("because")
def marked(session): session.execute(words("SELECT 1"))
"""
    assert [what for _, what in sorted(raw_uses(ast.parse(tried)))] == ["words", ".engine", ".__table__"]


def unscoped_functions() -> list[str]:
    """`module.function: reason`, in the order of the modules."""
    found = []
    for path, tree in parsed_modules().items():
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                reason = marked(node)
                if reason is not None:
                    assert reason.strip(), f"{module}.{node.name} gives no reason"
                    found.append(f"{module}.{node.name}: {reason}")
    return sorted(found)


def test_every_function_beside_the_scope_is_listed_with_its_reason() -> None:
    """After reading each new one: `python -m tests.architecture.test_scope_rules` writes the list anew."""
    assert unscoped_functions() == LISTED.read_text("utf-8").splitlines()


if __name__ == "__main__":
    LISTED.write_text("\n".join(unscoped_functions()) + "\n", "utf-8")
