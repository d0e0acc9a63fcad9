"""Complaints: who is discontented with what, how it was acknowledged and answered, and what the office learnt of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from atmp_insure.access.roles import Right, Role
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Digest, Secret, state_column
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintState,
    ComplaintTheme,
    RootCause,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class Complaint(Base):
    """A complaint; never deleted, reopened with a reason.

    Attributes:
        number: `RC-2026-0007`; unique, gaps allowed.
        subject: what it is about: `documents:12`; None: nothing that has a page.
        is_shared: whether those who follow the company and keep its diary (its broker, its lawyer) see it.
        received_on: the day the discontent first reached the office, spoken or written.
        written_on: the day it reached the office in writing: the acknowledgement is counted from it.
        sent_on: the day it was sent: the answer is counted from it.
        name_digest: keyed digest of the normalised name, by which whoever complains is found.
        said: what is said, encrypted.
        acknowledge_due_on, answer_due_on: the last days, as the rules count them; None while no clock runs.
        invited_on: the day someone who spoke was invited to write.
        solved_on: the day of a spoken complaint that was solved at once.
        remedy: what is done for whoever complains; a gesture included.
        mediator: the mediator whom the answer names; a refusal has one.
        are_remedies_read: whether the remedies were found in the very text of the answer; else someone said so.
        reopenings: how many times it was reopened: each opens a clock of its own for the answer.
        company_name: filled by the lists that ask for it.
    """

    __tablename__ = "complaints"
    __table_args__ = with_constraints(
        UniqueConstraint("number"),
        Index(None, "received_on", "id"),
        Index(None, "company_id", "received_on"),
        Index(None, "subject"),
        Index(None, "name_digest"),
        Index(None, "insurer_id"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'answered' OR answered_on IS NOT NULL", name="answered"),
        CheckConstraint("(answered_on IS NULL) = (decision IS NULL)", name="decision"),
        CheckConstraint("state <> 'solved' OR solved_on IS NOT NULL", name="solved"),
        CheckConstraint("decision IS NULL OR decision = 'upheld' OR mediator IS NOT NULL", name="mediator"),
        CheckConstraint("insurer_told_on IS NULL OR insurer_id IS NOT NULL", name="insurer"),
        CheckConstraint("NOT is_shared OR company_id IS NOT NULL", name="shared"),
    )

    number: Mapped[str]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    subject: Mapped[str | None]
    is_shared: Mapped[bool] = mapped_column(default=False)
    received_on: Mapped[date]
    channel: Mapped[ComplaintChannel] = mapped_column(state_column(ComplaintChannel))
    written_on: Mapped[date | None]
    sent_on: Mapped[date | None]
    complainant: Mapped[Complainant] = mapped_column(state_column(Complainant))
    complainant_name: Mapped[Secret | None]
    complainant_contact: Mapped[Secret | None]
    name_digest: Mapped[Digest | None]
    theme: Mapped[ComplaintTheme] = mapped_column(state_column(ComplaintTheme))
    said: Mapped[Secret]
    state: Mapped[ComplaintState] = mapped_column(state_column(ComplaintState), default=ComplaintState.OPEN)
    team: Mapped[Role] = mapped_column(state_column(Role))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    registered_by: Mapped[str]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime]
    acknowledge_due_on: Mapped[date | None]
    answer_due_on: Mapped[date | None]
    invited_on: Mapped[date | None]
    invitation_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    acknowledged_on: Mapped[date | None]
    acknowledged_how: Mapped[Secret | None]
    acknowledgement_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    solved_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answered_how: Mapped[Secret | None]
    answer_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    decision: Mapped[ComplaintDecision | None] = mapped_column(state_column(ComplaintDecision))
    cause: Mapped[RootCause | None] = mapped_column(state_column(RootCause))
    corrective_action: Mapped[Secret | None]
    remedy: Mapped[Secret | None]
    mediator: Mapped[str | None]
    are_remedies_read: Mapped[bool] = mapped_column(default=False)
    insurer_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    insurer_told_on: Mapped[date | None]
    insurer_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    reopenings: Mapped[int] = mapped_column(default=0)
    reopened_reason: Mapped[Secret | None]

    company_name: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office, whoever registered it, who follows the company when it is shared, the insurer who was told."""
        told = cls.insurer_told_on.is_not(None) & who.granted(
            Named.ORGANISATION, cls.insurer_id.expression, Right.READ_COMPLAINTS
        )
        return who.may(Right.READ_COMPLAINTS) & or_(
            who.office(Right.READ_COMPLAINTS),
            cls.registered_by_id == who.user_id,
            cls.is_shared & who.reaches(cls.company_id.expression, right=Right.WRITE_DIARY),
            told,
        )

    @property
    def subject_key(self) -> str:
        """Under which deadlines, tasks, notes and papers know it."""
        return f"{self.__tablename__}:{self.id}"

    @property
    def file_ref(self) -> str:
        """The file that its letters are put away in."""
        return f"complaint:{self.id}"

    @property
    def proof_ids(self) -> set[int | None]:
        """The papers that prove something of it already."""
        return {
            self.invitation_document_id, self.acknowledgement_document_id, self.answer_document_id,
            self.insurer_document_id,
        }  # fmt: skip

    @property
    def notes_company_id(self) -> int | None:
        """The company whose followers may read notes on it; None: the office alone."""
        return self.company_id if self.is_shared else None

    @property
    def due_on(self) -> date | None:
        """The next last day: to acknowledge, then to answer; None when nothing is owed."""
        if self.state is not ComplaintState.OPEN:
            return None
        return self.acknowledge_due_on if self.acknowledged_on is None else self.answer_due_on
