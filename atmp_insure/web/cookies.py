"""The cookie that holds the token of a session; nothing else about the person is kept by the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from atmp_insure.access.sign_in import open_web_session
from atmp_insure.db.actor import system
from atmp_insure.web import languages
from atmp_insure.web.request_scope import SESSION_COOKIE, database, now, settings

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from atmp_insure.access.models import User


def sign_in_browser(answer: Response, user: User, factor: str | None) -> Response:
    """Open a session for the browser that asks, give it the token, and speak the language of who signs in."""
    browser = request.headers.get("User-Agent", "navigateur inconnu")
    with database().writing(system("sign-in")) as session:
        token = open_web_session(session, user, browser, factor, now())
    rules = settings().security
    answer.set_cookie(
        SESSION_COOKIE, token, max_age=rules.session_hours * 3600, httponly=True, samesite="Lax",
        secure=rules.secure_cookies,
    )  # fmt: skip
    languages.greet(answer, user.language)
    return answer


def sign_out_browser(answer: Response) -> Response:
    """Take the token away."""
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=settings().security.secure_cookies)
    return answer
