"""A bare application with the page of all components; `python -m tests.browser.showcase_app` serves it on port 8765."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask, flash, render_template, request
from flask_wtf.csrf import CSRFProtect

from atmp_insure.web import environment, showcase
from atmp_insure.web.display import NavigationItem

ERRORS = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def create_showcase_app() -> Flask:
    """The application, with the context that every page expects."""
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="showcase only, not a secret", TESTING=True, WTF_CSRF_ENABLED=True)
    CSRFProtect(app)
    environment.install(app)
    app.context_processor(_context)
    app.add_url_rule("/", view_func=_page)
    app.add_url_rule("/explanation", endpoint="explanation", view_func=_explanation)
    app.add_url_rule("/search", endpoint="search.search", view_func=_page)
    app.add_url_rule("/error/<int:code>", endpoint="error", view_func=_error)
    return app


def _context() -> dict[str, Any]:
    items = (
        NavigationItem("Aujourd'hui", "#", "home", count=7),
        NavigationItem(
            "Contrats", "#", "file-text", active=True, children=(NavigationItem("Tous", "#", "folder", active=True),)
        ),
        NavigationItem("Sinistres", "#", "heartbeat"),
        NavigationItem("Recours", "#", "scale"),
        NavigationItem("Primes", "#", "receipt-euro"),
        NavigationItem("Administration", "#", "settings"),
    )
    viewer = SimpleNamespace(display_name="Camille EXEMPLE", roles_said="Gestionnaire de sinistres")
    return {"navigation": items, "viewer": viewer}


def _page() -> str:
    if "quiet" not in request.args:
        flash("Le taux 2026 a été enregistré.", "success")
    arguments = {name: values for name, values in request.args.lists() if name != "quiet"}
    return render_template("showcase.html", **showcase.sample(arguments, environment.today()))


def _explanation() -> str:
    return render_template("_explanation.html", explanation=showcase.sample({}, environment.today())["explanation"])


def _error(code: int) -> tuple[str, int]:
    return render_template(f"errors/{code}.html", reference="7f3a"), code


if __name__ == "__main__":
    create_showcase_app().run(port=8765)
