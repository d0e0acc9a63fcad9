"""An entry of the books, and how a foreign actor asks each of their queries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import OrganisationKind
from atmp_insure.ledger import fec_queries, opening_queries, queries, service
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.models import ClosedMonth
from atmp_insure.ledger.service import Books

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

NOW, ON = datetime(2026, 11, 20, tzinfo=UTC), date(2026, 11, 20)
FIRST, LAST = date(2020, 1, 1), date(2098, 12, 31)

LEDGER: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.accounts: lambda *_: queries.accounts(),
    queries.entries: lambda *_: queries.entries(),
    queries.open_items: lambda *_: queries.open_items(),
    queries.counting_matches: lambda *_: queries.counting_matches(),
    queries.get_account: lambda session, _: queries.get_account(session, 1),
    queries.get_entry: lambda session, _: queries.get_entry(session, 1),
    queries.get_match: lambda session, _: queries.get_match(session, 1),
    queries.accounts_of: lambda session, _: queries.accounts_of(session, ["client:1"]),
    queries.known_accounts: lambda session, _: queries.known_accounts(session, ["client:1"]),
    queries.keys_posted: lambda session, _: queries.keys_posted(session, ["x"]),
    queries.entries_of: lambda session, _: queries.entries_of(session, ["x"]),
    queries.list_entries_about: lambda session, _: queries.list_entries_about(session, "calls:x"),
    queries.find_reversal: lambda session, _: queries.find_reversal(session, 1),
    queries.list_settled: lambda session, _: queries.list_settled(session, 1, 9),
    queries.find_items: lambda session, _: queries.find_items(session, 1, [1]),
    queries.list_left: lambda session, _: queries.list_left(session, 1),
    queries.find_by_reference: lambda session, _: queries.find_by_reference(session, "RF-x"),
    queries.list_matches_of: lambda session, _: queries.list_matches_of(session, 1, [1]),
    queries.last_closed: lambda session, _: queries.last_closed(session),
    queries.first_open: lambda session, _: queries.first_open(session),
    queries.turnover: lambda session, _: queries.turnover(session, LAST),
    queries.list_movements: lambda session, _: queries.list_movements(session, 1, FIRST, LAST),
    queries.balance_before: lambda session, _: queries.balance_before(session, 1, LAST) or None,
    fec_queries.opening_entries: lambda session, _: list(fec_queries.opening_entries(session, ON)),
    fec_queries.entries_between: lambda session, _: list(fec_queries.entries_between(session, FIRST, LAST)),
    fec_queries.accounts_numbered: lambda session, _: fec_queries.accounts_numbered(session, [1]),
    fec_queries.items_of: lambda session, _: fec_queries.items_of(session, [1]),
    fec_queries.matches_of: lambda session, _: fec_queries.matches_of(session, [1]),
    fec_queries.closed_at: lambda session, _: fec_queries.closed_at(session),
    fec_queries.first_and_last_day: lambda session, _: fec_queries.first_and_last_day(session),
    opening_queries.company_ids: lambda session, _: opening_queries.company_ids(session, ["000000018"]),
    opening_queries.organisation_ids: lambda session, _: opening_queries.organisation_ids(
        session, OrganisationKind.BROKER, ["courtage exemple"]
    ),
    opening_queries.standing_openings: lambda session, _: opening_queries.standing_openings(session),
    opening_queries.count_openings: lambda session, _: opening_queries.count_openings(session, ON) or None,
    queries.holder_names: lambda session, _: queries.holder_names(session, session.scalars(queries.accounts())),
}
NO_ROWS = {
    queries.locked_items: "locks what is about to be written, in a session that may write",
    queries.all_entries: "a rebuild reads the books of every holder",
    queries.all_transfers: "a rebuild reads the books of every holder",
}


def add_entries(session: ScopedSession, company_id: int, mark: str = "x") -> None:
    """Two premiums called of a company, the first of which is taken back; and a month that is closed."""
    transfers = (
        Transfer(AccountKey(AccountRole.CLIENT, company_id), AccountKey(AccountRole.PREMIUM_CALLED, 1), Decimal(100)),
    )
    books = Books(installed_chart(None, ON), NOW)
    first, _ = service.post(session, [
        Posting(Journal.PREMIUMS, ON, mark, ON, mark, key, transfers, f"calls:{mark}", reference=f"RF-{mark}")
        for key in (mark, f"{mark}2")
    ], books).values()  # fmt: skip
    service.post(session, [
        Posting(Journal.OPENING, ON, mark, ON, mark, f"{mark}3", transfers, reference=f"RF-{mark}")
    ], books)  # fmt: skip
    service.reverse(session, first, ON, mark, books)
    if queries.last_closed(session) is None:
        session.add(ClosedMonth(first_day=date(2019, 12, 1), closed_at=NOW, closed_by=mark))
    session.flush()
