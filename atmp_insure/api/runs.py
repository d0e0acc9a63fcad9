"""The resource of runs: how far each has come, what became of its items, and what one may do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import asked_page
from atmp_insure.api.resources import Resources
from atmp_insure.api.run_schemas import (
    ItemArguments,
    RunArguments,
    RunDetailSchema,
    RunItemPageSchema,
    RunPageSchema,
    detail_values,
    run_values,
)
from atmp_insure.api.writes import writing
from atmp_insure.db import run_queries, runs
from atmp_insure.db.run_queries import get_run
from atmp_insure.db.runs import Run, RunItem
from atmp_insure.web.request_scope import actor, database, needs, now, run_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

resources = Resources("runs", "Traitements sur plusieurs dossiers : avancement, lignes, reprise.", "/runs")
_ONE = "/<int:run_id>"


@resources.operation("GET", "", RunPageSchema, arguments=RunArguments)
@needs(Right.READ_RUNS)
def list_runs(asked: dict[str, Any]) -> dict[str, Any]:
    """Les traitements, le plus récent d'abord."""
    statement = run_queries.runs(asked.get("state", ()), asked.get("kind", ""))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Run.started_at, Run.id), asked, descending=True)
    return {"items": [run_values(run, run_label(run.kind)) for run in page.rows], "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, RunDetailSchema)
@needs(Right.READ_RUNS)
def show_run(run_id: int) -> dict[str, Any]:
    """Un traitement et son avancement."""
    with database().reading(actor()) as session:
        return _detail(session, get_run(session, run_id))


@resources.operation("GET", f"{_ONE}/items", RunItemPageSchema, arguments=ItemArguments)
@needs(Right.READ_RUNS)
def list_run_items(asked: dict[str, Any], run_id: int) -> dict[str, Any]:
    """Les lignes d'un traitement, dans leur ordre."""
    with database().reading(actor()) as session:
        statement = run_queries.run_items(get_run(session, run_id).id, asked.get("state", ()))
        page = asked_page(session, statement, (RunItem.position,), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("POST", f"{_ONE}/replay", RunDetailSchema)
@needs(Right.WRITE_RUNS)
def replay_run(run_id: int) -> dict[str, Any]:
    """Remettre en attente les lignes en échec, et elles seules."""
    return _changed(run_id, runs.replay_failed)


@resources.operation("POST", f"{_ONE}/stop", RunDetailSchema)
@needs(Right.WRITE_RUNS)
def stop_run(run_id: int) -> dict[str, Any]:
    """Ne plus prendre de ligne ; ce qui est fait reste fait."""
    return _changed(run_id, lambda session, run: runs.stop_run(session, run, now()))


@resources.operation("POST", f"{_ONE}/resume", RunDetailSchema)
@needs(Right.WRITE_RUNS)
def resume_run(run_id: int) -> dict[str, Any]:
    """Reprendre un traitement arrêté où il en était."""
    return _changed(run_id, runs.resume_run)


def _changed(run_id: int, act: Callable[[ScopedSession, Run], object]) -> dict[str, Any]:
    with writing() as session:
        run = get_run(session, run_id)
        act(session, run)
        return _detail(session, run)


def _detail(session: ScopedSession, run: Run) -> dict[str, Any]:
    return detail_values(run, run_label(run.kind), runs.progress_of(session, run))
