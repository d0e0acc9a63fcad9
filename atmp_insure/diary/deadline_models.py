"""Live deadlines: what must be done for a company, by when, by which rule, who does it, and the proof that it was."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from atmp_insure.access.roles import Right, Role
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Digest, Json, Secret, state_column
from atmp_insure.kernel.labelled import Label

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


ANSWERED_BY_THEIR_OBJECT = frozenset({"complaints"})  # tables whose own acts answer their deadlines


class DeadlineState(enum.Enum):
    """Where a deadline stands; none is ever deleted."""

    OPEN = "open"
    ANSWERED = "answered"
    VOID = "void"  # what it was for is gone: the reason stays with it


class Reminded(enum.IntEnum):
    """Whom a deadline was last said to."""

    NOBODY = 0
    PERSON = 1
    TEAM = 2
    MANAGER = 3


class LiveDeadline(Base):
    """A deadline of a file.

    Attributes:
        key: equal for the same act of the same fact, so that a fact told twice opens one deadline.
        subject: what it is about: `rate_papers:12`.
        label: the act, in French, without any name of a person.
        rule: name of the rule in the dated table; None for a day typed by hand.
        event_on: the day that starts the clock; None for a day typed by hand.
        event_at: its moment, for a limit counted in hours.
        given_days: other dated facts that the rule was given, by the name of its option, as ISO days.
        due_on: the last legal day.
        safe_on: the day to act by, shown first: never after `due_on`.
        reasoning: the answer of the clocks (dates, steps, article, version, warnings), or why a day was typed.
        outcome: how the answer stood to the limit (`deadlines.Outcome`).
        ended_by: who answered it, or said it to be without object; None where it ended with its fact.
        proof_document_id: the paper that proves the answer.
    """

    __tablename__ = "live_deadlines"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        # what lists and the scope look at lies in the index itself: a page is found without reading the rows beside it
        Index(
            None, "safe_on", "id", postgresql_include=["company_id", "establishment_id", "state", "team", "owner_id"]
        ),
        Index(
            None, "company_id", "safe_on", "id", postgresql_include=["establishment_id", "state", "team", "owner_id"]
        ),
        Index(
            None, "state", "safe_on", "id", postgresql_include=["company_id", "establishment_id", "team", "owner_id"]
        ),
        Index(None, "team", "safe_on", "id"),
        Index(None, "owner_id", "state", "safe_on"),
        Index(None, "subject"),
        CheckConstraint("safe_on <= due_on", name="safe"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'answered' OR answered_on IS NOT NULL", name="answered"),
        CheckConstraint("(rule IS NULL) = (event_on IS NULL)", name="by_rule"),
    )

    key: Mapped[str]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    subject: Mapped[str]
    label: Mapped[str]
    rule: Mapped[str | None]
    region: Mapped[str | None]
    event_on: Mapped[date | None]
    event_at: Mapped[datetime | None]
    given_days: Mapped[Json] = mapped_column(default=dict)
    due_on: Mapped[date]
    safe_on: Mapped[date]
    reasoning: Mapped[Json]
    team: Mapped[Role] = mapped_column(state_column(Role))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[DeadlineState] = mapped_column(state_column(DeadlineState), default=DeadlineState.OPEN)
    reminded: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    moved_at: Mapped[datetime | None]
    answered_on: Mapped[date | None]
    outcome: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_reason: Mapped[Secret | None]
    proof_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))

    company_name: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Deadlines of the companies that one reaches, and the office's own for the office."""
        return who.reaches(cls.company_id.expression, cls.establishment_id.expression, Right.READ_DIARY)

    @property
    def named(self) -> str:
        """The act as a page names it."""
        return act_named(self)

    @property
    def is_answered_by_its_object(self) -> bool:
        """Whether an act on its object answers it, and nothing on its own page."""
        return self.subject.partition(":")[0] in ANSWERED_BY_THEIR_OBJECT


def act_named(deadline: LiveDeadline) -> str:
    """The act of a deadline: that of a rule in the language of its reader, one typed by hand as it was."""
    return deadline.label if deadline.rule is None else Label(deadline.label)


class CalendarFeed(Base):
    """The address of a person's deadlines for their own calendar: whoever holds the token reads it, until revoked."""

    __tablename__ = "calendar_feeds"
    __table_args__ = with_constraints(UniqueConstraint("token_digest"), Index(None, "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token_digest: Mapped[Digest]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own."""
        return cls.user_id == who.user_id


class TaskState(enum.Enum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Priority(enum.IntEnum):
    """How much a task hurries; the stored number sorts lists."""

    URGENT = 1
    NORMAL = 2
    LOW = 3


class Task(Base):
    """Something to do, for a team or a person.

    Attributes:
        key: equal for the same task asked twice; None for one written by hand.
        subject: what it is about: `companies:3`.
        title: what to do, without any name of a person nor health data.
        detail: more, encrypted.
        origin: what asked for it: a fact, or `hand`.
        due_on: by when; the day it was written when nothing says it, so that lists can sort.
    """

    __tablename__ = "tasks"
    __table_args__ = with_constraints(
        UniqueConstraint("key"),
        Index(None, "state", "priority", "due_on", "id"),
        Index(None, "due_on", "id"),
        Index(None, "team", "due_on", "id"),
        Index(None, "company_id", "state"),
        Index(None, "assignee_id", "state"),
        Index(None, "subject"),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    )

    key: Mapped[str | None]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    subject: Mapped[str | None]
    title: Mapped[str]
    detail: Mapped[Secret | None]
    origin: Mapped[str]
    priority: Mapped[int]
    team: Mapped[Role] = mapped_column(state_column(Role))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    state: Mapped[TaskState] = mapped_column(state_column(TaskState), default=TaskState.OPEN)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_reason: Mapped[Secret | None]

    company_name: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Tasks of the companies that one reaches, the office's own for the office, and one's own."""
        return who.reaches(cls.company_id.expression, right=Right.READ_DIARY) | (cls.assignee_id == who.user_id)
