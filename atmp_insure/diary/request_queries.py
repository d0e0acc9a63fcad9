"""Every question about papers asked of a party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.db.scope import unscoped
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed, RequestedPaper, RequestState
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession

_WITH_PAPERS = selectinload(DocumentRequest.papers).selectinload(RequestedPaper.files)


def requests() -> Select[DocumentRequest]:
    """All requests."""
    return select(DocumentRequest)


def get_request(session: ScopedSession, request_id: int) -> DocumentRequest:
    """A request with its papers and what came for them.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(DocumentRequest).where(DocumentRequest.id == request_id).options(_WITH_PAPERS)
    found = session.scalar(statement)
    if found is None:
        raise NotFound("Cette demande n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def list_open_requests_of(session: ScopedSession, company_id: int) -> Sequence[DocumentRequest]:
    """The open requests about a company, the nearest first."""
    statement = select(DocumentRequest).where(
        DocumentRequest.company_id == company_id, DocumentRequest.state == RequestState.OPEN
    )
    ordered = statement.order_by(DocumentRequest.due_on, DocumentRequest.id)
    return session.scalars(ordered.options(selectinload(DocumentRequest.papers))).all()


def count_open(session: ScopedSession) -> int:
    """How many requests wait for papers."""
    open_ones = select(func.count(DocumentRequest.id)).where(DocumentRequest.state == RequestState.OPEN)
    return session.scalar(open_ones) or 0


def count_to_examine(session: ScopedSession) -> int:
    """How many papers came by a link, and wait to be accepted or refused."""
    received = select(func.count(RequestedPaper.id)).where(RequestedPaper.state == PaperNeed.RECEIVED)
    return session.scalar(received) or 0


def list_to_remind(session: ScopedSession, on: date) -> Sequence[DocumentRequest]:
    """The requests whose missing papers are to be asked for again by a day."""
    statement = select(DocumentRequest).where(DocumentRequest.next_reminder_on <= on)
    ordered = statement.order_by(DocumentRequest.next_reminder_on, DocumentRequest.id)
    return session.scalars(ordered.options(selectinload(DocumentRequest.papers))).all()


@unscoped("whoever holds the link of a request has not signed in")
def find_request_by_digest(session: ScopedSession, digest: bytes) -> DocumentRequest | None:
    """The request of a link, whatever became of it."""
    statement = select(DocumentRequest).where(DocumentRequest.token_digest == digest).options(_WITH_PAPERS)
    return session.scalar(statement)
