"""Use cases on the mail tray: drop, propose, file with its clock, undo, discard, cut, turn, join."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Right, Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary import awaited_service, tray_queries
from atmp_insure.diary.deadline_service import Clocked, end_deadlines_of, follow_deadline
from atmp_insure.diary.tray_models import Channel, LetterState, TrayLetter
from atmp_insure.diary.tray_reading import recognised
from atmp_insure.documents.accepted_files import PDF, accepted
from atmp_insure.documents.page_images import page_text
from atmp_insure.documents.queries import get_document
from atmp_insure.documents.service import NewDocument, deposit_document, take_back_document
from atmp_insure.kernel.errors import AtmpInsureError, InvalidInput, NotFound, Refused
from atmp_insure.parties.queries import find_company, get_company

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.models import Document, DocumentVersion
    from atmp_insure.documents.service import Reader
    from atmp_insure.documents.vault import Vault

_READ_PAGES = 3
_LARGEST = 10**9
# kind of a letter → the clocks that its receipt may start: rule, and the act as the page names it
CLOCKS: Mapping[str, tuple[str, ...]] = {
    "rate_notice": ("rate_contest", "rate_contest_electronic"),
    "fund_decision": ("cra", "cmra", "at_questionnaire", "at_consultation"),
    "court_paper": ("appeal", "cassation"),
}


@dataclass(frozen=True, slots=True)
class Came:
    """How a letter came.

    Attributes:
        sender: who sends it, as a mail or a person says.
    """

    channel: Channel = Channel.WEB
    sender: str = ""
    available_at: datetime | None = None
    mailed_at: datetime | None = None
    downloaded_at: datetime | None = None


@dataclass(slots=True)
class Dropped:
    """What became of files dropped together."""

    letters: list[TrayLetter] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TrayDesk:
    """Where letters are put: the vault, the clocks, the moment, the kinds of papers."""

    vault: Vault
    clocks: DeadlineLaw
    now: datetime
    kinds: Mapping[str, DocumentKind]


def drop(session: ScopedSession, desk: TrayDesk, files: Sequence[AcceptedFile], came: Came) -> Dropped:
    """Put files in the tray, each with a proposal; a file that waits there already is not put twice.

    Raises:
        OutOfScope: the actor does not file the office's mail.
    """
    _require_filer(session)
    done = Dropped()
    for file in files:
        new = NewDocument(desk.kinds["correspondence"], None, channel="mail" if came.channel is Channel.MAIL else "web")
        put = deposit_document(session, desk.vault, new, file, desk.now)
        if not put.is_new and tray_queries.find_waiting(session, put.document.id) is not None:
            done.repeated.append(file.name)
            continue
        letter = TrayLetter(
            document_id=put.document.id, channel=came.channel, file_name=file.name, sender=came.sender or None,
            received_at=desk.now, received_by=session.actor.name, available_at=came.available_at,
            mailed_at=came.mailed_at, downloaded_at=came.downloaded_at, reasons=[],
        )  # fmt: skip
        propose(session, letter, file)
        session.add(letter)
        done.letters.append(letter)
    session.flush()
    return done


def propose(session: ScopedSession, letter: TrayLetter, file: AcceptedFile) -> None:
    """Say what a letter seems to be, and whose, with the reasons."""
    found = recognised(_pages(file), file.name)
    companies = [company for siren in found.sirens if (company := find_company(session, siren)) is not None]
    reasons = list(found.reasons)
    if companies:
        reasons.append(f"entreprise connue : {companies[0].name}")
    elif found.sirens:
        reasons.append("ce numéro n'est celui d'aucune entreprise connue")
    if not reasons:
        reasons.append("rien de reconnu : une image sans texte, ou une lettre sans numéro")
    letter.proposed_kind, letter.reasons = found.kind, reasons
    letter.proposed_company_id = companies[0].id if companies else None


def _pages(file: AcceptedFile) -> list[str]:
    if file.media_type != PDF:
        return []
    count = min(file.page_count or 0, _READ_PAGES)
    pages = []
    for number in range(1, count + 1):
        try:
            pages.append(page_text(file.content, number))
        except AtmpInsureError:
            pages.append("")  # a page that cannot be read proposes nothing; its image is still shown
    return pages


@dataclass(frozen=True, slots=True)
class Filing:
    """In which file a letter goes.

    Attributes:
        kind: code of the kind of paper.
        rule: the clock that its receipt starts; "" for none.
        event_on: the day of receipt, or of availability, that starts it.
        region: territory whose days off count.
    """

    kind: str
    company_id: int
    title: str = ""
    file_ref: str | None = None
    rule: str = ""
    event_on: date | None = None
    region: str = MAINLAND


def file_letter(session: ScopedSession, desk: TrayDesk, letter: TrayLetter, filing: Filing, content: bytes) -> None:
    """Put a letter in the file of its company, and start its clock.

    Raises:
        OutOfScope: the actor does not file the office's mail.
        Refused: it is filed already, or gone.
        InvalidInput: no such kind, or a clock without its day.
    """
    _require_waiting(session, letter)
    if filing.kind not in desk.kinds:
        raise InvalidInput.one("nature absente", "Choisir la nature de la lettre", place="kind")
    if filing.rule and filing.event_on is None:
        raise InvalidInput.one("jour de réception absent", "Donner le jour qui fait courir le délai", place="event_on")
    company = get_company(session, filing.company_id)
    new = NewDocument(desk.kinds[filing.kind], company.id, filing.title, file_ref=filing.file_ref, channel="mail")
    put = deposit_document(session, desk.vault, new, accepted(letter.file_name, content, _LARGEST), desk.now)
    letter.filed_document_id, letter.event_on = put.document.id, filing.event_on
    _end(session, letter, LetterState.FILED, "", desk.now)
    moment = awaited_service.Moment(desk.clocks, desk.now, filing.region)
    awaited_service.note_kept(session, company.id, filing.kind, put.document.id, moment)
    if filing.rule and filing.event_on is not None:
        follow_deadline(session, desk.clocks, Clocked(
            key=f"tray:{letter.id}:{filing.rule}", rule=filing.rule, event_on=filing.event_on, region=filing.region,
            subject=f"documents:{put.document.id}", company_id=company.id, team=Role.LAWYER,
        ), desk.now)  # fmt: skip


def unfile_letter(session: ScopedSession, letter: TrayLetter, now: datetime) -> tuple[str, ...]:
    """Take a letter out of its file again, and its deadline with it; gives the addresses to clear in the vault.

    A paper that was in the file before the letter stays there, with the deadlines that others made of it.

    Raises:
        OutOfScope: the actor does not file the office's mail.
        Refused: it is not filed, or somebody else filed it, or on another day.
    """
    _require_filer(session)
    if letter.state is not LetterState.FILED or letter.filed_document_id is None:
        raise Refused("Cette lettre n'est pas classée.")
    reason, subject = "Lettre reprise dans le courrier reçu.", f"documents:{letter.filed_document_id}"
    end_deadlines_of(session, subject, reason, now, told_by=f"tray:{letter.id}:")
    addresses: tuple[str, ...] = ()
    if get_document(session, letter.filed_document_id).received_at == letter.ended_at:  # it came with this letter
        end_deadlines_of(session, subject, reason, now)
        awaited_service.note_taken_back(session, letter.filed_document_id)
        addresses = take_back_document(session, letter.filed_document_id, reason, now)
    letter.state, letter.filed_document_id, letter.ended_at = LetterState.WAITING, None, None
    letter.ended_by, letter.ended_reason = None, None
    session.flush()
    return addresses


def discard_letter(session: ScopedSession, letter: TrayLetter, reason: str, now: datetime) -> None:
    """Leave a letter aside, with the reason.

    Raises:
        OutOfScope: the actor does not file the office's mail.
        Refused: it is filed already, or gone.
        InvalidInput: no reason.
    """
    _require_waiting(session, letter)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette lettre n'est classée nulle part", place="reason")
    _end(session, letter, LetterState.DISCARDED, reason, now)


def file_of(session: ScopedSession, letter: TrayLetter) -> tuple[Document, DocumentVersion]:
    """The paper of the office that holds a letter, and its file.

    Raises:
        NotFound: its file is gone, or the actor may not see it.
    """
    document = get_document(session, letter.document_id)
    if not document.versions:
        raise NotFound("Cette lettre n'a plus de fichier.")
    return document, document.versions[-1]


def read_letter(session: ScopedSession, reader: Reader, letter: TrayLetter) -> bytes:
    """The bytes of a letter, once its reading is written in the reading log.

    Raises:
        NotFound: its file is gone, or the actor may not see it.
    """
    return reader.read(*file_of(session, letter), "lettre reçue")


def remake_letters(
    session: ScopedSession, desk: TrayDesk, letters: Sequence[TrayLetter], make: Callable[[], Sequence[bytes]]
) -> Dropped:
    """Put what letters were cut, turned or joined into in their place.

    Raises:
        OutOfScope: the actor does not file the office's mail.
        Refused: one of them is filed already, or gone.
        InvalidInput: what cannot be made.
    """
    for letter in letters:
        _require_waiting(session, letter)
    first = letters[0]
    stem = first.file_name.rpartition(".")[0] or first.file_name
    contents = make()
    names = [f"{stem} ({at}).pdf" if len(contents) > 1 else f"{stem}.pdf" for at in range(1, len(contents) + 1)]
    files = [accepted(name, content, _LARGEST) for name, content in zip(names, contents, strict=True)]
    came = Came(first.channel, first.sender or "", first.available_at, first.mailed_at, first.downloaded_at)
    done = drop(session, desk, files, came)
    for letter in done.letters:
        letter.made_from, letter.received_at = first.id, first.received_at
    for letter in letters:
        _end(session, letter, LetterState.REPLACED, "", desk.now)
    return done


def note_first_reading(session: ScopedSession, letter: TrayLetter, now: datetime) -> None:
    """Keep when somebody first opened a letter: nothing else changes it."""
    if letter.first_read_at is None:
        letter.first_read_at = now
        session.flush()


def _require_filer(session: ScopedSession) -> None:
    if not session.actor.everywhere(Right.FILE_MAIL):
        raise OutOfScope(f"{session.actor.name} does not file the office's mail")


def _require_waiting(session: ScopedSession, letter: TrayLetter) -> None:
    _require_filer(session)
    session.refresh(letter, with_for_update={"of": TrayLetter})
    if letter.state is not LetterState.WAITING:
        raise Refused("Cette lettre ne se trouve plus dans le courrier reçu.")


def _end(session: ScopedSession, letter: TrayLetter, state: LetterState, reason: str, now: datetime) -> None:
    letter.state, letter.ended_at, letter.ended_by = state, now, session.actor.name
    letter.ended_reason = reason.strip() or None
    session.flush()
