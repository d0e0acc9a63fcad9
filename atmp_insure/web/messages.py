"""Messages of the next page that bring the act which comes next; those that only say something are Flask's own."""

from __future__ import annotations

from typing import Any

from flask import flash


def flash_with_act(said: str, act: str, url: str) -> None:
    """Say on the next page what was done, with a button for what comes next.

    Args:
        act: what the button says.
        url: where it posts; empty: nothing comes next.
    """
    message: Any = {"text": said, "act": act, "url": url} if url else said  # kept as JSON between the two pages
    flash(message, "success")
