"""The invented complaints of the demonstration: one to acknowledge, one told on the phone, one answered, one solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.diary.complaint_answer_service import ComplaintAnswer, Proof, answer_complaint, tell_insurer
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintTheme,
    RootCause,
)
from atmp_insure.diary.complaint_service import ComplaintDesk, ComplaintFacts, register_complaint
from atmp_insure.diary.service import subject_of
from atmp_insure.parties.queries import list_followers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company


@dataclass(frozen=True, slots=True)
class DemoComplaint:
    """A complaint, and what became of it.

    Attributes:
        days_ago: how long before the day of the demonstration it was received.
        name: of a non-client; the others are clients.
        solved: how it was solved at once; empty: it was not.
        answered_days_ago: when it was answered; None: it is open.
    """

    days_ago: int
    channel: ComplaintChannel
    theme: ComplaintTheme
    said: str
    name: str = ""
    is_shared: bool = False
    solved: str = ""
    answered_days_ago: int | None = None


COMPLAINTS = (
    DemoComplaint(
        6, ComplaintChannel.LETTER, ComplaintTheme.INDEMNITY, is_shared=True,
        said="Le décompte d'indemnité de l'an dernier ne se comprend pas, et personne ne nous l'a expliqué.",
    ),
    DemoComplaint(
        1, ComplaintChannel.PHONE, ComplaintTheme.SERVICE, name="Dominique Exemple",
        said="Je reçois vos courriers à la place d'une entreprise que je ne connais pas.",
    ),
    DemoComplaint(
        50, ComplaintChannel.MAIL, ComplaintTheme.PREMIUM, answered_days_ago=38,
        said="La prime a été prélevée deux fois.",
    ),
    DemoComplaint(
        20, ComplaintChannel.PHONE, ComplaintTheme.POLICY, solved="Attestation renvoyée pendant l'appel.",
        said="L'attestation demandée lundi n'est pas arrivée.",
    ),
)  # fmt: skip
_ANSWER = ComplaintDecision.UPHELD, RootCause.MISTAKE, "Second prélèvement remboursé, avec des excuses."


def add_complaints(session: ScopedSession, desk: ComplaintDesk, companies: Sequence[Company], on: date) -> None:
    """Register the complaints of the demonstration, each about its company when it comes from a client."""
    for one, company in zip(COMPLAINTS, companies, strict=True):
        facts = ComplaintFacts(
            received_on=on - timedelta(days=one.days_ago), channel=one.channel, theme=one.theme, said=one.said,
            complainant=Complainant.PERSON if one.name else Complainant.CLIENT, name=one.name,
            company_id=None if one.name else company.id, is_shared=one.is_shared,
        )  # fmt: skip
        made = register_complaint(session, desk, facts, None if one.name else subject_of(company), one.solved)
        if one.answered_days_ago is not None:
            proof = Proof(on - timedelta(days=one.answered_days_ago), "courriel")
            decision, cause, remedy = _ANSWER
            answer_complaint(session, desk, made, ComplaintAnswer(proof, decision, cause, remedy))
            followers = (follower.organisation for follower in list_followers(session, company.id))
            insurer = next(follower for follower in followers if follower.kind is OrganisationKind.INSURER)
            tell_insurer(session, desk, made, insurer.id, proof)
