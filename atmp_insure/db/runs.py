"""Resumable runs: work over many items, in chunks, each item with its state and its error; safe to kill at any instant.

A run selects its items once, when it starts. A chunk is one transaction: its items are locked, worked each in its own
savepoint, and marked in the same transaction. What a killed process left undone is still waiting, and is done once.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db import checkpoints
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import Json, state_column
from atmp_insure.db.work_queue import mark_work
from atmp_insure.kernel.errors import AtmpInsureError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who
    from atmp_insure.db.session import ScopedSession

CHUNK = 20
ENTRY_KIND = "run"  # of the entry of the queue that stands for a run to be worked
_ROWS_AT_ONCE = 1000
_log = structlog.get_logger("runs")


class RunState(enum.Enum):
    """Where a run stands."""

    WORKING = "working"
    DONE = "done"  # every item done
    DONE_WITH_ERRORS = "done_with_errors"  # some items failed: they may be replayed
    STOPPED = "stopped"  # a person stopped it; what was done stays done


class ItemState(enum.Enum):
    """Where one item of a run stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Run(Base):
    """One run over many items."""

    __tablename__ = "runs"
    __table_args__ = with_constraints(
        UniqueConstraint("kind", "key"),
        Index(None, "started_at", "id"),
        CheckConstraint("item_count >= 0", name="items"),
    )

    kind: Mapped[str]
    key: Mapped[str]
    parameters: Mapped[Json]
    state: Mapped[RunState] = mapped_column(state_column(RunState))
    item_count: Mapped[int]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those who may look at runs."""
        return who.office("runs.read")


class RunItem(Base):
    """One item of a run; `error` says in French why it failed and what to do."""

    __tablename__ = "run_items"
    __table_args__ = with_constraints(
        UniqueConstraint("run_id", "position"), Index(None, "run_id", "state", "position")
    )
    logged = False

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    position: Mapped[int]
    subject: Mapped[str]
    company_id: Mapped[int | None]
    payload: Mapped[Json]
    state: Mapped[ItemState] = mapped_column(state_column(ItemState), default=ItemState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None]
    error: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those who may look at runs."""
        return who.office("runs.read")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, as the selection of a run gives it.

    Attributes:
        subject: what it is about, as people name it: `police:2026-0012`.
        payload: plain values that the work needs.
        company_id: the company concerned.
    """

    subject: str
    payload: dict[str, Any] = field(default_factory=dict)
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class RunKind:
    """What a run does.

    Attributes:
        name: stable code.
        label: its name on screen, in French.
        select: the items, from the parameters; called once, when the run starts.
        work: does one item inside a savepoint and gives a short result; raises `AtmpInsureError` with what to do.
        chunk: items of one transaction.
        ahead: locks and reads at once what the items of a chunk are worked with; each may do so by itself.
        batch: does the items of a chunk together, in one savepoint, and gives for each what `work` would: its result,
            or the error that it would raise. When it raises itself, all of it is undone, and each is worked alone.
    """

    name: str
    label: str
    select: Callable[[ScopedSession, dict[str, Any]], Iterable[Item]]
    work: Callable[[ScopedSession, RunItem], str]
    chunk: int = CHUNK
    ahead: Callable[[ScopedSession, Sequence[RunItem]], None] = lambda _session, _items: None
    batch: Callable[[ScopedSession, Sequence[RunItem]], Sequence[str | AtmpInsureError]] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    total: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        """Items not yet worked."""
        return self.total - self.done - self.failed


@unscoped("a run serves every company; who may start it is decided by the route")
def start_run(session: ScopedSession, kind: RunKind, key: str, now: datetime, parameters: dict[str, Any]) -> Run:
    """Select the items and keep them; the same kind and key again gives the run that exists."""
    row = Run(
        kind=kind.name, key=key, parameters=parameters, state=RunState.WORKING, item_count=0,
        started_by=session.actor.name, started_at=now,
    )  # fmt: skip
    run, is_new = add_once(session, row, select(Run).where(Run.kind == kind.name, Run.key == key))
    if not is_new:
        return run
    rows: list[dict[str, Any]] = []
    for position, item in enumerate(kind.select(session, parameters)):
        rows.append(
            {"run_id": run.id, "position": position, "subject": item.subject, "payload": item.payload,
             "company_id": item.company_id, "state": ItemState.WAITING, "attempts": 0}
        )  # fmt: skip
        run.item_count += 1
        if len(rows) == _ROWS_AT_ONCE:
            session.execute(insert(RunItem), rows)
            rows.clear()
    if rows:
        session.execute(insert(RunItem), rows)
    if run.item_count == 0:
        run.state, run.ended_at = RunState.DONE, now
    else:
        _mark(session, run)
    session.flush()
    checkpoints.reached("run: started")
    return run


def _mark(session: ScopedSession, run: Run) -> None:
    """Let a worker know: an entry of the queue, in the transaction that starts or takes up the run."""
    mark_work(session, ENTRY_KIND, f"run:{run.id}", due_at=run.started_at, payload={"run_id": run.id})


@unscoped("a run serves every company")
def work_chunk(session: ScopedSession, kind: RunKind, run_id: int, now: datetime) -> bool:
    """Work the next items of a run that nobody holds; False when none is left to take."""
    run = session.get_one(Run, run_id)
    if run.state is not RunState.WORKING:
        return False
    items = session.scalars(
        select(RunItem)
        .where(RunItem.run_id == run_id, RunItem.state == ItemState.WAITING)
        .order_by(RunItem.position)
        .limit(kind.chunk)
        .with_for_update(of=RunItem, skip_locked=True)
    ).all()
    checkpoints.reached("run: items taken")
    for item in items:
        item.attempts += 1
    if items and not _worked_together(session, kind, items):
        kind.ahead(session, items)
        for item in items:
            _work_item(session, kind, item)
    session.flush()
    checkpoints.reached("run: chunk worked")
    if items:
        return True
    _end_if_nothing_waits(session, run, now)
    return False


def _worked_together(session: ScopedSession, kind: RunKind, items: Sequence[RunItem]) -> bool:
    """Work the items of a chunk at once; False when the kind cannot, or one of them made it fail: nothing is done."""
    if kind.batch is None:
        return False
    try:
        with session.begin_nested():
            results = kind.batch(session, items)
    except (OperationalError, InterfaceError):
        raise  # as for one item
    except Exception as error:  # noqa: BLE001 - whichever item it was is found out by working each alone
        _log.warning("batch undone", run=items[0].run_id, first=items[0].position, exc_info=error)
        return False
    for item, result in zip(items, results, strict=True):
        if isinstance(result, AtmpInsureError):
            _fail(item, result)
        else:
            item.state, item.error, item.result = ItemState.DONE, None, result
    checkpoints.reached("run: batch worked")
    return True


def _fail(item: RunItem, error: AtmpInsureError) -> None:
    item.state, item.error, item.result = ItemState.FAILED, " ".join(str(error).split()), None


def _work_item(session: ScopedSession, kind: RunKind, item: RunItem) -> None:
    try:
        with session.begin_nested():
            result = kind.work(session, item)
    except AtmpInsureError as error:
        _fail(item, error)
    except (OperationalError, InterfaceError):
        raise  # the database itself: the chunk is undone whole, and taken again
    except Exception as error:  # noqa: BLE001 - one faulty item must not stop the others
        item.state, item.result = ItemState.FAILED, None
        item.error = f"Erreur du logiciel ({type(error).__name__}) : prévenir l'exploitant, puis rejouer."
        _log.error("item failed", run=item.run_id, position=item.position, exc_info=error)
    else:
        item.state, item.error, item.result = ItemState.DONE, None, result
    checkpoints.reached("run: item worked")


def _end_if_nothing_waits(session: ScopedSession, run: Run, now: datetime) -> None:
    session.refresh(run, with_for_update=True)
    progress = progress_of(session, run)
    if run.state is RunState.WORKING and progress.waiting == 0:
        run.state = RunState.DONE_WITH_ERRORS if progress.failed else RunState.DONE
        run.ended_at = now
        session.flush()


@unscoped("counts the items of a run that the caller already holds")
def progress_of(session: ScopedSession, run: Run) -> Progress:
    """Items done and failed so far."""
    counts = dict(
        session.execute(
            select(RunItem.state, func.count()).where(RunItem.run_id == run.id).group_by(RunItem.state)
        ).all()
    )
    return Progress(run.item_count, counts.get(ItemState.DONE, 0), counts.get(ItemState.FAILED, 0))


@unscoped("a run serves every company; who may replay it is decided by the route")
def replay_failed(session: ScopedSession, run: Run) -> int:
    """Let the failed items wait again, and only them; gives how many.

    Raises:
        Refused: the run was stopped, so that its other items would start again too.
    """
    session.refresh(run, with_for_update=True)
    if run.state is RunState.STOPPED:
        raise Refused("Ce traitement est arrêté. Le reprendre d'abord : ses échecs se rejouent ensuite.")
    changed = session.execute(
        update(RunItem)
        .where(RunItem.run_id == run.id, RunItem.state == ItemState.FAILED)
        .values(state=ItemState.WAITING, error=None)
        .returning(RunItem.id)
    ).all()
    if changed:
        run.state, run.ended_at = RunState.WORKING, None
        _mark(session, run)
    session.flush()
    return len(changed)


@unscoped("a run serves every company; who may stop it is decided by the route")
def stop_run(session: ScopedSession, run: Run, now: datetime) -> None:
    """Take no further item; what was done stays done."""
    session.refresh(run, with_for_update=True)
    if run.state is RunState.WORKING:
        run.state, run.ended_at = RunState.STOPPED, now
        session.flush()


@unscoped("a run serves every company; who may take it up again is decided by the route")
def resume_run(session: ScopedSession, run: Run) -> None:
    """Take a stopped run up again where it was."""
    session.refresh(run, with_for_update=True)
    if run.state is RunState.STOPPED:
        run.state, run.ended_at = RunState.WORKING, None
        _mark(session, run)
        session.flush()
