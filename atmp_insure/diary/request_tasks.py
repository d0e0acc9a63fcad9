"""What a request for papers asks of the team: to examine what came, to call when nothing does; ended with its cause."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.diary.request_models import PaperNeed, RequestState
from atmp_insure.diary.task_service import NewTask, ask_anew, ask_task, end_asked_about

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.request_models import DocumentRequest

_CAME, _SILENT = "papers_received", "papers_missing"


def ask_to_examine(session: ScopedSession, request: DocumentRequest, on: date, now: datetime) -> None:
    """Ask whoever asked to look at what came: once a day, and again when more comes once that was done."""
    ask_anew(session, NewTask(
        title="Examiner les pièces reçues", due_on=on + timedelta(days=1), team=Role.CLAIMS_HANDLER,
        company_id=request.company_id, subject=_subject(request), assignee_id=request.asked_by_id,
        key=f"request:{request.id}:received:{on}", origin=_CAME,
    ), now)  # fmt: skip


def ask_to_call(session: ScopedSession, request: DocumentRequest, on: date, now: datetime) -> None:
    """Tell whoever asked that reminders are over: once after each of them."""
    ask_task(session, NewTask(
        title="Pièces demandées, jamais reçues : appeler, ou clore la demande", due_on=on, team=Role.CLAIMS_HANDLER,
        company_id=request.company_id, subject=_subject(request), assignee_id=request.asked_by_id,
        key=f"request:{request.id}:silent:{request.reminders}", origin=_SILENT,
    ), now)  # fmt: skip


def end_settled(session: ScopedSession, request: DocumentRequest, now: datetime) -> None:
    """End what was asked of the team once all is examined, once nothing is missing, and with the request."""
    is_over = request.state is not RequestState.OPEN
    needs = {paper.state for paper in request.papers}
    if is_over or PaperNeed.RECEIVED not in needs:
        end_asked_about(session, _subject(request), _CAME, now)
    if is_over or PaperNeed.MISSING not in needs:
        end_asked_about(session, _subject(request), _SILENT, now)


def end_silence(session: ScopedSession, request: DocumentRequest, now: datetime) -> None:
    """Missing papers were asked for again: nobody needs to call for the reminders before."""
    end_asked_about(session, _subject(request), _SILENT, now)


def _subject(request: DocumentRequest) -> str:
    return f"document_requests:{request.id}"
