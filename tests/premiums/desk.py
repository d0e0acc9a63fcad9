"""Premiums under test: what is called of a policy on a day, and where its premiums stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.policies.queries import locked_policy
from atmp_insure.premiums import queries, service
from atmp_insure.premiums.service import Calling
from tests.parties.desk import TESTER

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.premiums.models import PremiumCall, PremiumSchedule
    from tests.policies.desk import Desk

FIRST_DAY = date(2027, 1, 1)
CHART = installed_chart(None, FIRST_DAY)


def at_noon(on: date) -> datetime:
    """A moment of a day."""
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def called(desk: Desk, policy: int, on: date, until: date | None = None, by: Actor | None = None) -> list[PremiumCall]:
    """What is called of a policy on a day."""
    calling = Calling(Books(CHART, at_noon(on)), until or on)
    with desk.database.writing(by or desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        return [queries.get_call(session, one.id) for one in service.call_premiums(session, policy, calling)]


def scheduled(desk: Desk, policy: int) -> PremiumSchedule:
    """Where the premiums of a policy stand, once the worker looked."""
    with desk.database.writing(TESTER) as session:
        return service.keep_schedule(session, locked_policy(session, policy))
