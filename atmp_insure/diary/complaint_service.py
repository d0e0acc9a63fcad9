"""Use cases on complaints: registered by whoever hears one, corrected and handed over by the office that handles them.

What is done about one, from the invitation to write to the answer, is in `complaint_answer_service`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.numbering import take_number
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.complaint_clock_service import ComplaintClocks
from atmp_insure.diary.complaint_course import Complainant, ComplaintState
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.complaint_remedies import Remedies
from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.partner_service import name_digest

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.diary.complaint_course import ComplaintChannel, ComplaintTheme
    from atmp_insure.diary.service import NoteSubject

_RESERVED = frozenset({Confidentiality.PRIVILEGED, Confidentiality.MEDICAL})


@dataclass(frozen=True, slots=True)
class ComplaintDesk:
    """Where complaints are handled: the rules of their clocks, the moment, the remedies that the office names."""

    law: DeadlineLaw
    now: datetime
    remedies: Remedies = field(default_factory=Remedies)

    def clocks(self, session: ScopedSession) -> ComplaintClocks:
        """The clocks of complaints, in a transaction."""
        return ComplaintClocks(session, self.law, self.now)

    @property
    def today(self) -> date:
        """The day of the moment, in Paris."""
        return paris_day(self.now)


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """What is known of a complaint when it comes, and may be corrected.

    Attributes:
        name: who complains: a person, or a firm that is no client.
        contact: how to reach them: address, mail or telephone, line by line.
        sent_on: the day a writing was sent; None: not known, and counted from its receipt.
        is_shared: whether those who follow the company see it.
    """

    received_on: date
    channel: ComplaintChannel
    theme: ComplaintTheme
    said: str
    complainant: Complainant
    name: str = ""
    contact: str = ""
    company_id: int | None = None
    sent_on: date | None = None
    is_shared: bool = False
    team: Role = Role.CLAIMS_HANDLER
    handler_id: int | None = None


def may_register(session: ScopedSession, about: NoteSubject) -> bool:
    """Whether the actor may register a complaint about an object.

    Whoever writes the diary there; never from a medical paper, nor from one between lawyer and client: the register is
    read by others.
    """
    return about.confidentiality not in _RESERVED and _may_write(session, about.company_id)


def require_registrable(session: ScopedSession, about: NoteSubject) -> None:
    """Refuse an object on which the actor registers no complaint.

    Raises:
        Refused: they write no diary there, or others may not read the object.
    """
    if not may_register(session, about):
        raise Refused("Vous n'enregistrez pas de réclamation ici : l'enregistrer depuis son entreprise.")


def register_complaint(
    session: ScopedSession,
    desk: ComplaintDesk,
    facts: ComplaintFacts,
    about: NoteSubject | None = None,
    solved: str = "",
) -> Complaint:
    """Register a complaint, which opens its clocks when it is written.

    Args:
        session: of whoever heard it.
        desk: where it is handled.
        facts: what is known of it.
        about: the object it is about.
        solved: how a spoken one was solved at once; empty: it was not.

    Raises:
        OutOfScope: the actor follows no complaints, as a token may narrow them to.
        Refused: the actor writes no diary there, or the object is a paper that others may not read.
        InvalidInput: everything that is missing or cannot be.
    """
    if not session.actor.may(Right.READ_COMPLAINTS):
        raise OutOfScope("whoever registers a complaint follows it")
    if about is not None:
        require_registrable(session, about)
    if not _may_write(session, facts.company_id):
        raise Refused("Vous n'enregistrez pas de réclamation pour cette entreprise : vous ne tenez pas son agenda.")
    _require_possible(desk, facts)
    if solved.strip() and facts.channel.is_written:
        raise InvalidInput.one(
            "une réclamation écrite appelle une réponse", "L'enregistrer, puis répondre", place="solved"
        )
    if not handles(session) and (facts.team, facts.handler_id) != (Role.CLAIMS_HANDLER, None):
        raise InvalidInput.one("le bureau confie ses réclamations", "Ne la confier à personne", place="team")
    complaint = Complaint(
        number=_new_number(session, desk.now), subject=about.subject if about is not None else None,
        registered_by=session.actor.name, registered_by_id=session.actor.user_id, registered_at=desk.now,
        state=ComplaintState.OPEN, team=facts.team, handler_id=facts.handler_id,
    )  # fmt: skip
    _take(session, complaint, facts, former=None)
    session.add(complaint)
    if solved.strip():
        complaint.solved_on, complaint.remedy = facts.received_on, solved.strip()
        end_complaint(session, complaint, ComplaintState.SOLVED, desk.now)
    desk.clocks(session).follow(complaint)
    if complaint.state is ComplaintState.OPEN and complaint.written_on is None:
        desk.clocks(session).ask_invitation(complaint)
    return complaint


def _may_write(session: ScopedSession, company_id: int | None) -> bool:
    """Anyone who writes a diary may hear a non-client: such a complaint belongs to no company."""
    if company_id is None:
        return session.actor.may(Right.WRITE_DIARY)
    return has_right_there(session, Right.WRITE_DIARY, company_id)


def _new_number(session: ScopedSession, now: datetime) -> str:
    year = paris_day(now).year
    return f"RC-{year}-{take_number(session, f'complaints:{year}'):04}"


def _require_possible(desk: ComplaintDesk, facts: ComplaintFacts) -> None:
    faults = []
    received_on = facts.received_on
    if received_on > desk.today:
        faults.append(Fault(f"le {received_on:%d/%m/%Y} est à venir", "Donner le jour de réception", "received_on"))
    if facts.sent_on is not None and facts.sent_on > received_on:
        faults.append(Fault("envoyée après sa réception", "Corriger l'un des deux jours", "sent_on"))
    if not facts.said.strip():
        faults.append(Fault("réclamation vide", "Écrire ce qui est dit", "said"))
    if facts.complainant is Complainant.CLIENT and facts.company_id is None:
        faults.append(Fault("entreprise absente", "Donner le SIREN du client", "siren"))
    if facts.complainant is not Complainant.CLIENT and not facts.name.strip():
        faults.append(Fault("nom absent", "Dire qui se plaint", "name"))
    if facts.is_shared and facts.company_id is None:
        faults.append(Fault("sans entreprise, personne avec qui partager", "Ne pas la partager", "is_shared"))
    if faults:
        raise InvalidInput(faults)


def _take(
    session: ScopedSession, complaint: Complaint, facts: ComplaintFacts, *, former: ComplaintChannel | None
) -> None:
    complaint.received_on, complaint.channel, complaint.theme = facts.received_on, facts.channel, facts.theme
    complaint.complainant, complaint.said = facts.complainant, facts.said.strip()
    name = " ".join(facts.name.split())
    complaint.complainant_name, complaint.complainant_contact = name or None, facts.contact.strip() or None
    complaint.name_digest = name_digest(session, name) if name else None
    complaint.company_id, complaint.is_shared = facts.company_id, facts.is_shared
    if facts.channel.is_written:
        complaint.written_on, complaint.sent_on = facts.received_on, facts.sent_on
    elif former is not None and former.is_written:  # its channel was wrong: nothing was written
        complaint.written_on, complaint.sent_on = None, None


def correct_complaint(session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, facts: ComplaintFacts) -> None:
    """Correct what is known of a complaint; its clocks move with its days.

    Raises:
        Refused: the actor is not of the office.
        InvalidInput: everything that is missing or cannot be.
    """
    lock_complaint(session, complaint)
    _require_possible(desk, facts)
    _require_same_writing(complaint, facts)
    _take(session, complaint, facts, former=complaint.channel)
    desk.clocks(session).follow(complaint)


def _require_same_writing(complaint: Complaint, facts: ComplaintFacts) -> None:
    """Whether it was written decides which clocks ran: what was done about them must not be left in the air."""
    if facts.channel.is_written == complaint.channel.is_written:
        return
    if complaint.state is not ComplaintState.OPEN:
        raise InvalidInput.one(
            "elle a reçu sa suite", "La rouvrir pour dire qu'elle est écrite ou non", place="channel"
        )
    if complaint.acknowledged_on is not None and complaint.channel.is_written:
        raise InvalidInput.one("il en a été accusé réception : elle est écrite", "Garder sa voie", place="channel")


def hand_complaint(
    session: ScopedSession, desk: ComplaintDesk, complaint: Complaint, handler_id: int | None, team: Role
) -> None:
    """Give a complaint, and its clocks, to a person or to a team.

    Raises:
        Refused: the actor is not of the office.
    """
    lock_complaint(session, complaint)
    complaint.handler_id, complaint.team = handler_id, team
    desk.clocks(session).give(complaint)


def reads_words(session: ScopedSession, complaint: Complaint) -> bool:
    """Whether the actor reads who complains and what they say: who handles it, who heard it, who reads names there."""
    heard = complaint.registered_by_id is not None and complaint.registered_by_id == session.actor.user_id
    there = complaint.company_id if complaint.is_shared else None
    return heard or any(has_right_there(session, right, there) for right in (Right.WRITE_DIARY, Right.READ_NAMES))


def handles(session: ScopedSession) -> bool:
    """Whether the actor handles complaints: of the office, and writing its diary."""
    return session.actor.everywhere(Right.WRITE_DIARY)


def require_handler(session: ScopedSession) -> None:
    """Refuse whoever does not handle complaints.

    Raises:
        Refused: the actor is not of the office, or does not write its diary.
    """
    if not handles(session):
        raise Refused("Le bureau traite les réclamations : vous pouvez en enregistrer et suivre celles que vous voyez.")


def lock_complaint(session: ScopedSession, complaint: Complaint) -> None:
    """The complaint as it stands now, held until the transaction ends, for whoever handles complaints.

    Raises:
        Refused: the actor is not of the office.
    """
    require_handler(session)
    session.refresh(complaint, with_for_update={"of": Complaint})


def end_complaint(session: ScopedSession, complaint: Complaint, state: ComplaintState, now: datetime) -> None:
    """Write that a complaint has had what follows it, when and by whom."""
    complaint.state, complaint.ended_at, complaint.ended_by = state, now, session.actor.name
    session.flush()
