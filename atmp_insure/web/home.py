"""What each person must do today, in the order in which it should be done, with the reason for the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import func, select

from atmp_insure.access.models import Approval, ApprovalState, Passkey, User
from atmp_insure.access.roles import Right
from atmp_insure.db.runs import Run, RunState
from atmp_insure.db.work_queue import EntryState, QueueEntry
from atmp_insure.documents.models import MailState, OutgoingMail
from atmp_insure.web.display import Tone
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.web.request_scope import Viewer


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to do: what, why now, where."""

    title: str
    reason: str
    url: str
    tone: Tone


def matters(session: ScopedSession, viewer: Viewer, _now: datetime) -> tuple[Matter, ...]:
    """What awaits a person: what holds others back first, then what failed, then their own account."""
    return (*_approvals(session, viewer), *_failures(session), *_own_account(session, viewer))


def _approvals(session: ScopedSession, viewer: Viewer) -> list[Matter]:
    if not session.actor.may(Right.APPROVE):
        return []
    waiting = select(func.count(Approval.id)).where(
        Approval.state == ApprovalState.REQUESTED, Approval.requested_by_id != viewer.user_id
    )
    count = session.scalar(waiting) or 0
    title = _("Demandes de second accord : %(count)s", count=count)
    reason = _("Un collègue attend pour aller plus loin.")
    return [Matter(title, reason, url_for("access.list_approvals"), Tone.CARE)] if count else []


def _failures(session: ScopedSession) -> list[Matter]:
    found = []
    if session.actor.may(Right.READ_RUNS):
        failed_runs = session.scalar(select(func.count(Run.id)).where(Run.state == RunState.DONE_WITH_ERRORS)) or 0
        if failed_runs:
            title = _("Traitements finis avec des erreurs : %(count)s", count=failed_runs)
            reason = _("Les lignes en échec se rejouent seules, une fois leur cause corrigée.")
            found.append(Matter(title, reason, url_for("runs.list_runs", state="done_with_errors"), Tone.BAD))
        stuck = session.scalar(select(func.count(QueueEntry.id)).where(QueueEntry.state == EntryState.FAILED)) or 0
        if stuck:
            title = _("Travaux arrêtés après plusieurs essais : %(count)s", count=stuck)
            found.append(Matter(title, _("Personne ne les reprendra sans vous."), url_for("runs.list_queue"), Tone.BAD))
    if session.actor.may(Right.READ_MAIL):
        mails = session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.state == MailState.FAILED)) or 0
        if mails:
            title = _("Courriels non partis : %(count)s", count=mails)
            reason = _("Leur destinataire ne sait encore rien.")
            found.append(Matter(title, reason, url_for("documents.list_mail", state="failed"), Tone.BAD))
    return found


def _own_account(session: ScopedSession, viewer: Viewer) -> list[Matter]:
    user = session.get_one(User, viewer.user_id)
    has_passkey = session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1)) is not None
    if user.totp_secret is not None or has_passkey:
        return []
    title, reason = _("Protéger votre compte"), _("Un second facteur empêche d'entrer avec un mot de passe volé.")
    return [Matter(title, reason, url_for("account.second_factor"), Tone.INFO)]
