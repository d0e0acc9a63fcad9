"""Scheduled work on the diary: reminders, the mailbox, letters that wait too long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import tray_queries, tray_service
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.mailbox import ReceivedMail, read_mailbox
from atmp_insure.diary.reminders import remind
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.diary.tray_models import Channel
from atmp_insure.documents.vault import open_vault

if TYPE_CHECKING:
    from atmp_insure.db.scheduled_job import JobContext

_MEGABYTE = 1024 * 1024
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
    desk = tray_service.Desk(vault, installed_deadlines(settings.config_overlay), context.now)
    refused: list[str] = []

    def keep(mail: ReceivedMail) -> None:
        came = tray_service.Came(Channel.MAIL, mail.sender, mailed_at=mail.sent_at)
        with context.database.writing(system("mailbox")) as session:
            tray_service.drop(session, desk, mail.files, came)
        refused.extend(mail.refused)

    count = read_mailbox(settings.mailbox, settings.vault.largest_megabytes * _MEGABYTE, keep)
    said = f"{count} message(s) lu(s)"
    return f"{said} ; pièces refusées : {' ; '.join(refused)}" if refused else said


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
