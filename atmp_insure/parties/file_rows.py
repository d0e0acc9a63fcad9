"""Rows of a file under their headings, and the values that each one says, with the place of every fault.

What a file may hold is said by its columns; nothing here knows what the rows are about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.identifiers import compact_siren, compact_siret, is_siren, is_siret
from atmp_insure.kernel.numbers import NotANumber, typed_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

MOST_ROWS = 50_000
_HEADINGS_WITHIN = 10  # rows in which the headings are looked for
_YES, _NO = {"oui", "o", "x", "1", "vrai", "true"}, {"non", "n", "0", "faux", "false", ""}
_HUNDREDTH = -2  # the exponent of a number with two decimals
_UNITS = {"eur": "€", "percent": "%"}


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column that a kind of file may have: its key, its heading, other headings it is known by."""

    key: str
    heading: str
    others: tuple[str, ...] = ()
    is_required: bool = False

    def is_headed(self, text: str) -> bool:
        """Whether a heading names this column, without case, accents nor marks."""
        return search_text(text) in {search_text(known) for known in (self.heading, *self.others)}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file: its number there, and its texts by column."""

    number: int
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds.

    Attributes:
        recognised: headings of the file that were understood, with the column each one is.
        ignored: headings of the file that mean nothing here.
    """

    rows: tuple[FileRow, ...]
    recognised: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]


def table_under(columns: Sequence[FileColumn], lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """The rows of a file under their headings.

    Args:
        columns: what the file may hold.
        lines: number and texts of each line that holds something.

    Raises:
        InvalidInput: no line has the headings that are needed, no row follows, or there are too many.
    """
    kept = list(lines)
    for place, (_number, texts) in enumerate(kept[:_HEADINGS_WITHIN]):
        found = {column.key: index for column in columns for index in [_index_of(column, texts)] if index is not None}
        if all(column.key in found for column in columns if column.is_required):
            return _table(columns, found, texts, kept[place + 1 :])
    needed = ", ".join(f"« {column.heading} »" for column in columns if column.is_required)
    read = ", ".join(f"« {text} »" for text in (kept[0][1] if kept else ()) if text)
    raise InvalidInput.one(
        f"colonnes absentes : il faut au moins {needed}" + (f" ; la première ligne dit {read}" if read else ""),
        "Nommer les colonnes ainsi, ou partir du modèle à télécharger", place="file",
    )  # fmt: skip


def _index_of(column: FileColumn, texts: Sequence[str]) -> int | None:
    return next((index for index, text in enumerate(texts) if text.strip() and column.is_headed(text)), None)


def _table(
    columns: Sequence[FileColumn],
    found: dict[str, int],
    headings: Sequence[str],
    lines: list[tuple[int, Sequence[str]]],
) -> Table:
    rows = tuple(
        FileRow(number, {key: texts[index].strip() if index < len(texts) else "" for key, index in found.items()})
        for number, texts in lines
    )
    rows = tuple(row for row in rows if any(row.texts.values()))
    if not rows:
        raise InvalidInput.one("aucune ligne sous les colonnes", "Vérifier que le bon fichier est choisi", place="file")
    if len(rows) > MOST_ROWS:
        raise InvalidInput.one(f"{len(rows)} lignes", f"Reprendre au plus {MOST_ROWS} lignes à la fois", place="file")
    named = {column.key: column.heading for column in columns}
    return Table(
        rows=rows,
        recognised=tuple((headings[index], named[key]) for key, index in sorted(found.items(), key=lambda one: one[1])),
        ignored=tuple(text for index, text in enumerate(headings) if text and index not in found.values()),
    )


@dataclass(slots=True)
class RowReader:
    """Reads the values of one row, and gathers its faults under the headings of their columns.

    Attributes:
        sheet: the one that the row is of, when its file has several.
    """

    columns: Sequence[FileColumn]
    row: FileRow
    sheet: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where the row stands: `ligne 12`, or `Contrats, ligne 12`."""
        return f"{self.sheet}, ligne {self.row.number}" if self.sheet else f"ligne {self.row.number}"

    def text(self, key: str) -> str:
        """The text of a column; empty when the file does not have it."""
        return self.row.texts.get(key, "")

    def refuse(self, key: str, message: str, remedy: str) -> None:
        """Say what is wrong in a column."""
        heading = next((column.heading for column in self.columns if column.key == key), key)
        self.faults.append(Fault(message, remedy, f"{self.place}, {heading}" if heading else self.place))

    def take(self, faults: Iterable[Fault]) -> None:
        """Gather faults that name a column."""
        for fault in faults:
            self.refuse(fault.place, fault.message, fault.remedy)

    def siren(self) -> str:
        """The SIREN of the row; a spreadsheet may have lost its first zeros."""
        digits = compact_siren(self.text("siren")).zfill(9)
        if not self.text("siren") or not is_siren(digits):
            self.refuse("siren", f"« {self.text('siren')} » n'est pas un SIREN", "Vérifier ses neuf chiffres")
        return digits

    def siret(self) -> str:
        """The SIRET of the row; a spreadsheet may have lost its first zeros."""
        digits = compact_siret(self.text("siret")).zfill(14)
        if not self.text("siret") or not is_siret(digits):
            self.refuse("siret", f"« {self.text('siret')} » n'est pas un SIRET", "Vérifier ses quatorze chiffres")
        return digits

    def day(self, key: str) -> date | None:
        """A day, `2026-01-31` or `31/01/2026`; None when the cell is empty."""
        text = self.text(key)
        if not text:
            return None
        found = _day(text)
        if found is None:
            self.refuse(key, f"« {text} » n'est pas un jour", "Écrire par exemple 31/01/2026")
        return found

    def number(self, key: str, unit: str = "") -> Decimal | None:
        """A number to the hundredth, `1 234,50`; None when the cell is empty.

        Its unit may follow it: `€` in a column of euros, `%` in one of percents, else the one that is given.

        `4.500` is refused: some write four thousand five hundred so, others four and a half.
        """
        text = self.text(key)
        if not text:
            return None
        try:
            found = typed_number(text, unit or _UNITS.get(key.rpartition("_")[2], ""))
        except NotANumber as error:
            self.refuse(key, f"« {error.text} » n'est pas un nombre", error.remedy)
            return None
        if int(found.as_tuple().exponent) < _HUNDREDTH:
            self.refuse(key, f"« {text} » a plus de deux décimales", "Écrire par exemple 4 500 ou 4,50")
            return None
        return found

    def flag(self, key: str) -> bool:
        """Yes or no; an empty cell is no."""
        text = search_text(self.text(key))
        if text not in _YES | _NO:
            self.refuse(key, f"« {self.text(key)} » n'est ni oui ni non", "Écrire oui ou non")
        return text in _YES


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None
