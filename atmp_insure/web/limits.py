"""Rate limits: by address of the visitor on the doors, by person on the API. Locking an account is another matter.

Each process counts by itself, in memory: a limit protects the doors and the others' turn, it is not an account of use.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from flask import g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

from atmp_insure.web.request_scope import settings, viewer

if TYPE_CHECKING:
    from flask_limiter import RouteLimit

_WRONG_TOKENS = parse("20 per minute")  # from one address
limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])


@limiter.request_filter
def are_lifted() -> bool:
    """Whether this installation counts no request; asked each time, for the limiter is of the process."""
    return not settings().security.rate_limits


def api_limit() -> RouteLimit:
    """The limit that all operations of the API share, by person; set by `security.api_requests_per_minute`."""
    return limiter.shared_limit(_api_allowance, scope="api", key_func=_person)


def wrong_tokens_left() -> bool:
    """Count one more wrong token from this address; whether it may still be told so."""
    if are_lifted():
        return True
    counted = ("wrong tokens", get_remote_address())
    is_left = limiter.limiter.hit(_WRONG_TOKENS, *counted)
    if not is_left:
        g.limit_reset_at = limiter.limiter.get_window_stats(_WRONG_TOKENS, *counted).reset_time
    return is_left


def seconds_to_wait() -> int:
    """After how many seconds a request that a limit refused may come again."""
    reached = limiter.current_limit
    reset_at = g.get("limit_reset_at") if reached is None else reached.reset_at
    return max(1, math.ceil(reset_at - time.time())) if reset_at is not None else 1


def _api_allowance() -> str:
    return f"{settings().security.api_requests_per_minute} per minute"


def _person() -> str:
    found = viewer()
    return f"person {found.user_id}" if found is not None else get_remote_address()
