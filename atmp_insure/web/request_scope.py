"""Who asks, and with which database: what every view stands on.

Whoever asks is a person, by the cookie of their browser, or a program by the personal token that it holds for them, on
the views that take tokens and nowhere else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

from flask import abort, current_app, g, request, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access import tokens
from atmp_insure.access.actors import actor_of
from atmp_insure.access.change_log import within_request
from atmp_insure.access.roles import STAFF, Role
from atmp_insure.access.sign_in import find_signed_in, has_second_factor, is_seen_again, note_visit
from atmp_insure.access.token_scopes import rights_opened
from atmp_insure.db.actor import NOBODY, Actor, system
from atmp_insure.kernel.paris import paris_day
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from atmp_insure.access.models import User
    from atmp_insure.db.engine import Database
    from atmp_insure.db.runs import RunKind
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.settings import Settings

T = TypeVar("T")
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
    """The person signed in, as pages show them.

    Attributes:
        session_id: of their browser; None for a program.
        token_id: of the personal token that a program holds for them; None for a browser.
    """

    user_id: int
    display_name: str
    roles_text: str
    roles: tuple[Role, ...]
    must_set_second_factor: bool
    account_url: str
    sign_out_url: str
    session_id: int | None = None
    token_id: int | None = None

    @property
    def roles_said(self) -> str:
        """Their roles in the language of the page; letters take `roles_text`, which is French."""
        return ", ".join(_(role.label) for role in self.roles) or _("sans rôle")


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


def by_token(view: V) -> V:
    """Let a program use a view with a personal token: what answers with data, never a page."""
    view.takes_tokens = True  # type: ignore[attr-defined]
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


def brings_wrong_token() -> bool:
    """Whether this request brings a token that opens nothing."""
    return bool(g.get("brings_wrong_token", False))


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


def once_a_request(load: Callable[[], T]) -> Callable[[], T]:
    """A loader that a request asks once, however many rows of its page want the same: files are looked at once."""
    name = f"{load.__module__}.{load.__qualname__}"

    @wraps(load)
    def kept() -> T:
        if name not in g:
            setattr(g, name, load())
        return cast("T", getattr(g, name))

    return kept


def install(app: Flask) -> None:
    """Find out who asks before each request."""
    app.before_request(_name_request)
    app.before_request(_identify)
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
    g.actor, g.viewer, g.brings_wrong_token = NOBODY, None, False
    if request.endpoint == "assets.file":
        return
    if "Authorization" in request.headers and _takes_tokens():
        _identify_program(request.headers["Authorization"])
    elif SESSION_COOKIE in request.cookies:
        _identify_browser(request.cookies[SESSION_COOKIE])


def _takes_tokens() -> bool:
    endpoint = request.endpoint
    return endpoint is not None and getattr(current_app.view_functions[endpoint], "takes_tokens", False)


def _identify_browser(token: str) -> None:
    with database().reading(system("sign-in")) as session:
        signed_in = find_signed_in(session, token, settings().security, now())
        if signed_in is None:
            return
        g.viewer = replace(_let_in(session, signed_in.user), session_id=signed_in.session.id)
    if is_seen_again(signed_in, now()):
        with database().writing(system("sign-in")) as session:
            note_visit(session, signed_in.session.id, now())


def _identify_program(header: str) -> None:
    """A wrong token is never made good by a cookie that comes with it."""
    scheme, _space, secret = header.partition(" ")
    with database().reading(system("sign-in")) as session:
        bearer = tokens.find_bearer(session, secret.strip(), now()) if scheme.lower() == "bearer" else None
        if bearer is None:
            g.brings_wrong_token = True
            return
        g.viewer = replace(_let_in(session, bearer.user), token_id=bearer.token.id)
        g.actor = actor().narrowed(rights_opened(bearer.token.scopes), bearer.token.name)
    if tokens.is_seen_again(bearer.token, now()):
        with database().writing(system("sign-in")) as session:
            tokens.note_use(session, bearer.token.id, now())


def _let_in(session: ScopedSession, user: User) -> Viewer:
    """The viewer that a user is, and their actor, with what was granted to them today."""
    g.actor = actor_of(user, user.grants, paris_day(now()))
    roles = tuple(dict.fromkeys(grant.role for grant in access_queries.in_force(user.grants, paris_day(now()))))
    needed = settings().security.two_factors_for_staff and any(role in STAFF for role in roles)
    return Viewer(
        user_id=user.id,
        display_name=user.display_name,
        roles_text=", ".join(role.label for role in roles) or "sans rôle",
        roles=roles,
        must_set_second_factor=needed and not has_second_factor(session, user),
        account_url=url_for("account.show"),
        sign_out_url=url_for("sign_in.sign_out"),
    )
