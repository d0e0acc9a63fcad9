"""Keeps what is collected for each insurer at what clients have paid: by difference, each time a call is settled."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.db.work_queue import Mark, mark_all
from atmp_insure.ledger import queries as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, transfer_of
from atmp_insure.ledger.service import account_key, post
from atmp_insure.premiums import commission_service, queries
from atmp_insure.premiums.booking import euros, subject_of
from atmp_insure.premiums.collecting import collected_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import LedgerEntry, LedgerMatch
    from atmp_insure.ledger.service import Books
    from atmp_insure.premiums.models import PremiumCall

CHASE = "premium_chases"  # entry of the queue
_COLLECTED = {
    AccountRole.PREMIUM_CALLED: AccountRole.PREMIUM_COLLECTED,
    AccountRole.TAX_CALLED: AccountRole.TAX_COLLECTED,
}


def follow(session: ScopedSession, matches: Iterable[LedgerMatch], books: Books) -> None:
    """Bring what is collected of the calls that some matches settle, or no longer do, to what is paid of them.

    Raises:
        Refused: the month is closed in the books.
    """
    entries = {number for one in matches for number in (one.debit_entry_id, one.credit_entry_id)}
    calls = queries.calls_posted_by(session, entries)
    for call in calls:
        bring_collected(session, call, books)
    for policy_id in sorted({one.policy_id for one in calls}):
        mark_chase(session, policy_id, books.now)


def mark_chase(session: ScopedSession, policy_id: int, now: datetime) -> None:
    """What is left to pay of a policy changed: the worker finds what comes next of it."""
    mark_all(session, [chase_mark(policy_id, now)])


def chase_mark(policy_id: int, now: datetime) -> Mark:
    """The work of finding what comes next of a policy."""
    return Mark(CHASE, f"policies:{policy_id}", now, {"policy_id": policy_id})


def bring_collected(session: ScopedSession, call: PremiumCall, books: Books) -> None:
    """Post what differs between what is paid of a call and what was counted as collected of it.

    Raises:
        Refused: the month is closed in the books.
    """
    called, *moves = ledger.list_entries_about(session, subject_of(call.id))
    amounts = _amounts(session, called, AccountRole.CLIENT)
    settled = sum((one.settled_eur for one in called.items), Decimal(0))
    done: dict[AccountKey, int] = {}
    for one in moves:
        for key, cents in _moved(session, one).items():
            done[key] = done.get(key, 0) + cents
    collected = collected_of(amounts, int(settled * 100))
    transfers = tuple(
        one
        for key, cents in collected.items()
        for one in transfer_of(euros(cents - done.get(key, 0)), key, AccountKey(_COLLECTED[key.role], key.holder_id))
    )
    if transfers:
        post(session, [Posting(
            Journal.GENERAL, books.on, call.name, call.called_on, f"Encaissement de {call.name}",
            f"{subject_of(call.id)}:collected:{len(moves) + 1}", transfers, subject_of(call.id),
        )], books)  # fmt: skip
    commission_service.bring_earned(session, call, sum(collected.values()), books)


def _amounts(session: ScopedSession, entry: LedgerEntry, role: AccountRole) -> dict[AccountKey, int]:
    """What a call owes to each account of an insurer, in cents; below zero: given back."""
    found: dict[AccountKey, int] = {}
    for one in entry.transfers:
        debit, credit = (
            account_key(ledger.get_account(session, number)) for number in (one.debit_account_id, one.credit_account_id)
        )
        key, sign = (credit, 1) if debit.role is role else (debit, -1)
        found[key] = found.get(key, 0) + sign * int(one.amount_eur * 100)
    return dict(sorted(found.items()))


def _moved(session: ScopedSession, entry: LedgerEntry) -> dict[AccountKey, int]:
    """What an entry counted as collected, in cents, by the account that it was called on."""
    found: dict[AccountKey, int] = {}
    for one in entry.transfers:
        debit, credit = (
            account_key(ledger.get_account(session, number)) for number in (one.debit_account_id, one.credit_account_id)
        )
        key, sign = (debit, 1) if debit.role in _COLLECTED else (credit, -1)
        found[key] = found.get(key, 0) + sign * int(one.amount_eur * 100)
    return found
