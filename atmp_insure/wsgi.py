"""For gunicorn: `gunicorn -c python:atmp_insure.wsgi "atmp_insure.wsgi:application()"`, settings and application.

Every setting here may be overridden on the command line of gunicorn, or by `GUNICORN_CMD_ARGS`.
"""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import multiprocess

from atmp_insure import app
from atmp_insure.db import migration
from atmp_insure.installation import open_installation
from atmp_insure.settings import read_settings
from atmp_insure.web import request_log

if TYPE_CHECKING:
    from flask import Flask

_NEW_OBJECTS = 20_000  # made before the collector looks at them: about those of ten pages
_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = 2
threads = 8
timeout = 120
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True  # systemd looks after the process
accesslog = None  # the application writes its own lines, without addresses


def application() -> Flask:
    """The application of the installation that the environment describes, made in each worker after its fork.

    Raises:
        InvalidInput: the database has not the schema of this version; the process ends, and its log says what to run.
    """
    settings = read_settings()
    request_log.configure(settings.operation.log_level)
    database = open_installation(settings, app.FACT_HANDLERS)
    migration.require_current(database)
    made = app.create_app(settings, database)
    _keep_for_good()
    return made


def _keep_for_good() -> None:
    """Leave what was made until now out of later collections: half a million objects that stay as long as the process.

    A collection that walks through them makes a page wait a third of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


def on_starting(_server: Any) -> None:
    """Measures of workers that are gone would count for ever: begin with an empty folder."""
    folder = os.environ.get(_METRICS_FOLDER)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)


def child_exit(_server: Any, worker: Any) -> None:
    """Let the gauges of a worker end with it."""
    if os.environ.get(_METRICS_FOLDER):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
