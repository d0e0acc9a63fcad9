"""Use cases of letters that people write: kept in the vault, sent by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.roles import Right
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.documents.service import deposit_document, require_right_there
from atmp_insure.kernel.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.models import Document, OutgoingMail
    from atmp_insure.documents.service import Deposit, NewDocument
    from atmp_insure.documents.vault import Vault

CHANNEL = "written"
EVENT = "letter"
LETTER_KINDS = ("correspondence", "office_letter", "lawyer_letter")  # what a letter that someone writes may be


def keep_letter(session: ScopedSession, vault: Vault, new: NewDocument, file: AcceptedFile, now: datetime) -> Deposit:
    """Keep a letter in the vault; the same letter, kept twice, is one document.

    Raises:
        OutOfScope: the actor may not write letters, or put papers away, for this company.
    """
    require_right_there(session, Right.WRITE_LETTERS, new.company_id, new.establishment_id)
    return deposit_document(session, vault, new, file, now)


def send_documents(
    session: ScopedSession,
    documents: Sequence[Document],
    recipient: str,
    subject: str,
    body: str,
    *,
    key: str,
    now: datetime,
) -> OutgoingMail:
    """Write a mail that carries documents of one client, which the actor sees; under the same key, the same one.

    Raises:
        OutOfScope: the actor may not write letters for this company.
        Refused: no document; a medical paper does not travel by ordinary mail, and an erased one not at all.
        InvalidInput: papers of several clients.
    """
    if not documents:
        raise Refused("Aucune pièce à envoyer : en choisir une au moins.")
    if len({document.company_id for document in documents}) > 1:
        raise InvalidInput.one("pièces de plusieurs entreprises", "Les envoyer séparément", place="attached")
    for document in documents:
        require_right_there(session, Right.WRITE_LETTERS, document.company_id, document.establishment_id)
    return write_mail(
        session, EVENT, recipient, subject, body, key=f"{EVENT}:{session.actor.user_id}:{key}", now=now,
        company_id=documents[0].company_id, document_ids=[document.id for document in documents],
    )  # fmt: skip
