"""Queries of the diary as a stranger asks them, and the rows of another company that they must not give."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Role
from atmp_insure.diary import complaint_queries, tray_queries
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary.complaint_course import Complainant, ComplaintChannel, ComplaintTheme
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.deadline_models import CalendarFeed, LiveDeadline, Task
from atmp_insure.diary.tray_models import Channel, TrayLetter
from atmp_insure.documents.models import Confidentiality, Document
from tests.db.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

ON = date(2026, 11, 20)
PERSON = queries.Person(1, ON, tuple(Role))
DIARY: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.deadlines: lambda *_: queries.deadlines(),
    queries.tasks: lambda *_: queries.tasks(),
    queries.get_deadline: lambda session, _: queries.get_deadline(session, 1),
    queries.get_task: lambda session, _: queries.get_task(session, 1),
    queries.list_deadlines_of: lambda session, _: queries.list_deadlines_of(session, 1),
    queries.list_deadlines_between: lambda session, _: queries.list_deadlines_between(session, ON, ON),
    queries.list_tasks_of: lambda session, _: queries.list_tasks_of(session, 1),
    queries.list_deadlines_due: lambda session, _: queries.list_deadlines_due(session, PERSON, ON, 9),
    queries.list_tasks_due: lambda session, _: queries.list_tasks_due(session, PERSON, 9),
    queries.find_feed: lambda session, _: queries.find_feed(session, 1),
    tray_queries.letters: lambda *_: tray_queries.letters(),
    tray_queries.get_letter: lambda session, _: tray_queries.get_letter(session, 1),
    tray_queries.find_waiting: lambda session, _: tray_queries.find_waiting(session, 1),
    tray_queries.find_next: lambda session, _: tray_queries.find_next(session, TrayLetter(id=9, received_at=NOW)),
    tray_queries.list_waiting: lambda session, _: tray_queries.list_waiting(session, [1]),
    tray_queries.list_late: lambda session, _: tray_queries.list_late(session, NOW + timedelta(days=1)),
    complaint_queries.complaints: lambda *_: complaint_queries.complaints(),
    complaint_queries.get_complaint: lambda session, _: complaint_queries.get_complaint(session, 1),
    complaint_queries.list_complaints_about: lambda session, _: complaint_queries.list_complaints_about(
        session, "companies:1"
    ),
    complaint_queries.list_complaints_of: lambda session, _: complaint_queries.list_complaints_of(session, 1, 9),
    complaint_queries.list_received_between: lambda session, _: complaint_queries.list_received_between(
        session, ON, ON
    ),
    complaint_queries.find_first_received: lambda session, _: complaint_queries.find_first_received(session),
    complaint_queries.list_clocks_of: lambda session, _: complaint_queries.list_clocks_of(session, Complaint(id=1)),
    complaint_queries.list_papers_of: lambda session, _: complaint_queries.list_papers_of(session, Complaint(id=1)),
    tray_queries.count_waiting: lambda session, _: tray_queries.count_waiting(session) or None,
}
NO_ROWS = {
    queries.deadlines_for: "a criterion: the query that uses it is filtered",
    queries.tasks_for: "a criterion: the query that uses it is filtered",
    complaint_queries.overdue: "a criterion: the query that uses it is filtered",
    queries.find_feed_by_digest: "asked without signing in, by whoever holds the token",
}


def add_diary(session: ScopedSession, company_id: int, user_id: int, mark: str = "x") -> None:
    """A deadline, a task, a calendar address and a complaint, all of one company and of one person."""
    session.add_all([
        LiveDeadline(
            key=mark, company_id=company_id, subject="companies:1", label=mark, due_on=ON, safe_on=ON, reasoning={},
            team=Role.LAWYER, owner_id=user_id, created_at=NOW,
        ),
        Task(
            company_id=company_id, title=mark, origin="hand", priority=2, team=Role.LAWYER, due_on=ON, created_at=NOW,
            created_by="test",
        ),
        TrayLetter(
            document_id=1, channel=Channel.PAPER, file_name=mark, received_at=NOW, received_by=mark, reasons=[],
        ),
        CalendarFeed(user_id=user_id, token_digest=mark.encode(), created_at=NOW),
        *_a_complaint(company_id, user_id, mark),
    ])  # fmt: skip
    session.flush()


def _a_complaint(company_id: int, user_id: int, mark: str) -> list[Any]:
    """A complaint with its clock and its letter."""
    return [
        Complaint(
            number=f"RC-{mark}", company_id=company_id, subject="companies:1", received_on=ON, written_on=ON,
            channel=ComplaintChannel.LETTER, complainant=Complainant.PERSON, complainant_name=mark, said=mark,
            theme=ComplaintTheme.OTHER, team=Role.CLAIMS_HANDLER, registered_by="test", registered_by_id=user_id,
            registered_at=NOW, acknowledge_due_on=ON, answer_due_on=ON + timedelta(days=60),
        ),
        LiveDeadline(
            key=f"complaints:1:{mark}", subject="complaints:1", label=mark, due_on=ON, safe_on=ON, reasoning={},
            team=Role.CLAIMS_HANDLER, created_at=NOW,
        ),
        Document(
            kind="office_letter", title=mark, search_title=mark.lower(), confidentiality=Confidentiality.PLAIN,
            company_id=company_id, file_ref="complaint:1", received_at=NOW, received_by="test",
        ),
    ]  # fmt: skip
