"""Outgoing mail: written in the transaction that wants it, sent afterwards, never twice for its reader."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db.scope import BoundActor, unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.documents.models import Confidentiality, Document, MailState, OutgoingMail
from atmp_insure.kernel.errors import NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

# their text opens an account, a door to deposit papers or a quote to be signed: few may read it, and it is not kept
LINK_EVENTS = frozenset({"invitation", "reset", "document_request", "quote", "quote_answer"})
LINK_REMOVED = "Le lien a été retiré de cette copie après l'envoi."


@unscoped("mail is written by people who may not read the whole outbox")
def write_mail(
    session: ScopedSession,
    event: str,
    recipient: str,
    subject: str,
    body: str,
    *,
    key: str,
    now: datetime,
    company_id: int | None = None,
    document_ids: Sequence[int] = (),
) -> OutgoingMail:
    """Write a mail for the job that sends; asked for twice under one key, it is one mail.

    Raises:
        NotFound: a document to attach does not exist, or the writer does not see it.
        Refused: a medical paper does not travel by ordinary mail, and an erased one not at all.
    """
    known = session.scalar(select(OutgoingMail).where(OutgoingMail.key == key))
    if known is not None:
        return known
    _require_sendable(session, document_ids)
    ring = key_ring_of(session.get_bind().dialect)
    mail = OutgoingMail(
        key=key, event=event, company_id=company_id, recipient=recipient.strip(), subject=" ".join(subject.split()),
        body=body, document_ids=list(document_ids), message_id=f"{secrets.token_hex(12)}@atmp-insure", written_at=now,
        due_at=now, recipient_digest=ring.digest("mail", recipient.strip().lower()),
    )  # fmt: skip
    session.add(mail)
    session.flush()
    return mail


def _require_sendable(session: ScopedSession, document_ids: Sequence[int]) -> None:
    if not document_ids:
        return
    seen = select(Document).where(Document.id.in_(document_ids), Document.scope(BoundActor(session.actor)))
    found = {document.id: document for document in session.scalars(seen)}
    for document_id in document_ids:
        document = found.get(document_id)
        if document is None:
            raise NotFound(f"Le document n° {document_id} n'existe pas, ou vous ne pouvez pas le voir.")
        if document.confidentiality is Confidentiality.MEDICAL:
            raise Refused("Une pièce médicale ne part pas par courriel : pli « secret médical », ou dépôt au médecin.")
        if document.erased_at is not None:
            raise Refused(f"Le document n° {document_id} est effacé : il ne peut plus être joint.")


def resend_mail(session: ScopedSession, mail: OutgoingMail, now: datetime) -> None:
    """Let a mail that failed be tried again at once, from its first attempt.

    Raises:
        Refused: already sent, or still to be tried by itself.
        NotFound: the mail went away meanwhile.
    """
    locked = session.get(OutgoingMail, mail.id, with_for_update={"of": OutgoingMail}, populate_existing=True)
    if locked is None:
        raise NotFound("Ce courriel n'existe pas, ou vous ne pouvez pas le voir.")
    if locked.state is MailState.SENT:
        raise Refused("Ce courriel est parti : en écrire un autre plutôt que de le renvoyer.")
    locked.state, locked.attempts, locked.due_at, locked.error = MailState.WAITING, 0, now, None
    session.flush()
