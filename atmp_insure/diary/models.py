"""Notes on any object."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Secret

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class Note(Base):
    """What someone wrote about an object; the text may speak of a person, so it is encrypted."""

    __tablename__ = "notes"
    __table_args__ = with_constraints(Index(None, "subject", "id"), Index(None, "company_id"))

    subject: Mapped[str]
    company_id: Mapped[int | None]
    text: Mapped[Secret]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str]
    written_at: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own, and those of the companies that one reaches."""
        return (cls.author_id == who.user_id) | (who.reaches(cls.company_id.expression, right=Right.READ_NOTES))
