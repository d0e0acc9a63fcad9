"""The form of demands and needs: its questions, what must be answered, and what the answers declare of the risk.

Answers are kept beside the question as it was asked, so that a version of the form stays readable for ever: in French,
the language of the contract, whatever the language of the screen on which it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import repeated
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.numbers import NotANumber, exact_number
from atmp_insure.rating.unit import ZERO
from atmp_insure.underwriting.decision import GENERAL_SCHEME, Declared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

YES, NO = "yes", "no"
LONGEST_ANSWER = 4000
_MOST_WORKERS = 10**6


class AnswerKind(StrEnum):
    """What a question is answered with."""

    YES_NO = "yes_no"
    SCHEME = "scheme"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the form.

    Attributes:
        why_fr: why it is asked, as the page tells under it.
        is_required: whether a quote goes out without its answer.
    """

    code: str
    text_fr: Label
    answer: AnswerKind
    why_fr: Label
    is_required: bool = True


SCHEMES = {
    GENERAL_SCHEME: Label("régime général de la Sécurité sociale"),
    "agricultural": Label("régime agricole (MSA)"),
    "other": Label("autre régime"),
}
QUESTIONS = (
    Question(
        "need", Label("Que veut protéger l'entreprise, et pourquoi maintenant ?"), AnswerKind.TEXT,
        Label("Le conseil part de ce besoin (art. L.521-4 du code des assurances)."),
    ),
    Question(
        "retained_eur", Label("Quelle hausse de cotisation par an peut-elle supporter seule, en euros ?"),
        AnswerKind.NUMBER, Label("Elle guide le choix de la franchise."), is_required=False,
    ),
    Question(
        "scheme", Label("De quel régime relève-t-elle ?"), AnswerKind.SCHEME,
        Label("La garantie n'est ouverte qu'au régime général."),
    ),
    Question(
        "temporary_workers", Label("Combien d'intérimaires accueille-t-elle, en équivalent temps plein ?"),
        AnswerKind.NUMBER,
        Label(
            "La moitié du coût d'un accident d'intérimaire est imputée à l'entreprise utilisatrice (décret "
            "n° 2024-723 du 5 juillet 2024)."
        ),
    ),
    Question(
        "injunction", Label("Une injonction de prévention est-elle en vigueur ?"), AnswerKind.YES_NO,
        Label("Elle peut conduire à une cotisation supplémentaire, qui n'est pas garantie."),
    ),
    Question(
        "additional_contribution", Label("Une cotisation supplémentaire est-elle en vigueur ?"), AnswerKind.YES_NO,
        Label("Elle n'est pas garantie."),
    ),
    Question(
        "unlisted_events",
        Label(
            "Avez-vous connaissance d'accidents ou de maladies graves qui ne figurent encore sur aucun compte "
            "employeur ?"
        ),
        AnswerKind.YES_NO, Label("Les événements connus à la souscription sont exclus."),
    ),
    Question(
        "existing_insurer", Label("Un contrat couvre-t-il déjà ce risque ? Chez quel assureur ?"), AnswerKind.TEXT,
        Label(
            "L'assuré qui s'assure auprès de plusieurs assureurs pour un même risque doit en informer chacun d'eux "
            "(art. L.121-4 du code des assurances)."
        ),
        is_required=False,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeclaredNeeds:
    """What a form declares.

    Attributes:
        temporary_workers: full-time equivalents, of the whole company.
    """

    declared: Declared
    temporary_workers: Fraction


def checked_answers(given: Mapping[str, str]) -> dict[str, str]:
    """The answers of a form, as they are kept.

    Raises:
        InvalidInput: every question without its answer, or answered with what it does not take.

    Source: art. L.113-2 2° and L.521-4 Code des assurances.
    """
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for question in QUESTIONS:
        text = given.get(question.code, "").strip()
        wrong = _wrong(question, text)
        if wrong is not None:
            faults.append(wrong)
        elif text:
            found[question.code] = text
    if faults:
        raise InvalidInput(faults)
    return found


def asked(answers: Mapping[str, str]) -> list[list[str]]:
    """Code and text of each question that was answered, in the order and the words of today: kept with the answers.

    Source: art. L.521-4 Code des assurances.
    """
    return [[one.code, str(one.text_fr)] for one in QUESTIONS if one.code in answers]


def _wrong(question: Question, text: str) -> Fault | None:
    if not text:
        return (
            Fault(f"« {question.text_fr} » sans réponse", "Y répondre", question.code) if question.is_required else None
        )
    if len(text) > LONGEST_ANSWER:
        return Fault("réponse trop longue", f"La tenir en {LONGEST_ANSWER} caractères", question.code)
    shown = repeated(text)
    if question.answer is AnswerKind.YES_NO and text not in {YES, NO}:
        return Fault(f"« {shown} » n'est ni oui ni non", "Choisir une réponse", question.code)
    if question.answer is AnswerKind.SCHEME and text not in SCHEMES:
        return Fault(f"régime « {shown} » inconnu", "Choisir dans la liste", question.code)
    if question.answer is AnswerKind.NUMBER:
        return _wrong_number(question, text)
    return None


def _wrong_number(question: Question, text: str) -> Fault | None:
    try:
        value = exact_number(text)
    except NotANumber:
        remedy = "Écrire un nombre, par exemple 12 ; dans un programme, avec un point décimal, 12.5"
        return Fault(f"« {repeated(text)} » n'est pas un nombre", remedy, question.code)
    if value < 0 or (question.code == "temporary_workers" and value > _MOST_WORKERS):
        return Fault(f"« {text} » hors limites", "Corriger le nombre", question.code)
    return None


def declared_needs(answers: Mapping[str, str]) -> DeclaredNeeds:
    """What answers that were kept declare; a question without answer declares nothing.

    Source: art. L.113-2 2° Code des assurances.
    """
    return DeclaredNeeds(
        Declared(
            scheme=answers.get("scheme", GENERAL_SCHEME),
            injunction=answers.get("injunction") == YES,
            additional_contribution=answers.get("additional_contribution") == YES,
            unlisted_events=answers.get("unlisted_events") == YES,
        ),
        exact_number(answers["temporary_workers"]) if "temporary_workers" in answers else ZERO,
    )
