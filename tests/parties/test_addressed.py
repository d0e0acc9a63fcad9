"""An address on one line, whatever is known of it."""

from __future__ import annotations

import pytest

from atmp_insure.parties.models import Establishment


@pytest.mark.parametrize(
    ("address", "postcode", "town", "line"),
    [
        ("1 rue des Essais", "75001", "Paris", "1 rue des Essais, 75001 Paris"),
        (None, "75001", "Paris", "75001 Paris"),
        ("1 rue des Essais", None, "Paris", "1 rue des Essais, Paris"),
        (None, None, None, ""),
    ],
)
def test_an_address_is_read_on_one_line(address: str | None, postcode: str | None, town: str | None, line: str) -> None:
    assert Establishment(address=address, postcode=postcode, town=town).address_line == line
