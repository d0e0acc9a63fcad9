"""Keeps other sites from writing in the name of whoever is signed in here (CSRF): no route is exempt.

A program that brings a personal token needs no such proof: no browser sends the token by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.csrf import CSRFProtect

from atmp_insure.web.request_scope import viewer

if TYPE_CHECKING:
    from flask import Flask


class _Protection(CSRFProtect):  # type: ignore[misc] # flask_wtf has no types
    """The protection of browsers."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Ask for the token of a page, except from a program, which no page could make write."""
        found = viewer()
        if found is None or found.token_id is None:
            super().protect(apply_exemptions)


def install(app: Flask) -> None:
    """Stand before every write; after `request_scope`, which finds out who asks."""
    _Protection(app)
