"""Letters from a mailbox, by IMAP: every accepted attachment of an unread message goes into the tray, once.

A message is marked as read once its letters are kept; one that fails stays unread, is told, and stops no other.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import structlog

from atmp_insure.documents.accepted_files import AcceptedFile, accepted
from atmp_insure.kernel.errors import AtmpInsureError, ExternalServiceError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from atmp_insure.settings import MailboxSettings

_log = structlog.get_logger("mailbox")
_TIMEOUT_SECONDS = 30
_NOT_A_LETTER = ("image/", "text/calendar")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A message with its attachments that the vault takes.

    Attributes:
        refused: names of attachments that it does not take, with why.
    """

    sender: str
    sent_at: datetime | None
    files: tuple[AcceptedFile, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of the unread messages of a mailbox.

    Attributes:
        read: how many were kept, and marked as read.
        failed: which ones stay unread, each with why.
    """

    read: int
    failed: tuple[str, ...]


def read_mailbox(settings: MailboxSettings, largest_bytes: int, keep: Callable[[ReceivedMail], None]) -> Reading:
    """Give each unread message to `keep`, and mark those that are kept as read.

    Raises:
        ExternalServiceError: the mailbox does not answer, or refuses the sign-in.
    """
    failed = []
    with _opened(settings) as mailbox:
        _state, found = mailbox.search(None, "UNSEEN")
        numbers = found[0].split() if found and found[0] else []
        for number in numbers:
            content = _content(mailbox, number)
            failure = _failure(content, largest_bytes, keep)
            if failure is None:
                mailbox.store(number, "+FLAGS", "\\Seen")
            else:
                failed.append(f"n° {number.decode()} {failure}")
    return Reading(len(numbers) - len(failed), tuple(failed))


def _content(mailbox: imaplib.IMAP4, number: bytes) -> bytes | None:
    """The bytes of a message, which stays unread; None when the mailbox does not give them."""
    try:
        state, parts = mailbox.fetch(number.decode(), "(BODY.PEEK[])")
    except imaplib.IMAP4.abort:
        raise  # the mailbox itself went away
    except imaplib.IMAP4.error:
        return None
    content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    return content if state == "OK" and content else None


def _failure(content: bytes | None, largest_bytes: int, keep: Callable[[ReceivedMail], None]) -> str | None:
    """Why a message is not kept; None once it is."""
    if content is None:
        return "(la boîte ne le donne pas)"
    sender = ""
    try:
        mail = received(content, largest_bytes)
        sender = mail.sender
        keep(mail)
    except Exception as error:  # noqa: BLE001 - one faulty message must not stop the others
        _log.error("a message of the mailbox is not kept", exc_info=error)
        why = str(error) if isinstance(error, AtmpInsureError) else type(error).__name__
        return f"de {sender or 'expéditeur illisible'} ({why})"
    return None


def received(content: bytes, largest_bytes: int) -> ReceivedMail:
    """The message of some bytes, its attachments looked at before they are kept."""
    message: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    files, refused = [], []
    for part in message.iter_attachments():
        name = part.get_filename() or "piece-jointe"
        if part.get_content_disposition() == "inline" and part.get_content_type().startswith(_NOT_A_LETTER):
            continue  # the logo of a signature
        body = part.get_payload(decode=True)
        try:
            files.append(accepted(name, body if isinstance(body, bytes) else b"", largest_bytes))
        except InvalidInput as error:
            refused.append(f"{name} : {error.faults[0].message}")
    return ReceivedMail(str(message.get("From", "")), _sent_at(message), tuple(files), tuple(refused))


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


@contextmanager
def _opened(settings: MailboxSettings) -> Iterator[imaplib.IMAP4]:
    try:
        kind = imaplib.IMAP4_SSL if settings.encrypted else imaplib.IMAP4
        mailbox = kind(settings.host, settings.port, timeout=_TIMEOUT_SECONDS)
        mailbox.login(settings.sign_in, settings.password)
        mailbox.select(settings.folder)
    except (OSError, imaplib.IMAP4.error) as error:
        raise ExternalServiceError(f"La boîte aux lettres {settings.host} ne répond pas, ou refuse l'accès") from error
    try:
        yield mailbox
    except (OSError, imaplib.IMAP4.error) as error:
        raise ExternalServiceError(f"La boîte aux lettres {settings.host} s'est interrompue") from error
    finally:
        _leave(mailbox)


def _leave(mailbox: imaplib.IMAP4) -> None:
    try:
        mailbox.logout()
    except (OSError, imaplib.IMAP4.error):  # one that went away hears no farewell
        mailbox.shutdown()
