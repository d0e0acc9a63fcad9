"""What every act on the account of a client shares: what is left on it, settling the oldest, an entry taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.settling import Owed, oldest_first
from atmp_insure.premiums import collecting_service, payment_queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import LedgerEntry, LedgerMatch, OpenItem
    from atmp_insure.ledger.service import Books


def held_left(session: ScopedSession, account_id: int | None, side: Side) -> Sequence[OpenItem]:
    """What is left on one side of an account, the oldest first, locked against whoever else settles it."""
    if account_id is None:
        return ()
    wanted = [one.id for one in books_queries.list_left(session, account_id) if one.side is side]
    held = books_queries.locked_items(session, wanted)
    return [held[number] for number in wanted if held[number].left_eur]


def credit_left(session: ScopedSession, company_id: int) -> Decimal:
    """What is left open to the credit of a client: payments and credit notes that settle nothing yet."""
    account_id = payment_queries.find_client_account(session, company_id)
    left = books_queries.list_left(session, account_id) if account_id is not None else ()
    return sum((one.left_eur for one in left if one.side is Side.CREDIT), Decimal(0))


def settle_oldest(
    session: ScopedSession, debits: Iterable[OpenItem], credits_: Iterable[OpenItem], books: Books
) -> list[LedgerMatch]:
    """Let credits settle debits of the same account, the oldest first; what is collected for insurers follows.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: somebody settled some of it meanwhile, or the month is closed.
    """
    settlements = oldest_first(map(_owed, debits), map(_owed, credits_))
    matches = ledger.settle(session, settlements, books) if settlements else []
    collecting_service.follow(session, matches, books)
    return matches


def _owed(item: OpenItem) -> Owed:
    return Owed(item.id, item.due_on, item.left_eur)


def item_on(session: ScopedSession, account_id: int, entry: LedgerEntry) -> OpenItem:
    """What an entry left to be settled on an account."""
    [found] = books_queries.find_items(session, account_id, [entry.id])
    return found


def unsettle_entry(session: ScopedSession, entry: LedgerEntry, books: Books) -> None:
    """Undo all that settles what an entry left open, on each of its accounts; what is collected follows.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: the month is closed in the books.
    """
    undone = [
        ledger.unsettle(session, match, books)
        for item in entry.items
        for match in books_queries.list_matches_of(session, item.account_id, [entry.id])
    ]
    collecting_service.follow(session, undone, books)
