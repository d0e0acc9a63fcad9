"""Use cases on papers of the AT/MP account that come: files that are given, papers that lie in the vault already.

Each is read before its transaction begins, and proposed; nothing counts before `service.keep_deposit`. A content of a
company is read once, whichever way it came.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import has_right_there, require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import DocumentVersion
from atmp_insure.documents.queries import get_document
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.documents.vault import lock_address, put_content
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.models import DepositState, PaperDeposit, PaperState, RatePaper
from atmp_insure.rate_records.stored import stored_text
from atmp_insure.rate_records.unit_keys import siren_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.models import Document as VaultDocument
    from atmp_insure.documents.vault import Vault
    from atmp_insure.parties.models import Company
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.readers import Reading

_KINDS = {
    "calculation_sheet": "calculation_sheet", "employer_account": "employer_account",
    "current_account": "employer_account", "rate_history": "rate_history", "dsn": "payroll_declaration",
}  # fmt: skip
_MIXED = "account_file"
RATE_PAPER_KINDS = frozenset({*_KINDS.values(), _MIXED})  # of the vault: those that hold papers of the account


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was accepted, and what it holds."""

    file: AcceptedFile
    reading: Reading

    @property
    def document_kind(self) -> str:
        """Under which kind the vault keeps it."""
        kinds = {_KINDS[document.kind] for document in self.reading.documents}
        return kinds.pop() if len(kinds) == 1 and not self.reading.faults else _MIXED


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A file that lies in the vault already, and what it holds."""

    document_id: int
    number: int
    reading: Reading


@dataclass(slots=True)
class Deposited:
    """What became of files given together.

    Attributes:
        deposit: None when nothing of them is new.
        repeated: names of the files that were given before.
        foreign: faults of the files of another company, which are not kept.
    """

    deposit: PaperDeposit | None = None
    repeated: list[str] = field(default_factory=list)
    foreign: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DepositShelf:
    """Where a deposit goes: the vault, its kinds of papers, the company, and the moment."""

    vault: Vault
    kinds: Mapping[str, DocumentKind]
    company: Company
    now: datetime


def deposit_papers(session: ScopedSession, shelf: DepositShelf, files: Sequence[ReadFile]) -> Deposited:
    """Keep files in the vault and propose what was read of them; the same file given twice does nothing.

    Raises:
        OutOfScope: the actor may not put papers away for this company.
    """
    require_right_there(session, Right.WRITE_RATES, shelf.company.id)
    draft = _Draft(session, shelf)
    for one in files:
        address = shelf.vault.address_of(shelf.company.id, one.file.content)
        if draft.is_foreign(one.file.name, one.reading):
            continue
        if draft.is_repeated(one.file.name, address):
            put_content(session, shelf.vault, shelf.company.id, one.file.content)  # mends it, were it damaged
            continue
        new = NewDocument(shelf.kinds[one.document_kind], shelf.company.id)
        draft.take(deposit_document(session, shelf.vault, new, one.file, shelf.now).version, one.reading)
    return draft.proposed(len(files))


def deposit_from_vault(session: ScopedSession, shelf: DepositShelf, read: Sequence[ReadVersion]) -> Deposited:
    """Propose what was read of papers that lie in the vault; none is put away again, none is read twice.

    Raises:
        NotFound: a document that the actor does not see.
        OutOfScope: the actor may not record the rates of this company.
        InvalidInput: none is given, or one that can give no rate here.
    """
    require_right_there(session, Right.WRITE_RATES, shelf.company.id)
    if not read:
        raise InvalidInput.one("aucune pièce choisie", "Choisir au moins une pièce du coffre", place="documents")
    draft = _Draft(session, shelf)
    for one in read:
        _, version = file_to_read(session, shelf.company.id, one.document_id, one.number)
        if draft.is_foreign(version.file_name, one.reading) or draft.is_repeated(version.file_name, version.address):
            continue
        draft.take(version, one.reading)
    return draft.proposed(len(read))


def file_to_read(
    session: ScopedSession, company_id: int, document_id: int, number: int | None = None
) -> tuple[VaultDocument, DocumentVersion]:
    """A document of the vault that may be read for a company, and its file: the latest, when none is named.

    Raises:
        NotFound: a document that the actor does not see.
        OutOfScope: the actor may not record the rates of this company.
        InvalidInput: a document of another company or of another kind, or one that was erased.
    """
    require_right_there(session, Right.WRITE_RATES, company_id)
    document = get_document(session, document_id)
    version = next((one for one in reversed(document.versions) if number in {None, one.number}), None)
    if document.company_id != company_id:
        raise _refused(document, "pièce d'une autre entreprise", "La lire depuis le dossier de cette entreprise")
    if document.kind not in RATE_PAPER_KINDS:
        raise _refused(
            document, "pièce d'une autre nature",
            "Choisir une feuille de calcul, un compte employeur, un historique des taux ou une déclaration de salaires",
        )  # fmt: skip
    if version is None or version.object_key is None:
        raise _refused(document, "pièce sans contenu", "La déposer de nouveau")
    return document, version


def _refused(document: VaultDocument, said: str, remedy: str) -> InvalidInput:
    return InvalidInput.one(f"« {document.title} » : {said}", remedy, place="documents")


@dataclass(slots=True)
class _Draft:
    """A deposit while its files are taken, one after the other."""

    session: ScopedSession
    shelf: DepositShelf
    done: Deposited = field(default_factory=Deposited)
    papers: list[RatePaper] = field(default_factory=list)
    told: list[tuple[Fault, int | None]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def is_foreign(self, name: str, reading: Reading) -> bool:
        """Whether a file is wholly about other companies; each of their papers is told."""
        others = [paper for paper in reading.documents if not _is_of(paper, self.shelf.company)]
        self.done.foreign += [_foreign(name, paper) for paper in others]
        return bool(others) and len(others) == len(reading.documents)

    def is_repeated(self, name: str, address: str) -> bool:
        """Whether a content was read before; nobody else reads it until this transaction ends."""
        lock_address(self.session, address)
        if address not in self.taken and not _is_read(self.session, address):
            return False
        self.done.repeated.append(name)
        return True

    def take(self, version: DocumentVersion, reading: Reading) -> None:
        """Propose the papers of a file that are of this company, and tell what could not be read of it."""
        self.taken.add(version.address)
        self.told += [(fault, version.id) for fault in reading.faults]
        own = (paper for paper in reading.documents if _is_of(paper, self.shelf.company))
        self.papers += [_proposed(paper, version.document_id, self.shelf) for paper in own]

    def proposed(self, given: int) -> Deposited:
        """What became of all of them; the deposit is written when something of them is new."""
        if self.papers or self.told:
            told = (*self.told, *((fault, None) for fault in self.done.foreign))
            self.done.deposit = PaperDeposit(
                company_id=self.shelf.company.id, state=DepositState.PROPOSED, told=_told_text(told),
                file_count=given - len(self.done.repeated), received_at=self.shelf.now,
                received_by=self.session.actor.name, papers=self.papers,
            )  # fmt: skip
            self.session.add(self.done.deposit)
            self.session.flush()
        return self.done


def _is_read(session: ScopedSession, address: str) -> bool:
    """Whether a content was read, from whichever document holds it."""
    return queries.has_papers(session, _holding(session, address))


@unscoped("a content of a company is read once, even by whoever may not open each document that holds it")
def _holding(session: ScopedSession, address: str) -> dict[int, datetime]:
    """The documents that hold a content, and when it came to each."""
    statement = select(DocumentVersion.document_id, DocumentVersion.received_at).where(
        DocumentVersion.address == address, DocumentVersion.object_key.is_not(None)
    )
    return dict(session.execute(statement).all())


def _is_of(paper: Document, company: Company) -> bool:
    """Whether a paper is about a company; an empty account that names no establishment is where it was given."""
    siret = paper.establishment.siret
    return not siret or siren_of(siret) == company.siren


def _foreign(name: str, paper: Document) -> Fault:
    said = f"{paper.title_fr} d'une autre entreprise (SIREN {siren_of(paper.establishment.siret)})"
    return Fault(said, "La déposer dans le dossier de cette entreprise", source=name)


def _proposed(paper: Document, document_id: int, shelf: DepositShelf) -> RatePaper:
    place = paper.establishment
    return RatePaper(
        company_id=shelf.company.id, document_id=document_id, state=PaperState.PROPOSED, kind=paper.kind.value,
        siret=place.siret, section=place.section, risk_code=place.risk_code, year=paper.year, file_name=paper.file,
        content=stored_text(paper), to_review=paper.to_review, read_at=shelf.now,
    )  # fmt: skip


def _told_text(told: Iterable[tuple[Fault, int | None]]) -> str:
    rows = [[one.source, one.place, one.message, one.remedy, version_id] for one, version_id in told]
    return json.dumps(rows, ensure_ascii=False)


def told_faults(deposit: PaperDeposit) -> tuple[Fault, ...]:
    """What could not be read in the files of a deposit, and what to do."""
    rows = json.loads(deposit.told)
    return tuple(Fault(message, remedy, place, source) for source, place, message, remedy, *_ in rows)


@dataclass(frozen=True, slots=True)
class VaultReading:
    """How far a document of the vault was read, as its page tells it.

    Attributes:
        may_be_read: whether the actor may have it read now.
        is_read: whether its content was read, perhaps from another document.
        papers: what was read of it, as far as the actor sees it.
    """

    may_be_read: bool
    is_read: bool = False
    papers: Sequence[RatePaper] = ()


def reading_of(session: ScopedSession, document: VaultDocument) -> VaultReading | None:
    """How far a document was read; None for one that can give no rate, or when the actor reads none."""
    version = document.versions[-1] if document.versions else None
    if document.kind not in RATE_PAPER_KINDS or version is None or version.object_key is None:
        return None
    if not has_right_there(session, Right.READ_RATES, document.company_id):
        return None
    is_read = _is_read(session, version.address)
    may_write = has_right_there(session, Right.WRITE_RATES, document.company_id)
    return VaultReading(may_write and not is_read, is_read, queries.list_papers_read_from(session, document.id))


def unread_among(session: ScopedSession, company_id: int, document_ids: Iterable[int]) -> list[int]:
    """Which of some documents of a company the actor may have read, and nobody had read yet."""
    wanted = set(document_ids)
    if not wanted or not has_right_there(session, Right.WRITE_RATES, company_id):
        return []
    unread = queries.list_unread_documents(session, company_id, RATE_PAPER_KINDS, wanted)
    return sorted(one.id for one in unread)


def require_unread(session: ScopedSession, document_id: int | None) -> None:
    """Refuse to take a document away while papers that were read from it wait or count.

    Raises:
        Refused: says what to do first.
    """
    if document_id is not None and queries.list_papers_read_from(session, document_id):
        raise Refused(
            "Cette pièce a été lue : ses valeurs attendent d'être relues, ou comptent dans les taux. Abandonner "
            "d'abord son dépôt ; s'il est enregistré, la pièce reste dans son dossier."
        )
