"""Leases: one holder at a time runs a job, however many start; and the history of what ran."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db.base import INTERNAL, Base, with_constraints
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import state_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who
    from atmp_insure.db.session import ScopedSession

LENGTH = timedelta(seconds=90)
_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class Lease(Base):
    """Who holds a name, and until when."""

    __tablename__ = "leases"
    __table_args__ = with_constraints(UniqueConstraint("name"))
    visibility = INTERNAL
    logged = False

    name: Mapped[str]
    holder: Mapped[str]
    held_until: Mapped[datetime]


class JobState(enum.Enum):
    """How a scheduled job ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Base):
    """One execution of a scheduled job."""

    __tablename__ = "job_runs"
    __table_args__ = with_constraints(Index(None, "job", "started_at"), Index(None, "started_at", "id"))
    logged = False

    job: Mapped[str]
    worker: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[JobState] = mapped_column(state_column(JobState))
    summary: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those who may look at runs."""
        return who.office("runs.read")


@unscoped("leases belong to processes, not to people")
def hold_lease(session: ScopedSession, name: str, holder: str, now: datetime) -> bool:
    """Take or keep a name; False when another holds it."""
    statement = select(Lease).where(Lease.name == name).with_for_update(of=Lease)
    lease = session.execute(statement, execution_options={"populate_existing": True}).scalar_one_or_none()
    if lease is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        first = dialect.insert(Lease).values(name=name, holder=holder, held_until=_LONG_AGO)
        session.execute(first.on_conflict_do_nothing(index_elements=["name"]))
        lease = session.execute(statement, execution_options={"populate_existing": True}).scalar_one()
    if lease.holder != holder and lease.held_until > now:
        return False
    lease.holder, lease.held_until = holder, now + LENGTH
    session.flush()
    return True


@unscoped("leases belong to processes, not to people")
def drop_lease(session: ScopedSession, name: str, holder: str) -> None:
    """Give a name back at once."""
    lease = session.scalar(select(Lease).where(Lease.name == name, Lease.holder == holder).with_for_update(of=Lease))
    if lease is not None:
        lease.held_until = _LONG_AGO
        session.flush()
