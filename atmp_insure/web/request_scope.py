"""Who asks, by which right, and with which database: what every view stands on.

Each view states the right it needs; one that states none is refused at start-up. The check happens here, once, before
any view runs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar, cast

from flask import abort, current_app, g, redirect, request, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.actors import actor_of
from atmp_insure.access.change_log import within_request
from atmp_insure.access.roles import STAFF, Role
from atmp_insure.access.sign_in import find_signed_in, has_second_factor, is_seen_again, note_visit
from atmp_insure.db.actor import NOBODY, Actor, system

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from werkzeug.wrappers import Response

    from atmp_insure.db.engine import Database
    from atmp_insure.db.runs import RunKind
    from atmp_insure.settings import Settings

V = TypeVar("V", bound="Callable[..., object]")

ANYONE = "anyone"
SIGNED_IN = "signed in"
EXTENSION = "atmp"
SESSION_COOKIE = "atmp_session"
_REQUEST_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Installation:
    """What the application was made with."""

    settings: Settings
    database: Database
    run_kinds: Mapping[str, RunKind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person signed in, as pages show them."""

    user_id: int
    display_name: str
    roles_text: str
    roles: tuple[Role, ...]
    session_id: int
    must_set_second_factor: bool
    account_url: str
    sign_out_url: str


def needs(right: str) -> Callable[[V], V]:
    """State the right that a view needs: a `Right`, `SIGNED_IN` or `ANYONE`."""

    def mark(view: V) -> V:
        view.needed_right = right  # type: ignore[attr-defined]
        return view

    return mark


def without_second_factor(view: V) -> V:
    """Let someone who must still set up a second factor use a view: setting it up, signing out."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def open_to_anyone(app: Flask, *endpoints: str) -> None:
    """State for routes of `web` itself, which hold nothing of anyone, that they need no right."""
    for endpoint in endpoints:
        app.view_functions[endpoint] = needs(ANYONE)(app.view_functions[endpoint])


def needed_right(app: Flask, endpoint: str) -> str | None:
    """The right that a route states; None when it states none."""
    found: str | None = getattr(app.view_functions[endpoint], "needed_right", None)
    return found


def require_rights(app: Flask) -> None:
    """Refuse to start while a route states no right.

    Raises:
        RuntimeError: names the routes.
    """
    silent = sorted({rule.endpoint for rule in app.url_map.iter_rules() if needed_right(app, rule.endpoint) is None})
    if silent:
        raise RuntimeError(f"routes that state no right: {', '.join(silent)}")


def installation() -> Installation:
    """What this application was made with."""
    return cast("Installation", current_app.extensions[EXTENSION])


def database() -> Database:
    """The database of this application."""
    return installation().database


def run_kinds() -> Mapping[str, RunKind]:
    """The kinds of runs of this application, by name."""
    return installation().run_kinds


def run_label(kind: str) -> str:
    """The name of a kind of run, in French; its code when no domain says it any more."""
    found = run_kinds().get(kind)
    return found.label if found is not None else kind


def settings() -> Settings:
    """The settings of this application."""
    return installation().settings


def actor() -> Actor:
    """In whose name this request reads and writes."""
    return cast("Actor", g.actor)


def viewer() -> Viewer | None:
    """Who is signed in, if anyone."""
    return cast("Viewer | None", g.get("viewer"))


def signed_in_viewer() -> Viewer:
    """Who is signed in; for views that need it."""
    found = viewer()
    if found is None:
        abort(401)
    return found


def now() -> datetime:
    """The moment of this request, the same all along."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast("datetime", g.now)


def install(app: Flask) -> None:
    """Find out who asks before each request, and hold each view to the right it states."""
    app.before_request(_name_request)
    app.before_request(_identify)
    app.before_request(_hold_to_right)
    app.teardown_request(_forget_request)


def _name_request() -> None:
    g.request_id = secrets.token_hex(_REQUEST_ID_BYTES)
    g.request_block = within_request(g.request_id)
    g.request_block.__enter__()


def _forget_request(_error: BaseException | None) -> None:
    block = g.pop("request_block", None)
    if block is not None:
        block.__exit__(None, None, None)


def _identify() -> None:
    g.actor, g.viewer = NOBODY, None
    token = request.cookies.get(SESSION_COOKIE)
    if not token or request.endpoint == "assets.file":
        return
    with database().reading(system("sign-in")) as session:
        signed_in = find_signed_in(session, token, settings().security, now())
        if signed_in is None:
            return
        user = signed_in.user
        grants = access_queries.list_grants_of(session, user.id)
        held = actor_of(user, grants, now().date())
        roles = tuple(dict.fromkeys(grant.role for grant in access_queries.in_force(grants, now().date())))
        needed = settings().security.two_factors_for_staff and any(role in STAFF for role in roles)
        must = needed and not has_second_factor(session, user)
    g.actor = held
    g.viewer = Viewer(
        user_id=user.id,
        display_name=user.display_name,
        roles_text=_roles_text(roles),
        roles=roles,
        session_id=signed_in.session.id,
        must_set_second_factor=must,
        account_url=url_for("account.show"),
        sign_out_url=url_for("sign_in.sign_out"),
    )
    if is_seen_again(signed_in, now()):
        with database().writing(system("sign-in")) as session:
            note_visit(session, signed_in.session.id, now())


def _roles_text(roles: tuple[Role, ...]) -> str:
    return ", ".join(role.label for role in roles) or "sans rôle"


def _hold_to_right() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the error page says so
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


def _ask_to_sign_in() -> Response:
    if request.path.startswith("/api/") or request.headers.get("HX-Request"):
        abort(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("sign_in.sign_in", next=wanted or None))
