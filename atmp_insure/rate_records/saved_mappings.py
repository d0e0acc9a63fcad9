"""Where this installation keeps the mappings of columns that people have made."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atmp_insure.rate_records.readers.mapping import ColumnMapping


def mappings_folder() -> Path:
    """The folder of the mappings, under `ATMP_DATA_DIR` (without it, under the user's own data)."""
    given = os.environ.get("ATMP_DATA_DIR")
    if given:
        return Path(given) / "records" / "mappings"
    own = os.environ.get("XDG_DATA_HOME")
    return (Path(own) if own else Path.home() / ".local" / "share") / "atmp-insure" / "records" / "mappings"


def installed_mappings() -> dict[str, ColumnMapping]:
    """The mappings that were saved, by fingerprint of the labels they are for."""
    folder = mappings_folder()
    if not folder.is_dir():
        return {}
    store = import_module("atmp_insure.rate_records.readers.mapping_store")
    found: dict[str, ColumnMapping] = store.saved_mappings(folder)
    return found
