"""Use cases on documents: put away, add a version, read, hold, set the retention, erase.

Whoever puts a paper away may not be allowed to read it again (a medical one): writing goes beside the scope here, after
the right to write for that company was checked. Everything else is done on documents that the actor sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import Confidentiality, Document, DocumentVersion
from atmp_insure.documents.retention import require_erasable
from atmp_insure.documents.vault import DamagedObject, put_content
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import DocumentKind, RetentionEvent
    from atmp_insure.documents.vault import Vault

ERASED_NAME, ERASED_TITLE = "effacé", "Pièce effacée"
BY_RETENTION = "durée de conservation écoulée"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A paper to put away.

    Attributes:
        title: what it is, without the name of a person nor health data; empty: the name of its kind.
        confidentiality: None: that of its kind.
        file_ref: the file it belongs to; a medical paper must have one.
        channel: how it came: `web`, `mail`, `import`…
    """

    kind: DocumentKind
    company_id: int | None
    title: str = ""
    confidentiality: Confidentiality | None = None
    establishment_id: int | None = None
    file_ref: str | None = None
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class EndingEvent:
    """What makes retentions begin, when, and for which file (all those of the company when none is named)."""

    event: RetentionEvent
    on: date
    file_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Deposit:
    """What became of a deposit: the document and its version, and whether they are new."""

    document: Document
    version: DocumentVersion
    is_new: bool


@unscoped("a paper may be put away by someone who may not read it again")
def deposit_document(
    session: ScopedSession, vault: Vault, new: NewDocument, file: AcceptedFile, now: datetime
) -> Deposit:
    """Put a paper away; the same file, put away again for the same client as the same thing, is the paper that exists.

    Raises:
        OutOfScope: the actor may not put papers away for this company.
        InvalidInput: the level is too open for the kind, a medical paper names no file, or has a title of its own.
    """
    require_right_there(session, Right.WRITE_DOCUMENTS, new.company_id, new.establishment_id)
    level = _suitable_level(new)
    kept = put_content(session, vault, new.company_id, file.content)
    twin = _twin(session, new, level, kept.address)
    if twin is not None:
        return Deposit(twin.document, twin, is_new=False)
    title = new.title.strip() or new.kind.label
    document = Document(
        kind=new.kind.code, title=title, search_title=search_text(title), confidentiality=level,
        company_id=new.company_id, establishment_id=new.establishment_id, file_ref=new.file_ref, received_at=now,
        received_by=session.actor.name,
    )  # fmt: skip
    version = _version(session, file, now, new.channel)
    version.number, version.address, version.object_key = 1, kept.address, kept.object_key
    document.versions.append(version)
    session.add(document)
    session.flush()
    checkpoints.reached("documents: deposit written")
    return Deposit(document, version, is_new=True)


def _suitable_level(new: NewDocument) -> Confidentiality:
    level = new.confidentiality or new.kind.confidentiality
    if not new.kind.may_be(level):
        raise InvalidInput.one(
            f"niveau trop ouvert pour « {new.kind.label} »", "Garder celui de la nature", place="confidentiality"
        )
    if level is not Confidentiality.MEDICAL:
        return level
    if not new.file_ref:
        raise InvalidInput.one(
            "pièce médicale sans dossier",
            "Donner le dossier : seul le médecin qui y est nommé la lira",
            place="file_ref",
        )
    if new.title.strip() not in {"", new.kind.label}:
        raise InvalidInput.one("une pièce médicale n'a pas de titre libre", "Laisser le titre vide", place="title")
    return level


def _twin(session: ScopedSession, new: NewDocument, level: Confidentiality, address: str) -> DocumentVersion | None:
    """The version of a document of the same kind, level and file that holds the same content of the same client."""
    statement = (
        select(DocumentVersion)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(
            DocumentVersion.address == address,
            DocumentVersion.object_key.is_not(None),
            Document.kind == new.kind.code,
            Document.confidentiality == level,
            Document.company_id == new.company_id if new.company_id is not None else Document.company_id.is_(None),
            Document.file_ref == new.file_ref if new.file_ref is not None else Document.file_ref.is_(None),
        )
        .order_by(DocumentVersion.id)
        .limit(1)
    )
    return session.scalar(statement)


