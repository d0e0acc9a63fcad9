"""`atmp serve`: the application on this machine, with the worker inside when the database is the embedded one."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from atmp_insure import app as application
from atmp_insure import work_process
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.settings import PRODUCTION
from atmp_insure.web import request_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from werkzeug.serving import BaseWSGIServer

    from atmp_insure.db.engine import Database
    from atmp_insure.settings import Settings

_PRODUCTION_ADVICE = (
    "Ce serveur convient à une machine seule. En production, derrière un mandataire : gunicorn (docs/operating.md)."
)


class _QuietHandler(WSGIRequestHandler):
    """Requests are logged by the application, without addresses nor query strings."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@click.command(help="Ouvrir l'application sur cette machine (après « atmp db upgrade »).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port ; 0 : un port libre."
)
def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    with opened_installation(application.FACT_HANDLERS) as (settings, database), ExitStack() as running:
        request_log.configure(settings.operation.log_level)
        app = application.create_app(settings, database)
        try:
            server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler)
        except (OSError, SystemExit) as error:
            raise InvalidInput.one(f"le port {port} de {host} est pris ou interdit", "Choisir --port") from error
        if database.is_embedded:
            running.enter_context(_worker_inside(settings, database))
        if settings.environment == PRODUCTION:
            click.echo(_PRODUCTION_ADVICE, err=True)
        click.echo(f"Application ouverte : http://{host}:{server.port} (Ctrl+C pour arrêter)")
        _serve_until_stopped(server)
        click.echo("Application arrêtée.")


@contextmanager
def _worker_inside(settings: Settings, database: Database) -> Iterator[None]:
    """The worker and the schedule in threads, under the leases that a separate `atmp worker` would take."""
    process = work_process.WorkProcess(settings, database)
    threads = process.start()
    try:
        yield
    finally:
        process.ask_to_stop()
        for thread in threads:
            thread.join()


def _serve_until_stopped(server: BaseWSGIServer) -> None:
    stop = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask)
    thread = Thread(target=server.serve_forever, name="server", daemon=True)
    thread.start()
    while not stop.wait(1.0) and thread.is_alive():
        pass
    server.shutdown()
    thread.join()
    server.server_close()
