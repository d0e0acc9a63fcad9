"""Use cases on tasks: asked for by a fact or by hand, given to a team or a person, done or dropped, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import unscoped
from atmp_insure.diary.deadline_models import Priority, Task, TaskState
from atmp_insure.kernel.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession

LONGEST_TITLE = 200
BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class NewTask:
    """What to do.

    Attributes:
        title: without any name of a person nor health data.
        due_on: by when.
        key: equal for the same task asked twice; None for one written by hand.
        origin: what asks for it: a fact, or `hand`.
    """

    title: str
    due_on: date
    team: Role
    company_id: int | None = None
    subject: str | None = None
    detail: str = ""
    priority: Priority = Priority.NORMAL
    assignee_id: int | None = None
    key: str | None = None
    origin: str = BY_HAND


@unscoped("a fact asks people for something, whom the writer of the fact may not see")
def ask_task(session: ScopedSession, new: NewTask, now: datetime) -> Task:
    """The task that a fact asks for; asked for again, it is the one that exists."""
    row = _row(session, new, now)
    task, _is_new = add_once(session, row, select(Task).where(Task.key == new.key))
    return task


@unscoped("what came again is to be looked at again, whoever sees the task")
def ask_anew(session: ScopedSession, new: NewTask, now: datetime) -> Task:
    """The task that a fact asks for; one that ended since it was first asked for is open again."""
    task = ask_task(session, new, now)
    if task.state is not TaskState.OPEN:
        _reopen(task)
        session.flush()
    return task


@unscoped("what asked for something has it, whoever sees the task")
def end_asked(session: ScopedSession, key: str, now: datetime) -> None:
    """End the task that something asked for under a key: what it waited for is done. Without one, nothing changes."""
    _end_open(session, Task.key == key, "", now)


@unscoped("what asked for something has it, or asks no more, whoever sees the task")
def end_asked_about(session: ScopedSession, subject: str, origin: str, now: datetime, *, dropped: str = "") -> None:
    """End the tasks that one fact asked for about one object.

    Args:
        dropped: why they serve no more; empty: what they waited for is done.
    """
    _end_open(session, (Task.subject == subject) & (Task.origin == origin), dropped, now)


def _end_open(session: ScopedSession, which: ColumnElement[bool], dropped: str, now: datetime) -> None:
    open_ones = select(Task).where(which, Task.state == TaskState.OPEN).with_for_update(of=Task)
    for task in session.scalars(open_ones.execution_options(populate_existing=True)):
        task.state, task.ended_at = TaskState.DROPPED if dropped else TaskState.DONE, now
        task.ended_by, task.ended_reason = session.actor.name, dropped or None
    session.flush()


def write_task(session: ScopedSession, new: NewTask, now: datetime) -> Task:
    """Write a task by hand.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        InvalidInput: no title, or one that is too long.
    """
    _require_right(session, new.company_id, new.assignee_id)
    title = new.title.strip()
    if not title:
        raise InvalidInput.one("tâche sans titre", "Dire ce qui est à faire, sans nom de personne", place="title")
    if len(title) > LONGEST_TITLE:
        raise InvalidInput.one(
            f"titre de plus de {LONGEST_TITLE} caractères", "Mettre la suite en détail", place="title"
        )
    task = _row(session, new, now)
    session.add(task)
    session.flush()
    return task


def _row(session: ScopedSession, new: NewTask, now: datetime) -> Task:
    return Task(
        key=new.key, company_id=new.company_id, subject=new.subject, title=new.title.strip(),
        detail=new.detail.strip() or None, origin=new.origin, priority=int(new.priority), team=new.team,
        assignee_id=new.assignee_id, due_on=new.due_on, created_at=now, created_by=session.actor.name,
    )  # fmt: skip


def finish_task(session: ScopedSession, task: Task, state: TaskState, reason: str, now: datetime) -> None:
    """Say that a task is done, or dropped with a reason.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the task has ended.
        InvalidInput: dropped without a reason.
    """
    _require_open(session, task)
    if state is TaskState.DROPPED and not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi la tâche est abandonnée", place="reason")
    task.state, task.ended_at, task.ended_by = state, now, session.actor.name
    task.ended_reason = reason.strip() or None
    session.flush()


def reopen_task(session: ScopedSession, task: Task) -> None:
    """Open a task again: what « Annuler » does.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
    """
    _require_right(session, task.company_id, task.assignee_id)
    _reopen(task)
    session.flush()


def _reopen(task: Task) -> None:
    task.state, task.ended_at, task.ended_by, task.ended_reason = TaskState.OPEN, None, None, None


def give_task(session: ScopedSession, task: Task, assignee_id: int | None, team: Role) -> None:
    """Give a task to a person, or to a team.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the task has ended.
    """
    _require_open(session, task)
    task.assignee_id, task.team = assignee_id, team
    session.flush()


def _require_open(session: ScopedSession, task: Task) -> None:
    _require_right(session, task.company_id, task.assignee_id)
    session.refresh(task, with_for_update={"of": Task})
    if task.state is not TaskState.OPEN:
        raise Refused("Cette tâche est finie ; la rouvrir pour la changer.")


def _require_right(session: ScopedSession, company_id: int | None, assignee_id: int | None) -> None:
    """One writes tasks where one writes the diary; one's own task is always one's to finish."""
    if assignee_id is None or assignee_id != session.actor.user_id:
        require_right_there(session, Right.WRITE_DIARY, company_id)
