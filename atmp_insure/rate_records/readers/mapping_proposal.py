"""Helping a person to say what the columns of an unknown layout hold: what is recognised, what is not, what is missing.

Values are never shown, only their form: a proposal may be read over a shoulder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.answers import LINE_KEYS
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS, IDENTIFIES_A_CLAIM, NEEDED_COLUMNS, normal_label
from atmp_insure.rate_records.readers.columns import known_labels
from atmp_insure.rate_records.readers.mapping import ACCOUNT, ColumnMapping, fingerprint
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.sheet_labels import NEEDED_HISTORY_COLUMNS, RATE_HISTORY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.rate_records.labels import Labels
    from atmp_insure.rate_records.readers.grid import Grid, Row

SET_ASIDE = "ignorer"
_PAIR = re.compile(r",(?=[^,=]+=)")  # a label may hold a comma
_FEWEST_LABELS = 3
_LAST_ROW_LOOKED_AT = 200
_FIELD_OF_KEY = {key: name for name, key in LINE_KEYS.items()}
_POSITION = re.compile(r"#([1-9][0-9]{0,2})")


class ProposedColumn(NamedTuple):
    """A column of an unknown layout.

    Attributes:
        form_fr: what its first value looks like.
        field: the field recognised from its label; None when a person must say it.
    """

    number: int
    label: str
    form_fr: str
    field: str | None


class Proposal(NamedTuple):
    """What can be said of a layout before anyone maps it."""

    kind: str
    place: str
    columns: tuple[ProposedColumn, ...]
    missing: tuple[str, ...]


def labels_of(kind: str) -> Labels:
    """The fields that a kind of table may have."""
    return ACCOUNT_COLUMNS if kind == ACCOUNT else RATE_HISTORY_COLUMNS


def proposal(grids: Sequence[Grid], kind: str) -> Proposal:
    """What is recognised of the most likely row of labels of a file.

    Raises:
        InvalidInput: no row looks like labels of columns.
    """
    labels = labels_of(kind)
    grid, header = _likely_header(grids, labels)
    below = next((row for row in grid.rows if row.number > header.number), None)
    columns = tuple(
        ProposedColumn(at + 1, text, _form(below.text(at) if below else ""), labels.find(text))
        for at, text in header.filled()
    )
    found = {column.field for column in columns if column.field is not None}
    return Proposal(kind, grid.row_place(header), columns, tuple(_missing(kind, found)))


def mapping_from(
    grids: Sequence[Grid], kind: str, columns: Iterable[str], source: str, on: date
) -> tuple[ColumnMapping, tuple[str, ...]]:
    """The mapping that a person says (`exercice=Année, nns=#4, ignorer=Observations`), with the labels it is for.

    Raises:
        InvalidInput: an unknown field, a label that no row has, two fields on one column, a needed one still missing.
    """
    labels = labels_of(kind)
    pairs = _pairs(columns)
    header = _header_with(grids, [label for _, label in pairs if not _POSITION.fullmatch(label)], labels)
    index: dict[str, int] = {}
    set_aside: set[int] = set()
    faults: list[Fault] = []
    for key, label in pairs:
        at = _column(header, label)
        name = _field(key, kind)
        if at is None:
            said = ", ".join(f"« {text} »" for _, text in header.filled())
            faults.append(Fault(f"aucune colonne « {label} »", f"Choisir parmi {said}, ou son rang : #3"))
        elif key.casefold() == SET_ASIDE:
            set_aside.add(at)
        elif not name:
            faults.append(Fault(f"champ inconnu « {key} »", f"Choisir parmi {', '.join(_keys(kind))}, {SET_ASIDE}"))
        elif at in index.values() or name in index:
            faults.append(Fault(f"« {key}={label} » : champ ou colonne dit deux fois", "N'en garder qu'un"))
        else:
            index[name] = at
    found = set(index) | {name for at, text in header.filled() if at not in set_aside and (name := labels.find(text))}
    faults += [
        Fault(f"champ « {name} » toujours sans colonne", f"L'ajouter : {_key(name, kind)}=titre de sa colonne")
        for name in _missing(kind, found)
        if not faults
    ]
    if faults:
        raise InvalidInput(faults)
    name = fingerprint(header.texts)
    return ColumnMapping(name, kind, index, frozenset(set_aside), source, on.isoformat()), header.texts


def _field(key: str, kind: str) -> str | None:
    """The field that a person names: by its JSON name, or by any label that papers print."""
    own = _FIELD_OF_KEY.get(key.casefold()) if kind == ACCOUNT else None
    return own or labels_of(kind).find(key)


def _missing(kind: str, found: set[str]) -> list[str]:
    if kind != ACCOUNT:
        return [name for name in NEEDED_HISTORY_COLUMNS if name not in found]
    missing = [name for name in NEEDED_COLUMNS if name not in found]
    return missing + ([] if found & set(IDENTIFIES_A_CLAIM) else [IDENTIFIES_A_CLAIM[0]])


def _keys(kind: str) -> list[str]:
    return [_key(name, kind) for name in labels_of(kind).by_name]


def _key(name: str, kind: str) -> str:
    return LINE_KEYS[name] if kind == ACCOUNT else name


def _pairs(columns: Iterable[str]) -> list[tuple[str, str]]:
    pairs = []
    for text in columns:
        for pair in _PAIR.split(text):
            key, equals, label = pair.partition("=")
            if not equals or not key.strip() or not label.strip():
                raise InvalidInput.one(f"« {pair.strip()} » n'associe rien", "Écrire champ=titre de la colonne")
            pairs.append((key.strip(), label.strip()))
    return pairs


def _likely_header(grids: Sequence[Grid], labels: Labels) -> tuple[Grid, Row]:
    best: tuple[int, int, Grid, Row] | None = None
    for grid in grids:
        for row in grid.rows[:_LAST_ROW_LOOKED_AT]:
            words = [text for text in row.texts if text and not any(letter.isdigit() for letter in text)]
            if len(words) < _FEWEST_LABELS:
                continue
            rank = (len(known_labels(words, labels)), len(words))
            if best is None or rank > best[:2]:
                best = (*rank, grid, row)
    if best is None:
        raise InvalidInput.one("aucune ligne de titres de colonnes", "Ajouter une ligne de titres au-dessus des lignes")
    return best[2], best[3]


def _header_with(grids: Sequence[Grid], said: Sequence[str], labels: Labels) -> Row:
    """The first row that has all the labels said; without any, the most likely one."""
    wanted = {normal_label(label) for label in said}
    for grid in grids:
        for row in grid.rows[:_LAST_ROW_LOOKED_AT]:
            if wanted and wanted <= {normal_label(text) for text in row.texts}:
                return row
    return _likely_header(grids, labels)[1]


def _column(header: Row, label: str) -> int | None:
    position = _POSITION.fullmatch(label)
    if position is not None:
        at = int(position[1]) - 1
        return at if at < len(header.texts) else None
    wanted = normal_label(label)
    return next((at for at, text in header.filled() if normal_label(text) == wanted), None)


def _form(text: str) -> str:
    if notation.is_blank(text):
        return "vide"
    if re.fullmatch(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}.*", text):
        return "date"
    try:
        notation.number(text)
    except notation.Illegible:
        return "texte"
    return "nombre"
