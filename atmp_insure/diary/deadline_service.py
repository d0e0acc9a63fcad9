"""Use cases on live deadlines: opened by a fact, moved with it, answered with proof, said in time, never deleted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.deadlines.answers import deadline_answer
from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due, outcome
from atmp_insure.deadlines.question import Facts, Question
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.deadlines.vocabulary import Timeliness
from atmp_insure.diary.deadline_models import CalendarFeed, DeadlineState, LiveDeadline, Reminded
from atmp_insure.documents.queries import get_document
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import begun
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.day_names import When
    from atmp_insure.deadlines.due import Deadline
    from atmp_insure.deadlines.law import DeadlineLaw

_TOKEN_BYTES = 32
_PLACE = ("company_id", "establishment_id", "subject")
_MOVED_BY = ("rule", "region", "event_on", "event_at", "given_days", "due_on", "safe_on", *_PLACE)


@dataclass(frozen=True, slots=True)
class Clocked:
    """An act that a fact makes due.

    Attributes:
        key: equal for the same act of the same fact.
        rule: name of the rule.
        event_on: the day that starts the clock.
        event_at: its moment, for a limit counted in hours; None where the day is enough.
        region: territory whose days off count, as the table of regions names it.
        subject: what it is about.
        label: the act; empty: the name of the rule.
        days: other dated facts that the rule knows (`consulted`, `declared`).
        is_owed_late: whether the act stays owed once its day is over: its deadline then opens, late.
    """

    key: str
    rule: str
    event_on: date
    region: str
    subject: str
    company_id: int | None
    team: Role
    establishment_id: int | None = None
    owner_id: int | None = None
    label: str = ""
    days: Mapping[str, date] | None = None
    event_at: datetime | None = None
    is_owed_late: bool = False


@unscoped("a fact makes an act due for people whom the writer of the fact may not see")
def follow_deadline(session: ScopedSession, clocks: DeadlineLaw, act: Clocked, now: datetime) -> LiveDeadline | None:
    """Open the deadline of an act, or move it, in time and to where it belongs, when its fact was corrected.

    None is opened when the rule sets no limit, nor for a day that was over before the office knew of the fact, unless
    the act stays owed. What was answered stays answered: moving it shows again whether it was in time. What ended with
    its fact runs again once the fact is told again; what a person said to be without object, once the fact says
    otherwise than it did then.

    Raises:
        InvalidInput: no such rule or region on that day.
    """
    counted = _counted(clocks, act)
    if counted.counted.safe_due is None or counted.counted.due is None:
        return None
    known = session.scalar(select(LiveDeadline).where(LiveDeadline.key == act.key))
    if known is None and _last_day(counted.counted.due) < paris_day(now) and not act.is_owed_late:
        return None
    row = LiveDeadline(
        key=act.key, company_id=act.company_id, establishment_id=act.establishment_id, subject=act.subject,
        label=act.label or begun(counted.rule.act_fr), team=act.team, owner_id=act.owner_id, created_at=now,
        **_dates(counted, act),
    )  # fmt: skip
    deadline, is_new = add_once(session, row, select(LiveDeadline).where(LiveDeadline.key == act.key))
    if not is_new:
        _move(deadline, counted, act, now)
    session.flush()
    return deadline


def _counted(clocks: DeadlineLaw, act: Clocked) -> Deadline:
    territory = clocks.territory(act.region)
    at = act.event_at.astimezone(territory.zone) if act.event_at is not None else None
    question = Question(Event(act.event_on, at), territory, Facts(days=act.days or {}))
    try:
        return due(clocks, act.rule, question)
    except InvalidInput as error:  # a day on which the rule was not, or is no more: the commands name it otherwise
        raise InvalidInput(replace(fault, place="event_on") for fault in error.faults) from error


def _dates(counted: Deadline, act: Clocked) -> dict[str, object]:
    assert counted.counted.due is not None
    assert counted.counted.safe_due is not None
    legal, safe = _last_day(counted.counted.due), _last_day(counted.counted.safe_due)
    return {
        "rule": act.rule, "region": act.region, "event_on": act.event_on, "event_at": act.event_at,
        "due_on": legal, "safe_on": min(safe, legal),
        "given_days": {name: day.isoformat() for name, day in (act.days or {}).items()},
        "reasoning": deadline_answer(counted),
    }  # fmt: skip


def _move(deadline: LiveDeadline, counted: Deadline, act: Clocked, now: datetime) -> None:
    told = _dates(counted, act) | {name: getattr(act, name) for name in _PLACE}
    has_moved = any(getattr(deadline, name) != told[name] for name in _MOVED_BY)
    is_void = deadline.state is DeadlineState.VOID
    if not has_moved and not (is_void and deadline.ended_by is None):
        return
    if is_void or deadline.company_id != act.company_id:
        # whom it was handed to had it for a file in which it is no more
        deadline.team, deadline.owner_id = act.team, act.owner_id
    for name, value in told.items():
        setattr(deadline, name, value)
    deadline.moved_at, deadline.reminded = now, Reminded.NOBODY
    if is_void:
        deadline.state, deadline.ended_at, deadline.ended_by = DeadlineState.OPEN, None, None
        deadline.ended_reason = None
    if deadline.answered_on is not None:
        deadline.outcome = outcome(counted.rule.bound, counted.counted, Event(deadline.answered_on)).value


@unscoped("what made an act due is gone, whoever sees the deadline")
def end_deadlines_of(session: ScopedSession, subject: str, reason: str, now: datetime, *, told_by: str = "") -> None:
    """Void the open deadlines of what no longer counts: in nobody's name, since no person judged them.

    Args:
        told_by: beginning of the keys of those that are meant; empty: all of the subject.
    """
    open_ones = select(LiveDeadline).where(LiveDeadline.subject == subject, LiveDeadline.state == DeadlineState.OPEN)
    for deadline in session.scalars(open_ones.where(LiveDeadline.key.startswith(told_by, autoescape=True))):
        _end(session, deadline, DeadlineState.VOID, reason, now)
        deadline.ended_by = None
    session.flush()


@dataclass(frozen=True, slots=True)
class TypedDeadline:
    """A day typed by hand, and why."""

    label: str
    due_on: date
    reason: str
    company_id: int | None
    subject: str
    team: Role
    owner_id: int | None = None


def subject_of(company_id: int | None) -> str:
    """What a day typed by hand is about: its company, or the office."""
    return "office:0" if company_id is None else f"companies:{company_id}"


def add_typed_deadline(session: ScopedSession, typed: TypedDeadline, now: datetime) -> LiveDeadline:
    """Keep a day that a person typed: marked so wherever it shows.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        InvalidInput: no label or no reason.
    """
    require_right_there(session, Right.WRITE_DIARY, typed.company_id)
    if not typed.label.strip():
        raise InvalidInput.one("acte absent", "Dire ce qui est à faire, sans nom de personne", place="label")
    if not typed.reason.strip():
        raise InvalidInput.one("motif absent", "Dire d'où vient cette date", place="reason")
    row = LiveDeadline(
        key=f"typed:{secrets.token_hex(8)}", company_id=typed.company_id, subject=typed.subject,
        label=typed.label.strip(), due_on=typed.due_on, safe_on=typed.due_on, team=typed.team,
        reasoning={"typed_by": session.actor.name, "reason": typed.reason.strip()}, owner_id=typed.owner_id,
        created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True, slots=True)
class Answer:
    """How a deadline was answered.

    Attributes:
        on: the day of the act.
        note: what was done; needed where no paper proves it.
        proof_document_id: the paper that proves it.
    """

    on: date
    note: str = ""
    proof_document_id: int | None = None


def answer_deadline(
    session: ScopedSession, clocks: DeadlineLaw, deadline: LiveDeadline, answer: Answer, now: datetime
) -> None:
    """Say that the act was done, and how it stands to the limit.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: answered already, or void; or its object answers it.
        InvalidInput: a day to come, neither a paper nor a word to prove it, or the paper of another company.
        NotFound: a paper that the actor does not see.
    """
    _require_open(session, deadline)
    if answer.on > paris_day(now):
        raise InvalidInput.one(
            f"le {answer.on:%d/%m/%Y} est à venir", "Donner le jour où l'acte a été fait", place="on"
        )
    if answer.proof_document_id is None and not answer.note.strip():
        raise InvalidInput.one("preuve absente", "Joindre la pièce, ou dire comment l'acte a été fait", place="note")
    _require_own_proof(session, deadline, answer.proof_document_id)
    settle_deadline(session, clocks, deadline, answer, now)


def _require_own_proof(session: ScopedSession, deadline: LiveDeadline, document_id: int | None) -> None:
    if document_id is not None and get_document(session, document_id).company_id != deadline.company_id:
        raise InvalidInput.one(
            "cette pièce est d'une autre entreprise", "Choisir une pièce de l'entreprise", place="proof_document_id"
        )


def settle_deadline(
    session: ScopedSession, clocks: DeadlineLaw, deadline: LiveDeadline, answer: Answer, now: datetime
) -> None:
    """Write the answer of a deadline, whose proof and whose writer were looked at already."""
    deadline.answered_on, deadline.proof_document_id = answer.on, answer.proof_document_id
    deadline.outcome = _outcome(clocks, deadline)
    _end(session, deadline, DeadlineState.ANSWERED, answer.note, now)


@unscoped("a paper proves an act, whoever files it")
def prove_done(session: ScopedSession, clocks: DeadlineLaw, key: str, document_id: int, now: datetime) -> None:
    """A paper that comes proves by itself that an act was done: its open deadline, if any, is answered by it."""
    deadline = session.scalar(
        select(LiveDeadline).where(LiveDeadline.key == key, LiveDeadline.state == DeadlineState.OPEN)
    )
    if deadline is not None:
        settle_deadline(session, clocks, deadline, Answer(paris_day(now), proof_document_id=document_id), now)


def void_deadline(session: ScopedSession, deadline: LiveDeadline, reason: str, now: datetime) -> None:
    """Say that what a deadline was for is gone.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: answered already, or void; or its object answers it.
        InvalidInput: no reason.
    """
    _require_open(session, deadline)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi l'acte n'a plus d'objet", place="reason")
    _end(session, deadline, DeadlineState.VOID, reason, now)


def _outcome(clocks: DeadlineLaw, deadline: LiveDeadline) -> str:
    assert deadline.answered_on is not None
    if deadline.rule is None or deadline.event_on is None:
        return "in_time" if deadline.answered_on <= deadline.due_on else "late"
    act = Clocked(
        deadline.key, deadline.rule, deadline.event_on, deadline.region or MAINLAND, deadline.subject,
        deadline.company_id, deadline.team,
        days={name: date.fromisoformat(day) for name, day in deadline.given_days.items()}, event_at=deadline.event_at,
    )  # fmt: skip
    counted = _counted(clocks, act)
    if isinstance(counted.counted.due, datetime):
        return _outcome_by_day(deadline, counted.counted.due)
    return outcome(counted.rule.bound, counted.counted, Event(deadline.answered_on)).value


def _outcome_by_day(deadline: LiveDeadline, limit: datetime) -> str:
    """How a day stands to a limit counted in hours: on its last day, the hour that is not known decides."""
    assert deadline.answered_on is not None
    last_day = _last_day(limit)
    if deadline.answered_on == last_day:
        return Timeliness.DISPUTED.value
    return (Timeliness.IN_TIME if deadline.answered_on < last_day else Timeliness.LATE).value


def _last_day(when: When) -> date:
    """The last day of a limit: one that ends at midnight ends with the day before."""
    if isinstance(when, datetime) and when.time() == time():
        return when.date() - timedelta(days=1)
    return day_of(when)


def _require_open(session: ScopedSession, deadline: LiveDeadline) -> None:
    require_right_there(session, Right.WRITE_DIARY, deadline.company_id, deadline.establishment_id)
    session.refresh(deadline, with_for_update={"of": LiveDeadline})
    if deadline.state is not DeadlineState.OPEN:
        raise Refused("Cette échéance n'est plus ouverte : sa réponse est sur sa page.")
    if deadline.is_answered_by_its_object:
        raise Refused("Cette échéance se traite sur la page de l'événement qui la fait courir.")


def _end(session: ScopedSession, deadline: LiveDeadline, state: DeadlineState, reason: str, now: datetime) -> None:
    deadline.state, deadline.ended_at, deadline.ended_by = state, now, session.actor.name
    deadline.ended_reason = reason.strip() or None
    session.flush()


def hand_over(session: ScopedSession, deadline: LiveDeadline, owner_id: int | None, team: Role) -> None:
    """Give a deadline to a person, or to a team.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
    """
    require_right_there(session, Right.WRITE_DIARY, deadline.company_id, deadline.establishment_id)
    deadline.owner_id, deadline.team, deadline.reminded = owner_id, team, Reminded.NOBODY
    session.flush()


def open_feed(session: ScopedSession, user_id: int, now: datetime) -> str:
    """A new address for a person's calendar, in place of the one they had; gives its token, which is not kept."""
    revoke_feeds(session, user_id, now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(CalendarFeed(user_id=user_id, token_digest=feed_digest(session, token), created_at=now))
    session.flush()
    return token


def feed_digest(session: ScopedSession, token: str) -> bytes:
    """What the database keeps of the token of a calendar."""
    return key_ring_of(session.get_bind().dialect).digest("calendar feed", token)


def revoke_feeds(session: ScopedSession, user_id: int, now: datetime) -> None:
    """Close the addresses of a person's calendar."""
    open_ones = select(CalendarFeed).where(CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None))
    for feed in session.scalars(open_ones):
        feed.revoked_at = now
    session.flush()
