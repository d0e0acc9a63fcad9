"""Notes on any object."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, or_
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Secret, state_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class NoteReaders(enum.Enum):
    """For whom a note is written, besides its author."""

    OFFICE = "office"  # the office, and nobody outside of it
    SHARED = "shared"  # whoever follows the company: its broker, its lawyer
    LAWYERS = "lawyers"  # the lawyer and their firm: between lawyer and client (law of 31 December 1971, art. 66-5)


class Note(Base):
    """What someone wrote about an object; the text may speak of a person, so it is encrypted."""

    __tablename__ = "notes"
    __table_args__ = with_constraints(Index(None, "subject", "id"), Index(None, "company_id"))

    subject: Mapped[str]
    company_id: Mapped[int | None]
    text: Mapped[Secret]
    readers: Mapped[NoteReaders] = mapped_column(state_column(NoteReaders), default=NoteReaders.OFFICE)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str]
    written_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own, and those written for whom one is, among the companies that one reaches."""
        company_id = cls.company_id.expression
        return or_(
            cls.author_id == who.user_id,
            (cls.readers == NoteReaders.OFFICE) & who.office(Right.READ_NOTES),
            (cls.readers == NoteReaders.SHARED) & who.reaches(company_id, right=Right.READ_NOTES),
            (cls.readers == NoteReaders.LAWYERS) & who.reaches(company_id, right=Right.READ_PRIVILEGED),
        )
