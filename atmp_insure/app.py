"""Puts the application together: the only place that knows every domain, and which facts reach which handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from atmp_insure import work
from atmp_insure.access import views as access_views
from atmp_insure.api import assembly
from atmp_insure.documents import views as documents_views
from atmp_insure.installation import open_installation
from atmp_insure.regulation import views as regulation_views
from atmp_insure.web import (
    account_views,
    admin_views,
    environment,
    errors,
    health,
    home_views,
    navigation,
    request_log,
    request_scope,
    retries,
    runs_views,
    sign_in_views,
)
from atmp_insure.web.browsers import browser_name
from atmp_insure.web.limits import limiter

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.facts import FactHandler
    from atmp_insure.settings import Settings

FACT_HANDLERS: dict[str, tuple[FactHandler, ...]] = {}  # fact → what upper domains mark; none stands above yet

BLUEPRINTS = (
    sign_in_views.blueprint,
    account_views.blueprint,
    home_views.blueprint,
    access_views.blueprint,
    runs_views.blueprint,
    regulation_views.blueprint,
    admin_views.blueprint,
    documents_views.blueprint,
)
_MEGABYTE = 1024 * 1024


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The web application of an installation.

    Raises:
        UndeclaredTable: a table says neither its scope nor that it is public.
        RuntimeError: a route states no right.
    """
    opened = database or open_installation(settings, FACT_HANDLERS)
    app = Flask("atmp_insure", static_folder=None)
    app.config.update(
        SECRET_KEY=opened.key_ring.digest("flask cookies"),
        SESSION_COOKIE_NAME="atmp_state",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.security.secure_cookies,
        MAX_CONTENT_LENGTH=settings.vault.largest_megabytes * _MEGABYTE,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=settings.security.rate_limits,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.extensions[request_scope.EXTENSION] = request_scope.Installation(settings, opened, work.RUN_KINDS)
    if settings.security.trusted_proxies:
        proxies = settings.security.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    health.install(app)  # first: it times what follows
    request_log.install(app)
    environment.install(app)
    request_scope.open_to_anyone(app, "assets.file", "languages.choose")
    CSRFProtect(app)
    limiter.init_app(app)
    request_scope.install(app)
    errors.install(app)
    app.add_template_filter(browser_name)
    navigation.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    assembly.install(app)
    retries.install(app)
    request_scope.require_rights(app)
    return app
