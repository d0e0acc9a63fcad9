"""One table from what went wrong to what is answered: a page that says what to do, or problem details for the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import g, jsonify, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests

from atmp_insure.access.kept_answers import KeyReused
from atmp_insure.db.scope import OutOfScope
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.kernel.errors import (
    AtmpInsureError,
    ExternalServiceError,
    InvalidInput,
    MissingParameter,
    NotFound,
    Refused,
)
from atmp_insure.web.limits import seconds_to_wait
from atmp_insure.web.problems import KEY_REUSED, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404), (InvalidInput, 422), (Refused, 409), (MissingParameter, 500), (ExternalServiceError, 503),
    (OutOfScope, 403), (CSRFError, 400), (DamagedObject, 409),
)  # fmt: skip
_PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
_KEPT_HEADERS = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})
_log = structlog.get_logger("web")


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    for kind, status in STATUSES:
        app.register_error_handler(kind, _answering(status))
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def _answering(status: int) -> Callable[[Exception], ResponseReturnValue]:
    def answer(error: Exception) -> ResponseReturnValue:
        return _answer(status, error)

    return answer


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if isinstance(error, TooManyRequests) and error.retry_after is None:
        error.retry_after = seconds_to_wait()
    return _answer(error.code or 500, error)


def _answer_unexpected(error: Exception) -> ResponseReturnValue:
    """An error of ours: logged with its place, told without any of its content."""
    _log.error("unexpected error", error=type(error).__name__, exc_info=True)
    return _answer(InternalServerError.code)


def _answer(status: int, error: Exception | None = None) -> ResponseReturnValue:
    faults = [fault.line() for fault in error.faults] if isinstance(error, InvalidInput) else []
    message = "" if faults or not isinstance(error, AtmpInsureError) else str(error)
    reference = g.get("request_id", "")
    if request.path.startswith("/api/"):
        return _problem(status, message or "\n".join(faults), error)
    page = status if status in _PAGES else 500 if status >= 500 else 400
    shown = render_template(f"errors/{page}.html", message=message, faults=faults, reference=reference)
    return shown, status, _kept_headers(error)


def _problem(status: int, detail: str, error: Exception | None) -> ResponseReturnValue:
    """Problem details (RFC 9457); the fault of each parameter stands apart, so that a program finds it."""
    kind = KEY_REUSED if isinstance(error, KeyReused) else problem_of(status)
    faults = error.faults if isinstance(error, InvalidInput) else ()
    problem = {
        "type": url_for("api.problems", _anchor=kind.code),
        "title": kind.title,
        "status": status,
        "detail": detail or kind.remedy,
        "request_id": g.get("request_id", ""),
    }
    if faults:
        problem["errors"] = [{"place": one.place, "message": one.message, "remedy": one.remedy} for one in faults]
    answer = jsonify(problem)
    answer.content_type = "application/problem+json"
    return answer, status, _kept_headers(error)


def _kept_headers(error: Exception | None) -> list[tuple[str, str]]:
    """What tells a program how to go on: the methods of an address, when to come again."""
    known = error.get_headers() if isinstance(error, HTTPException) else []
    return [(name, value) for name, value in known if name in _KEPT_HEADERS]
