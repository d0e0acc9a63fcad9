"""What is done about a complaint, each act with its day and its proof: invitation, acknowledgement, answer, insurer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Right
from atmp_insure.api.files import DAMAGED
from atmp_insure.api.resources import Arguments
from atmp_insure.api.values import code_field, codes_of, day_field, key_field, member_of, text_field, yes_field
from atmp_insure.api.values import needed_text_field as needed
from atmp_insure.api.writes import writing
from atmp_insure.diary import complaint_answer_service as answering
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary import complaint_shown as shown
from atmp_insure.diary.api.complaint_schemas import ComplaintDetailSchema, complaint_values
from atmp_insure.diary.api.complaints import LONGEST_NAME, LONGEST_WORDS, ONE, placed_in_body, resources
from atmp_insure.diary.api.people import TeamBody, person_of, team_of
from atmp_insure.diary.complaint_answer_service import ComplaintAnswer, Proof
from atmp_insure.diary.complaint_course import ComplaintDecision, RootCause
from atmp_insure.documents.blueprint import reader
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["resources"]


class ProofBody(Arguments):
    """That something was done: the day, and the paper or the words that prove it."""

    on = day_field("jour où cela a été fait")
    how = text_field(LONGEST_NAME, "comment ; nécessaire sans pièce")
    proof_document_id = key_field("pièce qui le prouve", allow_none=True)


class WritingBody(Arguments):
    """That what was spoken came in writing."""

    written_on = day_field("écrit reçu le : l'accusé de réception se compte de ce jour")
    sent_on = day_field("envoyé le : la réponse se compte de ce jour ; nul : de la réception", allow_none=True)


class ComplaintAnswerBody(ProofBody):
    """What was answered."""

    decision = code_field(codes_of(ComplaintDecision), "suite donnée ; un refus, même en partie, joint sa lettre")
    cause = code_field(codes_of(RootCause), "pourquoi on en est venu là")
    remedy = text_field(LONGEST_WORDS, "ce qui est fait pour le réclamant ; nécessaire s'il obtient quelque chose")
    corrective_action = text_field(LONGEST_WORDS, "mesure corrective")
    says_remedies = yes_field("pour une numérisation, qui ne se lit pas : je l'ai relue, elle nomme les recours")


class InsurerBody(ProofBody):
    """That an insurer was told."""

    insurer_id = key_field("assureur")


class ReopenBody(Arguments):
    """Why a complaint is opened again."""

    reason = needed(LONGEST_WORDS)


@resources.operation("POST", f"{ONE}/invite", ComplaintDetailSchema, body=ProofBody)
@needs(Right.WRITE_DIARY)
def invite_to_write(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Dire que l'auteur d'une réclamation orale a été invité à écrire ; aucun délai ne court avant un écrit."""
    return _done(complaint_id, answering.invite_to_write, _proof(body))


@resources.operation("POST", f"{ONE}/write", ComplaintDetailSchema, body=WritingBody)
@needs(Right.WRITE_DIARY)
def note_complaint_writing(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Dire qu'un écrit est arrivé : les deux délais courent."""
    return _done(complaint_id, answering.note_writing, body["written_on"], body["sent_on"])


@resources.operation("POST", f"{ONE}/acknowledge", ComplaintDetailSchema, body=ProofBody)
@needs(Right.WRITE_DIARY)
def acknowledge_complaint(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Dire que l'accusé de réception est parti."""
    return _done(complaint_id, answering.acknowledge_complaint, _proof(body))


@resources.operation("POST", f"{ONE}/answer", ComplaintDetailSchema, body=ComplaintAnswerBody, answers=DAMAGED)
@needs(Right.WRITE_DIARY)
def answer_complaint(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Clore par la réponse ; la lettre d'un refus est relue, et sa lecture écrite au journal."""
    decision = member_of(ComplaintDecision, body["decision"])
    given = ComplaintAnswer(
        _proof(body), decision, member_of(RootCause, body["cause"]), body["remedy"] or "",
        body["corrective_action"] or "", _text(complaint_id, body["proof_document_id"]) if decision.is_refusal else "",
        body["says_remedies"],
    )  # fmt: skip
    return _done(complaint_id, answering.answer_complaint, given)


def _text(complaint_id: int, document_id: int | None) -> str:
    """What the letter of a refusal says, for whoever handles this complaint."""
    with database().reading(actor()) as session:
        queries.get_complaint(session, complaint_id)
        service.require_handler(session)
        return "" if document_id is None else answering.text_of(session, reader(), document_id)


@resources.operation("POST", f"{ONE}/tell-insurer", ComplaintDetailSchema, body=InsurerBody)
@needs(Right.WRITE_DIARY)
def tell_insurer(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Dire que l'assureur est informé : ses personnes la voient, sans le nom ni les mots du réclamant."""
    return _done(complaint_id, answering.tell_insurer, body["insurer_id"], _proof(body))


@resources.operation("POST", f"{ONE}/give", ComplaintDetailSchema, body=TeamBody)
@needs(Right.WRITE_DIARY)
def give_complaint(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Confier une réclamation, avec ses échéances, à une équipe ou à une personne."""
    with writing() as session:
        found = queries.get_complaint(session, complaint_id)
        service.hand_complaint(session, shown.desk(), found, person_of(session, body), team_of(body))
        return complaint_values(session, found)


@resources.operation("POST", f"{ONE}/reopen", ComplaintDetailSchema, body=ReopenBody)
@needs(Right.WRITE_DIARY)
def reopen_complaint(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Rouvrir une réclamation : une réponse est de nouveau due, pour le même dernier jour."""
    return _done(complaint_id, answering.reopen_complaint, body["reason"])


def _proof(body: dict[str, Any]) -> Proof:
    return Proof(body["on"], body["how"] or "", body["proof_document_id"])


def _done(complaint_id: int, act: Callable[..., None], *given: object) -> dict[str, Any]:
    with writing() as session, placed_in_body():
        found = queries.get_complaint(session, complaint_id)
        act(session, shown.desk(), found, *given)
        return complaint_values(session, found)
