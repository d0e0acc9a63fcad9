"""Holds each view to the right it states, once, before it runs; whoever brings none is asked to sign in.

A wrong token is answered 401, and after a few of them within a minute from one address 429: there is nothing to guess,
but guessing costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flask import abort, current_app, redirect, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from atmp_insure.web.limits import wrong_tokens_left
from atmp_insure.web.request_scope import ANYONE, SIGNED_IN, actor, brings_wrong_token, needed_right, viewer

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

_REALM = "atmp"


class WrongToken(Unauthorized):
    """The token is unknown, revoked, past its last day, or of an account that is shut."""


def install(app: Flask) -> None:
    """Stand before every view; after `request_scope`, which finds out who asks."""
    app.before_request(_hold_to_right)
    app.add_template_global(opens)


def opens(endpoint: str) -> bool:
    """Whether the person may open this page, so that no page offers an act that would be refused."""
    right = needed_right(current_app, endpoint)
    return viewer() is not None and right is not None and (right in (ANYONE, SIGNED_IN) or actor().may(right))


def _hold_to_right() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the error page says so
    if brings_wrong_token():
        _refuse_token()
    right = needed_right(current_app, request.endpoint)
    if right == ANYONE:
        return None
    found = viewer()
    if found is None:
        return _ask_to_sign_in()
    view = current_app.view_functions[request.endpoint]
    if found.must_set_second_factor and not getattr(view, "before_second_factor", False):
        if request.path.startswith("/api/"):
            abort(403)
        return redirect(url_for("account.second_factor"))
    if right != SIGNED_IN and (right is None or not actor().may(right)):
        abort(403)
    return None


def _refuse_token() -> NoReturn:
    if not wrong_tokens_left():
        raise TooManyRequests
    raise WrongToken(www_authenticate=WWWAuthenticate("bearer", {"realm": _REALM, "error": "invalid_token"}))


def _ask_to_sign_in() -> Response:
    if request.path.startswith("/api/"):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": _REALM}))
    if request.headers.get("HX-Request"):
        abort(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("sign_in.sign_in", next=wanted or None))
