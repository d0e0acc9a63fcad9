"""Whether the process lives, whether it can serve, and how it does: for supervisors and for Prometheus.

`/metrics` answers on the machine's own network only: what came through a reverse proxy finds no such page.
"""

from __future__ import annotations

import os
import tempfile
import time
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Response, abort, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from atmp_insure.db import migration
from atmp_insure.db.actor import system
from atmp_insure.db.keyring import read_keys
from atmp_insure.db.load import load_of
from atmp_insure.documents.vault import open_vault
from atmp_insure.kernel.errors import Refused
from atmp_insure.web.request_scope import ANYONE, database, needs, now, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from prometheus_client.core import Metric

    from atmp_insure.db.load import Load

blueprint = Blueprint("health", __name__)

_SEVERAL_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"
_NO_OBJECT = "0" * 64  # an address at which nothing lies
_PROXY_HEADERS = ("X-Forwarded-For", "Forwarded")
_log = structlog.get_logger("health")
_registry = CollectorRegistry()
_requests = Counter("atmp_requests", "Requests answered.", ("method", "route", "status"), registry=_registry)
_seconds = Histogram("atmp_request_seconds", "Time to answer a request.", ("route",), registry=_registry)
if _SEVERAL_PROCESSES not in os.environ:
    ProcessCollector(registry=_registry)


def install(app: Flask) -> None:
    """Count and time every request, and register the pages of this module; before any other `before_request`."""
    app.before_request(_begin)
    app.after_request(_count)
    app.register_blueprint(blueprint)


def _begin() -> None:
    g.counted_from = time.perf_counter()


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule is not None else "(none)"
    _requests.labels(request.method, route, response.status_code).inc()
    if "counted_from" in g:
        _seconds.labels(route).observe(time.perf_counter() - g.counted_from)
    return response


@blueprint.get("/health/live")
@needs(ANYONE)
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/health/ready")
@needs(ANYONE)
def ready() -> ResponseReturnValue:
    """The process can serve: 503, with what is not in order, when it cannot."""
    states = {name: _state(name, check) for name, check in _CHECKS.items()}
    is_ready = all(state == "ok" for state in states.values())
    return jsonify(status="ok" if is_ready else "unavailable", checks=states), 200 if is_ready else 503


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the answer; its text stays in the logs
        _log.warning("not ready", check=name, exc_info=error)
        return "unavailable"
    return "ok"


def _check_database() -> None:
    with database().reading(system("health")):
        pass


def _check_schema() -> None:
    migration.require_current(database())


def _check_keys() -> None:
    read_keys(settings().keys_file)
    ring = database().key_ring
    if ring.decrypt(ring.encrypt(b"health")) != b"health":
        raise Refused("Le trousseau ne déchiffre pas ce qu'il chiffre.")


def _check_vault() -> None:
    if settings().vault.bucket:
        open_vault(settings(), database().key_ring).store.exists(_NO_OBJECT)
        return
    settings().vault_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings().vault_dir) as probe:
        probe.write(b"health")


_CHECKS: dict[str, Callable[[], None]] = {
    "database": _check_database,
    "schema": _check_schema,
    "keys": _check_keys,
    "vault": _check_vault,
}


@blueprint.get("/metrics")
@needs(ANYONE)
def metrics() -> ResponseReturnValue:
    """What Prometheus reads: requests of all processes of this machine, and the work that waits."""
    if any(header in request.headers for header in _PROXY_HEADERS):
        abort(404)
    requests = _registry
    if _SEVERAL_PROCESSES in os.environ:
        requests = CollectorRegistry()
        multiprocess.MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    work = CollectorRegistry()
    work.register(_WorkCollector(_load()))
    return Response(generate_latest(requests) + generate_latest(work), content_type=CONTENT_TYPE_LATEST)


def _load() -> Load | None:
    try:
        with database().reading(system("measures")) as session:
            return load_of(session, now())
    except Exception as error:  # noqa: BLE001 - a database that does not answer is itself a measure
        _log.warning("no measures", exc_info=error)
        return None


class _WorkCollector(Collector):
    """The load of the installation, as gauges."""

    def __init__(self, load: Load | None) -> None:
        self._load = load

    def collect(self) -> Iterator[Metric]:
        """Every gauge."""
        yield _gauge("atmp_database_up", "Whether the database answers.", 0 if self._load is None else 1)
        if self._load is None:
            return
        found = self._load
        entries = {state.value: count for state, count in found.entries.items()}
        yield _gauges("atmp_queue_entries", "Entries of the queue that are not done.", "state", entries)
        yield _gauge("atmp_queue_oldest_seconds", "How long the oldest due entry waits.", found.oldest_due_seconds)
        runs = {state.value: count for state, count in found.runs.items()}
        yield _gauges("atmp_runs", "Runs by state.", "state", runs)
        yield _gauge("atmp_run_items_failed", "Items of runs that someone must look at.", found.failed_items)
        yield _gauges("atmp_job_failures", "Failed executions of the last day.", "job", dict(found.failed_jobs))
        done = {job: at.timestamp() for job, at in found.last_done.items()}
        yield _gauges("atmp_job_last_done_timestamp", "When each job last ended well.", "job", done)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _gauges(name: str, about: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
