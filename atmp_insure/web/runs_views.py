"""Runs, the queue and scheduled jobs on screen: how far each has come, what failed, what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.db import run_queries, runs
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.runs import Progress, Run, RunState
from atmp_insure.db.work_queue import EntryState, QueueEntry, retry_entry
from atmp_insure.web import history, listing
from atmp_insure.web.addresses import keys_among
from atmp_insure.web.display import Failure, RunProgress, State, Tone
from atmp_insure.web.list_query import Cell, Column, Filter, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import BulkAct, Empty, Row
from atmp_insure.web.request_scope import actor, database, needs, now, run_label
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("runs", __name__, url_prefix="/runs")

RUN_STATES = {
    RunState.WORKING: State(_l("en cours"), Tone.INFO),
    RunState.DONE: State(_l("terminé"), Tone.GOOD),
    RunState.DONE_WITH_ERRORS: State(_l("terminé avec des erreurs"), Tone.BAD),
    RunState.STOPPED: State(_l("arrêté"), Tone.NEUTRAL),
}
ENTRY_STATES = {
    EntryState.WAITING: State(_l("en attente"), Tone.NEUTRAL),
    EntryState.TAKEN: State(_l("en cours"), Tone.INFO),
    EntryState.DONE: State(_l("fait"), Tone.GOOD),
    EntryState.FAILED: State(_l("arrêté"), Tone.BAD),
}
JOB_STATES = {
    JobState.RUNNING: State(_l("en cours"), Tone.INFO),
    JobState.DONE: State(_l("fait"), Tone.GOOD),
    JobState.FAILED: State(_l("en échec"), Tone.BAD),
}


def _run_row(run: Run) -> Row:
    return Row(
        key=str(run.id),
        url=url_for("runs.show_run", run_id=run.id),
        cells={
            "kind": run_label(run.kind),
            "state": RUN_STATES[run.state],
            "items": run.item_count,
            "started_at": run.started_at,
            "by": run.started_by,
        },
    )


RUNS: Listing[Run] = Listing(
    name="runs",
    label=_l("traitements"),
    endpoint="runs.list_runs",
    columns=(
        Column("kind", _l("Traitement"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("items", _l("Lignes"), Cell.NUMBER),
        Column("started_at", _l("Lancé"), Cell.MOMENT, sortable=True),
        Column("by", _l("Par"), Cell.PERSON),
    ),
    statement=run_queries.runs,
    sorts={"started_at": (Run.started_at, Run.id)},
    sort="started_at",
    descending=True,
    row=_run_row,
    empty=lambda: Empty(
        _("Aucun traitement"),
        _("Les travaux sur plusieurs dossiers (appels de prime, relances, courriers) paraîtront ici."),
        icon="settings",
    ),
    filters=(Filter("state", _l("État"), options_of(RUN_STATES)),),
    narrow={"state": lambda query: Run.state.in_([RunState(value) for value in query.values("state")])},
)  # fmt: skip


def _entry_row(entry: QueueEntry) -> Row:
    return Row(
        key=str(entry.id),
        detail=entry.error or "",
        cells={
            "kind": entry.kind,
            "key": entry.key,
            "state": ENTRY_STATES[entry.state],
            "attempts": entry.attempts,
            "due_at": entry.due_at,
        },
    )


QUEUE: Listing[QueueEntry] = Listing(
    name="queue",
    label=_l("travaux"),
    endpoint="runs.list_queue",
    columns=(
        Column("kind", _l("Travail"), main=True),
        Column("key", _l("Objet")),
        Column("state", _l("État"), Cell.STATE, sortable=True),
        Column("attempts", _l("Essais"), Cell.NUMBER),
        Column("due_at", _l("À faire le"), Cell.MOMENT),
    ),
    statement=run_queries.queue_entries,
    sorts={"state": (QueueEntry.state, QueueEntry.due_at, QueueEntry.id)},
    sort="state",
    row=_entry_row,
    empty=lambda: Empty(_("Rien n'attend"), _("Ce que l'application doit faire paraîtra ici."), icon="check"),
    bulk_acts=lambda: (
        (BulkAct(_("Remettre en attente"), url_for("runs.retry_entries"), "refresh"),)
        if actor().may(Right.WRITE_RUNS)
        else ()
    ),
    filters=(Filter("state", _l("État"), options_of(ENTRY_STATES)),),
    narrow={"state": lambda query: QueueEntry.state.in_([EntryState(value) for value in query.values("state")])},
)


def _job_row(job: JobRun) -> Row:
    return Row(
        key=str(job.id),
        detail=job.summary or "",
        cells={
            "job": job.job,
            "state": JOB_STATES[job.state],
            "started_at": job.started_at,
            "ended_at": job.ended_at,
            "worker": job.worker,
        },
    )


JOBS: Listing[JobRun] = Listing(
    name="jobs",
    label=_l("tâches planifiées"),
    endpoint="runs.list_jobs",
    columns=(
        Column("job", _l("Tâche"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("started_at", _l("Commencée"), Cell.MOMENT, sortable=True),
        Column("ended_at", _l("Finie"), Cell.MOMENT),
        Column("worker", _l("Processus")),
    ),
    statement=run_queries.job_runs,
    sorts={"started_at": (JobRun.started_at, JobRun.id)},
    sort="started_at",
    descending=True,
    row=_job_row,
    empty=lambda: Empty(
        _("Aucune tâche n'a encore tourné"), _("Lancer « atmp worker » pour qu'elles tournent."), icon="clock"
    ),
    filters=(Filter("state", _l("État"), options_of(JOB_STATES)),),
    narrow={"state": lambda query: JobRun.state.in_([JobState(value) for value in query.values("state")])},
)


@blueprint.get("")
@needs(Right.READ_RUNS)
def list_runs() -> ResponseReturnValue:
    """All runs."""
    return listing.page(RUNS, "runs/runs.html")


@blueprint.get("/queue")
@needs(Right.READ_RUNS)
def list_queue() -> ResponseReturnValue:
    """The queue of marked work."""
    return listing.page(QUEUE, "runs/queue.html")


@blueprint.post("/queue/retry")
@needs(Right.WRITE_RUNS)
def retry_entries() -> ResponseReturnValue:
    """Let the selected entries that were given up wait again."""
    numbers = keys_among(request.form.getlist("selected"))
    with database().writing(actor()) as session:
        for entry in run_queries.list_queue_entries(session, numbers):
            retry_entry(session, entry, now())
    flash(_("Les travaux arrêtés de la sélection attendent à nouveau."), "success")
    return redirect(url_for("runs.list_queue"))


@blueprint.get("/jobs")
@needs(Right.READ_RUNS)
def list_jobs() -> ResponseReturnValue:
    """What scheduled jobs did."""
    return listing.page(JOBS, "runs/jobs.html")


@blueprint.get("/<int:run_id>")
@needs(Right.READ_RUNS)
def show_run(run_id: int) -> ResponseReturnValue:
    """A run: how far, what failed."""
    with database().reading(actor()) as session:
        trail = history.trail_of(session, run_queries.get_run(session, run_id))
    return _run_page(run_id, "runs/run.html", trail=trail)


@blueprint.get("/<int:run_id>/progress")
@needs(Right.READ_RUNS)
def show_progress(run_id: int) -> ResponseReturnValue:
    """The progress alone, asked again while the run works."""
    return _run_page(run_id, "runs/_progress.html")


@blueprint.post("/<int:run_id>/<any(replay, resume, stop):act>")
@needs(Right.WRITE_RUNS)
def change_run(run_id: int, act: str) -> ResponseReturnValue:
    """Replay the failed items, take no further one, or go on."""
    with database().writing(actor()) as session:
        run = run_queries.get_run(session, run_id)
        if act == "replay":
            count = runs.replay_failed(session, run)
            flash(_("Lignes remises en attente : %(count)s.", count=count), "success")
        elif act == "resume":
            runs.resume_run(session, run)
            flash(_("Traitement repris où il en était."), "success")
        else:
            runs.stop_run(session, run, now())
            flash(_("Traitement arrêté : ce qui est fait reste fait."), "success")
    return redirect(url_for("runs.show_run", run_id=run_id))


def _run_page(run_id: int, template: str, **more: object) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        run = run_queries.get_run(session, run_id)
        progress = runs.progress_of(session, run)
        failures = tuple(Failure(item.subject, item.error or "") for item in run_queries.list_failures(session, run_id))
    answer = render_template(
        template, run=run, label=run_label(run.kind), shown=_shown(run, progress, failures),
        may_write=actor().may(Right.WRITE_RUNS), **more,
    )  # fmt: skip
    return answer, 286 if request.path.endswith("/progress") and run.ended_at is not None else 200


def _shown(run: Run, progress: Progress, failures: tuple[Failure, ...]) -> RunProgress:
    return RunProgress(
        label=run_label(run.kind),
        state=RUN_STATES[run.state],
        done=progress.done + progress.failed,
        total=progress.total,
        failed=progress.failed,
        is_over=run.state is not RunState.WORKING,
        poll_url=url_for("runs.show_progress", run_id=run.id),
        failures=failures,
    )
