"""The change log and the reading log, and the seals that make them verifiable.

A change is written in the business transaction, with column names and values; encrypted columns say only "changed",
with a keyed digest. A reading of health data is written, and committed, before the answer is given.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Digest, Json

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class ChangeLogEntry(Base):
    """One row added, changed or deleted, by whom and how."""

    __tablename__ = "change_log"
    __table_args__ = with_constraints(
        Index(None, "subject", "id"),
        Index(None, "actor", "id"),
        Index(None, "company_id", "id"),
        Index(None, "at", "id"),
    )
    append_only = True
    logged = False

    at: Mapped[datetime]
    actor: Mapped[str]
    request_id: Mapped[str]
    action: Mapped[str]  # added | changed | deleted
    subject: Mapped[str]  # table:row
    company_id: Mapped[int | None]
    changes: Mapped[Json]  # column → [before, after]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those who may read the logs."""
        return who.office(Right.READ_AUDIT)


class ReadingLogEntry(Base):
    """Health data, a name or a document that someone read, downloaded or exported."""

    __tablename__ = "reading_log"
    __table_args__ = with_constraints(
        Index(None, "subject", "id"),
        Index(None, "actor", "id"),
        Index(None, "company_id", "id"),
        Index(None, "at", "id"),
    )
    append_only = True
    logged = False

    at: Mapped[datetime]
    actor: Mapped[str]
    request_id: Mapped[str]
    action: Mapped[str]  # read | downloaded | exported | refused
    subject: Mapped[str]
    company_id: Mapped[int | None]
    what: Mapped[str]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those who may read the logs."""
        return who.office(Right.READ_AUDIT)


class Seal(Base):
    """A link of the chain over one log: a keyed digest of the rows it covers and of the link before it.

    Attributes:
        first_id, last_id: the range of rows covered.
        late_ids: rows of earlier ranges that were committed after their range was sealed.
        absent_ids: numbers of this range that had no committed row when it was sealed.
        purged_at: when the rows were deleted after their retention; the link stays.
        purge_digest: keyed digest of the purge, so that nobody hides missing rows behind an invented one.
    """

    __tablename__ = "seals"
    __table_args__ = with_constraints(
        UniqueConstraint("log_name", "previous_digest"),  # a link has one successor: the chain never forks
        Index(None, "log_name", "sealed_at"),
    )
    logged = False

    log_name: Mapped[str]
    first_id: Mapped[int]
    last_id: Mapped[int]
    late_ids: Mapped[Json]
    absent_ids: Mapped[Json]
    row_count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    previous_digest: Mapped[Digest]
    digest: Mapped[Digest]
    sealed_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]
    purge_digest: Mapped[Digest | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those who may read the logs."""
        return who.office(Right.READ_AUDIT)
