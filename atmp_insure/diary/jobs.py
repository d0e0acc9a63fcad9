"""Scheduled work on the diary: reminders, the mailbox, letters that wait too long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import (
    awaited_service,
    request_queries,
    request_service,
    tray_queries,
    tray_service,
    watch_queries,
)
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.mailbox import ReceivedMail, read_mailbox
from atmp_insure.diary.reminders import remind
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.diary.tray_models import Channel
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.vault import open_vault

if TYPE_CHECKING:
    from atmp_insure.db.scheduled_job import JobContext
    from atmp_insure.db.session import ScopedSession

_UNFILED = timedelta(days=1)


def remind_deadlines(context: JobContext) -> str:
    """Say the deadlines that come near."""
    with context.database.writing(system("reminders")) as session:
        said = remind(session, context.settings.site.address, context.on, context.now)
    return f"{said} échéance(s) rappelée(s)"


def read_mail(context: JobContext) -> str:
    """Put the attachments of the office's mailbox into the tray."""
    settings = context.settings
    if not settings.mailbox.host:
        return "Aucune boîte aux lettres réglée"
    vault = open_vault(settings, context.database.key_ring)
    overlay = settings.config_overlay
    desk = tray_service.TrayDesk(vault, installed_deadlines(overlay), context.now, document_kinds(overlay))
    refused: list[str] = []

    def keep(mail: ReceivedMail) -> None:
        came = tray_service.Came(Channel.MAIL, mail.sender, mailed_at=mail.sent_at)
        with context.database.writing(system("mailbox")) as session:
            tray_service.drop(session, desk, mail.files, came)
        refused.extend(mail.refused)

    reading = read_mailbox(settings.mailbox, settings.vault.largest_bytes, keep)
    told = [f"{reading.read} message(s) lu(s)"]
    if reading.failed:
        told.append(f"{len(reading.failed)} en échec, laissé(s) non lu(s) : {' ; '.join(reading.failed)}")
    if refused:
        told.append(f"pièces refusées : {' ; '.join(refused)}")
    return " ; ".join(told)


def tell_unfiled(context: JobContext) -> str:
    """Tell the team of the letters that wait for more than a day."""
    with context.database.writing(system("tray")) as session:
        late = tray_queries.list_late(session, context.now - _UNFILED)
        for letter in late:
            letter.told_at = context.now
        if late:
            ask_task(session, NewTask(
                title=f"Classer le courrier qui attend depuis plus d'un jour : {len(late)} lettre(s)",
                due_on=context.on, team=Role.CLAIMS_HANDLER, key=f"unfiled:{context.on}:{late[-1].id}",
                origin="unfiled_letters", priority=Priority.URGENT,
            ), context.now)  # fmt: skip
    return f"{len(late)} lettre(s) non classée(s) depuis plus d'un jour"


def remind_requests(context: JobContext) -> str:
    """Ask again for the papers that did not come."""
    settings = context.settings
    practice = request_service.RequestPractice(settings.site, settings.requests, context.now)
    with context.database.writing(system("requests")) as session:
        due = request_queries.list_to_remind(session, context.on)
        written = sum(request_service.remind(session, request, practice) for request in due)
    return f"{written} rappel(s) de pièces écrit(s)"


def watch_letters(context: JobContext) -> str:
    """Expect what January brings, and tell what is not looked at, what did not come, what left its portal."""
    with context.database.writing(system("letter watch")) as session:
        expected = _expect_rate_notices(session, context)
        unseen = _tell_unseen(session, context)
        missing = _tell_missing(session, context)
        lost = _find_lost(session, context)
    return f"{expected} attendue(s), {unseen} canal(aux) non relevé(s), {missing} en retard, {lost} perdue(s)"


def _expect_rate_notices(session: ScopedSession, context: JobContext) -> int:
    """Each January, the rate notice of the year is expected of every AT/MP account that is watched."""
    if context.on.month != 1:
        return 0
    year = context.on.year
    expected_on = date(year, 1, context.settings.watch.rate_notice_january_day)
    letters = (
        (watch, awaited_service.NewLetter(
            awaited_service.RATE_NOTICE, f"Notification du taux {year}", expected_on,
            reason="Les taux de l'année sont notifiés en janvier ; seule l'entreprise les voit.",
            key=f"rate_notice:{watch.id}:{year}",
        ))
        for watch in watch_queries.list_open_watches(session, Channel.ACCOUNT)
    )  # fmt: skip
    return sum(awaited_service.expect_letter(session, watch, letter, context.now) for watch, letter in letters)


def _tell_unseen(session: ScopedSession, context: JobContext) -> int:
    """Tell the team once of each channel that nobody looked at in its turn."""
    late = watch_queries.list_overdue(session, context.on)
    for watch in late:
        watch.told_on = context.on
    if late:
        ask_task(session, NewTask(
            title=f"Relever les canaux en retard : {len(late)} client(s)", due_on=context.on, team=Role.CLAIMS_HANDLER,
            key=f"unseen:{context.on}", origin="channels_unseen", priority=Priority.URGENT,
        ), context.now)  # fmt: skip
    return len(late)


def _tell_missing(session: ScopedSession, context: JobContext) -> int:
    """Ask once after each letter that should have come."""
    late = watch_queries.list_missing(session, context.on)
    for letter in late:
        ask_task(session, NewTask(
            title=f"Chercher la lettre attendue, pas venue : {letter.label}", due_on=context.on,
            team=Role.CLAIMS_HANDLER, company_id=letter.company_id, subject=f"awaited_letters:{letter.id}",
            key=f"awaited:{letter.id}:missing", origin="letter_missing",
        ), context.now)  # fmt: skip
    return len(late)


def _find_lost(session: ScopedSession, context: JobContext) -> int:
    """The letters whose portal shows them no more."""
    clocks = installed_deadlines(context.settings.config_overlay)
    lost = [
        letter
        for letter in watch_queries.list_on_portal(session, Channel.LUCIE)
        if awaited_service.has_vanished(letter, clocks, context.on)
    ]
    for letter in lost:
        awaited_service.note_lost(session, letter, context.now)
    return len(lost)
