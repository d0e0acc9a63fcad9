"""Letters from a mailbox, by IMAP: every accepted attachment of an unread message goes into the tray, once.

A message is marked as read once its letters are kept; one that fails stays unread, and is told.
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

from atmp_insure.documents.accepted_files import AcceptedFile, accepted
from atmp_insure.kernel.errors import ExternalServiceError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from atmp_insure.settings import MailboxSettings

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


def read_mailbox(settings: MailboxSettings, largest_bytes: int, keep: Callable[[ReceivedMail], None]) -> int:
    """Give each unread message to `keep`, then mark it as read; gives how many.

    Raises:
        ExternalServiceError: the mailbox does not answer, or refuses the sign-in.
    """
    with _opened(settings) as mailbox:
        _state, found = mailbox.search(None, "UNSEEN")
        numbers = found[0].split() if found and found[0] else []
        for number in numbers:
            _state, parts = mailbox.fetch(number, "(BODY.PEEK[])")
            content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            keep(received(content, largest_bytes))
            mailbox.store(number, "+FLAGS", "\\Seen")
    return len(numbers)


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
    except imaplib.IMAP4.error as error:
        raise ExternalServiceError(f"La boîte aux lettres {settings.host} s'est interrompue") from error
    finally:
        mailbox.logout()
