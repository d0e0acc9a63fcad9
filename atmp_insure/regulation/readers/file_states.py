"""Whether files changed since they were read: reading the law takes longer than all that is asked of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FileState = tuple[str, int, int, int]


def file_states(directories: Iterable[tuple[Path, str]]) -> tuple[FileState, ...]:
    """Each file of the directories with its place on the disk, its moment and its size: equal while none changed."""
    found = []
    for directory, _shown_as in directories:
        for path in sorted(directory.rglob("*")):
            with suppress(OSError):  # the reader says what is wrong with it
                state = path.stat()
                found.append((str(path), state.st_ino, state.st_mtime_ns, state.st_size))
    return tuple(found)
