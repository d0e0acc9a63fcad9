"""A book of policies from another system: kept, looked at before anything is written, and confirmed where it differs.

It is one of the files that `parties.import_service` keeps; `take_over_write_service` writes it, policy by policy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import french_euros, french_number
from atmp_insure.parties.file_rows import FileRow
from atmp_insure.parties.import_service import keep_file
from atmp_insure.policies.book import read_book
from atmp_insure.policies.book_controls import Control, controlled, expected_totals
from atmp_insure.policies.book_sheets import KEPT, NEEDED, BookSheet
from atmp_insure.policies.take_over_judging_service import judged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import PartyImport
    from atmp_insure.parties.import_service import NewImport
    from atmp_insure.policies.book import Book
    from atmp_insure.policies.book_controls import Controlled
    from atmp_insure.policies.known_office import Rulebook
    from atmp_insure.policies.take_over_judging_service import Judged

_SHEETS = {one.value: one for one in BookSheet}
_CONTROLS = {one.value: one for one in Control}
_BOOKS = "books of policies"  # what a session remembers of those it has read


def keep_book(
    session: ScopedSession,
    new: NewImport,
    sheets: Mapping[BookSheet, Sequence[FileRow]],
    expected: Mapping[Control, Fraction],
    now: datetime,
) -> PartyImport:
    """Keep a book that was read, to be looked at; nothing else is written.

    Args:
        expected: totals that whoever brings it typed; they stand before those of its own sheet.

    Raises:
        OutOfScope: the actor may not take a book over.
        InvalidInput: no policy or no section, no source, a day to come, or a sheet of controls in fault.
    """
    absent = [one.label for one in NEEDED if not sheets.get(one)]
    if absent:
        said = f"feuille absente ou vide : {', '.join(absent)}"
        raise InvalidInput.one(said, "La remplir, ou partir du modèle à télécharger", place="file")
    told, faults = expected_totals(sheets.get(BookSheet.CONTROLS, ()))
    if faults:
        raise InvalidInput(Fault(f"{one.place} : {one.message}", one.remedy, "file") for one in faults)
    content = {
        "sheets": {sheet.value: [[row.number, row.texts] for row in rows] for sheet, rows in sheets.items()},
        "expected": {control.value: str(total) for control, total in {**told, **expected}.items()},
    }
    count = sum(len(rows) for rows in sheets.values())
    return keep_file(session, new, json.dumps(content, ensure_ascii=False), count, now)


@dataclass(frozen=True, slots=True)
class KeptBook:
    """A book as it was read, and the totals that were expected of it.

    Attributes:
        rows: of each sheet, by their numbers.
    """

    book: Book
    rows: Mapping[BookSheet, Sequence[FileRow]]
    expected: Mapping[Control, Fraction]


def book_of(session: ScopedSession, found: PartyImport) -> KeptBook:
    """What a book says; a session that works many of its policies reads it once."""
    known: dict[int, KeptBook] = session.info.setdefault(_BOOKS, {})
    if found.id not in known:
        content = json.loads(found.content)
        sheets = {_SHEETS[code]: _rows(rows) for code, rows in content["sheets"].items()}
        expected = {_CONTROLS[code]: Fraction(total) for code, total in content["expected"].items()}
        known[found.id] = KeptBook(read_book(sheets), sheets, expected)
    return known[found.id]


def _rows(rows: Iterable[tuple[int, dict[str, str]]]) -> tuple[FileRow, ...]:
    return tuple(FileRow(number, texts) for number, texts in rows)


@dataclass(frozen=True, slots=True)
class BookPreview:
    """What a book would do, before anything of it is written.

    Attributes:
        faults: of rows that belong to no policy of the book.
        kept: how many rows of each sheet wait for another part of the product.
    """

    policies: tuple[Judged, ...]
    faults: tuple[Fault, ...]
    controls: tuple[Controlled, ...]
    kept: Mapping[BookSheet, int]

    @property
    def differences(self) -> tuple[Controlled, ...]:
        """The totals that are not what was expected."""
        return tuple(one for one in self.controls if one.differs)


def preview_book(session: ScopedSession, found: PartyImport, rules: Rulebook) -> BookPreview:
    """What every policy of a book would become, and its control totals."""
    kept = book_of(session, found)
    policies = list(kept.book.policies.values())
    return BookPreview(
        policies=tuple(judged(session, found, policies, rules)),
        faults=kept.book.faults,
        controls=controlled(kept.book, kept.expected),
        kept={sheet: len(kept.rows[sheet]) for sheet in KEPT if kept.rows.get(sheet)},
    )


def require_confirmed(session: ScopedSession, found: PartyImport, confirmed: Collection[Control]) -> None:
    """Refuse to write a book whose totals differ from what was expected, as long as nobody confirmed each difference.

    Raises:
        Refused: a difference that was not confirmed, with both totals.
    """
    kept = book_of(session, found)
    open_ones = [one for one in controlled(kept.book, kept.expected) if one.differs and one.control not in confirmed]
    if open_ones:
        said = " ; ".join(_difference(one) for one in open_ones)
        raise Refused(f"Les totaux de contrôle diffèrent : {said}. Corriger le classeur, ou confirmer ces écarts.")


def require_right_to_take_over(session: ScopedSession) -> None:
    """Refuse whoever may not take a book over.

    Raises:
        OutOfScope: the right is not held by the actor.
    """
    require_right_there(session, Right.TAKE_OVER_POLICIES, None)


def _difference(one: Controlled) -> str:
    assert one.expected is not None
    shown = french_euros if one.control.is_amount else french_number
    return f"{one.control.label}, {shown(one.read)} lu et {shown(one.expected)} attendu"
