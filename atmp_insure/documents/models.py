"""Documents of the vault with their versions, and outgoing mail."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column, or_
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Digest, Json, Secret, WrappedKey, state_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class Confidentiality(enum.Enum):
    """Who may open a document, besides reaching its company."""

    PLAIN = "plain"  # whoever reads documents
    NAMED = "named"  # names people: not for a prevention adviser, nor for the insurer
    NOTICE = "notice"  # an official notification: opening it may start a clock
    PRIVILEGED = "privileged"  # between lawyer and client (law of 31 December 1971, art. 66-5)
    MEDICAL = "medical"  # only the doctor mandated for that file (CSS L.142-6)


# the right that opens a level, besides reaching the company; a medical paper needs its file named as well
OPENED_BY: Mapping[Confidentiality, Right] = {
    Confidentiality.PLAIN: Right.READ_DOCUMENTS,
    Confidentiality.NAMED: Right.READ_NAMES,
    Confidentiality.NOTICE: Right.READ_LEGAL_NOTICES,
    Confidentiality.PRIVILEGED: Right.READ_PRIVILEGED,
}


def _rare(name: str, where: ColumnElement[bool]) -> Index:
    """An index of the documents that are so, of which there are few: they need not be looked for among the others."""
    return Index(f"ix_documents_{name}", "received_at", "id", postgresql_where=where, sqlite_where=where)


class Document(Base):
    """A paper: what it is, whose it is, how long it is kept; its bytes are in its versions.

    Attributes:
        file_ref: the file it belongs to (`accident:12`), which a mandated doctor must have been named to.
        keep_until: the last day of its retention; None while it is not known.
        legal_hold: why it may not be erased, whatever its retention.
        erasure_reason: why it was erased; the row stays as the trace of it.
        company_name: filled by the lists that ask for it.
    """

    __tablename__ = "documents"
    __table_args__ = with_constraints(
        Index(None, "company_id", "received_at", "id"),
        # what lists and the scope look at lies in the index itself: a page is found without reading the rows beside it
        Index(
            None,
            "received_at",
            "id",
            postgresql_include=["company_id", "establishment_id", "file_ref", "confidentiality", "kind"],
        ),
        Index(None, "search_title", "id"),
        Index(None, "kind", "received_at", "id"),
        _rare(
            "reserved", column("confidentiality").in_((Confidentiality.PRIVILEGED.value, Confidentiality.MEDICAL.value))
        ),
        _rare("held", column("legal_hold").is_not(None)),
        _rare("erased", column("erased_at").is_not(None)),
        Index(None, "file_ref"),
        Index(None, "keep_until"),
        CheckConstraint("confidentiality <> 'medical' OR file_ref IS NOT NULL", name="medical_file"),
    )

    kind: Mapped[str]
    title: Mapped[str]
    search_title: Mapped[str]
    confidentiality: Mapped[Confidentiality] = mapped_column(state_column(Confidentiality))
    company_id: Mapped[int | None]
    establishment_id: Mapped[int | None]
    file_ref: Mapped[str | None]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    keep_until: Mapped[date | None]
    legal_hold: Mapped[str | None]
    erased_at: Mapped[datetime | None]
    erasure_reason: Mapped[str | None]

    company_name: Mapped[str | None] = query_expression()
    versions: Mapped[list[DocumentVersion]] = relationship(
        back_populates="document", order_by="DocumentVersion.number", cascade="save-update, merge"
    )

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Documents of companies that one reaches, as far as their confidentiality lets one."""
        company, establishment, file_ref = (
            column.expression for column in (cls.company_id, cls.establishment_id, cls.file_ref)
        )
        by_company = (
            cls.confidentiality.in_([level for level, right in OPENED_BY.items() if right in alike])
            & who.reaches(company, establishment, alike[0])
            for alike in who.held_alike(OPENED_BY.values())
        )
        medical = (cls.confidentiality == Confidentiality.MEDICAL) & who.granted(
            Named.FILE, file_ref, Right.READ_MEDICAL
        )
        own_file = (cls.confidentiality == Confidentiality.PLAIN) & who.granted(
            Named.FILE, file_ref, Right.READ_DOCUMENTS
        )
        return or_(*by_company, medical, own_file)


class DocumentVersion(Base):
    """The bytes of a document as they came one day: where they lie, under which key, and their hash.

    Attributes:
        page_count: pages that the screen can show; None when it shows none.
        active_content: what in it could act by itself (`JavaScript`); None when nothing does.
    """

    __tablename__ = "document_versions"
    __table_args__ = with_constraints(
        UniqueConstraint("document_id", "number"),
        Index(None, "address"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("byte_count >= 0", name="bytes"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    file_name: Mapped[Secret]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    page_count: Mapped[int | None]
    active_content: Mapped[str | None]
    address: Mapped[str]  # keyed hash of the company and the content: tells nothing
    object_key: Mapped[WrappedKey | None]  # the object's own key, wrapped by the ring; None once erased
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    channel: Mapped[str]

    document: Mapped[Document] = relationship(back_populates="versions")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Versions of the documents that one may see."""
        return who.one_of(cls.document_id.expression, Document.id.expression, Document.scope(who))


class MailState(enum.Enum):
    """Where an outgoing mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(Base):
    """A mail written in the transaction that wanted it, sent afterwards by a job, as often as it takes.

    Attributes:
        key: equal for the same mail asked for twice.
        message_id: given once, so that a mail sent twice by a killed process is one mail to its reader.
        document_ids: documents of the vault that go with it.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "state", "due_at", "id"),
        Index(None, "state", "written_at", "id"),
        Index(None, "written_at", "id"),
    )

    key: Mapped[str]
    event: Mapped[str]
    company_id: Mapped[int | None]
    recipient: Mapped[Secret]
    subject: Mapped[Secret]
    body: Mapped[Secret]
    document_ids: Mapped[Json]
    message_id: Mapped[str]
    state: Mapped[MailState] = mapped_column(state_column(MailState), default=MailState.WAITING)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
    recipient_digest: Mapped[Digest]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the office who may see the mail."""
        return who.office(Right.READ_MAIL)
