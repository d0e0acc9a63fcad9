"""Premium calls of the demonstration: what a policy owes on a day, as an accountant would have called it then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from atmp_insure.kernel.paris import PARIS
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.premiums import service
from atmp_insure.premiums.service import Calling

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy

_NINE = time(9)


def call_premiums(session: ScopedSession, policy: Policy, on: date, until: date) -> None:
    """Call what a policy owes by a day, and say where its premiums stand."""
    morning = datetime.combine(on, _NINE, PARIS).astimezone(UTC)
    service.call_premiums(session, policy.id, Calling(Books(installed_chart(None, on), morning), until))
    service.keep_schedule(session, policy)
