"""`atmp worker` and `atmp run`: the queue and the schedule, and a scheduled job by hand."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

import click

from atmp_insure import app, scheduler
from atmp_insure.command_line import NEEDS_ATTENTION
from atmp_insure.db.leases import JobState
from atmp_insure.db.scheduled_job import JobContext, execute
from atmp_insure.db.worker import process_name
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import paris_day
from atmp_insure.web import request_log
from atmp_insure.work_process import WorkProcess, named_work, worker_of

if TYPE_CHECKING:
    from types import FrameType

    from atmp_insure.db.scheduled_job import Job


@click.command(help="Traiter la file et les tâches planifiées jusqu'à l'arrêt ; plusieurs peuvent tourner ensemble.")
@click.option("--drain", is_flag=True, help="Traiter ce qui attend, puis finir ; sans tâches planifiées.")
def worker(*, drain: bool) -> None:
    """Work."""
    with opened_installation(app.FACT_HANDLERS) as (settings, database):
        request_log.configure(settings.operation.log_level)
        if drain:
            click.echo(f"{worker_of(database).drain()} travail(aux) traité(s).")
            return
        process = WorkProcess(settings, database)
        stop = Event()

        def ask(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, ask)
        threads = process.start()
        click.echo(f"Au travail ({process.name}). Ctrl+C pour arrêter.")
        while not stop.wait(1.0) and all(thread.is_alive() for thread in threads):
            pass
        process.ask_to_stop()
        for thread in threads:
            thread.join()


@click.command(help="Exécuter une tâche planifiée à la main.")
@click.argument("name", metavar="NOM")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Jour du travail ; par défaut aujourd'hui."
)
@click.pass_context
def run(ctx: click.Context, name: str, on: datetime | None) -> None:
    """Do one execution, written into the history; status 1 when the job failed."""
    job = _job(name)
    now = datetime.now(UTC)
    day = on.date() if on is not None else paris_day(now)
    with opened_installation(app.FACT_HANDLERS) as (settings, database), named_work(f"job:{name}"):
        ended = execute(job, JobContext(database, settings, day, now), f"{process_name()} (à la main)")
    click.echo(ended.summary or "", err=ended.state is JobState.FAILED)
    if ended.state is JobState.FAILED:
        ctx.exit(NEEDS_ATTENTION)


def _job(name: str) -> Job:
    known = {job.name: job for job in scheduler.JOBS}
    if name not in known:
        raise InvalidInput.one(f"tâche inconnue « {name} »", f"Choisir parmi : {', '.join(known)}", place="NOM")
    return known[name]
