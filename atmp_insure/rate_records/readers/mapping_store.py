"""Saved mappings of columns: one small JSON file for each layout, in a folder of the installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.readers.mapping import ACCOUNT, HISTORY, ColumnMapping, fingerprint

if TYPE_CHECKING:
    from pathlib import Path

_SAVE_AGAIN = "Le supprimer, puis associer à nouveau les colonnes : atmp records map FICHIER"


def saved_mappings(folder: Path) -> dict[str, ColumnMapping]:
    """The mappings of a folder, by fingerprint; none when the folder does not exist.

    Raises:
        InvalidInput: a file of the folder is no mapping.
    """
    if not folder.is_dir():
        return {}
    mappings = (_loaded(path) for path in sorted(folder.glob("*.json")))
    return {mapping.name: mapping for mapping in mappings}


def save_mapping(folder: Path, mapping: ColumnMapping, labels: tuple[str, ...]) -> Path:
    """Write a mapping for a row of labels; one that was saved before for the same labels is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{mapping.name}.json"
    document = {
        "kind": mapping.kind,
        "columns": {name: at + 1 for name, at in mapping.columns.items()},
        "set_aside": sorted(at + 1 for at in mapping.set_aside),
        "labels": list(labels),
        "source": mapping.source,
        "made_on": mapping.made_on,
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _loaded(path: Path) -> ColumnMapping:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        mapping = ColumnMapping(
            name=fingerprint(document["labels"]),
            kind=document["kind"],
            columns={str(name): int(at) - 1 for name, at in document["columns"].items()},
            set_aside=frozenset(int(at) - 1 for at in document["set_aside"]),
            source=str(document["source"]),
            made_on=str(document["made_on"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput.one("association de colonnes illisible", _SAVE_AGAIN, source=str(path)) from error
    width = len(document["labels"])
    if mapping.kind not in (ACCOUNT, HISTORY) or not all(0 <= at < width for at in mapping.columns.values()):
        raise InvalidInput.one("association de colonnes illisible", _SAVE_AGAIN, source=str(path))
    return mapping
