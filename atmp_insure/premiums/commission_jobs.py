"""The run that makes the commission statements of all brokers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.kernel.french import french_euros
from atmp_insure.kernel.paris import paris_day
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums import commission_statement_service as service
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.session import ScopedSession


def _brokers(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    brokers = list(queries.sum_unstated(session, date.fromisoformat(parameters["until"])))
    names = names_of_organisations(session, brokers)
    for one in brokers:
        yield Item(names[one], {"broker_id": one, "until": parameters["until"]})


def _make(session: ScopedSession, item: RunItem) -> str:
    now = datetime.now(UTC)
    books = Books(installed_chart(read_settings().config_overlay, paris_day(now)), now)
    until = date.fromisoformat(item.payload["until"])
    made = service.make_statement(session, item.payload["broker_id"], until, books)
    return "rien de nouveau" if made is None else f"{made.name} : {french_euros(Fraction(made.due_eur))}"


MAKE = RunKind("commission_statements", "Établir les bordereaux de commissions", _brokers, _make)


def start_making(session: ScopedSession, until: date, now: datetime) -> Run:
    """Hand the statements of all brokers up to a day to a run; pressed twice at the same moment, one run."""
    key = f"{until} {now.isoformat(timespec='minutes')}"
    return start_run(session, MAKE, key, now, {"until": until.isoformat()})
