"""The clocks as installed, and the command `atmp deadlines`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.deadlines.asking import product_law

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw
    from tests.command import Atmp, Outcome


class Deadlines(Protocol):
    """Run `atmp deadlines ARGUMENTS`."""

    def __call__(self, *arguments: str) -> Outcome: ...


@pytest.fixture(scope="session")
def law() -> DeadlineLaw:
    """The product's clocks, without an office's overlay."""
    return product_law()


@pytest.fixture(scope="session")
def deadlines(atmp: Atmp) -> Deadlines:
    """The command, in this process."""
    return partial(atmp, "deadlines")
