"""Manual mappings of columns: what a person said of a layout that we do not know, kept and used again for that layout.

A layout is known by the fingerprint of its row of labels, so that the next paper of the same source is read at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.labels import normal_label
from atmp_insure.rate_records.readers.digest import sha256_of
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.rate_records.readers.grid import Row

ACCOUNT, HISTORY = "employer_account", "rate_history"
_LAST_ROW_LOOKED_AT = 200


class ColumnMapping(NamedTuple):
    """What the columns of one layout hold.

    Attributes:
        name: the fingerprint of the labels it is for.
        kind: the paper it makes: an account or a rate history.
        columns: index of the column of each field.
        set_aside: indexes of columns that are not to be read.
        source: the file it was first made for.
        made_on: the day on which it was made, ISO.
    """

    name: str
    kind: str
    columns: Mapping[str, int]
    set_aside: frozenset[int] = frozenset()
    source: str = ""
    made_on: str = ""


def fingerprint(labels: Iterable[str]) -> str:
    """What two papers of one layout share: their labels, whatever their case, accents and punctuation."""
    normal = [normal_label(label) for label in labels]
    while normal and not normal[-1]:
        normal.pop()
    return sha256_of("|".join(normal).encode())[:16]


def mapped_header(
    rows: Iterable[Row], kind: str, mappings: Mapping[str, ColumnMapping]
) -> tuple[Row, ColumnMapping] | None:
    """The row of labels that a saved mapping is for, with this mapping."""
    if not mappings:
        return None
    for looked_at, row in enumerate(rows):
        if looked_at > _LAST_ROW_LOOKED_AT:
            return None
        mapping = mappings.get(fingerprint(row.texts))
        if mapping is not None and mapping.kind == kind:
            return row, mapping
    return None
