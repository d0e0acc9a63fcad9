"""Labels with their value beside them (`SIRET;000…`, `Taux brut : 1,23 %`): headers of accounts, most of a sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records.documents import Ignored
from atmp_insure.rate_records.readers.grid import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atmp_insure.rate_records.labels import Labels
    from atmp_insure.rate_records.readers.grid import Grid, Row

_LONGEST_CELL = 120
_LABEL_THEN_NUMBER = r"(M[1-4]|(?:M[1-4] )?\D*[^\d\s]) ([0-9][0-9\s.,/-]*(?:€|%|[A-Z]{1,3})?)"


def labelled_texts(
    grid: Grid, rows: Iterable[Row], labels: Labels, faults: list[Fault]
) -> tuple[dict[str, LocatedText], list[LocatedText]]:
    """What stands beside each label, by name of field, and the cells that were not understood.

    The same label printed twice with the same value is read once; with two values it is a fault.
    """
    found: dict[str, LocatedText] = {}
    unknown: list[LocatedText] = []
    for row in rows:
        cells = list(row.filled())
        while cells:
            index, text = cells.pop(0)
            label, inline = _split(text, labels)
            name = labels.find(label)
            if name is None:
                unknown.append(grid.cell(row, index))
                continue
            if inline:
                value = LocatedText(inline, grid.cell(row, index).place)
            elif cells and (cells[0][0] == index + 1 or labels.find(cells[0][1]) is None):
                value = grid.cell(row, cells.pop(0)[0])
            else:
                continue  # a label without value says nothing
            former = found.setdefault(name, value)
            if former.text != value.text:
                faults.append(_twice(labels.label_fr(name), former, value))
    return found, unknown


def _split(text: str, labels: Labels) -> tuple[str, str]:
    """A cell `label : value` in its two parts; the second is empty when the value stands in the next cell.

    Without a colon (`Taux notifié 3,45 %`, as a PDF gives it), the value is what follows the last letter of a label.
    """
    label, colon, inline = text.partition(":")
    if colon or len(text) > _LONGEST_CELL or not text[-1:].strip():
        return label.strip(), inline.strip()
    if not any(letter.isdigit() for letter in text):
        return text, ""
    match = re.fullmatch(_LABEL_THEN_NUMBER, text)
    if match is not None and labels.find(text) is None and labels.find(match[1]) is not None:
        return match[1], match[2]
    return text, ""


def _twice(label_fr: str, former: LocatedText, value: LocatedText) -> Fault:
    message = f"{label_fr} donné deux fois : « {former.text} » en {former.place}, « {value.text} » ici"
    return Fault(message, "N'en garder qu'un", value.place)


def not_understood(cells: Iterable[LocatedText]) -> Iterator[Ignored]:
    """Cells that are no known label and stand beside none."""
    return (Ignored(cell.place, cell.text, "texte sans libellé connu") for cell in cells)
