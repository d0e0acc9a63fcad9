"""Deadlines said in time: to the person, then to the team, then to the manager, each once, by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.models import Grant, Substitution, User, UserState
from atmp_insure.access.queries import in_force
from atmp_insure.access.roles import Right, Role, rights_of
from atmp_insure.db.scope import unscoped
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline, Reminded
from atmp_insure.documents.outgoing import write_mail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession

# days left to act, and who hears of it then; what a person or a team has not answered climbs
STEPS = ((1, Reminded.MANAGER), (3, Reminded.TEAM), (7, Reminded.PERSON))


@dataclass(frozen=True, slots=True)
class _Hearer:
    """Someone who receives a reminder."""

    user: User
    roles: frozenset[Role]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class _Reminder:
    """What is said of a deadline: where its page is, and how many days are left."""

    deadline: LiveDeadline
    link: str
    left: int

    @property
    def when(self) -> str:
        if self.left < 0:
            return "dépassée"
        return "aujourd'hui" if self.left == 0 else f"dans {self.left} jour{'s' if self.left > 1 else ''}"


@unscoped("reminders reach everyone whom a deadline falls to")
def remind(session: ScopedSession, address: str, today: date, now: datetime) -> int:
    """Write the reminders of a day; written twice, they are one mail. Gives how many deadlines were said.

    Args:
        address: of the application, for the link.
    """
    limit = today + timedelta(days=max(days for days, _ in STEPS))
    statement = select(LiveDeadline).where(LiveDeadline.state == DeadlineState.OPEN, LiveDeadline.safe_on <= limit)
    said = 0
    hearers = tuple(_hearers(session, today))
    for deadline in session.scalars(statement.order_by(LiveDeadline.safe_on, LiveDeadline.id)):
        step = _step(deadline, today)
        if step > deadline.reminded:
            deadline.reminded = step
            said += 1
            for user in _users(session, deadline, step, hearers, today):
                said_of = _Reminder(deadline, f"{address}/deadlines/{deadline.id}", (deadline.safe_on - today).days)
                _write(session, said_of, user, now)
    session.flush()
    return said


def _step(deadline: LiveDeadline, today: date) -> Reminded:
    left = (deadline.safe_on - today).days
    return next((step for days, step in STEPS if left <= days), Reminded.NOBODY)


def _hearers(session: ScopedSession, today: date) -> Iterator[_Hearer]:
    """The office's own people, with the roles they hold today."""
    users = session.scalars(select(User).where(User.state == UserState.ACTIVE)).all()
    grants: dict[int, list[Grant]] = {}
    for grant in session.scalars(select(Grant)):
        grants.setdefault(grant.user_id, []).append(grant)
    for user in users:
        held = frozenset(grant.role for grant in in_force(grants.get(user.id, []), today))
        yield _Hearer(user, held, any(role.reach.value == "office" for role in held))


def _users(
    session: ScopedSession, deadline: LiveDeadline, step: Reminded, hearers: Sequence[_Hearer], today: date
) -> Iterator[User]:
    """Who hears of a deadline at a step: each once."""
    seen = set()
    for user in _candidates(session, deadline, step, hearers, today):
        if user.id not in seen:
            seen.add(user.id)
            yield user


def _candidates(
    session: ScopedSession, deadline: LiveDeadline, step: Reminded, hearers: Sequence[_Hearer], today: date
) -> Iterator[User]:
    by_id = {hearer.user.id: hearer.user for hearer in hearers}
    if deadline.owner_id in by_id:
        yield by_id[deadline.owner_id]
        away = select(Substitution).where(
            Substitution.user_id == deadline.owner_id, Substitution.first_day <= today, Substitution.last_day >= today
        )
        yield from (by_id[one.substitute_id] for one in session.scalars(away) if one.substitute_id in by_id)
    if step >= Reminded.TEAM or deadline.owner_id is None:
        yield from (one.user for one in hearers if deadline.team in one.roles and one.everywhere)
    if step >= Reminded.MANAGER:
        readers = (one for one in hearers if Role.MANAGER in one.roles)
        yield from (one.user for one in readers if Right.READ_DIARY in rights_of(Role.MANAGER))


def _write(session: ScopedSession, said: _Reminder, user: User, now: datetime) -> None:
    deadline = said.deadline
    body = (
        f"{deadline.label}\n\nÀ faire au plus tard le {deadline.safe_on:%d/%m/%Y} ({said.when}) ; "
        f"dernier jour légal : {deadline.due_on:%d/%m/%Y}.\n\n{said.link}\n"
    )
    key = f"deadline:{deadline.id}:{deadline.safe_on}:{int(deadline.reminded)}:{user.id}"
    subject = f"Échéance {said.when} : {deadline.label}"
    write_mail(session, "deadline", user.email, subject, body, key=key, now=now, company_id=deadline.company_id)
