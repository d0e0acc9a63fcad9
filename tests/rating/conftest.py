"""The law as installed, and the command `atmp` run in this process as the console script runs it."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from atmp_insure.cli import main
from atmp_insure.regulation.loader import installed_law

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.regulation.law import Law


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


class Atmp(Protocol):
    """Run `atmp ARGS` with a document or bytes on standard input."""

    def __call__(self, *args: str, stdin: object = b"") -> Outcome: ...


@pytest.fixture(scope="session")
def law() -> Law:
    """The product's law, without an office's overlay."""
    return installed_law(None).law


@pytest.fixture(autouse=True, scope="session")
def _no_overlay() -> Iterator[None]:
    """The developer's own overlay plays no part in the tests."""
    patch = pytest.MonkeyPatch()
    patch.delenv("ATMP_CONFIG_DIR", raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def atmp() -> Atmp:
    """The command, in this process: an exception that the command line lets through fails the test as a traceback."""

    def run(*args: str, stdin: object = b"") -> Outcome:
        content = stdin if isinstance(stdin, bytes) else json.dumps(stdin).encode()
        streams = {
            "stdin": io.TextIOWrapper(io.BytesIO(content), "utf-8"),
            "stdout": io.TextIOWrapper(io.BytesIO(), "utf-8"),
            "stderr": io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace"),
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["atmp", *args])
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as left:
                main()
        status = left.value.code
        assert isinstance(status, int)
        return Outcome(status, _text(streams["stdout"]), _text(streams["stderr"]))

    return run


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
