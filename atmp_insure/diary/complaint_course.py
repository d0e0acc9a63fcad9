"""A complaint (réclamation) and its course: its words, and which step comes next.

A complaint is any expression of discontent towards the office, whoever receives it, even from a non-client. One that is
spoken or chatted is solved at once, or its author is invited to write; what is written is acknowledged, then answered.
The days are counted elsewhere, by the dated rules `complaint_acknowledgement` and `complaint_answer`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from datetime import date


class ComplaintChannel(Labelled):
    """By which way a complaint reached the office."""

    LETTER = "letter", "lettre"
    MAIL = "mail", "courriel"
    FORM = "form", "formulaire"
    PHONE = "phone", "téléphone"
    IN_PERSON = "in_person", "de vive voix"
    CHAT = "chat", "messagerie instantanée"

    @property
    def is_written(self) -> bool:
        """Whether it leaves something that lasts (support durable): only then do the clocks run."""
        return self in {ComplaintChannel.LETTER, ComplaintChannel.MAIL, ComplaintChannel.FORM}


class Complainant(Labelled):
    """Who complains."""

    CLIENT = "client", "entreprise cliente"
    PERSON = "person", "particulier, non client"
    FIRM = "firm", "entreprise ou organisme, non client"


class ComplaintTheme(Labelled):
    """What a complaint is about; the office's own words, by which it counts."""

    QUOTE = "quote", "devis et souscription"
    ADVICE = "advice", "conseil et information"
    POLICY = "policy", "vie du contrat, résiliation"
    PREMIUM = "premium", "prime et encaissement"
    CLAIM = "claim", "instruction d'un sinistre"
    INDEMNITY = "indemnity", "montant de l'indemnité"
    RECOURSE = "recourse", "conduite d'un recours"
    SERVICE = "service", "délai, accueil, suivi"
    PERSONAL_DATA = "personal_data", "données personnelles"
    OTHER = "other", "autre"


class RootCause(Labelled):
    """Why it came to a complaint; the office's own words, by which it counts."""

    MISTAKE = "mistake", "erreur de traitement"
    DELAY = "delay", "retard"
    UNCLEAR = "unclear", "information insuffisante ou peu claire"
    DECISION = "decision", "désaccord sur une décision ou un montant"
    THIRD_PARTY = "third_party", "fait d'un tiers (caisse, partenaire, prestataire)"
    TOOL = "tool", "outil ou panne"
    NONE = "none", "aucune : réclamation non fondée"
    OTHER = "other", "autre"


class ComplaintDecision(Labelled):
    """What was answered."""

    UPHELD = "upheld", "acceptée"
    PARTLY = "partly", "acceptée en partie"
    REJECTED = "rejected", "rejetée"

    @property
    def is_refusal(self) -> bool:
        """Whether something was refused, if only in part: the answer then names the remedies and the mediator."""
        return self is not ComplaintDecision.UPHELD


class ComplaintState(enum.Enum):
    """Where a complaint stands; none is ever deleted, and one that ended may be reopened with a reason."""

    OPEN = "open"
    SOLVED = "solved"  # spoken, and solved at once: nothing was written
    ANSWERED = "answered"


class Step(enum.Enum):
    """What comes next."""

    INVITE = "invite"  # spoken, not solved at once: its author is invited to write
    WAIT = "wait"  # invited: no clock runs until something is written
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    TELL_INSURER = "tell_insurer"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to a complaint so far: the days known."""

    state: ComplaintState
    written_on: date | None
    invited_on: date | None
    acknowledged_on: date | None
    has_insurer: bool
    insurer_told_on: date | None


def next_step(course: Course) -> Step:
    """What comes next in the course of a complaint.

    Source: ACPR, recommendation 2022-R-01, updated in 2024; telling the insurer is the practice of the office.
    """
    if course.state is ComplaintState.OPEN:
        if course.written_on is None:
            return Step.INVITE if course.invited_on is None else Step.WAIT
        return Step.ACKNOWLEDGE if course.acknowledged_on is None else Step.ANSWER
    if course.has_insurer and course.insurer_told_on is None:
        return Step.TELL_INSURER
    return Step.NOTHING
