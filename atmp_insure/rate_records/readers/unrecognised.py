"""Tables that are no paper: what was recognised of them all the same, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS
from atmp_insure.rate_records.readers.columns import FEWEST_KNOWN_COLUMNS, MAP_REMEDY, known_labels
from atmp_insure.rate_records.readers.source import EXPORT_AGAIN
from atmp_insure.rate_records.sheet_labels import RATE_HISTORY_COLUMNS, SHEET_FIELDS
from atmp_insure.rate_records.wording import list_fr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.rate_records.readers.grid import Grid


def fault_of(grids: Iterable[Grid]) -> Fault:
    """What was recognised of tables that are no paper, and what to do: export again, or map the columns by hand."""
    message = "document non reconnu : ni feuille de calcul, ni compte employeur, ni historique des taux"
    best: set[str] = set()
    place = ""
    for grid in grids:
        for row in grid.rows:
            for labels in (ACCOUNT_COLUMNS, RATE_HISTORY_COLUMNS, SHEET_FIELDS):
                found = {labels.label_fr(name) for name in known_labels(row.texts, labels)}
                if len(found) > len(best):
                    best, place = found, grid.row_place(row)
    if not best:
        return Fault(message, f"{EXPORT_AGAIN} ; {MAP_REMEDY}")
    count = f"{len(best)} titre{'s' if len(best) > 1 else ''} connu{'s' if len(best) > 1 else ''}"
    recognised = f"{count} seulement ({list_fr(sorted(best))}), il en faut {FEWEST_KNOWN_COLUMNS}"
    return Fault(f"{message} : {recognised}", f"{EXPORT_AGAIN} ; {MAP_REMEDY}", place)
