"""A view whose write met a busy embedded database is run again, twice at most: nothing of it was kept."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from atmp_insure.web.request_scope import database

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


def install(app: Flask) -> None:
    """Wrap every view; called once all are registered."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _retried(view)


def _retried(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def run(*arguments: Any, **keywords: Any) -> Any:
        return database().retried(lambda: view(*arguments, **keywords))

    return run
