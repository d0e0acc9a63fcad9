"""Use cases of letters that people write: kept in the vault, sent by mail."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import has_right_there, require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.documents.models import OPENED_BY
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.documents.pdf import pdf_of
from atmp_insure.documents.service import deposit_document
from atmp_insure.documents.written_letters import left_to_say, written_html
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.identifiers import mail_address_faults
from atmp_insure.kernel.paris import PARIS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.models import Document, OutgoingMail
    from atmp_insure.documents.service import Deposit, NewDocument
    from atmp_insure.documents.vault import Vault
    from atmp_insure.documents.written_letters import Sender, WrittenLetter

CHANNEL = "written"
EVENT = "letter"
LETTER_KINDS = ("correspondence", "office_letter", "lawyer_letter")  # what a letter that someone writes may be


def require_whole(body: str) -> None:
    """Refuse to keep a letter whose model still waits for what only a person can say.

    Raises:
        InvalidInput: something stands in brackets.
    """
    waiting = left_to_say(body)
    if waiting:
        raise InvalidInput.one(f"il reste à dire : {waiting[0]}", "L'écrire à sa place, ou l'ôter", place="body")


def letter_pdf(written: WrittenLetter, sender: Sender, on: date) -> bytes:
    """The letter of a day; the same letter gives the same file all day, so that it is kept once."""
    return pdf_of(written_html(written, sender, on), dated=datetime.combine(on, time(), PARIS))


def letter_file_name(on: date, extension: str) -> str:
    """The name of the file of a letter."""
    return f"courrier-{on.isoformat()}.{extension}"


def reads_again(
    session: ScopedSession, kind: DocumentKind, company_id: int | None, establishment_id: int | None = None
) -> bool:
    """Whether the writer of a letter will see it once it is kept."""
    right = OPENED_BY.get(kind.confidentiality)
    return right is not None and has_right_there(session, right, company_id, establishment_id)


def require_read_again(session: ScopedSession, new: NewDocument) -> None:
    """Refuse a letter that its writer could not see once it is kept.

    Raises:
        InvalidInput: its nature is for others.
    """
    if not reads_again(session, new.kind, new.company_id, new.establishment_id):
        raise InvalidInput.one("vous ne pourriez pas relire ce courrier", "Choisir une autre nature", place="kind")


def keep_letter(session: ScopedSession, vault: Vault, new: NewDocument, file: AcceptedFile, now: datetime) -> Deposit:
    """Keep a letter in the vault; the same letter, kept twice, is one document.

    Raises:
        OutOfScope: the actor may not write letters, or put papers away, for this company.
    """
    require_right_there(session, Right.WRITE_LETTERS, new.company_id, new.establishment_id)
    return deposit_document(session, vault, new, file, now)


def mail_address(text: str) -> str:
    """The address that a mail goes to, as it was typed.

    Raises:
        InvalidInput: no address that a mail can go to.
    """
    faults = mail_address_faults(text, "recipient")
    if faults:
        raise InvalidInput(faults)
    return text.strip()


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
