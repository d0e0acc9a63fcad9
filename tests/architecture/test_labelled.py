"""Codes with their French names: each list of them is complete, and found by what is stored."""

from __future__ import annotations

import pytest

from atmp_insure import app, cli
from atmp_insure.deadlines.clock import LengthUnit
from atmp_insure.kernel.labelled import Labelled

KNOWS_EVERYONE = (app, cli)  # imported so that every list of codes exists
LISTS = sorted(Labelled.__subclasses__(), key=lambda one: one.__qualname__)


@pytest.mark.parametrize("codes", LISTS, ids=[one.__qualname__ for one in LISTS])
def test_each_code_has_a_name_of_its_own_and_is_found_by_what_is_stored(codes: type[Labelled]) -> None:
    assert len({one.label for one in codes}) == len(codes)
    for one in codes:
        assert codes(one.value) is one
        assert one.label or one is LengthUnit.NONE  # what has no length has no unit to name
