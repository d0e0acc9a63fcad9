"""Writes entries in the books: many of them by a few statements, under numbers without gaps taken in one step.

Months, keys and rights are the affair of `service`, by which money moves; here entries become rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.db import checkpoints
from atmp_insure.db.added_rows import add_absent_rows, add_rows, put_rows
from atmp_insure.db.numbering import take_numbers
from atmp_insure.kernel.paris import paris_day
from atmp_insure.ledger import queries
from atmp_insure.ledger.chart import AccountHolder
from atmp_insure.ledger.entries import Side, net_by_account
from atmp_insure.ledger.models import AccountMonth, LedgerAccount, LedgerEntry, LedgerTransfer, OpenItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.chart import AccountKey, ChartOfAccounts, Journal
    from atmp_insure.ledger.entries import Posting
    from atmp_insure.ledger.queries import KnownAccount

_ZERO = Decimal(0)
_AUXILIARY = {
    AccountHolder.COMPANY: "C",
    AccountHolder.INSURER: "A",
    AccountHolder.BROKER: "K",
    AccountHolder.LAW_FIRM: "V",
}


@dataclass(frozen=True, slots=True)
class Books:
    """What entries are posted with: the chart that names new accounts, and the moment."""

    chart: ChartOfAccounts
    now: datetime

    @property
    def on(self) -> date:
        """The day in Paris."""
        return paris_day(self.now)


def series(journal: Journal, year: int) -> str:
    """The counter of a journal and a year."""
    return f"ledger:{journal.value}:{year}"


def write_entries(
    session: ScopedSession, entries: Sequence[Posting], books: Books, reverses_id: int | None = None
) -> dict[str, int]:
    """Write entries whose counters are held, in the order in which they are given; the numbers of their rows, by key.

    Args:
        reverses_id: the entry that the only one of them takes back.
    """
    accounts = _accounts(session, entries, books)
    wanted = Counter(series(one.journal, one.on.year) for one in entries)
    numbers = {name: iter(taken) for name, taken in take_numbers(session, wanted).items()}
    made = {"posted_at": books.now, "posted_by": session.actor.name, "reverses_id": reverses_id}
    ids = add_rows(session, LedgerEntry, [
        _entry(one, next(numbers[series(one.journal, one.on.year)])) | made for one in entries
    ])  # fmt: skip
    checkpoints.reached("ledger: entries written")
    written = list(zip(ids, entries, strict=True))
    add_rows(session, LedgerTransfer, [row for number, one in written for row in _transfers(number, one, accounts)])
    add_rows(session, OpenItem, [row for number, one in written for row in _items(number, one, accounts)])
    _add_to_months(session, entries, accounts)
    checkpoints.reached("ledger: posted")
    return {one.key: number for number, one in written}


def _accounts(session: ScopedSession, entries: Iterable[Posting], books: Books) -> dict[AccountKey, KnownAccount]:
    """The accounts of entries; those that are used for the first time are opened."""
    keys = sorted({key for one in entries for move in one.transfers for key in (move.debit, move.credit)})
    codes = {key.code for key in keys}
    known = queries.known_accounts(session, codes)
    absent = [_opened(key, books) for key in keys if key.code not in known]
    if absent:
        add_absent_rows(session, LedgerAccount, absent, ("code",))
        known = queries.known_accounts(session, codes)
    return {key: known[key.code] for key in keys}


def _opened(key: AccountKey, books: Books) -> dict[str, Any]:
    one = books.chart.of(key.role)
    assert (key.holder_id is None) == (one.holder is AccountHolder.NONE), f"{key} is held by {one.holder}"
    is_company = one.holder is AccountHolder.COMPANY
    return {
        "code": key.code, "role": key.role, "number": one.number,
        "auxiliary": "" if key.holder_id is None else f"{_AUXILIARY[one.holder]}{key.holder_id:06}",
        "is_lettered": one.is_lettered, "company_id": key.holder_id if is_company else None,
        "organisation_id": None if is_company else key.holder_id,
    }  # fmt: skip


def _entry(entry: Posting, number: int) -> dict[str, Any]:
    return {
        "journal": entry.journal, "year": entry.on.year, "number": number, "entered_on": entry.on,
        "piece": entry.piece, "piece_on": entry.piece_on, "label": entry.label, "key": entry.key,
        "subject": entry.subject, "due_on": entry.due_on or entry.on, "reference": entry.reference,
        "total_eur": sum((one.amount_eur for one in entry.transfers), _ZERO),
    }  # fmt: skip


def _transfers(number: int, entry: Posting, accounts: Mapping[AccountKey, KnownAccount]) -> Iterator[dict[str, Any]]:
    for one in entry.transfers:
        yield {
            "entry_id": number, "debit_account_id": accounts[one.debit].id,
            "credit_account_id": accounts[one.credit].id, "amount_eur": one.amount_eur, "entered_on": entry.on,
        }  # fmt: skip


def _items(number: int, entry: Posting, accounts: Mapping[AccountKey, KnownAccount]) -> Iterator[dict[str, Any]]:
    """What an entry leaves to be settled."""
    for key, net_eur in net_by_account(entry.transfers).items():
        account = accounts[key]
        if net_eur and account.is_lettered:
            yield {
                "entry_id": number, "account_id": account.id, "company_id": account.company_id,
                "organisation_id": account.organisation_id, "side": Side.DEBIT if net_eur > 0 else Side.CREDIT,
                "amount_eur": abs(net_eur), "due_on": entry.due_on or entry.on, "reference": entry.reference,
                "settled_eur": _ZERO, "settled_on": None,
            }  # fmt: skip


def _add_to_months(
    session: ScopedSession, entries: Iterable[Posting], accounts: Mapping[AccountKey, KnownAccount]
) -> None:
    """Add entries to the turnover of their accounts; always in one order, so that nobody waits crosswise."""
    moved: dict[tuple[int, date], list[Decimal]] = defaultdict(lambda: [_ZERO, _ZERO])
    for entry in entries:
        month = entry.on.replace(day=1)
        for one in entry.transfers:
            moved[accounts[one.debit].id, month][0] += one.amount_eur
            moved[accounts[one.credit].id, month][1] += one.amount_eur
    put_rows(session, AccountMonth, [
        {"account_id": account, "first_day": month, "debit_eur": debit_eur, "credit_eur": credit_eur}
        for (account, month), (debit_eur, credit_eur) in sorted(moved.items(), key=lambda item: item[0])
    ], ("account_id", "first_day"), summed=("debit_eur", "credit_eur"))  # fmt: skip
