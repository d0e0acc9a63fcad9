"""Structured logs: one line of JSON for each request and each event, with the request's id and nobody's data.

Neither addresses of machines, nor query strings, nor names, nor values of parameters are written; what slips into a
text and looks like a number of social security or a mail address is masked. Errors are told by their class and their
place in the code, never by their message.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

import structlog
from flask import g, request

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from flask import Flask, Response
    from structlog.typing import WrappedLogger

_HIDDEN = "…"
# the words of a key that names a person or a secret; a key holds one of them between its underscores
_PERSONAL = frozenset({
    "name", "names", "nom", "prenom", "nir", "siret", "email", "mail", "address", "adresse", "phone", "birth",
    "password", "secret", "token", "cookie", "authorization", "iban", "sign", "lesion", "circumstances", "subject",
    "body", "recipient", "ip", "payload", "parameters", "form", "url",
})  # fmt: skip
_OURS = frozenset({"lease", "job", "worker", "logger", "event", "token_id"})
_NIR = re.compile(r"(?<![\w])[123478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}(?:\d{2})?(?![\w])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUIET = ("werkzeug", "alembic", "apscheduler", "fontTools", "weasyprint")
_MILLISECONDS = 1000
_log = structlog.get_logger("web")


def configure(level: str = "info") -> None:
    """Send every log of this process to standard error, a line of JSON each."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _tell_errors,
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        use_get_message=False,  # of other libraries, the template of a message without the values that fill it
        foreign_pre_chain=[*shared[:-2], structlog.stdlib.ExtraAdder(), *shared[-2:]],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Log each request when it is answered, and give its id to the browser, for whoever reports a fault."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began_at = time.perf_counter()


def _end(response: Response) -> Response:
    request_id = g.get("request_id", "")
    viewer = g.get("viewer")
    response.headers["X-Request-ID"] = request_id
    _log.info(
        "request",
        request_id=request_id,
        method=request.method,
        route=request.url_rule.rule if request.url_rule is not None else None,
        status=response.status_code,
        duration_ms=round((time.perf_counter() - g.get("began_at", time.perf_counter())) * _MILLISECONDS, 1),
        user_id=viewer.user_id if viewer is not None else None,
        token_id=viewer.token_id if viewer is not None else None,
    )
    return response


def without_personal_data(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide the values of keys that name people or secrets, and mask what looks like them in every text."""
    return {key: _HIDDEN if _is_personal(key) else _masked(value) for key, value in event.items()}


def _is_personal(key: str) -> bool:
    return key not in _OURS and not key.startswith("_") and not _PERSONAL.isdisjoint(key.lower().split("_"))


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _MAIL.sub(_HIDDEN, _NIR.sub(_HIDDEN, value))
        case dict():
            return {key: _HIDDEN if _is_personal(str(key)) else _masked(part) for key, part in value.items()}
        case list() | tuple():
            return [_masked(part) for part in value]
        case _:
            return value


def _tell_errors(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its class and its places in the code: messages and values may be about people."""
    given = event.pop("exc_info", None)
    found = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if given and found is None:
        found = sys.exc_info()[1]
    if found is not None:
        event["error"] = type(found).__qualname__
        frames = traceback.extract_tb(found.__traceback__)
        event["places"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event
