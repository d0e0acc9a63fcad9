"""Deadlines said in time: to the person, then to the team, then to the manager, each once, by mail.

The team of a partner is those of its people who follow the company: a lawyer hears of no other firm's deadlines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.actors import actor_of
from atmp_insure.access.models import Grant, Substitution, User, UserState
from atmp_insure.access.queries import in_force
from atmp_insure.access.roles import Reach, Role
from atmp_insure.db.scope import BoundActor, unscoped
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline, Reminded
from atmp_insure.documents.letters import mail_text
from atmp_insure.documents.outgoing import write_mail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.session import ScopedSession

# days left to act, and who hears of it then; what a person or a team has not answered climbs
STEPS = ((1, Reminded.MANAGER), (3, Reminded.TEAM), (7, Reminded.PERSON))


@dataclass(frozen=True, slots=True)
class _People:
    """Who may hear of deadlines on a day.

    Attributes:
        by_id: whoever may sign in.
        teams: the people of its team who may open it, by the number of each deadline that comes near.
    """

    by_id: Mapping[int, User]
    managers: Sequence[User]
    teams: Mapping[int, Sequence[User]]


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who hears of a deadline at a step, each once, and whether whom the step is for is among them."""

    users: Sequence[User]
    is_heard: bool


@dataclass(frozen=True, slots=True)
class _Reminder:
    """What is said of a deadline: where its page is, how many days are left, whether whom it falls to hears of it."""

    deadline: LiveDeadline
    step: Reminded
    link: str
    left: int
    is_heard: bool

    @property
    def when(self) -> str:
        if self.left < 0:
            return "dépassée"
        return "aujourd'hui" if self.left == 0 else f"dans {self.left} jour{'s' if self.left > 1 else ''}"


@unscoped("reminders reach everyone whom a deadline falls to")
def remind(session: ScopedSession, address: str, today: date, now: datetime) -> int:
    """Write the reminders of a day; written twice, they are one mail. Gives how many deadlines were said.

    What nobody hears climbs at once to the managers, and is not said for all that: it is, once somebody can hear it.

    Args:
        address: of the application, for the link.
    """
    near = session.scalars(select(LiveDeadline).where(*_near(today)).order_by(LiveDeadline.safe_on, LiveDeadline.id))
    deadlines = near.all()
    people = _people(session, deadlines, today)
    said = 0
    for deadline in deadlines:
        step = _step(deadline, today)
        if step <= deadline.reminded:
            continue
        audience = _audience(session, deadline, step, people, today)
        link, left = f"{address}/deadlines/{deadline.id}", (deadline.safe_on - today).days
        told = _Reminder(deadline, step, link, left, audience.is_heard)
        for user in audience.users:
            _write(session, told, user, now)
        if audience.is_heard:
            deadline.reminded = step
            said += 1
    session.flush()
    return said


def _near(today: date) -> tuple[ColumnElement[bool], ...]:
    limit = today + timedelta(days=max(days for days, _ in STEPS))
    return (
        LiveDeadline.state == DeadlineState.OPEN, LiveDeadline.safe_on <= limit,
        LiveDeadline.reminded < Reminded.MANAGER,
    )  # fmt: skip


def _step(deadline: LiveDeadline, today: date) -> Reminded:
    left = (deadline.safe_on - today).days
    return next((step for days, step in STEPS if left <= days), Reminded.NOBODY)


def _people(session: ScopedSession, deadlines: Sequence[LiveDeadline], today: date) -> _People:
    users = {user.id: user for user in session.scalars(select(User).where(User.state == UserState.ACTIVE))}
    held: dict[tuple[int, Role], list[Grant]] = {}
    for grant in in_force(session.scalars(select(Grant).order_by(Grant.user_id, Grant.id)), today):
        if grant.user_id in users:
            held.setdefault((grant.user_id, grant.role), []).append(grant)
    teams: dict[int, list[User]] = {}
    for (user_id, role), grants in held.items():
        of_team = [deadline.id for deadline in deadlines if deadline.team is role]
        if of_team and role.reach is not Reach.OFFICE:
            of_team = _reached(session, actor_of(users[user_id], grants, today), role, today)
        for deadline_id in of_team:
            teams.setdefault(deadline_id, []).append(users[user_id])
    return _People(users, [users[user_id] for user_id, role in held if role is Role.MANAGER], teams)


def _reached(session: ScopedSession, actor: Actor, role: Role, today: date) -> list[int]:
    """The deadlines given to the role of a partner that one of its people may open, by that role alone."""
    theirs = LiveDeadline.scope(BoundActor(actor))
    return list(session.scalars(select(LiveDeadline.id).where(*_near(today), LiveDeadline.team == role, theirs)))


def _audience(
    session: ScopedSession, deadline: LiveDeadline, step: Reminded, people: _People, today: date
) -> _Audience:
    owners = list(_owners(session, deadline, people, today))
    is_for_team = step >= Reminded.TEAM or deadline.owner_id is None
    team = people.teams.get(deadline.id, ()) if is_for_team else ()
    is_heard = bool(team if is_for_team else owners)
    managers = people.managers if step is Reminded.MANAGER or not is_heard else ()
    users = {user.id: user for user in (*owners, *team, *managers)}
    return _Audience(tuple(users.values()), bool(managers) if step is Reminded.MANAGER else is_heard)


def _owners(session: ScopedSession, deadline: LiveDeadline, people: _People, today: date) -> Iterator[User]:
    """Whom a deadline was given to, and who replaces them."""
    if deadline.owner_id is None or deadline.owner_id not in people.by_id:
        return
    yield people.by_id[deadline.owner_id]
    away = select(Substitution).where(
        Substitution.user_id == deadline.owner_id, Substitution.first_day <= today, Substitution.last_day >= today
    )
    yield from (people.by_id[one.substitute_id] for one in session.scalars(away) if one.substitute_id in people.by_id)


def _write(session: ScopedSession, said: _Reminder, user: User, now: datetime) -> None:
    deadline = said.deadline
    key = f"deadline:{deadline.id}:{deadline.safe_on}:{int(said.step)}:{user.id}"
    text = mail_text("deadline", deadline=deadline, when=said.when, is_heard=said.is_heard, link=said.link)
    write_mail(session, "deadline", user.email, *text, key=key, now=now, company_id=deadline.company_id)
