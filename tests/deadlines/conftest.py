"""The clocks as installed, and the command `atmp deadlines` run in this process as the console script runs it."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from atmp_insure.command_line import LazyGroup, run
from tests.deadlines.asking import product_law

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from atmp_insure.deadlines.law import DeadlineLaw


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The JSON document on standard output."""
        answer: dict[str, Any] = json.loads(self.out)
        return answer


class Deadlines(Protocol):
    """Run `atmp deadlines ARGS`."""

    def __call__(self, *args: str) -> Outcome: ...


@pytest.fixture(scope="session")
def law() -> DeadlineLaw:
    """The product's clocks, without an office's overlay."""
    return product_law()


@pytest.fixture(autouse=True, scope="session")
def _no_overlay() -> Iterator[None]:
    """The developer's own overlay plays no part in the tests."""
    patch = pytest.MonkeyPatch()
    patch.delenv("ATMP_CONFIG_DIR", raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def deadlines() -> Deadlines:
    """The command, in this process: an exception that the command line lets through fails the test as a traceback."""
    root: click.Group = LazyGroup(name="atmp", lazy={"deadlines": "atmp_insure.deadlines.cli:deadlines"})

    def command(*args: str) -> Outcome:
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace") for name in ("out", "err")}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["atmp", "deadlines", *args])
            patch.setattr(sys, "stdout", streams["out"])
            patch.setattr(sys, "stderr", streams["err"])
            with pytest.raises(SystemExit) as left:
                run(root)
        assert isinstance(left.value.code, int)
        return Outcome(left.value.code, _text(streams["out"]), _text(streams["err"]))

    return command


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
