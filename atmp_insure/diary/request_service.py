"""Use cases on papers asked of a party: ask, receive by the link, accept, refuse, waive, remind, close."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.diary import request_queries as queries
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed, ReceivedFile, RequestedPaper, RequestState
from atmp_insure.diary.request_tasks import ask_to_call, ask_to_examine, end_settled, end_silence
from atmp_insure.documents.letters import mail_text
from atmp_insure.documents.models import Confidentiality
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.kernel.errors import Fault, InvalidInput, NotFound, Refused
from atmp_insure.kernel.identifiers import mail_address_faults
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import get_company

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.territory import TerritoryCalendar
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.vault import Vault
    from atmp_insure.settings import RequestSettings, SiteSettings

_TOKEN_BYTES = 32
MOST_PAPERS = 40
MOST_FILES = 200  # of a whole request: a link is not a store
LONGEST_LABEL = 200
EVENT = "document_request"


@dataclass(frozen=True, slots=True)
class RequestPractice:
    """How the office asks: its address and name, its habits, the moment."""

    site: SiteSettings
    habits: RequestSettings
    now: datetime

    @property
    def on(self) -> date:
        """The day in Paris."""
        return paris_day(self.now)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """Papers to ask for.

    Attributes:
        papers: kind and label of each, in the order they are asked for.
        purpose: why, as the addressee reads it: without health data.
    """

    company_id: int
    subject: str
    addressee: str
    email: str
    purpose: str
    due_on: date
    papers: Sequence[tuple[DocumentKind, str]]


def may_be_asked(kind: DocumentKind) -> bool:
    """Whether a kind of paper may come by a link: others come to the doctor, or to the lawyer."""
    return kind.confidentiality not in (Confidentiality.MEDICAL, Confidentiality.PRIVILEGED)


def ask_for_papers(session: ScopedSession, new: NewRequest, practice: RequestPractice) -> DocumentRequest:
    """Ask a person of a party for papers: writes the mail with the link.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        InvalidInput: every field that is missing or does not make sense.
    """
    require_right_there(session, Right.WRITE_DIARY, new.company_id)
    _require_sense(new, practice.on)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    request = DocumentRequest(
        company_id=new.company_id, subject=new.subject, addressee=new.addressee.strip(), email=new.email.strip(),
        purpose=new.purpose.strip(), due_on=new.due_on, token=token, token_digest=link_digest(session, token),
        link_open_until=new.due_on + timedelta(days=practice.habits.link_days), asked_by=session.actor.name,
        asked_by_id=session.actor.user_id, asked_at=practice.now, next_reminder_on=new.due_on + timedelta(days=1),
        papers=[
            RequestedPaper(
                company_id=new.company_id, position=position, kind=kind.code, label=label.strip(), location=kind.where
            )
            for position, (kind, label) in enumerate(new.papers, 1)
        ],
    )  # fmt: skip
    session.add(request)
    session.flush()
    _write(session, request, practice)
    return request


def link_digest(session: ScopedSession, token: str) -> bytes:
    """What a link is found by."""
    return key_ring_of(session.get_bind().dialect).digest("document request", token)


def find_request_of(session: ScopedSession, token: str) -> DocumentRequest:
    """The request of a link.

    Raises:
        NotFound: no link has this token.
    """
    found = queries.find_request_by_digest(session, link_digest(session, token))
    if found is None:
        raise NotFound("Ce lien ne correspond à aucune demande : vérifiez que l'adresse est complète.")
    return found


def takes_papers(request: DocumentRequest, on: date) -> bool:
    """Whether the link of a request still takes papers on a day."""
    return request.state is RequestState.OPEN and on <= request.link_open_until


@dataclass(frozen=True, slots=True)
class ReceivingShelf:
    """Where papers that come by a link go."""

    vault: Vault
    kinds: Mapping[str, DocumentKind]
    practice: RequestPractice


@unscoped("whoever holds the link of a request has not signed in")
def receive_papers(
    session: ScopedSession, shelf: ReceivingShelf, request: DocumentRequest, given: Mapping[int, Sequence[AcceptedFile]]
) -> int:
    """Put files that came by a link away, each for the paper it is; gives how many are new.

    Args:
        given: number of a paper of this request → its files.

    Raises:
        Refused: the link takes papers no more, or took too many.
        NotFound: a paper is not one of this request.
    """
    session.refresh(request, with_for_update={"of": DocumentRequest})
    if not takes_papers(request, shelf.practice.on):
        raise Refused("Cette demande est close : son lien ne reçoit plus de pièces.")
    papers = {paper.id: paper for paper in request.papers}
    if not set(given) <= set(papers):
        raise NotFound("Cette pièce n'est pas de cette demande.")
    if sum(len(paper.files) for paper in request.papers) + sum(map(len, given.values())) > MOST_FILES:
        raise Refused(
            f"Ce lien a déjà reçu trop de fichiers ({MOST_FILES} au plus) : écrivez à la personne qui vous l'a envoyé."
        )
    received = sum(
        _receive(session, shelf, papers[paper_id], file) for paper_id, files in given.items() for file in files
    )
    if received:
        ask_to_examine(session, request, shelf.practice.on, shelf.practice.now)
        end_settled(session, request, shelf.practice.now)
    session.flush()
    return received


def _receive(session: ScopedSession, shelf: ReceivingShelf, paper: RequestedPaper, file: AcceptedFile) -> int:
    new = NewDocument(shelf.kinds[paper.kind], paper.request.company_id, paper.label, channel="link")
    put = deposit_document(session, shelf.vault, new, file, shelf.practice.now)
    if paper.state is PaperNeed.WAIVED or any(known.document_id == put.document.id for known in paper.files):
        return 0
    paper.files.append(
        ReceivedFile(company_id=paper.company_id, document_id=put.document.id, received_at=shelf.practice.now)
    )
    paper.state, paper.received_at, paper.remark = PaperNeed.RECEIVED, shelf.practice.now, None
    return 1


def accept_paper(session: ScopedSession, paper: RequestedPaper, now: datetime) -> None:
    """Say that what came for a paper is what was asked for; with the last one, the request is complete.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the request has ended, or nothing came.
    """
    request = _require_open(session, paper.request)
    if paper.state is not PaperNeed.RECEIVED:
        raise Refused("Aucun fichier n'attend d'être examiné pour cette pièce.")
    paper.state, paper.remark = PaperNeed.ACCEPTED, None
    _end_if_complete(session, request, now)


def refuse_paper(
    session: ScopedSession, paper: RequestedPaper, remark: str, practice: RequestPractice, calendar: TerritoryCalendar
) -> None:
    """Say why what came is not what was asked for: the paper is missing again, and the next mail says why.

    That mail leaves on the next working day, so that what is refused together is asked for in one.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the request has ended, or nothing came.
        InvalidInput: no reason.
    """
    request = _require_open(session, paper.request)
    if paper.state not in (PaperNeed.RECEIVED, PaperNeed.ACCEPTED):
        raise Refused("Aucun fichier n'est venu pour cette pièce.")
    if not remark.strip():
        raise InvalidInput.one("motif absent", "Dire au destinataire ce qui ne convient pas", place="remark")
    paper.state, paper.remark = PaperNeed.MISSING, remark.strip()
    next_working_day = calendar.next_open_day(calendar.plus_days(practice.on, 1))
    request.next_reminder_on = min(request.next_reminder_on or next_working_day, next_working_day)
    end_settled(session, request, practice.now)
    session.flush()


def waive_paper(session: ScopedSession, paper: RequestedPaper, remark: str, now: datetime) -> None:
    """Say that a paper is needed no more, with the reason.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the request has ended.
        InvalidInput: no reason.
    """
    request = _require_open(session, paper.request)
    if not remark.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette pièce n'est plus nécessaire", place="remark")
    paper.state, paper.remark = PaperNeed.WAIVED, remark.strip()
    _end_if_complete(session, request, now)


def remind_now(session: ScopedSession, request: DocumentRequest, practice: RequestPractice) -> None:
    """Ask again for what is missing, at once, however often it was asked for before.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the request has ended, nothing is missing, or its link takes papers no more.
    """
    _require_open(session, request)
    if not missing(request):
        raise Refused("Rien ne manque : il reste à examiner ce qui est venu.")
    if not takes_papers(request, practice.on):
        raise Refused("Le lien de cette demande ne reçoit plus de pièces : en faire une autre pour ce qui manque.")
    _ask_again(session, request, practice)


@unscoped("reminders are written for whoever asked")
def remind(session: ScopedSession, request: DocumentRequest, practice: RequestPractice) -> bool:
    """Ask again for what is missing; after the last reminder, whoever asked hears of it. Tells if a mail is written.

    A refusal that its sender has not read yet is told even after the last reminder: they answered the one before.
    """
    if request.state is not RequestState.OPEN or not missing(request):
        request.next_reminder_on = None
        session.flush()
        return False
    is_silent = request.reminders >= practice.habits.most_reminders and not any(map(_is_untold, missing(request)))
    if is_silent or not takes_papers(request, practice.on):
        request.next_reminder_on = None
        ask_to_call(session, request, practice.on, practice.now)
        session.flush()
        return False
    _ask_again(session, request, practice)
    return True


def _is_untold(paper: RequestedPaper) -> bool:
    """Whether a paper was refused since its addressee was last written to."""
    return paper.state is PaperNeed.MISSING and paper.received_at is not None


def _ask_again(session: ScopedSession, request: DocumentRequest, practice: RequestPractice) -> None:
    """Write the next mail; before the day asked for, the one after it is that of the day after."""
    request.reminders += 1
    later = practice.on + timedelta(days=practice.habits.remind_every_days)
    request.next_reminder_on = max(later, request.due_on + timedelta(days=1))
    _write(session, request, practice)
    end_silence(session, request, practice.now)
    for paper in missing(request):
        paper.received_at = None  # asked for again, nothing has come since
    session.flush()


def paper_of(request: DocumentRequest, paper_id: int) -> RequestedPaper:
    """One of the papers of a request.

    Raises:
        NotFound: it has none of this number.
    """
    found = next((one for one in request.papers if one.id == paper_id), None)
    if found is None:
        raise NotFound("Cette pièce n'est pas de cette demande.")
    return found


def missing(request: DocumentRequest) -> list[RequestedPaper]:
    """The papers that did not come, or not as asked."""
    return [paper for paper in request.papers if paper.state is PaperNeed.MISSING]


def link_of(request: DocumentRequest, site: SiteSettings) -> str:
    """The address by which the papers of a request come."""
    return f"{site.address}/deposit/{request.token}"


def _write(session: ScopedSession, request: DocumentRequest, practice: RequestPractice) -> None:
    text = mail_text(
        EVENT, request=request, company=get_company(session, request.company_id), papers=missing(request),
        link=link_of(request, practice.site), office=practice.site.office_name,
    )  # fmt: skip
    write_mail(
        session, EVENT, request.email, *text, key=f"request:{request.id}:{request.reminders}", now=practice.now,
        company_id=request.company_id,
    )  # fmt: skip
    session.flush()


def close_request(session: ScopedSession, request: DocumentRequest, reason: str, now: datetime) -> None:
    """Give a request up, with the reason: its link takes papers no more.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it has ended.
        InvalidInput: no reason.
    """
    _require_open(session, request)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi la demande est close", place="reason")
    _end(session, request, RequestState.CLOSED, reason.strip(), now)


def _end_if_complete(session: ScopedSession, request: DocumentRequest, now: datetime) -> None:
    if all(paper.state in (PaperNeed.ACCEPTED, PaperNeed.WAIVED) for paper in request.papers):
        _end(session, request, RequestState.COMPLETE, None, now)
    else:
        end_settled(session, request, now)
    session.flush()


def _end(
    session: ScopedSession, request: DocumentRequest, state: RequestState, reason: str | None, now: datetime
) -> None:
    request.state, request.ended_at, request.ended_by, request.ended_reason = state, now, session.actor.name, reason
    request.next_reminder_on = None
    end_settled(session, request, now)
    session.flush()


def _require_open(session: ScopedSession, request: DocumentRequest) -> DocumentRequest:
    require_right_there(session, Right.WRITE_DIARY, request.company_id)
    session.refresh(request, with_for_update={"of": DocumentRequest})
    if request.state is not RequestState.OPEN:
        raise Refused("Cette demande est close : en faire une autre pour ce qui manque.")
    return request


def _require_sense(new: NewRequest, on: date) -> None:
    faults = [
        (not new.addressee.strip(), "destinataire absent", "Donner le nom de la personne", "addressee"),
        (not new.purpose.strip(), "objet absent", "Dire pourquoi les pièces sont demandées", "purpose"),
        (new.due_on < on, "jour passé", "Donner un jour à venir", "due_on"),
        (not new.papers, "aucune pièce", "Choisir ce qui est demandé", "papers"),
        (len(new.papers) > MOST_PAPERS, f"{len(new.papers)} pièces", f"En demander {MOST_PAPERS} au plus", "papers"),
        (any(len(label) > LONGEST_LABEL for _, label in new.papers), "nom de pièce trop long",
         f"Le dire en {LONGEST_LABEL} caractères", "others"),
        (not all(may_be_asked(kind) for kind, _ in new.papers), "pièce réservée au médecin ou à l'avocat",
         "La demander autrement : un lien n'en reçoit pas", "papers"),
    ]  # fmt: skip
    found = [Fault(said, remedy, place) for wrong, said, remedy, place in faults if wrong]
    found += mail_address_faults(new.email, "email")
    if found:
        raise InvalidInput(found)
