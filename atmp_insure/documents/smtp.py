"""Mail to the relay of the office by SMTP, over TLS unless the settings say otherwise; many mails by one connection."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import AtmpInsureError, ExternalServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.documents.models import OutgoingMail
    from atmp_insure.settings import MailSettings

_TIMEOUT_SECONDS = 30
_TLS_FROM_THE_START = 465
_PERMANENT = 500  # answers from 500 on will not change by themselves (RFC 5321, 4.2.1)


class MailRefused(AtmpInsureError):
    """The relay did not take one mail.

    Attributes:
        is_final: trying again would change nothing.
    """

    def __init__(self, reason: str, *, is_final: bool) -> None:
        self.is_final = is_final
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


def message_of(mail: OutgoingMail, sender_name: str, sender: str, attachments: Sequence[Attachment]) -> EmailMessage:
    """The message of a mail: the same, with the same identifier and date, however often it is sent.

    Raises:
        MailRefused: an address that no message can carry.
    """
    message = EmailMessage()
    try:
        message["From"] = formataddr((sender_name, sender))
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.written_at)
        message["Message-ID"] = f"<{mail.message_id}>"
        message["Auto-Submitted"] = "auto-generated"
    except (ValueError, IndexError) as error:
        raise MailRefused(f"Adresse ou objet impossible ({error}).", is_final=True) from error
    message.set_content(mail.body)
    for one in attachments:
        main, _, sub = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message


class Relay:
    """An open connection to the relay."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def send(self, message: EmailMessage) -> None:
        """Hand one message over.

        Raises:
            MailRefused: for now, or for good.
            ExternalServiceError: the connection broke: whether the message went is not known.
        """
        try:
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise MailRefused(f"Destinataire refusé ({code} {_text(text)}).", is_final=code >= _PERMANENT) from error
        except smtplib.SMTPResponseException as error:
            reason = f"Courriel refusé par le relais ({error.smtp_code} {_text(error.smtp_error)})."
            raise MailRefused(reason, is_final=error.smtp_code >= _PERMANENT) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as error:
            raise MailRefused("Adresse que le relais n'accepte pas.", is_final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ExternalServiceError(f"Connexion au relais perdue ({type(error).__name__}).") from error


@contextmanager
def relay_opened(settings: MailSettings) -> Iterator[Relay]:
    """A connection to the relay, signed in when the settings name someone.

    Raises:
        ExternalServiceError: it does not answer, or does not let us in.
    """
    place = f"{settings.host}:{settings.port}"
    try:
        connection = _connected(settings)
    except (smtplib.SMTPException, OSError) as error:
        what = _text(error.smtp_error) if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
        raise ExternalServiceError(
            f"Relais de courriel {place} injoignable ou fermé ({what}). Les courriels attendent. Vérifier ATMP_MAIL__…"
        ) from error
    try:
        yield Relay(connection)
    finally:
        _leave(connection)


def _connected(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.port == _TLS_FROM_THE_START:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=_TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT_SECONDS)
    try:
        if settings.start_tls and settings.port != _TLS_FROM_THE_START:
            connection.starttls(context=context)
        if settings.sign_in:
            connection.login(settings.sign_in, settings.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _text(answer: bytes | str) -> str:
    return " ".join((answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer).split())[:200]
