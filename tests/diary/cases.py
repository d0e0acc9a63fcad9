"""Queries of the diary as a stranger asks them, and the rows of another company that they must not give."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.diary import complaint_queries, request_queries, tray_queries, watch_queries
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary.complaint_course import Complainant, ComplaintChannel, ComplaintTheme
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.deadline_models import CalendarFeed, LiveDeadline, Task
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed, ReceivedFile, RequestedPaper
from atmp_insure.diary.tray_models import Channel, TrayLetter
from atmp_insure.diary.watch_models import AwaitedLetter, AwaitedState, ChannelLook, LookOutcome, WatchedChannel
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
    queries.list_deadlines_about: lambda session, _: queries.list_deadlines_about(session, "companies:1"),
    request_queries.requests: lambda *_: request_queries.requests(),
    request_queries.count_open: lambda session, _: request_queries.count_open(session) or None,
    request_queries.count_to_examine: lambda session, _: request_queries.count_to_examine(session) or None,
    request_queries.get_request: lambda session, _: request_queries.get_request(session, 1),
    request_queries.list_open_requests_of: lambda session, _: request_queries.list_open_requests_of(session, 1),
    request_queries.list_to_remind: lambda session, _: request_queries.list_to_remind(session, ON),
    watch_queries.watches: lambda *_: watch_queries.watches(),
    watch_queries.awaited_letters: lambda *_: watch_queries.awaited_letters(),
    watch_queries.get_watch: lambda session, _: watch_queries.get_watch(session, 1),
    watch_queries.get_awaited: lambda session, _: watch_queries.get_awaited(session, 1),
    watch_queries.find_watch: lambda session, _: watch_queries.find_watch(session, "x"),
    watch_queries.list_watches_of: lambda session, _: watch_queries.list_watches_of(session, 1),
    watch_queries.list_watched_among: lambda session, _: watch_queries.list_watched_among(session, [1]),
    watch_queries.list_open_watches: lambda session, _: watch_queries.list_open_watches(session, Channel.ACCOUNT),
    watch_queries.list_overdue: lambda session, _: watch_queries.list_overdue(session, ON + timedelta(days=1)),
    watch_queries.count_to_look_at: lambda session, _: watch_queries.count_to_look_at(session, ON) or None,
    watch_queries.list_outages: lambda session, _: watch_queries.list_outages(session),
    watch_queries.looks_at: lambda *_: watch_queries.looks_at(1),
    watch_queries.list_looks: lambda session, _: watch_queries.list_looks(session, 1, 9),
    watch_queries.list_awaited_by: lambda session, _: watch_queries.list_awaited_by(session, 1),
    watch_queries.list_awaited_of_kind: (
        lambda session, _: watch_queries.list_awaited_of_kind(session, 1, "rate_notice")
    ),
    watch_queries.list_expected_by: lambda session, _: watch_queries.list_expected_by(session, 1, "x"),
    watch_queries.list_kept_as: lambda session, _: watch_queries.list_kept_as(session, 1),
    watch_queries.list_missing: lambda session, _: watch_queries.list_missing(session, ON + timedelta(days=1)),
    watch_queries.list_on_portal: lambda session, _: watch_queries.list_on_portal(session, Channel.ACCOUNT),
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
    request_queries.find_request_by_digest: "asked without signing in, by whoever holds the link",
    complaint_queries.overdue: "a criterion: the query that uses it is filtered",
    complaint_queries.standing: "a criterion: the query that uses it is filtered",
    watch_queries.standing: "a criterion: the query that uses it is filtered",
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
        WatchedChannel(
            key=mark, company_id=company_id, channel=Channel.ACCOUNT, held_by=mark, look_every_days=7,
            watched_since=ON, next_look_on=ON, sort_on=ON, failing_since=NOW, last_outcome=LookOutcome.OUTAGE,
        ),
        CalendarFeed(user_id=user_id, token_digest=mark.encode(), created_at=NOW),
        *_a_complaint(company_id, user_id, mark),
    ])  # fmt: skip
    session.flush()
    session.add(DocumentRequest(
        company_id=company_id, subject="companies:1", addressee=mark, email=f"{mark}@exemple.invalid", purpose=mark,
        due_on=ON, token=mark, token_digest=mark.encode(), link_open_until=ON, asked_by=mark, asked_at=NOW,
        next_reminder_on=ON,
        papers=[RequestedPaper(
            company_id=company_id,
            position=1, kind="calculation_sheet", label=mark, location="net-entreprises.fr", state=PaperNeed.RECEIVED,
            received_at=NOW, files=[ReceivedFile(company_id=company_id, document_id=1, received_at=NOW)],
        )],
    ))  # fmt: skip
    watch = session.scalars(select(WatchedChannel).where(WatchedChannel.key == mark)).one()
    letter = {
        "watch_id": watch.id, "company_id": company_id, "channel": Channel.ACCOUNT, "kind": "rate_notice",
        "label": mark, "created_at": NOW, "created_by": mark, "sort_on": ON,
    }  # fmt: skip
    session.add_all([
        ChannelLook(watch_id=watch.id, company_id=company_id, looked_at=NOW, looked_by=mark, outcome=LookOutcome.NEW),
        AwaitedLetter(state=AwaitedState.AVAILABLE, available_on=ON, **letter),
        AwaitedLetter(state=AwaitedState.EXPECTED, expected_on=ON, key=mark, **letter),
        AwaitedLetter(state=AwaitedState.KEPT, document_id=1, **letter),
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
