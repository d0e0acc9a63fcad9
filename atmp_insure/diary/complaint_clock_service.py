"""The clocks of a complaint, as live deadlines of the office: opened by what is written, moved with it, answered by it.

They belong to no company: whoever follows one must not learn from its calendar of a complaint that they may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary import deadline_service
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline, Task, TaskState
from atmp_insure.diary.deadline_service import Clocked, end_deadlines_of, follow_deadline
from atmp_insure.diary.task_service import NewTask, ask_task, end_asked
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.diary.complaint_models import Complaint
    from atmp_insure.diary.deadline_service import Answer

ACKNOWLEDGEMENT, ANSWER = "complaint_acknowledgement", "complaint_answer"  # names of the dated rules
_LABELS = {ACKNOWLEDGEMENT: "Accuser réception de la réclamation {}", ANSWER: "Répondre à la réclamation {}"}
_NOT_WRITTEN = "La réclamation n'est plus tenue pour écrite : aucun délai ne court."
_INVITATION = "Inviter à écrire, ou régler : réclamation {}"


@dataclass(frozen=True, slots=True)
class ComplaintClocks:
    """The clocks of complaints, and the invitation to write that one without clocks calls for, in one transaction."""

    session: ScopedSession
    law: DeadlineLaw
    now: datetime

    def follow(self, complaint: Complaint) -> None:
        """Open the clocks of what is written, or move them with its days; without anything written, none runs.

        Raises:
            InvalidInput: a day before the rules existed.
        """
        self.session.flush()
        if complaint.written_on is None:
            complaint.acknowledge_due_on, complaint.answer_due_on = None, None
            end_deadlines_of(self.session, complaint.subject_key, _NOT_WRITTEN, self.now)
            return
        sent_on = complaint.sent_on or complaint.written_on
        acknowledge_due_on = self._followed(complaint, ACKNOWLEDGEMENT, complaint.written_on)
        answer_due_on = self._followed(complaint, ANSWER, sent_on)
        complaint.acknowledge_due_on, complaint.answer_due_on = acknowledge_due_on, answer_due_on
        self.session.flush()

    def _followed(self, complaint: Complaint, rule: str, event_on: date) -> date | None:
        act = Clocked(
            key=_key(complaint, rule), rule=rule, event_on=event_on, region=MAINLAND, subject=complaint.subject_key,
            company_id=None, team=complaint.team, owner_id=complaint.handler_id,
            label=_LABELS[rule].format(complaint.number), is_owed_late=True,
        )  # fmt: skip
        try:
            deadline = follow_deadline(self.session, self.law, act, self.now)
        except InvalidInput as error:
            fault = error.faults[0]
            raise InvalidInput.one(fault.message, fault.remedy, place="received_on") from error
        return None if deadline is None else deadline.due_on

    def settle(self, complaint: Complaint, rule: str, answer: Answer) -> None:
        """Answer the clock of a rule with its proof, when it still runs."""
        statement = select(LiveDeadline).where(LiveDeadline.key == _key(complaint, rule))
        deadline = self.session.scalar(statement.with_for_update(of=LiveDeadline))
        if deadline is not None and deadline.state is DeadlineState.OPEN:
            deadline_service.settle_deadline(self.session, self.law, deadline, answer, self.now)

    def give(self, complaint: Complaint) -> None:
        """Give what still runs, and the invitation that is still to be sent, to whoever now handles it."""
        running = select(LiveDeadline).where(
            LiveDeadline.subject == complaint.subject_key, LiveDeadline.state == DeadlineState.OPEN
        )
        for deadline in self.session.scalars(running):
            deadline_service.hand_over(self.session, deadline, complaint.handler_id, complaint.team)
        for task in self._invitations(complaint):
            task.assignee_id, task.team = complaint.handler_id, complaint.team
        self.session.flush()

    def ask_invitation(self, complaint: Complaint) -> None:
        """Ask that whoever spoke be invited to write: no clock runs, so that nothing else would remind of it."""
        new = NewTask(
            title=_INVITATION.format(complaint.number), due_on=paris_day(self.now), team=complaint.team,
            subject=complaint.subject_key, assignee_id=complaint.handler_id, key=_invitation_key(complaint),
            origin="complaint_spoken",
        )  # fmt: skip
        ask_task(self.session, new, self.now)

    def end_invitation(self, complaint: Complaint) -> None:
        """Say that the invitation was sent, or that it serves no more."""
        end_asked(self.session, _invitation_key(complaint), self.now)

    def _invitations(self, complaint: Complaint) -> list[Task]:
        statement = select(Task).where(Task.key == _invitation_key(complaint), Task.state == TaskState.OPEN)
        return list(self.session.scalars(statement))


def _key(complaint: Complaint, rule: str) -> str:
    """A complaint is acknowledged once; each reopening makes another answer due, and the former one stays."""
    reopening = f":{complaint.reopenings}" if rule == ANSWER and complaint.reopenings else ""
    return f"{complaint.subject_key}:{rule}{reopening}"


def _invitation_key(complaint: Complaint) -> str:
    return f"{complaint.subject_key}:invitation:{complaint.reopenings}"
