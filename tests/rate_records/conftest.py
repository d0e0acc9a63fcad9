from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.regulation.loader import installed_law

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law


@pytest.fixture(scope="session")
def law() -> Law:
    return installed_law(None).law
