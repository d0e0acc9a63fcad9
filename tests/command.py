"""The command `atmp` for tests: in this process as the console script runs it, or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from atmp_insure.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """Run `atmp ARGUMENTS` with a document or bytes on standard input."""

    def __call__(self, *arguments: str, stdin: object = b"") -> Outcome: ...


def in_process(*arguments: str, stdin: object = b"") -> Outcome:
    """`atmp ARGUMENTS` in this process, with a document or bytes on standard input.

    An exception that the command line lets through fails the test as a traceback.
    """
    content = stdin if isinstance(stdin, bytes) else json.dumps(stdin).encode()
    streams = {
        "stdin": io.TextIOWrapper(io.BytesIO(content), "utf-8"),
        "stdout": io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace"),
        "stderr": io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["atmp", *arguments])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as left:
            main()
    status = left.value.code
    assert isinstance(status, int)
    return Outcome(status, _text(streams["stdout"]), _text(streams["stderr"]))


def spawned(
    *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """`atmp ARGUMENTS` as a process of its own, with `variables` in its environment."""
    command = [sys.executable, "-m", "atmp_insure", *arguments]
    return subprocess.run(
        command, input=stdin, capture_output=True, check=False, env=os.environ | dict(variables or {}), timeout=120
    )


def spawned_text(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`atmp ARGUMENTS` as a process of its own, its answers as text."""
    done = spawned(*arguments, variables=variables)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
