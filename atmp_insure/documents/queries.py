"""Every question about documents, their versions, and outgoing mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import selectinload

from atmp_insure.documents.models import Document, DocumentVersion, OutgoingMail
from atmp_insure.documents.retention import RetentionState
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession


def documents() -> Select[Document]:
    """All documents."""
    return select(Document)


def get_document(session: ScopedSession, document_id: int) -> Document:
    """A document with its versions.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(Document).where(Document.id == document_id).options(selectinload(Document.versions))
    document = session.scalar(statement)
    if document is None:
        raise NotFound("Ce document n'existe pas, ou vous ne pouvez pas le voir.")
    return document


def get_version(session: ScopedSession, document_id: int, number: int) -> DocumentVersion:
    """One version of a document.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(DocumentVersion).where(
        DocumentVersion.document_id == document_id, DocumentVersion.number == number
    )
    version = session.scalar(statement)
    if version is None:
        raise NotFound("Cette version n'existe pas, ou vous ne pouvez pas la voir.")
    return version


def in_state(state: RetentionState, on: date) -> ColumnElement[bool]:
    """Documents that stand somewhere in their life on a day, as `retention_state` says of one."""
    alive, free = Document.erased_at.is_(None), Document.legal_hold.is_(None)
    match state:
        case RetentionState.ERASED:
            return Document.erased_at.is_not(None)
        case RetentionState.HELD:
            return and_(alive, Document.legal_hold.is_not(None))
        case RetentionState.UNSET:
            return and_(alive, free, Document.keep_until.is_(None))
        case RetentionState.DUE:
            return and_(alive, free, Document.keep_until < on)
        case RetentionState.KEPT:
            return and_(alive, free, Document.keep_until >= on)


def list_due_documents(session: ScopedSession, on: date, most: int | None = None) -> Sequence[Document]:
    """Documents whose retention is over and that nothing holds, the oldest first."""
    statement = select(Document).where(in_state(RetentionState.DUE, on)).order_by(Document.keep_until, Document.id)
    return session.scalars(statement.limit(most)).all()


def list_twins(session: ScopedSession, document: Document) -> Sequence[Document]:
    """Other documents that hold the same content: erasing this one leaves theirs."""
    addresses = [version.address for version in document.versions if version.object_key is not None]
    holding = select(DocumentVersion.document_id).where(
        DocumentVersion.address.in_(addresses),
        DocumentVersion.object_key.is_not(None),
        DocumentVersion.document_id != document.id,
    )
    return session.scalars(select(Document).where(Document.id.in_(holding)).order_by(Document.id)).all()


def mails() -> Select[OutgoingMail]:
    """All outgoing mail."""
    return select(OutgoingMail)


def get_mail(session: ScopedSession, mail_id: int) -> OutgoingMail:
    """An outgoing mail.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    mail = session.get(OutgoingMail, mail_id)
    if mail is None:
        raise NotFound("Ce courriel n'existe pas, ou vous ne pouvez pas le voir.")
    return mail


def list_attached(session: ScopedSession, mail: OutgoingMail) -> Sequence[Document]:
    """The documents that go with a mail, as far as the actor may see them."""
    return session.scalars(select(Document).where(Document.id.in_(mail.document_ids)).order_by(Document.id)).all()


def list_documents_of(session: ScopedSession, company_id: int | None, most: int) -> Sequence[Document]:
    """The latest papers of a company, or of the office, that are not erased."""
    of_company = Document.company_id.is_(None) if company_id is None else Document.company_id == company_id
    statement = select(Document).where(of_company, Document.erased_at.is_(None))
    return session.scalars(statement.order_by(Document.received_at.desc(), Document.id.desc()).limit(most)).all()


def titles_of(session: ScopedSession, document_ids: Collection[int]) -> dict[int, str]:
    """The titles of some documents, as far as the actor may see them."""
    statement = select(Document.id, Document.title).where(Document.id.in_(sorted(document_ids)))
    return dict(session.execute(statement).all())
