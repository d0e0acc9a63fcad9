"""Papers asked of a party: what is missing, where it lies, the link by which it comes, what came."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Digest, Secret, state_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class RequestState(enum.Enum):
    """Where a request stands; none is ever deleted."""

    OPEN = "open"
    COMPLETE = "complete"  # every paper was accepted, or is needed no more
    CLOSED = "closed"  # given up: the reason stays


class DocumentRequest(Base):
    """A request for papers, to one person of a party.

    Attributes:
        subject: what the papers are for: `companies:3`.
        addressee: the name of the person asked, as mails greet them.
        purpose: why the papers are asked for, as the mail and the page say it: without health data.
        due_on: by when.
        token: the secret of the link, kept to write it again in reminders.
        link_open_until: the last day on which the link takes papers.
        next_reminder_on: None once nothing is asked for any more.
    """

    __tablename__ = "document_requests"
    __table_args__ = with_constraints(
        UniqueConstraint("token_digest"),
        Index(None, "company_id", "state"),
        Index(None, "state", "due_on", "id"),
        Index(None, "due_on", "id"),
        Index(None, "next_reminder_on"),
        Index(None, "subject"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'closed' OR ended_reason IS NOT NULL", name="reason"),
        CheckConstraint("reminders >= 0", name="reminders"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    subject: Mapped[str]
    addressee: Mapped[Secret]
    email: Mapped[Secret]
    purpose: Mapped[Secret]
    due_on: Mapped[date]
    token: Mapped[Secret]
    token_digest: Mapped[Digest]
    link_open_until: Mapped[date]
    state: Mapped[RequestState] = mapped_column(state_column(RequestState), default=RequestState.OPEN)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    next_reminder_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_reason: Mapped[Secret | None]

    company_name: Mapped[str | None] = query_expression()
    missing_count: Mapped[int | None] = query_expression()
    papers: Mapped[list[RequestedPaper]] = relationship(back_populates="request", order_by="RequestedPaper.position")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Requests about the companies that one reaches."""
        return who.reaches(cls.company_id.expression, right=Right.READ_DIARY)


class PaperNeed(enum.Enum):
    """Where one of the papers asked for stands."""

    MISSING = "missing"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    WAIVED = "waived"  # needed no more: the reason stays


class RequestedPaper(Base):
    """One of the papers of a request.

    Attributes:
        label: what it is, as its addressee reads it.
        location: where they find it; empty when nothing is known.
        received_at: when the last one came; None again once it was refused and asked for anew.
        remark: why the last one received was refused, or why none is needed any more.
    """

    __tablename__ = "requested_papers"
    __table_args__ = with_constraints(
        UniqueConstraint("request_id", "position"),
        Index(None, "company_id"),
        CheckConstraint("state <> 'waived' OR remark IS NOT NULL", name="waived"),
        CheckConstraint("state NOT IN ('received', 'accepted') OR received_at IS NOT NULL", name="received"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("document_requests.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    position: Mapped[int]
    kind: Mapped[str]
    label: Mapped[str]
    location: Mapped[str]
    state: Mapped[PaperNeed] = mapped_column(state_column(PaperNeed), default=PaperNeed.MISSING)
    received_at: Mapped[datetime | None]
    remark: Mapped[Secret | None]

    request: Mapped[DocumentRequest] = relationship(back_populates="papers")
    files: Mapped[list[ReceivedFile]] = relationship(back_populates="paper", order_by="ReceivedFile.id")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Papers asked for about the companies that one reaches."""
        return who.reaches(cls.company_id.expression, right=Right.READ_DIARY)


class ReceivedFile(Base):
    """A file that came for a paper that was asked for: the document of the vault that it is."""

    __tablename__ = "received_files"
    __table_args__ = with_constraints(
        UniqueConstraint("paper_id", "document_id"),
        Index(None, "company_id"),
        Index(None, "document_id"),
    )

    paper_id: Mapped[int] = mapped_column(ForeignKey("requested_papers.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    received_at: Mapped[datetime]

    paper: Mapped[RequestedPaper] = relationship(back_populates="files")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Files about the companies that one reaches."""
        return who.reaches(cls.company_id.expression, right=Right.READ_DIARY)
