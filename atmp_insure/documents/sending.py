"""Sends the outbox: one mail at a time, taken and ended in two short transactions, the relay asked in between.

Taking a mail puts off its next attempt: whoever dies while sending leaves a mail that is tried again later, under the
same identifier. Refusals are tried again after longer and longer waits, then left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from atmp_insure.db import checkpoints
from atmp_insure.db.actor import system
from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import Document, MailState, OutgoingMail
from atmp_insure.documents.outgoing import LINK_EVENTS, LINK_REMOVED
from atmp_insure.documents.service import Reader
from atmp_insure.documents.smtp import Attachment, MailRefused, message_of, relay_opened
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.kernel.errors import ExternalServiceError, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.smtp import Relay
    from atmp_insure.documents.vault import Vault
    from atmp_insure.settings import MailSettings

TAKEN_FOR = timedelta(minutes=10)
WAITS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4),
    timedelta(hours=12),
)  # fmt: skip
MOST_AT_ONCE = 200
_ACTOR = system("outgoing mail")


@dataclass(slots=True)
class SendingRound:
    """What a round of sending did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs: the outbox, the vault of the attachments, the relay, and under which name we write."""

    database: Database
    vault: Vault
    settings: MailSettings
    sender_name: str


def send_due_mail(post: Post, now: datetime) -> SendingRound:
    """Send the mails that are due; without a host in the settings they wait, readable on screen.

    Raises:
        ExternalServiceError: the relay does not answer; no attempt is counted for mails that were not taken.
    """
    outcome = SendingRound()
    if not post.settings.host or not _has_due(post.database, now):
        return outcome
    with relay_opened(post.settings) as relay:
        for _ in range(MOST_AT_ONCE):
            mail = _take(post.database, now)
            if mail is None:
                break
            _send(post, relay, mail, now, outcome)
    return outcome


def _send(post: Post, relay: Relay, mail: OutgoingMail, now: datetime, outcome: SendingRound) -> None:
    checkpoints.reached("mail: taken")
    try:
        attachments = _attachments(post, mail)
        relay.send(message_of(mail, post.sender_name, post.settings.sender, attachments))
    except MailRefused as error:
        _postpone(post.database, mail, str(error), now, outcome, is_final=error.is_final)
    except (DamagedObject, NotFound) as error:
        _postpone(post.database, mail, f"Pièce jointe : {error}", now, outcome, is_final=True)
    except ExternalServiceError as error:
        _postpone(post.database, mail, str(error), now, outcome, is_final=False)
        raise
    else:
        checkpoints.reached("mail: handed over")
        _end(post.database, mail, now)
        outcome.sent += 1


def _has_due(database: Database, now: datetime) -> bool:
    with database.reading(_ACTOR) as session:
        due = select(OutgoingMail.id).where(OutgoingMail.state == MailState.WAITING, OutgoingMail.due_at <= now)
        return session.scalar(due.limit(1)) is not None


def _take(database: Database, now: datetime) -> OutgoingMail | None:
    """The oldest mail that is due, put off so that no other worker takes it."""
    with database.writing(_ACTOR) as session:
        statement = (
            select(OutgoingMail)
            .where(OutgoingMail.state == MailState.WAITING, OutgoingMail.due_at <= now)
            .order_by(OutgoingMail.due_at, OutgoingMail.id)
            .limit(1)
            .with_for_update(of=OutgoingMail, skip_locked=True)
        )
        mail = session.scalar(statement)
        if mail is not None:
            mail.attempts, mail.due_at = mail.attempts + 1, now + TAKEN_FOR
        return mail


def _end(database: Database, taken: OutgoingMail, now: datetime) -> None:
    with database.writing(_ACTOR) as session:
        mail = _held(session, taken)
        if mail is None:
            return
        mail.state, mail.sent_at, mail.error = MailState.SENT, now, None
        if mail.event in LINK_EVENTS:
            mail.body = LINK_REMOVED


def _postpone(
    database: Database, taken: OutgoingMail, reason: str, now: datetime, outcome: SendingRound, *, is_final: bool
) -> None:
    with database.writing(_ACTOR) as session:
        mail = _held(session, taken)
        if mail is None:
            return
        mail.error = reason
        if is_final or mail.attempts > len(WAITS):
            mail.state = MailState.FAILED
            outcome.failed += 1
        else:
            mail.due_at = now + WAITS[mail.attempts - 1]
            outcome.postponed += 1


def _held(session: ScopedSession, taken: OutgoingMail) -> OutgoingMail | None:
    """The mail, locked, if nobody else took it since: an attempt that lasted too long is no longer ours."""
    statement = select(OutgoingMail).where(
        OutgoingMail.id == taken.id, OutgoingMail.attempts == taken.attempts, OutgoingMail.state == MailState.WAITING
    )
    return session.scalar(statement.with_for_update(of=OutgoingMail))


def _attachments(post: Post, mail: OutgoingMail) -> list[Attachment]:
    """The latest version of each document that goes with a mail; each leaving is written in the reading log."""
    if not mail.document_ids:
        return []
    with post.database.reading(_ACTOR) as session:
        documents = _attached(session, mail)
    reader = Reader(post.database, _ACTOR, post.vault)
    found = []
    for document in documents:
        version = document.versions[-1]
        content = reader.read(document, version, f"joint au courriel n° {mail.id}", "exported")
        found.append(Attachment(version.file_name, version.media_type, content))
    return found


@unscoped("whoever wrote the mail was allowed to attach them")
def _attached(session: ScopedSession, mail: OutgoingMail) -> list[Document]:
    statement = select(Document).where(Document.id.in_(mail.document_ids)).options(selectinload(Document.versions))
    found = {document.id: document for document in session.scalars(statement)}
    if len(found) < len(set(mail.document_ids)):
        raise NotFound("un document joint n'existe plus.")
    return [found[number] for number in mail.document_ids]
