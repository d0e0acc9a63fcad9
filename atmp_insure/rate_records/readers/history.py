"""A grid as a rate history (historique des taux): one line for each notified rate."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.labels import is_total
from atmp_insure.rate_records.rate_history import NotifiedRate, RateHistory
from atmp_insure.rate_records.readers.columns import (
    find_columns,
    header_row,
    known_labels,
    missing_column_faults,
)
from atmp_insure.rate_records.readers.label_value import labelled_texts
from atmp_insure.rate_records.readers.mapping import HISTORY, mapped_header
from atmp_insure.rate_records.readers.transcription import Transcription, establishment
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.sheet_labels import NEEDED_HISTORY_COLUMNS, RATE_HISTORY_COLUMNS, SHEET_FIELDS
from atmp_insure.rate_records.wording import percent_fr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from atmp_insure.rate_records.readers.columns import Columns
    from atmp_insure.rate_records.readers.grid import Grid, Row
    from atmp_insure.rate_records.readers.source import Context, Source

_HIGHEST_USUAL_PERCENT = 30
_LOWEST_USUAL_PERCENT = Fraction(1, 10)
_STEPS_OF_A_SHEET = {"gross_percent", "m1", "m2", "m3", "net_individual_percent", "risk_value"}


class _Position(NamedTuple):
    """Where the screen "Historique des taux" always puts a value, whatever it prints above it."""

    name: str
    at: int
    read: Callable[[str], object]


def is_history(grid: Grid, context: Context) -> bool:
    """Whether a grid has a row of labels with a rate and its day of effect, and none of the steps of a sheet."""
    if mapped_header(grid.rows, HISTORY, context.mappings) is not None:
        return True
    header = header_row(grid, RATE_HISTORY_COLUMNS)
    return header is not None and is_history_header(header)


def is_history_header(row: Row) -> bool:
    """Whether a row of labels is that of a rate history: a rate and its day of effect, without the steps of a sheet."""
    texts = [text for text in row.texts if text]
    return known_labels(texts, RATE_HISTORY_COLUMNS) >= set(NEEDED_HISTORY_COLUMNS) and not (
        known_labels(texts, SHEET_FIELDS) & _STEPS_OF_A_SHEET
    )


def read_history(grid: Grid, source: Source) -> RateHistory:
    """The rates that a grid lists, every value with its place.

    Raises:
        InvalidInput: a needed column is missing, or cells cannot be read; all faults at once.
    """
    columns = find_columns(grid, RATE_HISTORY_COLUMNS, HISTORY, source.context.mappings)
    if columns is None:
        raise InvalidInput.one("aucune ligne de titres de colonnes", "Ajouter les titres au-dessus des lignes")
    rows = [
        row
        for row in grid.rows
        if row.number > columns.header.number and row.texts != columns.header.texts and not is_total(row.first_text())
    ]
    columns, by_position = _completed(columns, rows, source)
    faults = missing_column_faults(columns, RATE_HISTORY_COLUMNS, NEEDED_HISTORY_COLUMNS)
    if faults:
        raise InvalidInput(faults)
    above = [row for row in grid.rows if row.number < columns.header.number]
    texts, _ = labelled_texts(grid, above, RATE_HISTORY_COLUMNS, faults)
    head = Transcription(texts, RATE_HISTORY_COLUMNS, faults)
    siret = head.value("siret", code_notation.siret)
    created_on = head.value("created_on", partial(notation.past_day, today=source.today))
    found = _lines(columns, rows, siret, source, faults)
    lines = tuple(_with_creation(line, head, siret, created_on) for line in found)
    if not lines and not faults:
        faults.append(Fault("historique sans aucun taux", "Vérifier que le bon écran a été exporté"))
    if faults:
        raise InvalidInput(faults)
    sirets = {line.establishment.siret for line in lines}
    return RateHistory(
        file=source.file,
        sha256=source.sha256,
        establishment=lines[0].establishment if len(sirets) == 1 else lines[0].establishment._replace(section=None),
        year=None,
        places=head.places,
        lines=lines,
        ignored=tuple(columns.ignored()),
        findings=(*columns.findings(), *by_position, *_rate_findings(columns, rows, lines)),
        to_review=grid.rebuilt,
        mapping=None if columns.mapping is None else columns.mapping.name,
    )


def _lines(
    columns: Columns, rows: list[Row], siret: str | None, source: Source, faults: list[Fault]
) -> tuple[NotifiedRate, ...]:
    known: dict[tuple[str, str], Any] = {}
    factor = _factor(columns, rows)
    grid, labels = columns.grid, RATE_HISTORY_COLUMNS
    read = []
    for row in rows:
        texts = {name: grid.cell(row, at) for name, at in columns.positions.items()}
        read.append(_line(Transcription(texts, labels, faults, known), grid.row_place(row), siret, source))
    return tuple(line._replace(notified_percent=line.notified_percent * factor) for line in read if line is not None)


def _factor(columns: Columns, rows: list[Row]) -> int:
    """What turns the column of rates into percent: 100 when it is written in fractions (`0,0446`), else 1."""
    at = columns.positions["notified_percent"]
    return notation.rates_factor(cell for row in rows if not notation.is_blank(cell := row.text(at)))


def _rate_findings(columns: Columns, rows: list[Row], lines: tuple[NotifiedRate, ...]) -> Iterator[Finding]:
    """How the rates were read, and those that no paper should print: a unit was perhaps misread."""
    if _factor(columns, rows) != 1:
        said = "Les taux de cet historique sont écrits en fractions : 0,0345 y est lu 3,45 %."
        yield Finding(Severity.INFORMATION, "percent_as_fraction", said, columns.grid.row_place(columns.header))
    for line in lines:
        if not _LOWEST_USUAL_PERCENT <= line.notified_percent <= _HIGHEST_USUAL_PERCENT:
            said = f"Le taux lu est de {percent_fr(line.notified_percent)}, valeur inhabituelle."
            yield Finding(Severity.WARNING, "unusual_rate", said, line.places.get("notified_percent", line.place))


def _line(cells: Transcription, place: str, siret_above: str | None, source: Source) -> NotifiedRate | None:
    faults = cells.faults
    told = len(faults)
    day = partial(notation.day, today=source.today)
    read_siret = partial(code_notation.siret, siren_from=siret_above)
    siret = cells.value("siret", read_siret) or cells.value("nic", read_siret) or siret_above
    rate, effective_on = cells.value("notified_percent", notation.rate), cells.value("effective_on", day)
    rate_year = cells.value("rate_year", partial(notation.rate_year, today=source.today))
    if rate is None or effective_on is None or siret is None:
        if len(faults) == told:
            absent = "SIRET" if siret is None else "Taux" if rate is None else "Date d'effet"
            faults.append(Fault(f"{absent} absent de la ligne", "Le compléter", place))
        return None
    return NotifiedRate(
        place=place,
        places=cells.places,
        establishment=establishment(cells, siret),
        notified_percent=rate,
        effective_on=effective_on,
        rate_year=rate_year if rate_year is not None else effective_on.year,
        notified_on=cells.value("notified_on", day),
        section_headcount=cells.value("section_headcount", notation.headcount),
        company_headcount=cells.value("company_headcount", notation.headcount),
        mode=cells.value("mode", code_notation.mode),
        created_on=cells.value("created_on", partial(notation.past_day, today=source.today)),
    )


def _with_creation(line: NotifiedRate, head: Transcription, siret: str | None, created_on: date | None) -> NotifiedRate:
    """The line with the day of creation printed above the list, which is that of the establishment printed there."""
    if created_on is None or line.created_on is not None or line.establishment.siret != siret:
        return line
    return line._replace(created_on=created_on, places={**line.places, "created_on": head.places["created_on"]})


def _completed(columns: Columns, rows: list[Row], source: Source) -> tuple[Columns, tuple[Finding, ...]]:
    """The columns, with those found where the screen always puts them when their label is not known; it is said."""
    day = partial(notation.day, today=source.today)
    index, findings = dict(columns.positions), []
    taken: set[str] = set()
    for name, at, read in (
        _Position("siret", 1, code_notation.siret),
        _Position("risk_code", 3, code_notation.risk_code),
        _Position("effective_on", 5, day),
        _Position("notified_on", 6, day),
    ):
        cells = [row.text(at) for row in rows if not notation.is_blank(row.text(at))]
        if name in index or at in index.values() or not cells or not all(_is_read(read, cell) for cell in cells):
            continue
        index[name] = at
        label = columns.grid.cell(columns.header, at)
        taken.add(label.place)
        known_as = RATE_HISTORY_COLUMNS.label_fr(name)
        said = (
            f"La colonne {notation.quoted(label.text)} est lue comme « {known_as} », d'après son rang et ses valeurs."
        )
        findings.append(Finding(Severity.WARNING, "column_by_position", said, label.place))
    unknown = tuple(label for label in columns.unknown if label.place not in taken)
    return columns._replace(positions=index, unknown=unknown), tuple(findings)


def _is_read(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except notation.Illegible:
        return False
    return True
