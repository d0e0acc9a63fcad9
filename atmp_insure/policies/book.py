"""A book of policies that comes from another system: the rows of its sheets, gathered policy by policy.

A fault leaves its own policy out, never the others; rows of policies that the book does not hold are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from atmp_insure.kernel.errors import Fault
from atmp_insure.parties.file_rows import RowReader
from atmp_insure.policies.book_other_rows import KEPT_READERS, read_deadline, read_mandate, read_section
from atmp_insure.policies.book_rows import read_policy
from atmp_insure.policies.book_sheets import COLUMNS, KEPT, BookSheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from atmp_insure.parties.file_rows import FileRow
    from atmp_insure.policies.book_other_rows import DeadlineRow, KeptRow, MandateRow, SectionRow
    from atmp_insure.policies.book_rows import PolicyRow


class _OfPolicy(Protocol):
    """A row that names the policy it is about."""

    @property
    def reference(self) -> str: ...


R = TypeVar("R", bound=_OfPolicy)


@dataclass(slots=True)
class FormerPolicy:
    """What a book says of one policy.

    Attributes:
        reference: as the former system numbers it, and as it is kept.
        lines: in the order of the file.
        company: the row of `Entreprises` of its SIREN; None: the company is known already.
        mandate: the last that was signed.
        kept: rows that other parts of the product take over, by sheet.
        faults: why it cannot be taken over, in the order of the sheets.
    """

    reference: str
    lines: list[PolicyRow] = field(default_factory=list)
    sections: list[SectionRow] = field(default_factory=list)
    company: FileRow | None = None
    mandate: MandateRow | None = None
    deadlines: list[DeadlineRow] = field(default_factory=list)
    kept: dict[BookSheet, list[KeptRow]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def siren(self) -> str:
        """Of the company that is insured."""
        return self.lines[0].siren

    @property
    def first_place(self) -> str:
        """Where the book begins to speak of it."""
        return self.lines[0].place

    def sections_on(self, on: date) -> list[SectionRow]:
        """The sections of the line of a day: its own, or those of the last line before it that has some."""
        days = [one.on for one in self.sections if one.on <= on]
        return [one for one in self.sections if days and one.on == max(days)]


@dataclass(frozen=True, slots=True)
class Book:
    """All that a book says.

    Attributes:
        policies: by reference, in the order of the file.
        companies: rows of companies that no policy of the book names.
        faults: of rows that belong to no policy of the book.
    """

    policies: Mapping[str, FormerPolicy]
    companies: tuple[FileRow, ...]
    faults: tuple[Fault, ...]


def read_book(sheets: Mapping[BookSheet, Sequence[FileRow]]) -> Book:
    """Gather the rows of a book by policy.

    Source: none; the template of this product.
    """
    reading = _Reading(sheets)
    for policy, line in reading.rows(BookSheet.POLICIES, read_policy):
        policy.lines.append(line)
    for policy, section in reading.rows(BookSheet.SECTIONS, read_section):
        policy.sections.append(section)
    for policy, mandate in reading.rows(BookSheet.MANDATES, read_mandate):
        if policy.mandate is None or policy.mandate.signed_on <= mandate.signed_on:
            policy.mandate = mandate
    for policy, deadline in reading.rows(BookSheet.DEADLINES, read_deadline):
        policy.deadlines.append(deadline)
    for sheet in KEPT:
        for policy, kept in reading.rows(sheet, KEPT_READERS[sheet]):
            policy.kept.setdefault(sheet, []).append(kept)
    alone = _join_companies(reading)
    _refuse_strangers(reading)
    return Book(reading.policies, alone, tuple(reading.faults))


class _Reading:
    """The policies of a book as they are gathered."""

    def __init__(self, sheets: Mapping[BookSheet, Sequence[FileRow]]) -> None:
        self.sheets = sheets
        self.policies: dict[str, FormerPolicy] = {}
        self.faults: list[Fault] = []

    def rows(self, sheet: BookSheet, read: Callable[[RowReader], R]) -> list[tuple[FormerPolicy, R]]:
        """The rows of a sheet with the policies they are about; the faults of each go to its policy."""
        found = []
        for row in self.sheets.get(sheet, ()):
            reader = RowReader(COLUMNS[sheet], row, sheet.label)
            said = read(reader)
            policy = self._policy(sheet, said.reference, reader)
            if policy is not None:
                policy.faults += reader.faults
                found.append((policy, said))
        return found

    def _policy(self, sheet: BookSheet, reference: str, reader: RowReader) -> FormerPolicy | None:
        if sheet is BookSheet.POLICIES and reference:
            return self.policies.setdefault(reference, FormerPolicy(reference))
        if reference and reference not in self.policies:
            said = f"contrat {reference} absent de la feuille {BookSheet.POLICIES.label}"
            reader.refuse("reference", said, "L'y ajouter, ou supprimer cette ligne")
        if reference not in self.policies:
            self.faults += reader.faults
        return self.policies.get(reference)


def _join_companies(reading: _Reading) -> tuple[FileRow, ...]:
    """Give each policy the row of its company, and give back the rows that no policy names."""
    rows = {}
    for row in reading.sheets.get(BookSheet.COMPANIES, ()):
        reader = RowReader(COLUMNS[BookSheet.COMPANIES], row, BookSheet.COMPANIES.label)
        rows[reader.siren()] = row
        reading.faults += reader.faults
    for policy in reading.policies.values():
        policy.company = rows.get(policy.siren)
    named = {policy.siren for policy in reading.policies.values()}
    return tuple(row for siren, row in rows.items() if siren not in named)


def _refuse_strangers(reading: _Reading) -> None:
    """Refuse lines of one policy that name several companies, and sections of another company."""
    for policy in reading.policies.values():
        for line in policy.lines:
            if line.siren != policy.siren:
                said = f"le contrat {policy.reference} nomme deux SIREN"
                policy.faults.append(
                    Fault(said, f"N'en garder qu'un : {policy.first_place} en dit un autre", line.place)
                )
        for one in policy.sections:
            if not one.section.siret.startswith(policy.siren):
                said = f"l'établissement {one.section.siret} n'est pas de l'entreprise {policy.siren}"
                policy.faults.append(Fault(said, "Vérifier le SIRET, ou le contrat de cette ligne", one.place))
