"""Puts the JSON API together: its resources, its OpenAPI document, and the page that shows the document offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, json, render_template, url_for
from flask_smorest import Api

from atmp_insure.api import account, runs
from atmp_insure.api.resources import CSRF, PREFIX, ROOT, SESSION
from atmp_insure.web.request_scope import ANYONE, SESSION_COOKIE, SIGNED_IN, needs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from atmp_insure.api.resources import Resources

VERSION = "1"
PLATFORM = (account.resources, runs.resources)
_EXTENSION = "atmp-api"
_ABOUT = """\
Gestion de l'assurance du risque de taux AT/MP.

**Authentification.** Pour l'instant, la session du navigateur : le cookie `atmp_session` que pose la page de connexion,
et, pour chaque écriture, l'en-tête `X-CSRFToken` avec le `csrf_token` que donne `GET /api/v1/account`. Des jetons
personnels remplaceront cette voie pour les programmes.

**Portée.** Une réponse ne contient que ce que les rôles de la personne lui donnent à voir ; le reste est introuvable.

**Listes.** `next_cursor` se redonne en `after` ; nul, c'est la dernière page.

**Erreurs.** Toutes en `application/problem+json` (RFC 9457), en français, avec ce qu'il faut faire.

**Cadence.** Chaque personne a un nombre de demandes par minute ; au-delà, 429, et `Retry-After` dit dans combien de
secondes recommencer.

**Nombres.** Montants et taux sont des chaînes, exactes ; les dates sont ISO 8601, les instants en UTC.
"""
_SCHEMES: dict[str, dict[str, str]] = {
    SESSION: {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    CSRF: {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
}

blueprint = Blueprint("api", __name__, url_prefix=ROOT)


class _Api(Api):  # type: ignore[misc] # flask_smorest has no types
    """flask-smorest without its own errors and pages: ours answer."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """`web.errors` answers."""

    def _register_responses(self) -> None:
        """Each operation declares its own."""

    def _register_pagination_header(self) -> None:
        """Pages stand in the body."""

    def _register_etag_headers(self) -> None:
        """Nothing here has one yet."""


def install(app: Flask, resources: Iterable[Resources] = ()) -> None:
    """Serve the platform's resources, those of domains, the document and its page."""
    api = _Api(
        app,
        spec_kwargs={
            "title": "atmp", "version": VERSION, "openapi_version": "3.1.0",
            "info": {"description": _ABOUT}, "components": {"securitySchemes": _SCHEMES},
        },
    )  # fmt: skip
    for resource in (*PLATFORM, *resources):
        api.register_blueprint(resource)
    app.extensions[_EXTENSION] = api
    app.register_blueprint(blueprint)


def document() -> dict[str, Any]:
    """The OpenAPI document of this application."""
    described: dict[str, Any] = current_app.extensions[_EXTENSION].spec.to_dict()
    described["tags"] = [tag | {"name": tag["name"].removeprefix(PREFIX)} for tag in described["tags"]]
    return described


@blueprint.get("/openapi.json")
@needs(ANYONE)
def openapi() -> Response:
    """The OpenAPI document: it describes, and holds nothing of anyone."""
    return Response(json.dumps(document(), ensure_ascii=False, sort_keys=False), content_type="application/json")


@blueprint.get("/docs")
@needs(SIGNED_IN)
def docs() -> str:
    """The document as a page, from this machine only."""
    return render_template("api/docs.html", document_url=url_for("api.openapi"))
