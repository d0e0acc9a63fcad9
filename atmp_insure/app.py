"""Puts the application together: the only place that knows every domain, and which facts reach which handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from atmp_insure import work
from atmp_insure.access import views as access_views
from atmp_insure.access.roles import Right
from atmp_insure.api import assembly
from atmp_insure.diary import api as diary_api
from atmp_insure.diary import complaint_queries, deadline_queries, request_queries, watch_queries
from atmp_insure.diary import shown as diary_shown
from atmp_insure.diary import views as diary_views
from atmp_insure.documents import api as documents_api
from atmp_insure.documents import letter_views
from atmp_insure.documents import views as documents_views
from atmp_insure.installation import open_installation
from atmp_insure.ledger import fec_views, opening_views
from atmp_insure.ledger import views as ledger_views
from atmp_insure.parties import api as parties_api
from atmp_insure.parties import panels
from atmp_insure.parties import queries as parties_queries
from atmp_insure.parties import views as parties_views
from atmp_insure.policies import api as policies_api
from atmp_insure.policies import paper_jobs, revision_jobs, take_over_views
from atmp_insure.policies import queries as policy_queries
from atmp_insure.policies import shown as policy_shown
from atmp_insure.policies import views as policies_views
from atmp_insure.policies.stack_service import POLICY_CHANGED
from atmp_insure.premiums import ageing_views, broker_views, chase_jobs, commission_views, figure_views, position_views
from atmp_insure.premiums import api as premiums_api
from atmp_insure.premiums import jobs as premiums_jobs
from atmp_insure.premiums import queries as premium_queries
from atmp_insure.premiums import shown as premiums_shown
from atmp_insure.premiums import views as premiums_views
from atmp_insure.premiums.notice_service import NOTICE_GIVEN
from atmp_insure.premiums.plan_service import PLAN_AGREED
from atmp_insure.premiums.service import PREMIUM_CALLED
from atmp_insure.rate_records import api as rate_records_api
from atmp_insure.rate_records import queries as rate_queries
from atmp_insure.rate_records import views as rate_records_views
from atmp_insure.regulation import views as regulation_views
from atmp_insure.underwriting import api as underwriting_api
from atmp_insure.underwriting import queries as underwriting_queries
from atmp_insure.underwriting import shown as underwriting_shown
from atmp_insure.underwriting import views as underwriting_views
from atmp_insure.web import (
    account_views,
    addresses,
    admin_views,
    doors,
    environment,
    errors,
    forgery,
    glossary_views,
    health,
    history_views,
    home_views,
    navigation,
    request_log,
    request_scope,
    retries,
    runs_views,
    search_views,
    sign_in_views,
    token_views,
)
from atmp_insure.web.browsers import browser_name
from atmp_insure.web.limits import limiter
from atmp_insure.web.log_sentences import actor_name
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.facts import FactHandler
    from atmp_insure.settings import Settings

FACT_HANDLERS: dict[str, tuple[FactHandler, ...]] = {
    POLICY_CHANGED: (
        paper_jobs.mark_papers,
        revision_jobs.mark_revisions,
        premiums_jobs.mark_schedule,
        chase_jobs.mark_policy,
    ),
    PREMIUM_CALLED: (premiums_jobs.mark_paper, chase_jobs.mark_called),
    NOTICE_GIVEN: (chase_jobs.mark_paper,),
    PLAN_AGREED: (chase_jobs.mark_plan,),
}  # fact → what is marked

BLUEPRINTS = (
    sign_in_views.blueprint,
    account_views.blueprint,
    token_views.blueprint,
    home_views.blueprint,
    search_views.blueprint,
    access_views.blueprint,
    runs_views.blueprint,
    regulation_views.blueprint,
    admin_views.blueprint,
    documents_views.blueprint,
    letter_views.blueprint,
    rate_records_views.blueprint,
    diary_views.blueprint,
    underwriting_views.blueprint,
    policies_views.blueprint,
    premiums_views.blueprint,
    broker_views.blueprint,
    commission_views.blueprint,
    position_views.blueprint,
    ageing_views.blueprint,
    figure_views.blueprint,
    ledger_views.blueprint,
    fec_views.blueprint,
    opening_views.blueprint,
    *parties_views.BLUEPRINTS,
    take_over_views.blueprint,
    history_views.blueprint,
    glossary_views.blueprint,
)
PANEL_ROWS = 10
# of the API, beside those of the platform
RESOURCES = (
    *parties_api.RESOURCES,
    documents_api.resources,
    *diary_api.RESOURCES,
    *rate_records_api.RESOURCES,
    *underwriting_api.RESOURCES,
    *policies_api.RESOURCES,
    *premiums_api.RESOURCES,
)
# the page of a company, filled by the domains that know it; each in its order
COMPANY_PANELS = (
    panels.Panel(
        "deadlines", _l("Échéances"), Right.READ_DIARY, "diary/_deadlines_panel.html",
        lambda session, company, _on: deadline_queries.list_deadlines_of(session, company.id),
    ),
    panels.Panel(
        "tasks", _l("Tâches"), Right.READ_DIARY, "diary/_tasks_panel.html",
        lambda session, company, _on: deadline_queries.list_tasks_of(session, company.id),
    ),
    panels.Panel(
        "watch", _l("Veille des courriers"), Right.READ_DIARY, "diary/_watch_panel.html",
        lambda session, company, _on: [
            (one, diary_shown.watch_state(one)) for one in watch_queries.list_watches_of(session, company.id)
        ],
    ),
    panels.Panel(
        "requests", _l("Pièces demandées"), Right.READ_DIARY, "diary/_requests_panel.html",
        lambda session, company, _on: request_queries.list_open_requests_of(session, company.id),
    ),
    panels.Panel(
        "complaints", _l("Réclamations"), Right.READ_COMPLAINTS, "diary/_complaints_panel.html",
        lambda session, company, _on: complaint_queries.list_complaints_of(session, company.id, PANEL_ROWS),
    ),
    panels.Panel(
        "rates", _l("Taux"), Right.READ_RATES, "rate_records/_company_panel.html",
        lambda session, company, on: rate_queries.list_latest_rates(session, company.id, on),
    ),
    panels.Panel(
        "policies", _l("Contrats"), Right.READ_POLICIES, "policies/_company_panel.html",
        lambda session, company, on: [
            (one, policy_shown.STANDINGS[policy_shown.standing_of(one, on)])
            for one in policy_queries.list_standings_of(session, company.id, PANEL_ROWS)
        ],
    ),
    panels.Panel(
        "premiums", _l("Primes"), Right.READ_POLICIES, "premiums/_company_panel.html",
        lambda session, company, _on: premiums_shown.shown_calls(
            session, premium_queries.list_latest_calls(session, company.id, PANEL_ROWS)
        ),
    ),
    panels.Panel(
        "quotes", _l("Devis"), Right.READ_QUOTES, "quotes/_company_panel.html",
        lambda session, company, _on: [
            (one, underwriting_shown.SUBMISSION_STATES[one.state])
            for one in underwriting_queries.list_submissions_of(session, company.id, PANEL_ROWS)
        ],
    ),
    panels.Panel(
        "documents", _l("Documents"), Right.READ_DOCUMENTS, "parties/_documents_panel.html",
        parties_queries.list_latest_documents,
    ),
)  # fmt: skip


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
        MAX_CONTENT_LENGTH=settings.vault.largest_request_bytes,
        WTF_CSRF_TIME_LIMIT=None,
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
    request_scope.install(app)  # before what may refuse: every refusal names its request, and counts by person
    doors.install(app)
    addresses.install(app)  # before any route with a number
    forgery.install(app)
    limiter.init_app(app)
    errors.install(app)
    app.add_template_filter(browser_name)
    app.add_template_filter(actor_name)
    navigation.install(app)
    panels.install(app, COMPANY_PANELS)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    assembly.install(app, RESOURCES)
    retries.install(app)
    request_scope.require_rights(app)
    return app
