"""Notes on any object, and their tags."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    """What someone wrote about an object; the text may speak of a person, so it is encrypted.

    Attributes:
        released_at, released_by: when and by whom a note between lawyer and client was opened to others, for good.
    """

    __tablename__ = "notes"
    __table_args__ = with_constraints(
        Index(None, "subject", "id"), Index(None, "company_id"), Index(None, "written_at", "id"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="release"),
        CheckConstraint("released_at IS NULL OR readers <> 'lawyers'", name="released_readers"),
    )  # fmt: skip

    subject: Mapped[str]
    company_id: Mapped[int | None]
    text: Mapped[Secret]
    readers: Mapped[NoteReaders] = mapped_column(state_column(NoteReaders), default=NoteReaders.OFFICE)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str]
    written_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None]

    tags: Mapped[list[NoteTag]] = relationship(order_by="NoteTag.id")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own, and those written for whom one is, among the companies that one reaches."""
        return _written_for(who, cls)


class NoteTag(Base):
    """A short word that sorts a note, in clear: it names nobody.

    It repeats for whom its note is, so that words are offered and counted without looking at the notes.

    Attributes:
        search_tag: normalised, so that it is found whatever its accents.
    """

    __tablename__ = "note_tags"
    __table_args__ = with_constraints(UniqueConstraint("note_id", "search_tag"), Index(None, "search_tag", "note_id"))

    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    tag: Mapped[str]
    search_tag: Mapped[str]
    company_id: Mapped[int | None]
    readers: Mapped[NoteReaders] = mapped_column(state_column(NoteReaders))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the notes that one may read."""
        return _written_for(who, cls)


def _written_for(who: Who, kind: type[Note | NoteTag]) -> ColumnElement[bool]:
    company_id = kind.company_id.expression
    return or_(
        kind.author_id == who.user_id,
        (kind.readers == NoteReaders.OFFICE) & who.office(Right.READ_NOTES),
        (kind.readers == NoteReaders.SHARED) & who.reaches(company_id, right=Right.READ_NOTES),
        (kind.readers == NoteReaders.LAWYERS) & who.reaches(company_id, right=Right.READ_PRIVILEGED),
    )
