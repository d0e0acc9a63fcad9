"""The office's mailbox: what is kept is marked as read; what fails stays unread, is told, and stops no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.diary.jobs import read_mail
from atmp_insure.diary.mailbox import ReceivedMail, read_mailbox
from atmp_insure.diary.tray_models import TrayLetter
from atmp_insure.kernel.errors import ExternalServiceError, Refused
from atmp_insure.settings import MailboxSettings, Settings
from tests.db.builders import TESTER
from tests.diary.imap import MailServer
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database

LARGEST = 10**8


def a_mail(sender: str, *names: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = sender, "Lettre", "Tue, 20 Jan 2026 09:00:00 +0100"
    message.set_content("Bonjour")
    for name in names:
        message.add_attachment(a_pdf(name), maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


def settings_of(server: MailServer) -> MailboxSettings:
    return MailboxSettings("127.0.0.1", server.port, "bureau", "secret", encrypted=False)


def test_a_mail_that_the_mailbox_does_not_give_stays_unread_and_is_told() -> None:
    kept: list[str] = []
    with MailServer(a_mail("un@exemple.invalid"), None, a_mail("trois@exemple.invalid")) as server:
        reading = read_mailbox(settings_of(server), LARGEST, lambda mail: kept.append(mail.sender))
    assert (reading.read, server.seen, kept) == (2, [1, 3], ["un@exemple.invalid", "trois@exemple.invalid"])
    assert reading.failed == ("n° 2 (la boîte ne le donne pas)",)


@pytest.mark.parametrize(
    ("error", "why"), [(Refused("coffre plein"), "coffre plein"), (OSError("disk"), "OSError")], ids=["ours", "another"]
)
def test_a_mail_that_breaks_stays_unread_and_stops_no_other(error: Exception, why: str) -> None:
    def keep(mail: ReceivedMail) -> None:
        if mail.sender.startswith("un@"):
            raise error

    with MailServer(a_mail("un@exemple.invalid"), a_mail("deux@exemple.invalid")) as server:
        first = read_mailbox(settings_of(server), LARGEST, keep)
        assert (first.read, server.seen) == (1, [2])
        assert first.failed == (f"n° 1 de un@exemple.invalid ({why})",)
        assert read_mailbox(settings_of(server), LARGEST, lambda _mail: None).read == 1  # it is tried again
    assert server.seen == [2, 1]


def test_a_mailbox_that_goes_away_in_between_is_said_to_have() -> None:
    kept: list[str] = []
    with MailServer(a_mail("un@exemple.invalid"), a_mail("deux@exemple.invalid"), leaves_at=2) as server:  # noqa: SIM117
        with pytest.raises(ExternalServiceError, match="interrompue"):
            read_mailbox(settings_of(server), LARGEST, lambda mail: kept.append(mail.sender))
    assert (server.seen, kept) == ([1], ["un@exemple.invalid"])


def test_the_job_says_what_was_read_and_what_failed(database: Database, tmp_path: Path) -> None:
    with MailServer(None, a_mail("caisse@exemple.invalid", "lettre.pdf")) as server:
        settings = replace(Settings(environment="test", data_dir=tmp_path), mailbox=settings_of(server))
        said = read_mail(JobContext(database, settings, date(2026, 1, 20), datetime(2026, 1, 20, 9, tzinfo=UTC)))
    assert said == "1 message(s) lu(s) ; 1 en échec, laissé(s) non lu(s) : n° 1 (la boîte ne le donne pas)"
    with database.reading(TESTER) as session:
        assert [one.file_name for one in session.scalars(select(TrayLetter))] == ["lettre.pdf"]
