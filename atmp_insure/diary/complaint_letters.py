"""The letters of a complaint, and their texts filled in; what only a person can say stands in brackets.

Whoever writes one reads it again before it is kept. A refusal names the remedies, which the office must have said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.diary.complaint_clock_service import ANSWER
from atmp_insure.diary.complaint_course import ComplaintChannel, ComplaintState
from atmp_insure.documents.letters import letter_text
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.diary.complaint_models import Complaint
    from atmp_insure.diary.complaint_remedies import Remedies

_SPOKEN = {
    ComplaintChannel.PHONE: "par téléphone", ComplaintChannel.IN_PERSON: "de vive voix",
    ComplaintChannel.CHAT: "par messagerie instantanée",
}  # fmt: skip


class LetterModel(Labelled):
    """A letter about a complaint: its code, and what it is under which it is put away."""

    INVITATION = "invitation", "Invitation à écrire"
    ACKNOWLEDGEMENT = "acknowledgement", "Accusé de réception"
    UPHELD = "upheld", "Réponse qui accepte"
    PARTLY = "partly", "Réponse qui accepte en partie"
    REJECTED = "rejected", "Réponse qui rejette"
    INSURER = "insurer", "Information de l'assureur"

    @property
    def is_refusal(self) -> bool:
        """Whether it refuses something, and so names the remedies."""
        return self in {LetterModel.PARTLY, LetterModel.REJECTED}


def model_of(code: str) -> LetterModel | None:
    """The letter of a code; None for none of ours."""
    return next((model for model in LetterModel if model.value == code), None)


def fitting(complaint: Complaint, remedies: Remedies) -> tuple[LetterModel, ...]:
    """The letters that may be written about a complaint as it stands: no refusal before it can name its remedies."""
    is_open = complaint.state is ComplaintState.OPEN
    fits = {
        LetterModel.INVITATION: is_open and complaint.written_on is None,
        LetterModel.ACKNOWLEDGEMENT: is_open and complaint.written_on is not None and complaint.acknowledged_on is None,
        LetterModel.UPHELD: is_open, LetterModel.PARTLY: is_open, LetterModel.REJECTED: is_open,
        LetterModel.INSURER: True,
    }  # fmt: skip
    return tuple(model for model, fit in fits.items() if fit and not (model.is_refusal and remedies.missing))


def letter_of(
    model: LetterModel, complaint: Complaint, company: str, remedies: Remedies, law: DeadlineLaw, *, on: date
) -> tuple[str, str]:
    """Subject and body of a letter, filled in with what is known.

    Raises:
        Refused: a refusal while the office has not said its complaint service and its mediator; an acknowledgement
            while nothing is written.
    """
    if model.is_refusal and remedies.missing:
        missing = " et ".join(remedies.missing)
        raise Refused(
            f"Un refus doit mentionner les voies de recours et le médiateur ; reste à renseigner : {missing}."
        )
    if model is LetterModel.ACKNOWLEDGEMENT and complaint.answer_due_on is None:
        raise Refused("Rien n'est écrit : inviter d'abord à écrire.")
    return letter_text(
        f"letters/complaint_{model.value}.txt",
        number=complaint.number, theme=complaint.theme.label, company=company, received_on=complaint.received_on,
        written_on=complaint.written_on, complained_on=complaint.sent_on or complaint.received_on,
        spoken=_SPOKEN.get(complaint.channel, ""), answer_due_on=complaint.answer_due_on,
        answered_on=complaint.answered_on,
        answer_months=law.rule_version(ANSWER, on).sourced.value.count.length,
        decision=complaint.decision.label if complaint.decision is not None else "",
        cause=complaint.cause.label if complaint.cause is not None else "",
        service=remedies.service, mediator=remedies.mediator,
    )  # fmt: skip