def add_version(session: ScopedSession, vault: Vault, document: Document, file: AcceptedFile, now: datetime) -> Deposit:
    """Add a version to a document; the content of one that it already has changes nothing.

    Raises:
        OutOfScope: the actor may not put papers away for this company.
        Refused: the document is erased.
    """
    require_right_there(session, Right.WRITE_DOCUMENTS, document.company_id, document.establishment_id)
    locked = lock_document(session, document)
    if locked.erased_at is not None:
        raise Refused("Ce document est effacé : déposer une nouvelle pièce.")
    kept = put_content(session, vault, locked.company_id, file.content)
    known = next((version for version in locked.versions if version.address == kept.address), None)
    if known is not None:
        return Deposit(locked, known, is_new=False)
    version = _version(session, file, now, "web")
    version.number = max((one.number for one in locked.versions), default=0) + 1
    version.address, version.object_key = kept.address, kept.object_key
    locked.versions.append(version)
    session.flush()
    return Deposit(locked, version, is_new=True)


def _version(session: ScopedSession, file: AcceptedFile, now: datetime, channel: str) -> DocumentVersion:
    return DocumentVersion(
        file_name=file.name, media_type=file.media_type, byte_count=len(file.content), page_count=file.page_count,
        active_content=file.active_content, received_at=now, received_by=session.actor.name, channel=channel,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, from which vault, and where it is written that they do."""

    database: Database
    actor: Actor
    vault: Vault

    def read(self, document: Document, version: DocumentVersion, what: str, action: str = "read") -> bytes:
        """The content of a version, once it is written in the reading log that the actor reads it.

        Args:
            document: the document, which the actor sees.
            version: one of its versions.
            what: what is shown, in French: `page 2`, `fichier`.
            action: `read`, `downloaded` or `exported`.

        Raises:
            NotFound: it was erased.
            DamagedObject: it was altered, or is missing: written in the reading log as refused.
        """
        named = f"{document.title}, version {version.number}, {what}"
        try:
            content = self.vault.opened(document.company_id, version)
        except DamagedObject:
            self._record(document, "refused", f"{named} : contenu altéré ou absent du coffre")
            raise
        self._record(document, action, named)
        return content

    def _record(self, document: Document, action: str, what: str) -> None:
        record_reading(
            self.database, self.actor, action, f"documents:{document.id}", what, company_id=document.company_id
        )


def put_legal_hold(session: ScopedSession, document: Document, reason: str) -> None:
    """Keep a document from being erased until the hold is lifted; the reason shows on its page.

    Raises:
        InvalidInput: no reason.
        Refused: erased already, or held already.
    """
    locked = _locked_for_retention(session, document)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi, sans donnée de santé", place="reason")
    if locked.legal_hold is not None:
        raise Refused("Ce document est déjà gelé.")
    locked.legal_hold = reason.strip()
    session.flush()


def lift_legal_hold(session: ScopedSession, document: Document) -> None:
    """Let a document be erased again once its retention is over; who lifted which hold stays in the change log."""
    locked = _locked_for_retention(session, document)
    if locked.legal_hold is None:
        raise Refused("Ce document n'est pas gelé.")
    locked.legal_hold = None
    session.flush()


@unscoped("a dispute holds every paper of a file, those that its keeper may not read included")
def hold_file(session: ScopedSession, company_id: int, file_ref: str, reason: str) -> int:
    """Keep every paper of a file from being erased, or let them go when the reason is empty; gives how many changed.

    Papers held for another reason keep it; lifting lifts every hold of the file.

    Raises:
        OutOfScope: the actor may not set holds for this company.
    """
    require_right_there(session, Right.ERASE_DOCUMENTS, company_id)
    held = Document.legal_hold.is_(None) if reason.strip() else Document.legal_hold.is_not(None)
    statement = select(Document).where(
        Document.company_id == company_id, Document.file_ref == file_ref, Document.erased_at.is_(None), held
    )
    documents = session.scalars(statement.order_by(Document.id).with_for_update(of=Document)).all()
    for document in documents:
        document.legal_hold = reason.strip() or None
    session.flush()
    return len(documents)


def set_retention(session: ScopedSession, document: Document, keep_until: date) -> None:
    """Say until which day a document is kept; after it, the next run of erasures takes it.

    Raises:
        Refused: erased already.
    """
    locked = _locked_for_retention(session, document)
    locked.keep_until = keep_until
    session.flush()


@unscoped("retention begins for every paper of a file, those that its keeper may not read included")
def begin_retentions(
    session: ScopedSession, kinds: Mapping[str, DocumentKind], event: EndingEvent, company_id: int | None
) -> int:
    """Let the retention of papers begin with an event (a contract ended, a victim was consolidated); gives how many.

    Each paper of the company, or of one of its files, whose kind counts from that event is kept for the duration of its
    kind; a later day set before stays.

    Raises:
        OutOfScope: the actor may not set retentions for this company.
    """
    require_right_there(session, Right.ERASE_DOCUMENTS, company_id)
    counted = [kind.code for kind in kinds.values() if kind.retention.event is event.event and kind.retention.years]
    statement = select(Document).where(
        Document.company_id == company_id, Document.kind.in_(counted), Document.erased_at.is_(None)
    )
    if event.file_ref is not None:
        statement = statement.where(Document.file_ref == event.file_ref)
    changed = 0
    for document in session.scalars(statement.order_by(Document.id).with_for_update(of=Document)):
        last_day = kinds[document.kind].retention.last_day(event.on)
        if last_day is not None and (document.keep_until is None or document.keep_until < last_day):
            document.keep_until = last_day
            changed += 1
    session.flush()
    return changed


def erase_document(session: ScopedSession, document: Document, reason: str, now: datetime) -> tuple[str, ...]:
    """Destroy the keys of a document that the actor sees; gives the addresses to clear once this is committed.

    Raises:
        Refused: held, erased already, or still in its retention without a reason.
    """
    locked = _locked_for_retention(session, document)
    require_erasable(locked, reason, paris_day(now))
    return _destroy(session, locked, reason.strip() or BY_RETENTION, now)


@unscoped("a paper put in the wrong file is taken back by whoever put it there, even one that they may not read")
def take_back_document(session: ScopedSession, document_id: int, reason: str, now: datetime) -> tuple[str, ...]:
    """Destroy the keys of a paper that the actor put away by mistake today; gives the addresses to clear.

    Raises:
        Refused: put away by somebody else or on another day, held, or erased: whoever erases documents must act.
    """
    document = session.get_one(Document, document_id, with_for_update={"of": Document}, populate_existing=True)
    is_own = document.received_by == session.actor.name and paris_day(document.received_at) == paris_day(now)
    if not is_own or document.legal_hold is not None or document.erased_at is not None:
        raise Refused("Cette pièce n'a pas été déposée par vous aujourd'hui : demander à un responsable de l'effacer.")
    return _destroy(session, document, reason, now)


@unscoped("retention ends for every paper, those that nobody of the office may read included")
def erase_due_document(session: ScopedSession, document_id: int, now: datetime) -> bool:
    """Destroy the keys of a document whose retention is over; False when it is held, prolonged or erased meanwhile."""
    document = session.get(Document, document_id, with_for_update={"of": Document}, populate_existing=True)
    if document is None:
        raise NotFound(f"Le document n° {document_id} n'existe plus.")
    is_due = document.keep_until is not None and document.keep_until < paris_day(now)
    if document.erased_at is not None or document.legal_hold is not None or not is_due:
        return False
    _destroy(session, document, BY_RETENTION, now)
    return True


def _destroy(session: ScopedSession, document: Document, reason: str, now: datetime) -> tuple[str, ...]:
    """Forget keys and names; the row stays as the trace that a paper of its kind was received, and erased."""
    addresses = []
    for version in document.versions:
        if version.object_key is not None:
            addresses.append(version.address)
        version.object_key, version.file_name = None, ERASED_NAME
    document.title = ERASED_TITLE
    document.search_title = search_text(document.title)
    document.erased_at, document.erasure_reason = now, reason
    session.flush()
    checkpoints.reached("documents: keys destroyed")
    return tuple(addresses)


def lock_document(session: ScopedSession, document: Document) -> Document:
    """The document as it stands now, held until the transaction ends."""
    locked = session.get(Document, document.id, with_for_update={"of": Document}, populate_existing=True)
    if locked is None:
        raise NotFound("Ce document n'existe pas, ou vous ne pouvez pas le voir.")
    return locked


def _locked_for_retention(session: ScopedSession, document: Document) -> Document:
    require_right_there(session, Right.ERASE_DOCUMENTS, document.company_id, document.establishment_id)
    locked = lock_document(session, document)
    if locked.erased_at is not None:
        raise Refused("Ce document est déjà effacé.")
    return locked
