"""Headers that hold a page in its frame: nothing from another site, no inline code, nothing kept by a shared cache."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import g, request

if TYPE_CHECKING:
    from flask import Flask, Response

_POLICY = (
    "default-src 'none'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",  # charts and htmx place things by style attributes; no rule can be added by it
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
_ONE_YEAR = "max-age=31536000; includeSubDomains"


def nonce() -> str:
    """The nonce of this answer, for the rare script that must stand in the page."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    value: str = g.csp_nonce
    return value


def install(app: Flask) -> None:
    """Put the headers on every answer that does not set its own, and give templates `nonce`."""
    app.add_template_global(nonce)
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", "; ".join(_POLICY).format(nonce=nonce()))
    response.headers.setdefault("Cache-Control", "no-store")  # pages hold personal data
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", _ONE_YEAR)
    return response
