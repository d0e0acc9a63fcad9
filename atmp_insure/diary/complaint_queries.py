"""Every question about complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, or_, select

from atmp_insure.diary.complaint_course import ComplaintState
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.deadline_models import LiveDeadline
from atmp_insure.documents.models import Document
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession

LATE = "late"  # asked for as a state is: what one looks for first


def complaints() -> Select[Complaint]:
    """All complaints."""
    return select(Complaint)


def get_complaint(session: ScopedSession, complaint_id: int) -> Complaint:
    """A complaint.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(Complaint, complaint_id)
    if found is None:
        raise NotFound("Cette réclamation n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def list_complaints_about(session: ScopedSession, subject: str) -> Sequence[Complaint]:
    """The complaints about an object, the latest first."""
    statement = select(Complaint).where(Complaint.subject == subject)
    return session.scalars(statement.order_by(Complaint.received_on.desc(), Complaint.id.desc())).all()


def list_complaints_of(session: ScopedSession, company_id: int, most: int) -> Sequence[Complaint]:
    """The complaints of a company, the latest first."""
    statement = select(Complaint).where(Complaint.company_id == company_id)
    return session.scalars(statement.order_by(Complaint.received_on.desc(), Complaint.id.desc()).limit(most)).all()


def list_received_between(session: ScopedSession, first: date, last: date) -> Sequence[Complaint]:
    """The complaints received between two days, both included."""
    statement = select(Complaint).where(Complaint.received_on >= first, Complaint.received_on <= last)
    return session.scalars(statement.order_by(Complaint.received_on, Complaint.id)).all()


def find_first_received(session: ScopedSession) -> date | None:
    """The day of the oldest complaint."""
    return session.scalar(select(Complaint.received_on).order_by(Complaint.received_on, Complaint.id).limit(1))


def overdue(on: date) -> ColumnElement[bool]:
    """Complaints that should have been acknowledged or answered before a day."""
    unacknowledged = and_(Complaint.acknowledged_on.is_(None), Complaint.acknowledge_due_on < on)
    return and_(Complaint.state == ComplaintState.OPEN, or_(unacknowledged, Complaint.answer_due_on < on))


def standing(codes: Collection[str], on: date) -> ColumnElement[bool]:
    """Complaints that are in one of some states, or late on a day where `LATE` is among them."""
    states = [state for state in ComplaintState if state.value in codes]
    late = [overdue(on)] if LATE in codes else []
    return or_(*late, *([Complaint.state.in_(states)] if states else ()))  # an empty list would hide the index


def list_clocks_of(session: ScopedSession, complaint: Complaint) -> Sequence[LiveDeadline]:
    """The deadlines of a complaint, the nearest first."""
    statement = select(LiveDeadline).where(LiveDeadline.subject == complaint.subject_key)
    return session.scalars(statement.order_by(LiveDeadline.safe_on, LiveDeadline.id)).all()


def list_papers_of(session: ScopedSession, complaint: Complaint) -> Sequence[Document]:
    """The papers of a complaint, the latest first."""
    statement = select(Document).where(Document.file_ref == complaint.file_ref, Document.erased_at.is_(None))
    return session.scalars(statement.order_by(Document.received_at.desc(), Document.id.desc())).all()
