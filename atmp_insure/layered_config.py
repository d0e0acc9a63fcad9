"""The files of `config/` and, over them, the office's own: where a part lies, and its reading, kept until one changes.

Every process of an installation thereby works with the same law from the moment its files change, whenever it began.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Layer = tuple[Path, str]
_FileState = tuple[str, int, int, int]
T = TypeVar("T")


def layers(part: str, overlay: Path | None) -> tuple[Layer, ...]:
    """A file or folder of `config/`, then the office's own of that name: each with the name that citations quote.

    Args:
        part: its path inside `config/`.
        overlay: folder of the office's own values; None when it has none.
    """
    product = (resource_dir("config") / part, f"config/{part}")
    own = None if overlay is None else overlay / part
    return (product,) if own is None or not own.exists() else (product, (own, own.as_posix()))


def kept_until_changed(load: Callable[[Iterable[Layer]], T]) -> Callable[[tuple[Layer, ...]], T]:
    """A reader of layers that reads them again only once a file of theirs has changed, come or gone."""

    @lru_cache(maxsize=4)
    def read(places: tuple[Layer, ...], _states: tuple[_FileState, ...]) -> T:
        return load(places)

    return lambda places: read(places, tuple(sorted(_state(path) for place, _ in places for path in _files(place))))


def _files(place: Path) -> list[str]:
    if place.is_file():
        return [str(place)]
    return [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]  # noqa: PTH118 - asked on every page: a third of the time of paths


def _state(path: str) -> _FileState:
    """A file with its place on the disk, its moment and its size: equal while it did not change."""
    try:
        found = os.stat(path)  # noqa: PTH116 - see above
    except OSError:
        return path, 0, 0, 0  # gone in between: the reader says what is wrong
    return path, found.st_ino, found.st_mtime_ns, found.st_size
