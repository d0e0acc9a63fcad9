"""What tests of several folders share: the run's folder, a database of each engine, the law, the command `atmp`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from atmp_insure.access import passwords
from atmp_insure.regulation.loader import installed_law
from tests import engines, needed, run_folder
from tests.chromium import browser
from tests.command import in_process
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.regulation.law import Law
    from tests.command import Atmp

__all__ = ["browser"]


@pytest.hookimpl(tryfirst=True)  # before the temporary folders are given their place
def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, once: its workers find it in their environment; what tests write lies there too."""
    if not hasattr(config, "workerinput"):
        run_folder.begin()
        config.option.basetemp = config.option.basetemp or run_folder.path() / "written"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the databases; end the run, when its workers have ended."""
    engines.leave()
    if not hasattr(config, "workerinput"):
        run_folder.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this machine lacked."""
    for sentence in needed.told(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(sentence, yellow=True)


def pytest_collection_finish() -> None:
    """Set aside what lives as long as the run, so that no test pays for looking through it for garbage.

    What a test makes is looked through more seldom than Python would: that was a seventh of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty, migrated database; each test that asks for it runs on both engines."""
    with a_database(request.param) as opened:
        yield opened


@pytest.fixture
def embedded() -> Iterator[Database]:
    """An empty, migrated SQLite database, where the engine does not matter."""
    with a_database("sqlite") as opened:
        yield opened


@pytest.fixture(autouse=True, scope="session")
def _no_overlay() -> Iterator[None]:
    """The developer's own overlay plays no part in the tests."""
    patch = pytest.MonkeyPatch()
    patch.delenv("ATMP_CONFIG_DIR", raising=False)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """Passwords at the least cost: that it is high in the product is tested where signing in is."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch = pytest.MonkeyPatch()
    patch.setattr(passwords, "_HASHER", cheap)
    passwords._nobodys_hash.cache_clear()
    yield
    patch.undo()


@pytest.fixture(scope="session")
def law() -> Law:
    """The product's law, without an office's overlay."""
    return installed_law(None).law


@pytest.fixture(scope="session")
def atmp() -> Atmp:
    """The command, in this process; a fixture, so that tests may be given another."""
    return in_process
