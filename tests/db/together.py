"""Several threads at once; the first error of any of them is the error of the test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


def together(count: int, work: Callable[[int], R]) -> list[R]:
    """What `work(0)` to `work(count - 1)` give, all run at once."""
    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(work, number) for number in range(count)]]
