"""Bodies (organismes et juridictions), as a file with a source and a check date gave them; and imports of files."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import PUBLIC, Base, with_constraints
from atmp_insure.db.types import Secret, state_column
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.parties.addressed import Addressed

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class BodyKind(Labelled):
    """What a body is; the stored code, and its name in French."""

    CPAM = "cpam", "CPAM (caisse primaire)"
    CGSS = "cgss", "CGSS (caisse générale, outre-mer)"
    CARSAT = "carsat", "Carsat, Cramif (caisse régionale)"
    CRA = "cra", "CRA (commission de recours amiable)"
    CMRA = "cmra", "CMRA (commission médicale de recours amiable)"
    COURT = "court", "juridiction"
    URSSAF = "urssaf", "Urssaf"


class Body(Addressed, Base):
    """A body, known by its kind and the code of its source; nothing of it is invented, the table begins empty.

    Attributes:
        code: as the source numbers it.
        departments: numbers of the departments it serves, separated by spaces.
        source: where it was read.
        checked_on: the day on which the source was read.
    """

    __tablename__ = "bodies"
    __table_args__ = with_constraints(
        UniqueConstraint("kind", "code"), Index(None, "search_name", "id"), Index(None, "checked_on", "id")
    )
    visibility = PUBLIC

    kind: Mapped[BodyKind] = mapped_column(state_column(BodyKind))
    code: Mapped[str]
    name: Mapped[str]
    search_name: Mapped[str]
    departments: Mapped[str]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    town: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    source: Mapped[str]
    checked_on: Mapped[date]


class ImportKind(Labelled):
    """What a file that was brought holds; the stored code, and its name in French."""

    COMPANIES = "companies", "entreprises"
    ESTABLISHMENTS = "establishments", "établissements"
    SECTIONS = "sections", "sections de tarification"
    PAYROLL = "payroll", "masses salariales et effectifs"
    BODIES = "bodies", "organismes et juridictions"
    BOOK = "book", "portefeuille de contrats"  # of several sheets: `policies` looks at it and writes it


class ImportState(enum.Enum):
    """Where an import stands."""

    PREVIEWED = "previewed"  # looked at; nothing is written
    DONE = "done"
    RUNNING = "running"  # handed to a run
    DISCARDED = "discarded"


class PartyImport(Base):
    """A file of parties, or a book of policies: kept in the vault, looked at, then written at once or by a run.

    Attributes:
        source: where its content comes from; for payroll and bodies it is kept with each row.
        stated_on: the day of the source.
        content: its rows as they were read, as JSON (`file_rows.Table`); of a book, by sheet.
        corrects: whether what is known already is corrected where the file says otherwise.
        run_id: the run that writes it, when it is large.
    """

    __tablename__ = "party_imports"
    __table_args__ = with_constraints(
        Index(None, "created_at", "id"),
        Index(None, "state", "created_at", "id"),
        CheckConstraint("row_count >= 0", name="rows"),
    )

    kind: Mapped[ImportKind] = mapped_column(state_column(ImportKind))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    file_name: Mapped[Secret]
    content: Mapped[Secret] = mapped_column(deferred=True)
    source: Mapped[str]
    stated_on: Mapped[date]
    corrects: Mapped[bool]
    row_count: Mapped[int]
    state: Mapped[ImportState] = mapped_column(state_column(ImportState))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the office who write companies; of a book, those who take books over."""
        is_book = cls.kind.expression == ImportKind.BOOK
        return (is_book & who.office(Right.TAKE_OVER_POLICIES)) | (~is_book & who.office(Right.WRITE_COMPANIES))
