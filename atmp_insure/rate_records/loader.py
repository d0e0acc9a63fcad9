"""The office of an installation: its law, its clocks, its mappings of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.rate_records.office import Office
from atmp_insure.regulation.loader import installed_law

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.rate_records.readers.mapping import ColumnMapping


def open_office(overlay: Path | None, key_ring: KeyRing, mappings: Mapping[str, ColumnMapping]) -> Office:
    """The office of an installation.

    Args:
        overlay: folder of the office's own values of the law; None when it has none.
    """
    secret = key_ring.digest("persons of rate records")
    return Office(installed_law(overlay).law, installed_deadlines(overlay), mappings, secret)
