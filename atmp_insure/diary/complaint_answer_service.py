"""What is done about a complaint, each act with its day and its proof: invitation to write, acknowledgement, answer.

A refusal is not written without a letter that names the remedies and the mediator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.diary.complaint_clock_service import ACKNOWLEDGEMENT, ANSWER
from atmp_insure.diary.complaint_course import ComplaintDecision, ComplaintState
from atmp_insure.diary.complaint_remedies import unnamed
from atmp_insure.diary.complaint_service import end_complaint, lock_complaint
from atmp_insure.diary.deadline_service import Answer
from atmp_insure.documents import queries as documents
from atmp_insure.documents.accepted_files import PDF
from atmp_insure.documents.models import Document
from atmp_insure.documents.page_images import page_text
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties.partner_queries import get_organisation

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.complaint_course import RootCause
    from atmp_insure.diary.complaint_models import Complaint
    from atmp_insure.diary.complaint_service import ComplaintDesk
    from atmp_insure.documents.service import Reader

_READ_PAGES = 20
_BY_ANSWER = "Répondu sans accusé de réception préalable."


@dataclass(frozen=True, slots=True)
class Proof:
    """That something was done: the day, how, and the paper that proves it; in words when there is none."""

    on: date
    how: str = ""
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class ComplaintAnswer:
    """What was answered.

    Attributes:
        remedy: what is done for whoever complains.
        corrective_action: what the office changes so that it does not come again.
        text: what the paper that proves it says, as far as it can be read; empty: a scan, or none.
        says_remedies: whether someone says that the paper names the remedies; for one that cannot be read.
    """

    proof: Proof
    decision: ComplaintDecision
    cause: RootCause
    remedy: str = ""
    corrective_action: str = ""
    text: str = ""
    says_remedies: bool = False


def text_of(session: ScopedSession, reader: Reader, document_id: int) -> str:
    """What a paper says, once its reading is written; empty when it cannot be read as text.

    Raises:
        NotFound: no such paper, or none that the actor may see.
        DamagedObject: it was altered, or is missing.
    """
    document = documents.get_document(session, document_id)
    version = document.versions[-1] if document.versions else None
    if version is None or version.object_key is None or version.media_type != PDF:
        return ""
    content = reader.read(document, version, "texte, pour y trouver les recours")
    return "\n".join(page_text(content, number) for number in range(1, min(version.page_count or 0, _READ_PAGES) + 1))


def note_writing(
    session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, written_on: date, sent_on: date | None = None
) -> None:
    """Say that what was spoken came in writing: the clocks begin.

    Raises:
        Refused: the actor is not of the office, or it is written already.
        InvalidInput: a day to come, or before it was spoken.
    """
    _require_open(session, complaint)
    if complaint.channel.is_written:
        raise Refused("Cette réclamation est écrite dès l'origine : corriger ses jours.")
    _require_day(desk, written_on, complaint.received_on, "written_on")
    if sent_on is not None and sent_on > written_on:
        raise InvalidInput.one("envoyée après sa réception", "Corriger l'un des deux jours", place="sent_on")
    complaint.written_on, complaint.sent_on = written_on, sent_on
    desk.clocks(session).end_invitation(complaint)
    desk.clocks(session).follow(complaint)


def invite_to_write(session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, proof: Proof) -> None:
    """Say that whoever spoke was invited to write.

    Raises:
        Refused: the actor is not of the office, or it is written already.
        InvalidInput: a day that cannot be, or no proof.
    """
    _require_open(session, complaint)
    if complaint.written_on is not None:
        raise Refused("Cette réclamation est déjà écrite : en accuser réception.")
    _require_proof(session, desk, proof, complaint.received_on)
    complaint.invited_on, complaint.invitation_document_id = proof.on, proof.document_id
    desk.clocks(session).end_invitation(complaint)
    session.flush()


def acknowledge_complaint(session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, proof: Proof) -> None:
    """Say that a complaint was acknowledged, how and when.

    Raises:
        Refused: the actor is not of the office, nothing is written, or it was acknowledged already.
        InvalidInput: a day that cannot be, or no proof.
    """
    _require_open(session, complaint)
    if complaint.written_on is None:
        raise Refused("Rien n'est écrit : inviter d'abord à écrire.")
    if complaint.acknowledged_on is not None:
        raise Refused(f"Il en a été accusé réception le {complaint.acknowledged_on:%d/%m/%Y}.")
    _require_proof(session, desk, proof, complaint.written_on)
    _acknowledged(session, desk, complaint, proof)


def _acknowledged(session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, proof: Proof) -> None:
    complaint.acknowledged_on, complaint.acknowledged_how = proof.on, proof.how.strip() or None
    complaint.acknowledgement_document_id = proof.document_id
    session.flush()
    answer = Answer(proof.on, proof.how, proof.document_id)
    desk.clocks(session).settle(complaint, ACKNOWLEDGEMENT, answer)


def answer_complaint(
    session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, answer: ComplaintAnswer
) -> None:
    """Say what was answered; given before any acknowledgement, the answer ends both clocks.

    Raises:
        Refused: the actor is not of the office, it has ended, or a refusal while the office has said no mediator.
        InvalidInput: a day that cannot be, no proof, no remedy where something is granted, or a refusal whose letter
            does not name the remedies and the mediator.
    """
    _require_open(session, complaint)
    proof = answer.proof
    _require_proof(session, desk, proof, complaint.received_on)
    if answer.decision is not ComplaintDecision.REJECTED and not answer.remedy.strip():
        raise InvalidInput.one("geste absent", "Dire ce qui est fait pour le réclamant", place="remedy")
    if answer.decision.is_refusal:
        _require_remedies(desk, answer)
        complaint.mediator, complaint.are_remedies_read = desk.remedies.mediator[0], bool(answer.text.strip())
    complaint.answered_on, complaint.answered_how = proof.on, proof.how.strip() or None
    complaint.answer_document_id = proof.document_id
    complaint.decision, complaint.cause = answer.decision, answer.cause
    complaint.remedy = answer.remedy.strip() or None
    complaint.corrective_action = answer.corrective_action.strip() or None
    if complaint.written_on is not None and complaint.acknowledged_on is None:
        _acknowledged(session, desk, complaint, Proof(proof.on, _BY_ANSWER, proof.document_id))
    settled = Answer(proof.on, proof.how, proof.document_id)
    desk.clocks(session).settle(complaint, ANSWER, settled)
    desk.clocks(session).end_invitation(complaint)
    end_complaint(session, complaint, ComplaintState.ANSWERED, desk.now)


def _require_remedies(desk: ComplaintDesk, answer: ComplaintAnswer) -> None:
    if desk.remedies.missing:
        missing = " et ".join(desk.remedies.missing)
        raise Refused(
            f"Un refus doit mentionner les voies de recours et le médiateur ; reste à renseigner : {missing}."
        )
    if answer.proof.document_id is None:
        raise InvalidInput.one("refus sans sa lettre", "Joindre la réponse, qui nomme les recours", place="document")
    lacking = unnamed(answer.text, desk.remedies) if answer.text.strip() else ()
    if lacking:
        names = " ni ".join(f"« {name} »" for name in lacking)
        remedy = "Écrire la réponse par son modèle, qui nomme les recours et le médiateur"
        raise InvalidInput.one(f"cette réponse ne nomme pas {names}", remedy, place="document")
    if not answer.text.strip() and not answer.says_remedies:
        raise InvalidInput.one(
            "le texte de cette pièce ne se lit pas", "La relire, et dire qu'elle nomme les recours et le médiateur",
            place="says_remedies",
        )  # fmt: skip


def reopen_complaint(session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, reason: str) -> None:
    """Open a complaint again: an answer is owed again by the same last day, the former answer stays in the history.

    Raises:
        Refused: the actor is not of the office, or it is open.
        InvalidInput: no reason.
    """
    lock_complaint(session, complaint)
    if complaint.state is ComplaintState.OPEN:
        raise Refused("Cette réclamation est ouverte.")
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi la réclamation est rouverte", place="reason")
    complaint.state, complaint.ended_at, complaint.ended_by = ComplaintState.OPEN, None, None
    complaint.answered_on, complaint.answered_how, complaint.answer_document_id = None, None, None
    complaint.decision, complaint.mediator, complaint.are_remedies_read = None, None, False
    complaint.solved_on = None
    complaint.reopenings += 1
    complaint.reopened_reason = reason.strip()
    desk.clocks(session).follow(complaint)
    if complaint.written_on is None and complaint.invited_on is None:
        desk.clocks(session).ask_invitation(complaint)


def tell_insurer(
    session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, insurer_id: int, proof: Proof
) -> None:
    """Say that an insurer was told of a complaint; its people then see it, without names nor words.

    Raises:
        Refused: the actor is not of the office, or the organisation is no insurer.
        InvalidInput: a day that cannot be, or no proof.
    """
    lock_complaint(session, complaint)
    insurer = get_organisation(session, insurer_id)
    if insurer.kind is not OrganisationKind.INSURER:
        raise Refused(f"« {insurer.name} » n'est pas un assureur.")
    _require_proof(session, desk, proof, complaint.received_on)
    complaint.insurer_id, complaint.insurer_told_on = insurer.id, proof.on
    complaint.insurer_document_id = proof.document_id
    session.flush()


def _require_open(session: ScopedSession, complaint: Complaint) -> None:
    lock_complaint(session, complaint)
    if complaint.state is not ComplaintState.OPEN:
        raise Refused("Cette réclamation a reçu sa suite : la rouvrir, avec le motif, pour la changer.")


def _require_proof(session: ScopedSession, desk: ComplaintDesk, proof: Proof, first: date) -> None:
    _require_day(desk, proof.on, first, "on")
    if proof.document_id is None and not proof.how.strip():
        raise InvalidInput.one("preuve absente", "Joindre la pièce, ou dire comment cela a été fait", place="how")
    if proof.document_id is not None and session.get(Document, proof.document_id) is None:
        raise InvalidInput.one("pièce inconnue", "Choisir une pièce que vous voyez", place="document")


def _require_day(desk: ComplaintDesk, day: date, first: date, place: str) -> None:
    if day > desk.today:
        raise InvalidInput.one(f"le {day:%d/%m/%Y} est à venir", "Donner un jour passé, ou aujourd'hui", place=place)
    if day < first:
        raise InvalidInput.one(
            f"le {day:%d/%m/%Y} est avant la réclamation ({first:%d/%m/%Y})", "Corriger le jour", place=place
        )
