"""Puts the JSON API together: its resources, its OpenAPI document, and the page that shows the document offline."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, json, render_template, url_for
from flask_smorest import Api

from atmp_insure.api import account, kinds, runs, search
from atmp_insure.api.resources import BEARER, CSRF, PREFIX, ROOT, SESSION
from atmp_insure.web.problems import PROBLEMS
from atmp_insure.web.request_scope import ANYONE, EXTENSION, SESSION_COOKIE, SIGNED_IN, needs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from atmp_insure.api.resources import Resources

VERSION = "1"
PLATFORM = (account.resources, search.resources, runs.resources)
_API = "atmp-api"
_ABOUT = """\
Gestion de l'assurance du risque de taux AT/MP.

**Authentification.** Un programme présente un jeton personnel : `Authorization: Bearer atmp_…`. Chacun crée les siens
sur sa page « Mon compte » ; le secret n'y est montré qu'une fois. Un jeton ouvre ce que la personne peut faire ce
jour-là, et seulement pour les portées choisies. Les pages de cette application se servent, elles, de la session du
navigateur : le cookie `atmp_session` et, pour chaque écriture, l'en-tête `X-CSRFToken` avec le `csrf_token` de
`GET /api/v1/account`.

**Portée.** Une réponse ne contient que ce que les rôles de la personne, et son jeton, lui donnent à voir ; le reste est
introuvable. Les noms sont absents et les numéros de sécurité sociale masqués comme à l'écran ; ce qui est lu d'une
personne ou d'un document est écrit au journal des lectures.

**Listes.** `next_cursor` se redonne en `after` ; nul, c'est la dernière page.

**Écrire une fois.** Avec `Idempotency-Key`, nouvelle pour chaque acte, une demande renvoyée n'est pas faite deux fois :
la même réponse est rendue (`Idempotency-Replayed: true`) pendant {hours} heures. L'acte, la clé et la réponse sont
enregistrés ensemble ou pas du tout. Ce qui est refusé ne consomme pas la clé ; une clé qui revient avec une autre
demande est refusée.

**Essayer.** `?preview=true` fait tout, répond, puis défait tout : ni pièce, ni courriel, ni numéro n'en reste.

**Fichiers.** Ils s'envoient en `multipart/form-data`.

**Erreurs.** Toutes en `application/problem+json` (RFC 9457), en français, avec ce qu'il faut faire ; l'adresse `type`
mène à l'explication, sous `/api/v1/problems`.

**Cadence.** Chaque personne a un nombre de demandes par minute ; au-delà, 429, et `Retry-After` dit dans combien de
secondes recommencer.

**Nombres.** Montants et taux sont des chaînes, exactes ; les dates sont ISO 8601, les instants en UTC.
"""
_SCHEMES: dict[str, dict[str, str]] = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "Jeton personnel, qui ouvre le droit nommé.",
    },
    SESSION: {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    CSRF: {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
}

blueprint = Blueprint("api", __name__, url_prefix=ROOT)


class _Api(Api):  # type: ignore[misc] # flask_smorest has no types
    """flask-smorest without its own errors and pages: ours answer.

    Resources are served at once and described when the document is first asked for: describing them takes longer than
    all the rest of a start.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask, spec_kwargs: dict[str, Any]) -> None:
        super().__init__(app, spec_kwargs=spec_kwargs)
        self.ma_plugin.converter.add_attribute_function(kinds.described)
        self._served = app
        self._undescribed: list[Resources] = []
        self._describing = Lock()

    def register_blueprint(self, resource: Resources) -> None:
        """Serve a resource."""
        self._served.extensions["flask-smorest"]["blp_name_to_api"][resource.name] = self
        self._served.register_blueprint(resource)
        self._undescribed.append(resource)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of all that is served."""
        with self._describing:
            while self._undescribed:
                resource = self._undescribed.pop(0)
                resource.register_views_in_doc(self, self._served, self.spec, name=resource.name, parameters=None)
                self.spec.tag({"name": resource.name, "description": resource.description})
            described: dict[str, Any] = self.spec.to_dict()
            return described

    def _register_error_handlers(self) -> None:
        """`web.errors` answers."""

    def _register_responses(self) -> None:
        """Each operation declares its own."""

    def _register_pagination_header(self) -> None:
        """Pages stand in the body."""

    def _register_etag_headers(self) -> None:
        """Nothing here has one yet."""


def install(app: Flask, resources: Iterable[Resources] = ()) -> None:
    """Serve the platform's resources, those of domains, the document and its pages."""
    kept_hours = app.extensions[EXTENSION].settings.operation.kept_answer_hours
    api = _Api(
        app,
        spec_kwargs={
            "title": "atmp", "version": VERSION, "openapi_version": "3.1.0",
            "info": {"description": _ABOUT.format(hours=kept_hours)}, "components": {"securitySchemes": _SCHEMES},
        },
    )  # fmt: skip
    for resource in (*PLATFORM, *resources):
        api.register_blueprint(resource)
    app.extensions[_API] = api
    app.register_blueprint(blueprint)


def document() -> dict[str, Any]:
    """The OpenAPI document of this application."""
    described: dict[str, Any] = current_app.extensions[_API].document()
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


@blueprint.get("/problems")
@needs(ANYONE)
def problems() -> str:
    """What each kind of problem means: where the `type` of an answer leads."""
    return render_template("api/problems.html", problems=PROBLEMS)
