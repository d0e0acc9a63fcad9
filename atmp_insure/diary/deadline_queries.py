"""Every question about live deadlines, tasks and calendars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, or_, select

from atmp_insure.access.models import Substitution
from atmp_insure.db.scope import unscoped
from atmp_insure.diary.deadline_models import CalendarFeed, DeadlineState, LiveDeadline, Task, TaskState
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.access.roles import Role
    from atmp_insure.db.session import ScopedSession


def deadlines() -> Select[LiveDeadline]:
    """All live deadlines."""
    return select(LiveDeadline)


def tasks() -> Select[Task]:
    """All tasks."""
    return select(Task)


def get_deadline(session: ScopedSession, deadline_id: int) -> LiveDeadline:
    """A live deadline.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(LiveDeadline, deadline_id)
    if found is None:
        raise NotFound("Cette échéance n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def get_task(session: ScopedSession, task_id: int) -> Task:
    """A task.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(Task, task_id)
    if found is None:
        raise NotFound("Cette tâche n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def list_deadlines_of(session: ScopedSession, company_id: int) -> Sequence[LiveDeadline]:
    """The open deadlines of a company, the nearest first."""
    statement = select(LiveDeadline).where(
        LiveDeadline.company_id == company_id, LiveDeadline.state == DeadlineState.OPEN
    )
    return session.scalars(statement.order_by(LiveDeadline.safe_on, LiveDeadline.id)).all()


def list_deadlines_about(session: ScopedSession, subject: str) -> Sequence[LiveDeadline]:
    """The deadlines that an object started, ended ones included, the nearest first."""
    statement = select(LiveDeadline).where(LiveDeadline.subject == subject)
    return session.scalars(statement.order_by(LiveDeadline.safe_on, LiveDeadline.id)).all()


def list_deadlines_between(session: ScopedSession, first: date, last: date) -> Sequence[LiveDeadline]:
    """The deadlines to act by between two days, answered ones included, the nearest first."""
    statement = select(LiveDeadline).where(
        LiveDeadline.safe_on >= first, LiveDeadline.safe_on <= last, LiveDeadline.state != DeadlineState.VOID
    )
    return session.scalars(statement.order_by(LiveDeadline.safe_on, LiveDeadline.id)).all()


def list_tasks_of(session: ScopedSession, company_id: int) -> Sequence[Task]:
    """The open tasks of a company, the most urgent first."""
    statement = select(Task).where(Task.company_id == company_id, Task.state == TaskState.OPEN)
    return session.scalars(statement.order_by(Task.priority, Task.due_on, Task.id)).all()


@dataclass(frozen=True, slots=True)
class Person:
    """Whom things fall to: a person, on a day, with the roles they hold."""

    user_id: int
    on: date
    roles: tuple[Role, ...]


def _falls_to(
    person: Person, owner: InstrumentedAttribute[Any], team: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Given to a person or to whom they replace that day, or to their team and to nobody."""
    away = select(Substitution.user_id).where(
        Substitution.substitute_id == person.user_id,
        Substitution.first_day <= person.on,
        Substitution.last_day >= person.on,
    )
    return or_(owner == person.user_id, owner.in_(away), owner.is_(None) & team.in_(person.roles))


def deadlines_for(person: Person) -> ColumnElement[bool]:
    """The deadlines that fall to a person: given to them or to whom they replace, or to their team and to nobody."""
    return _falls_to(person, LiveDeadline.owner_id, LiveDeadline.team)


def tasks_for(person: Person) -> ColumnElement[bool]:
    """The tasks that fall to a person: given to them or to whom they replace, or to their team and to nobody."""
    return _falls_to(person, Task.assignee_id, Task.team)


def list_deadlines_due(session: ScopedSession, person: Person, until: date, most: int) -> Sequence[LiveDeadline]:
    """The open deadlines that fall to a person by a day, the nearest first."""
    statement = select(LiveDeadline).where(
        LiveDeadline.state == DeadlineState.OPEN, LiveDeadline.safe_on <= until, deadlines_for(person)
    )
    return session.scalars(statement.order_by(LiveDeadline.safe_on, LiveDeadline.id).limit(most)).all()


def list_tasks_due(session: ScopedSession, person: Person, most: int) -> Sequence[Task]:
    """The open tasks that fall to a person, the nearest first, of one day the most urgent first."""
    statement = select(Task).where(Task.state == TaskState.OPEN, tasks_for(person))
    return session.scalars(statement.order_by(Task.due_on, Task.priority, Task.id).limit(most)).all()


def find_feed(session: ScopedSession, user_id: int) -> CalendarFeed | None:
    """The calendar address of a person that is open."""
    statement = select(CalendarFeed).where(CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None))
    return session.scalar(statement)


@unscoped("whoever holds the address of a calendar has not signed in")
def find_feed_by_digest(session: ScopedSession, digest: bytes) -> CalendarFeed | None:
    """The open calendar address of a token."""
    statement = select(CalendarFeed).where(CalendarFeed.token_digest == digest, CalendarFeed.revoked_at.is_(None))
    return session.scalar(statement)
