"""The row of labels above a table, and the column of each field: found by label, or said by a person, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.answers import LINE_KEYS
from atmp_insure.rate_records.documents import Finding, Ignored, Severity
from atmp_insure.rate_records.notation import quoted
from atmp_insure.rate_records.readers.mapping import mapped_header
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from atmp_insure.rate_records.labels import Labels
    from atmp_insure.rate_records.readers.grid import Grid, LocatedText, Row
    from atmp_insure.rate_records.readers.mapping import ColumnMapping

FEWEST_KNOWN_COLUMNS = 4  # the row of labels is the first one with this many known labels
MAP_REMEDY = "ou dire ce que contient chaque colonne : atmp records map FICHIER"


class Columns(NamedTuple):
    """The columns of a table.

    Attributes:
        positions: index of the column of each field.
        unknown: labels of columns that nobody knows.
        mapping: the manual mapping that was used, when one was.
    """

    grid: Grid
    header: Row
    positions: Mapping[str, int]
    unknown: tuple[LocatedText, ...]
    mapping: ColumnMapping | None = None

    def ignored(self) -> Iterator[Ignored]:
        """The columns that are not imported."""
        for label in self.unknown:
            yield Ignored(label.place, label.text, "colonne inconnue")

    def findings(self) -> Iterator[Finding]:
        """What must be said of the columns: those that are not understood, and who said what the others hold."""
        for label in self.unknown:
            said = f"La colonne {quoted(label.text)} n'est pas connue : elle n'est pas lue."
            yield Finding(Severity.WARNING, "unknown_column", said, label.place)
        if self.mapping is not None:
            said = (
                f"Colonnes lues selon l'association faite à la main le {_french_day(self.mapping.made_on)} "
                f"pour {self.mapping.source} ({self.mapping.name})."
            )
            yield Finding(Severity.INFORMATION, "mapping_used", said, self.grid.row_place(self.header))


def _french_day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def header_row(grid: Grid, labels: Labels) -> Row | None:
    """The row that labels the columns of a table; None when the grid is something else."""
    for row in grid.rows:
        filled = [text for text in row.texts if text]
        if len(filled) >= FEWEST_KNOWN_COLUMNS and len(known_labels(filled, labels)) >= FEWEST_KNOWN_COLUMNS:
            return row
    return None


def known_labels(texts: Iterable[str], labels: Labels) -> set[str]:
    """Names of the fields that some labels mean."""
    return {name for text in texts if (name := labels.find(text))}


def find_columns(grid: Grid, labels: Labels, kind: str, mappings: Mapping[str, ColumnMapping]) -> Columns | None:
    """The columns under the first row of labels: one that a saved mapping is for, else one with four known labels.

    Raises:
        InvalidInput: two columns for one field.
    """
    mapped = mapped_header(grid.rows, kind, mappings)
    if mapped is not None:
        header, mapping = mapped
        return _labelled_columns(grid, header, labels, mapping)
    found = header_row(grid, labels)
    return None if found is None else _labelled_columns(grid, found, labels, None)


def _labelled_columns(grid: Grid, header: Row, labels: Labels, mapping: ColumnMapping | None) -> Columns:
    said = {} if mapping is None else dict(mapping.columns)
    said_columns = set(said.values()) | (set() if mapping is None else mapping.set_aside)
    index: dict[str, int] = dict(said)
    unknown, faults = [], []
    for at, text in header.filled():
        if at in said_columns:
            continue
        name, cell = labels.find(text), grid.cell(header, at)
        if name is None or name in said:
            unknown.append(cell)
        elif name in index:
            former = grid.cell(header, index[name])
            both = f"« {former.text} » et « {text} »"
            said_as = f'--columns "{LINE_KEYS.get(name, name)}={former.text}"'
            remedy = f"N'en garder qu'une, renommer l'autre, {MAP_REMEDY} {said_as}"
            faults.append(Fault(f"deux colonnes pour « {labels.label_fr(name)} » : {both}", remedy, cell.place))
        else:
            index[name] = at
    if faults:
        raise InvalidInput(faults)
    return Columns(grid, header, index, tuple(unknown), mapping)


def missing_column_faults(columns: Columns, labels: Labels, needed: Iterable[str]) -> list[Fault]:
    """A fault for each field that is needed and has no column: what was recognised, what is missing, what to do."""
    in_order = sorted(columns.positions.values())
    recognised = ", ".join(columns.header.text(at) for at in in_order)
    return [
        Fault(
            f"aucune colonne « {labels.label_fr(name)} » (titres reconnus : {recognised})",
            f"L'ajouter, sous l'un de ces titres : {', '.join(labels.by_name[name].aliases)} ; {MAP_REMEDY}",
            columns.grid.row_place(columns.header),
        )
        for name in labels.missing(needed, columns.positions)
    ]
